"""The face in the terminal: exit statuses, words instead of tracebacks, and no waiting for help."""

import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.main import get_command

from monitor.cli.main import app

from ..conftest import AS_AT, Answer, Home
from .test_session import in_words

Program = Callable[..., Answer]
HEAVY = (
    "pandas",
    "numpy",
    "sqlalchemy",
    "matplotlib",
    "pyarrow",
    "openpyxl",
    "python_calamine",
    "apscheduler",
    "pydantic",
    "alembic",
)
COMMANDS = sorted(vars(get_command(app))["commands"])


def test_help_is_shown_without_loading_what_commands_need() -> None:
    program = (
        "import sys; sys.argv = ['hotspots', '--help']; from monitor.cli.main import main\n"
        "try: main()\n"
        f"except SystemExit as end: print(end.code, [one for one in {HEAVY!r} if one in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.splitlines()[-1] == "0 []"
    assert "Example: hotspots run --extract" in ended.stdout


def test_the_module_is_the_same_program() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "monitor", "run", "--as-at", "yesterday"], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "'yesterday' is not a date such as 2026-11-20" in ended.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_of_its_own(hotspots: Program, command: str) -> None:
    answer = hotspots(command, "--help")
    assert (answer.status, answer.err) == (0, "")
    assert len(answer.out.split("\n\n")[1].strip()) > 20


def test_without_a_command_the_help_is_shown(hotspots: Program) -> None:
    assert "Usage:" in hotspots().out + hotspots().err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("export", "salaries"), "salaries"),
        (("export", "workload", "--format", "pdf"), "pdf"),
        (("export", "workload", "--as-at", "20/11/2026"), "20/11/2026"),
        (("export", "workload", "--as-at", "2026-02-30"), "2026-02-30"),
        (
            ("export", "workload", "--as-at", "2020-01-03"),
            "there is no snapshot of 2020-01-03; the last ones: 2026-11-06",
        ),
        (("verify", "--as-at", "2020-01-03"), "there is no snapshot of 2020-01-03"),
        (("run",), "give both --extract and --as-at"),
        (("run", "--extract", "here"), "--as-at"),
        (("run", "--extract", "nowhere", "--as-at", "2026-11-20"), "nowhere"),
        (("run", "--extract", "nowhere.zip", "--as-at", "2026-11-20"), "nowhere.zip"),
        (("run", "--extract", "gopher://nowhere", "--as-at", "2026-11-20"), "gopher"),
        (("run", "--extract", ".", "--as-at", "2026-11-20", "--policy", "paris-1789"), "paris-1789"),
        (("run", "--extract", ".", "--as-at", "2026-11-20", "--policy", "../london-2009"), "../london-2009"),
        (("run", "--extract", ".", "--as-at", "2026-11-20", "--columns", "nowhere.yaml"), "nowhere.yaml"),
        (("--config", "nowhere", "run", "--extract", ".", "--as-at", "2026-11-20"), "nowhere"),
        (("sample", "--out", "here", "--cases", "1"), "--cases"),
        (("sample", "--out", "here", "--weeks", "0"), "--weeks"),
        (("dance",), "dance"),
        (("status", "--loudly"), "--loudly"),
    ],
)
def test_what_a_user_did_wrong_ends_in_words_and_status_2(
    home: Home, hotspots: Program, words: tuple[str, ...], named: str
) -> None:
    answer = hotspots(*words, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert in_words(answer)
    assert named in answer.err


def test_the_policy_folder_may_stand_anywhere_on_the_line(home: Home, hotspots: Program, tmp_path: Path) -> None:
    config = shutil.copytree(home.settings.config, tmp_path / "config")
    (config / "weightings" / "london-2009.yaml").unlink()
    command = ("run", "--extract", home.extract, "--as-at", AS_AT)
    for line in (("--config", config, *command), (*command, "--config", config), (*command, f"--config={config}")):
        assert str(config) in hotspots(*line, home=home).err
    assert str(config) in hotspots(*command, home=home, config=config).err


def test_the_version_stands_alone_on_a_line(hotspots: Program) -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    answer = hotspots("--version")
    assert (answer.status, answer.out) == (0, f"{project['project']['version']}\n")
