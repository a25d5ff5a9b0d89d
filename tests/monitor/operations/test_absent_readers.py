"""Readers whose units are not in the latest snapshot."""

from alerts.people import load_people
from alerts.recipients import AbsentScope, Scope
from monitor.operations.absent_readers import absence_lines, find_absent_readers
from tests.alerts.persons import director
from tiering.terms import Level

from ..conftest import PEOPLE, Home
from ..mail.mailbox import write_people
from .checks.test_verify import archived_file


def test_readers_are_held_against_the_latest_snapshot(home: Home, new_home: Home) -> None:
    write_people(home, PEOPLE.replace("area: N,", "area: W,").replace("om_code: M1", 'om_code: "99"'))
    people = load_people(home.settings.people_file)
    absences = find_absent_readers(home.store, people)
    assert [(absence.person.email, absence.units) for absence in absences] == [
        ("north@example.org", (Scope(Level.AREA, "W"),)),
        ("officer@example.org", (Scope(Level.OFFENDER_MANAGER, "99"),)),
    ]
    assert find_absent_readers(new_home.store, people) == []


def test_a_damaged_archive_is_a_fault_of_its_own(home: Home) -> None:
    archived_file(home, "extract_organisation").unlink()
    assert find_absent_readers(home.store, [director("west@example.org", "W")]) == []


def test_an_archive_out_of_reach_is_a_fault_of_its_own(home: Home) -> None:
    home.settings.archive.rename(home.settings.home / "archive-away")
    home.settings.archive.write_text("a file stands where the archive was", encoding="utf-8")
    assert find_absent_readers(home.store, [director("west@example.org", "W")]) == []


def test_those_without_any_figures_come_first_and_the_rest_is_counted() -> None:
    absences = [AbsentScope(director(f"{n:02d}@example.org", "W"), (Scope(Level.AREA, "W"),)) for n in range(14)]
    lines = absence_lines(absences)
    assert lines[0] == "00@example.org: area W is not in the figures, so this reader gets no digest and sees no figures"
    assert (len(lines), lines[-1]) == (13, "2 more readers: see `hotspots check`")
    assert absence_lines(absences[:13])[-1] == "1 more reader: see `hotspots check`"
    assert len(absence_lines(absences[:12])) == 12
