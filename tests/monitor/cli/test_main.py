"""The face in the terminal: exit statuses, words instead of tracebacks, and no waiting for help."""

import json
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
from ..operations.test_check import closed_port

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


def in_words(answer: Answer) -> bool:
    return bool(answer.err.strip()) and "Traceback" not in answer.err + answer.out


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


def test_settings_that_are_wrong_end_in_words_and_status_2(home: Home, hotspots: Program) -> None:
    answer = hotspots("status", home=home, run_day="someday", timezone="Mars/Olympus")
    assert (answer.status, answer.out) == (2, "")
    assert [line.partition(":")[0] for line in answer.err.splitlines()] == ["HOTSPOTS_RUN_DAY", "HOTSPOTS_TIMEZONE"]


def test_a_database_url_that_is_none_ends_in_words_and_status_2(home: Home, hotspots: Program) -> None:
    answer = hotspots("status", home=home, database="oracle of delphi")
    assert (answer.status, in_words(answer)) == (2, True)


def test_a_database_out_of_reach_ends_in_words_without_its_password(home: Home, hotspots: Program) -> None:
    answer = hotspots("status", home=home, database="postgresql+psycopg://hotspots:hunter2@127.0.0.1:1/hotspots")
    assert (answer.status, in_words(answer)) == (1, True)
    assert "hunter2" not in answer.err


@pytest.mark.parametrize("command", ["status", "deliver", "digests", "export workload"])
def test_a_home_that_cannot_be_written_ends_in_words(home: Home, hotspots: Program, command: str) -> None:
    answer = hotspots(*command.split(), home=Path(home.extract) / "cases.csv" / "var")
    assert answer.status in (1, 2)
    assert in_words(answer)
    assert "cases.csv" in answer.err


def test_an_export_that_cannot_be_written_ends_in_words(home: Home, hotspots: Program, tmp_path: Path) -> None:
    answer = hotspots("export", "workload", "--out", tmp_path / "nowhere" / "workload.csv", home=home)
    assert answer.status in (1, 2)
    assert in_words(answer)
    assert str(tmp_path / "nowhere" / "workload.csv") in answer.err


def test_a_damaged_archive_ends_in_words_and_status_1(home: Home, hotspots: Program) -> None:
    shutil.rmtree(home.settings.archive)
    for command in (("export", "cases"), ("verify",), ("who-receives", "N")):
        answer = hotspots(*command, home=home)
        assert (answer.status, answer.out) == (1, "")
        assert "missing from the archive; restore it from a backup" in answer.err
        assert in_words(answer)


def test_before_the_first_snapshot_commands_say_how_to_take_one(new_home: Home, hotspots: Program) -> None:
    for command in (("export", "workload"), ("verify",), ("who-receives", "N")):
        answer = hotspots(*command, home=new_home)
        assert (answer.status, "hotspots run" in answer.err) == (2, True)


def test_the_policy_folder_may_stand_anywhere_on_the_line(home: Home, hotspots: Program, tmp_path: Path) -> None:
    config = shutil.copytree(home.settings.config, tmp_path / "config")
    (config / "weightings" / "london-2009.yaml").unlink()
    command = ("run", "--extract", home.extract, "--as-at", AS_AT)
    for line in (("--config", config, *command), (*command, "--config", config), (*command, f"--config={config}")):
        assert str(config) in hotspots(*line, home=home).err
    assert str(config) in hotspots(*command, home=home, config=config).err


def test_delivery_is_told_line_by_line_and_done_again_does_nothing(home: Home, hotspots: Program) -> None:
    first = hotspots("deliver", home=home)
    assert (first.status, first.err) == (0, "")
    assert [line.split("  ")[:2] for line in first.out.splitlines()] == [
        ["sent", "north@example.org"],
        ["sent", "south@example.org"],
    ]
    assert hotspots("deliver", home=home) == Answer(0, "", "")


@pytest.mark.reads_clock
def test_delivery_that_does_not_succeed_ends_with_status_1(home: Home, hotspots: Program) -> None:
    answer = hotspots("deliver", home=home, smtp_host="127.0.0.1", smtp_port=closed_port(), smtp_tls="none")
    assert (answer.status, answer.err) == (1, "1 message not sent; see: hotspots status\n")
    assert answer.out.startswith("queued  north@example.org  127.0.0.1:")


def test_digests_are_listed_with_what_became_of_them(home: Home, hotspots: Program) -> None:
    lines = hotspots("digests", home=home).out.splitlines()
    assert [line.split("  ")[:4] for line in lines[:3]] == [
        ["2026-11-20", "revision 1", "queued", "north@example.org"],
        ["2026-11-20", "revision 1", "queued", "south@example.org"],
        ["2026-11-13", "revision 1", "superseded", "north@example.org"],
    ]
    assert len(lines) == 6


def test_who_receives_the_figures_of_a_unit_can_be_asked(home: Home, hotspots: Program) -> None:
    north, south = ("north@example.org  Director North, director\n", "south@example.org  Director South, director\n")
    nobody = "no one receives it by email\n"
    for code, receives in (("N", north), ("C1", north), ("O2", north), ("T4", south), ("all", nobody)):
        assert hotspots("who-receives", code, home=home) == Answer(0, receives, "")
    unknown = hotspots("who-receives", "C9", home=home)
    assert (unknown.status, unknown.out, "C9" in unknown.err) == (2, "", True)


def test_a_run_in_words_tells_what_was_found_and_what_to_do_next(new_home: Home, hotspots: Program) -> None:
    answer = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, home=new_home)
    assert (answer.status, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0].startswith("As at 2026-11-20 (revision 1, policy london-2009): 66.5% of capacity, 6,946 of 10,439")
    assert lines[1].startswith("53 cases, 6 offender managers; 3 rows rejected")
    assert lines[-1] == "2 digests queued; to send: hotspots deliver"
    assert any(line.startswith("  Office O1 (O1): rank 1 of 1") for line in lines)


def test_the_policy_and_headings_of_the_settings_hold_for_a_run(home: Home, hotspots: Program) -> None:
    command = ("run", "--extract", home.extract, "--as-at", AS_AT, "--json")
    assert "tier" in hotspots(*command, home=home, policy="wmt").err
    assert "nowhere.yaml" in hotspots(*command, home=home, columns="nowhere.yaml").err
    assert json.loads(hotspots(*command, "--policy", "london-2009", home=home).out)["unchanged"]
    chosen = json.loads(hotspots(*command, "--policy", "london-2009", home=home, policy="wmt").out)
    assert (chosen["comparison"], chosen["revision"], chosen["unchanged"]) == (True, 1, False)


def test_sample_extracts_can_be_written_alone(hotspots: Program, tmp_path: Path) -> None:
    answer = hotspots("sample", "--out", tmp_path / "sample", "--weeks", 2, "--cases", 240, "--as-at", AS_AT)
    assert (answer.status, answer.out) == (0, f"2 extracts in {tmp_path / 'sample'}; missing on purpose: none\n")
    assert sorted(path.name for path in (tmp_path / "sample").iterdir()) == ["2026-11-13", "2026-11-20"]


def test_the_version_stands_alone_on_a_line(hotspots: Program) -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    answer = hotspots("--version")
    assert (answer.status, answer.out) == (0, f"{project['project']['version']}\n")
