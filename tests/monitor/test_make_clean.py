"""``make clean`` leaves a checkout as it was cloned, and never removes the figures of a real service."""

import shutil
import subprocess
from pathlib import Path

import pytest

from monitor.snapshots.tables import SYNTHETIC

from .conftest import Home

ROOT = Path(__file__).parents[2]
IGNORED = [line for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines() if line != "var/"]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which everything that git ignores lies around, but for a home."""
    folder = tmp_path / "checkout"
    (folder / "monitor" / "web").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / ".gitignore", folder)
    (folder / "monitor" / "web" / "app.py").write_text("", encoding="utf-8")
    return folder


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def leave_behind(folder: Path, pattern: str) -> None:
    """What a line of .gitignore is about: a folder with something in it, or a file."""
    name = pattern.rstrip("/").replace("*", "left")
    if pattern.endswith("/"):
        (folder / name).mkdir()
        (folder / name / "left").write_text("", encoding="utf-8")
    else:
        (folder / name).write_text("", encoding="utf-8")


def clean(folder: Path) -> str:
    ended = subprocess.run(["make", "-s", "clean"], cwd=folder, capture_output=True, text=True, check=True, timeout=60)
    return ended.stdout


def a_home(folder: Path, like: Home, *sources: str) -> Path:
    """A home in the checkout whose snapshots came from these sources, by turns."""
    with like.store.engine.begin() as connection:
        for number, source in enumerate(sources):
            connection.exec_driver_sql(
                "UPDATE snapshot SET source = ? WHERE id % ? = ?", (source, len(sources), number)
            )
    like.store.engine.dispose()
    return shutil.copytree(like.settings.home, folder / "var")


def test_everything_that_git_ignores_goes_and_nothing_else(checkout: Path) -> None:
    before = everything(checkout)
    for pattern in IGNORED:
        leave_behind(checkout, pattern)
    leave_behind(checkout / "monitor" / "web", "__pycache__/")
    assert len(everything(checkout)) > len(before) + len(IGNORED)
    assert clean(checkout) == ""
    assert everything(checkout) == before


def test_a_demonstration_goes(checkout: Path, home: Home) -> None:
    before = everything(checkout)
    (a_home(checkout, home, SYNTHETIC) / "sample").mkdir()
    assert clean(checkout) == ""
    assert everything(checkout) == before


@pytest.mark.parametrize("sources", [("Delius",), (SYNTHETIC, "Delius"), (SYNTHETIC, "")])
def test_figures_of_a_real_service_stay_even_beside_a_sample(
    checkout: Path, home: Home, sources: tuple[str, ...]
) -> None:
    var = a_home(checkout, home, *sources)
    (var / "sample").mkdir()
    before = everything(var)
    assert clean(checkout).startswith("Left in place: var/")
    assert everything(var) >= before


def test_a_home_whose_database_is_elsewhere_or_damaged_stays(checkout: Path) -> None:
    (checkout / "var" / "archive").mkdir(parents=True)
    assert clean(checkout).startswith("Left in place: var/")
    (checkout / "var" / "hotspots.db").write_text("not a database", encoding="utf-8")
    assert clean(checkout).startswith("Left in place: var/")
    assert (checkout / "var" / "archive").is_dir()
