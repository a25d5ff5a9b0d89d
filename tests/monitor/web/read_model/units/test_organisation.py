"""What the pages say about the history of a unit: its own changes and moves above it, the last first."""

from datetime import date

from alerts.detection.organisation.model import ChangeKind, OrganisationChange, UnitName
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.organisation import dates_apart, history_lines
from tiering.terms import Level

EARLIER, LATER = date(2026, 11, 6), date(2026, 11, 13)


def change_of(kind: ChangeKind, level: Level, code: str, **rest: object) -> OrganisationChange:
    named = {"name": f"New {code}", "previous_code": code, "previous_name": f"Old {code}"}
    return OrganisationChange.model_validate({"kind": kind, "level": level, "code": code} | named | rest)


def with_changes(week: SnapshotView, changes: dict[date, tuple[OrganisationChange, ...]]) -> SnapshotView:
    """The week as if these changes were stored in its history."""
    vars(week)["changes_by_date"] = changes
    return week


def office_above(week: SnapshotView, team: str) -> str:
    return next(code for level, code, _ in week.above("team", team) if level == "office")


def moved_office(code: str) -> OrganisationChange:
    places = (UnitName(level=Level.CLUSTER, code=code, name=f"Cluster {code}") for code in ("C8", "C9"))
    before, now = places
    return change_of(ChangeKind.MOVED, Level.OFFICE, code, previous_above=(before,), above=(now,))


def test_a_unit_without_changes_has_no_lines(week: SnapshotView) -> None:
    assert history_lines(week, "team", "T1") == ()
    assert dates_apart(week, "team", ["T1", "T2"]) == frozenset()


def test_its_own_changes_and_moves_above_it_are_told_the_last_first(week: SnapshotView) -> None:
    changes = {
        EARLIER: (change_of(ChangeKind.RENAMED, Level.TEAM, "T1", name="Middle"),),
        LATER: (
            change_of(ChangeKind.RENAMED, Level.TEAM, "T1"),
            moved_office(office_above(week, "T1")),
            change_of(ChangeKind.RENAMED, Level.OFFICE, office_above(week, "T1")),
            change_of(ChangeKind.RENAMED, Level.TEAM, "T9"),
        ),
    }
    first, second, third = history_lines(with_changes(week, changes), "team", "T1")
    assert "New T1" in first
    assert "Cluster C8" in second
    assert "Cluster C9" in second
    assert "Middle" in third


def test_a_unit_keeps_what_happened_under_the_code_it_had(week: SnapshotView) -> None:
    changes = {
        EARLIER: (change_of(ChangeKind.RENAMED, Level.TEAM, "T0"), change_of(ChangeKind.RENAMED, Level.TEAM, "T1")),
        LATER: (change_of(ChangeKind.RECODED, Level.TEAM, "T1", previous_code="T0"),),
    }
    recoded, renamed = history_lines(with_changes(week, changes), "team", "T1")
    assert "T0" in recoded
    assert "New T0" in renamed


def test_what_happened_to_another_unit_of_the_same_code_is_not_told(week: SnapshotView) -> None:
    changes = {
        EARLIER: (change_of(ChangeKind.RENAMED, Level.TEAM, "T1"),),
        LATER: (change_of(ChangeKind.REUSED, Level.TEAM, "T1"),),
    }
    (line,) = history_lines(with_changes(week, changes), "team", "T1")
    assert "stands for another team" in line


def test_units_stand_apart_from_the_weeks_in_which_their_teams_were_others(week: SnapshotView) -> None:
    split = change_of(ChangeKind.SPLIT, Level.TEAM, "T1", previous_code="T0")
    merged = change_of(ChangeKind.MERGED, Level.TEAM, "T2", previous_code="T0")
    changes = {EARLIER: (split,), LATER: (merged, change_of(ChangeKind.RENAMED, Level.TEAM, "T1"))}
    with_changes(week, changes)
    assert dates_apart(week, "team", ["T1"]) == {EARLIER}
    assert dates_apart(week, "team", ["T1", "T2"]) == {EARLIER, LATER}
    assert dates_apart(week, "team", []) == frozenset()
