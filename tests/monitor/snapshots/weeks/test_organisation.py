"""Changes of the organisation as a snapshot stores them, and compared with what is stored of an earlier one."""

from copy import deepcopy
from pathlib import Path

import pytest

from alerts.detection.organisation.model import ChangeKind, OrganisationChange
from monitor.operations.retention import apply_retention
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.organisation import (
    NO_CHANGES,
    changes_of,
    changes_to_json,
    find_changes_since,
    read_changes,
)
from tiering.terms import Level

from ...conftest import AS_AT, NOW, WEEK, Home, little_london
from ...extracts.small import Tables, read, write_csv

RENAMED = OrganisationChange(
    kind=ChangeKind.RENAMED, level=Level.TEAM, code="T1", name="Quince", previous_code="T1", previous_name="Team T1"
)


def renamed() -> Tables:
    tables = deepcopy(little_london())
    tables["organisation"][0]["team_name"] = "Quince"
    return tables


def changes_since(home: Home, snapshot: Snapshot, tables: Tables, folder: Path) -> list[tuple[str, str, str]]:
    """Kind, level and code of what changed from a snapshot to these tables."""
    caseload = read(write_csv(folder, tables)).caseload
    number = snapshot.id or 0
    found = find_changes_since(home.store, number, home.store.units(number), caseload)
    return [(change.kind.value, change.level.value, change.code) for change in found if not change.explained]


def test_changes_are_read_as_they_were_written() -> None:
    assert changes_to_json(()) == NO_CHANGES
    assert changes_of(Snapshot(organisation_changes=NO_CHANGES)) == ()
    assert changes_of(Snapshot(organisation_changes=changes_to_json((RENAMED,)))) == (RENAMED,)


@pytest.mark.both_databases
def test_the_changes_of_some_snapshots_are_read_by_their_dates(home: Home, tmp_path: Path) -> None:
    changed = home.take(write_csv(tmp_path, renamed()), AS_AT + WEEK, proposes=False)
    ids = [snapshot.id or 0 for as_at in home.store.dates() for snapshot in home.store.revisions(as_at)]
    assert len(ids) == 4
    stored = read_changes(home.store.engine, ids)
    # The first three weeks are the same and have none.
    assert list(stored) == [AS_AT + WEEK]
    (change,) = stored[AS_AT + WEEK]
    assert (change.kind, change.code, change.name, change.previous_name) == ("renamed", "T1", "Quince", "Team T1")
    assert read_changes(home.store.engine, [number for number in ids if number != changed.id]) == {}
    assert read_changes(home.store.engine, []) == {}


def test_a_caseload_is_compared_with_the_units_and_cases_that_are_stored(home: Home, tmp_path: Path) -> None:
    assert changes_since(home, home.newest, little_london(), tmp_path / "same") == []
    assert changes_since(home, home.newest, renamed(), tmp_path / "other") == [("renamed", "team", "T1")]


def test_cases_that_retention_removed_are_no_evidence_and_people_are(home: Home, tmp_path: Path) -> None:
    apply_retention(home.store, home.with_settings(keep_cases_weeks=1), NOW)
    oldest = home.store.newest(AS_AT - 2 * WEEK)
    assert oldest is not None
    assert changes_since(home, oldest, renamed(), tmp_path) == [("renamed", "team", "T1")]
