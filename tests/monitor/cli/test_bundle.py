"""``hotspots bundle`` and ``hotspots bundle check``."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.bundles.container import read_container, write_container
from monitor.cli.bundle import _in_a_file_name

from ..conftest import Answer, Home

Program = Callable[..., Answer]
KEY = "1f" * 32


def test_a_bundle_is_written_signed_and_checked_without_a_home(home: Home, hotspots: Program, tmp_path: Path) -> None:
    made = hotspots("bundle", "--as-at", "2026-11-20", home=home, bundle_key=KEY)
    assert (made.status, made.err) == (0, "")
    title, agreement, signed = made.out.splitlines()
    assert title == "bundle-2026-11-20-all.zip: snapshot for 2026-11-20, revision 1, the whole service"
    assert re.fullmatch(r"all [\d,]{5,} numbers are those of the snapshot", agreement)
    public = signed.removeprefix("signed; tell its readers your public key: ")
    path = Path("bundle-2026-11-20-all.zip").absolute()
    answer = hotspots("bundle", "check", path, "--public-key", public.upper(), home=tmp_path / "no such home")
    assert (answer.status, answer.err) == (0, "")
    by, yes = answer.out.splitlines()
    assert by == f"signed by {public}"
    assert yes.startswith("yes: snapshot for 2026-11-20, revision 1, the whole service: ")
    assert yes.endswith(" figures derived again, all agree with the inputs")
    assert not (tmp_path / "no such home").exists()

    members = read_container(path)
    members["figures/units.csv"] += b"x"
    path.write_bytes(write_container(members))
    altered = hotspots("bundle", "check", path)
    assert (altered.status, altered.out) == (2, "")
    assert altered.err == f"{path}: figures/units.csv was altered\n"


@pytest.mark.parametrize(
    ("level", "code", "part"),
    [("all", "all", "all"), ("team", "T4", "team-T4"), ("office", "O/1 ../x", "office-O-1----x")],
)
def test_a_scope_is_a_part_of_a_file_name(level: str, code: str, part: str) -> None:
    assert _in_a_file_name(level, code) == part


def test_a_scope_that_is_not_there_and_a_key_that_is_none_are_refused(home: Home, hotspots: Program) -> None:
    unknown = hotspots("bundle", "--scope", "cluster:C9", home=home)
    assert unknown.status == 2
    assert "there is no cluster C9 in the snapshot for 2026-11-20; the first ones are C1, C2" in " ".join(
        unknown.err.replace("│", " ").split()
    )
    wrong = hotspots("bundle", "--scope", "C1", home=home)
    assert (wrong.status, "'C1' is no scope; write team:CODE" in wrong.err) == (2, True)
    key = hotspots("bundle", home=home, bundle_key="secret")
    assert key.status == 2
    assert "HOTSPOTS_BUNDLE_KEY: Value error, must be 64 hexadecimal digits" in key.err
    assert "secret" not in key.err
    public = hotspots("bundle", "check", "week.zip", "--public-key", "1f")
    assert (public.status, "64 hexadecimal digits" in public.err) == (2, True)
    missing = hotspots("bundle", "check", "week.zip")
    assert (missing.status, missing.err) == (2, "week.zip: cannot be read: No such file or directory\n")
