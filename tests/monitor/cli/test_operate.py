"""The commands that keep the service running: what they print, and their exit status."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from ..conftest import AS_AT, Answer, Home, home_in
from ..databases import Databases
from ..mail.mailbox import HOST
from ..operations.checks.test_check import closed_port, people
from ..operations.test_status import set_mail

Program = Callable[..., Answer]


@pytest.mark.reads_clock
def test_the_program_ends_with_status_1_when_a_person_is_needed(home: Home, new_home: Home, hotspots: Program) -> None:
    nothing = hotspots("status", home=new_home)
    assert (nothing.status, nothing.out.splitlines()[0]) == (1, "no snapshot yet")
    assert nothing.err == "needs a person: no snapshot yet: take one with `hotspots run`\n"
    set_mail(home, "failed")
    answer = hotspots("status", home=home)
    assert answer.status == 1
    assert "needs a person: 3 messages failed: see `hotspots digests`" in answer.err
    assert answer.out.startswith("last snapshot: 2026-11-20, revision 1, ")


def test_programs_get_the_same_facts_as_one_object(home: Home, hotspots: Program) -> None:
    set_mail(home, "in_doubt")
    answer = hotspots("status", "--json", home=home, source="/extracts")
    assert (answer.status, answer.err) == (1, "")
    found = json.loads(answer.out)
    assert set(found) == {"snapshot", "run", "mail", "schema", "room", "needs_a_person"}
    assert (found["snapshot"]["as_at"], found["snapshot"]["stale"]) == ("2026-11-20", False)
    assert found["mail"] == {
        "states": {"in_doubt": 3, "queued": 1, "superseded": 2},
        "oldest_waiting": "2026-11-22T09:00:00+00:00",
        "switched_off": None,
        "suppressed": [],
        "releases": [],
    }
    assert datetime.fromisoformat(found["run"]["next_run"]).utcoffset() is not None
    assert "3 messages in doubt: see `hotspots digests`" in found["needs_a_person"]


def test_the_program_lists_every_fault_and_ends_with_status_2(home: Home, hotspots: Program) -> None:
    operator = "email: operator@example.org, name: O, role: operator"
    people(home, "email: aco@example.org, name: A, role: aco, cluster: C7", operator)
    answer = hotspots("check", home=home, source="/nowhere", smtp_host=HOST, smtp_port=closed_port(), smtp_tls="none")
    assert (answer.status, answer.out) == (2, "")
    lines = answer.err.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "aco@example.org",
        "HOTSPOTS_SMTP_HOST",
        "HOTSPOTS_SOURCE",
        "3 faults",
    ]


def test_the_program_says_when_there_are_no_faults(home: Home, hotspots: Program) -> None:
    answer = hotspots("check", home=home)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == f"no faults: policy {home.settings.config}, people {home.settings.people}\n"
    assert home.newest.as_at == AS_AT


@pytest.fixture
def other(databases: Databases, tmp_path: Path) -> Iterator[Home]:
    """An empty home to restore into, on the same kind of database."""
    made = home_in(tmp_path / "other", database=databases.ready(tmp_path / "other" / "var" / "hotspots.db"))
    yield made
    made.store.engine.dispose()


@pytest.mark.both_databases
def test_the_program_backs_up_and_restores_and_says_what(home: Home, other: Home, hotspots: Program) -> None:
    folder = home.settings.home.parent / "backups"
    written = hotspots("backup", "--out", folder, home=home)
    (file,) = folder.iterdir()
    assert (written.status, written.err) == (0, "")
    assert written.out.startswith(f"{file}: 3 snapshots, 6 messages, ")
    put_back = hotspots("restore", "--from", file, home=other)
    assert (put_back.status, put_back.err) == (0, "")
    assert "3 snapshots, 6 messages" in put_back.out
    assert hotspots("verify", home=other).status == 0
    refused = hotspots("restore", "--from", file, home=other)
    assert (refused.status, refused.out) == (2, "")
    assert "use --replace" in refused.err
    assert hotspots("restore", "--from", file, "--replace", home=other).status == 0


def test_an_archive_in_the_home_cannot_be_claimed(home: Home, hotspots: Program) -> None:
    answer = hotspots("claim-archive", home=home)
    assert (answer.status, answer.out) == (2, "")
    assert "HOTSPOTS_ARCHIVE_URL: is not set; an archive in the home is always of its own database" in answer.err


def test_the_retention_says_what_it_would_remove_and_what_it_removed(home: Home, hotspots: Program) -> None:
    words = "case-level rows of 2 snapshots older than 1 week; the content of 0 messages older than 400 days; "
    for options, said in ((["--dry-run"], "would remove: "), ([], "removed: ")):
        answer = hotspots("retention", *options, home=home, keep_cases_weeks=1)
        assert (answer.status, answer.err) == (0, "")
        assert answer.out.startswith(said + words)


def test_a_database_url_that_is_none_stops_the_scheduler_before_it_starts(home: Home, hotspots: Program) -> None:
    answer = hotspots("schedule", home=home, database="oracle of delphi")
    assert (answer.status, "HOTSPOTS_DATABASE" in answer.err) == (2, True)


@pytest.mark.parametrize(("address", "port"), [("127.0.0.1", 65_536), ("127.0.0.1", -1)])
def test_a_port_that_there_is_not_is_refused_before_anything_is_served(
    address: str, port: int, home: Home, hotspots: Program
) -> None:
    answer = hotspots("serve", "--host", address, "--port", port, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert "--port" in answer.err
