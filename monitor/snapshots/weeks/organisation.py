"""What changed in the organisation from snapshot to snapshot: stored with each, and found again from what is stored."""

from collections.abc import Collection
from datetime import date

import pandas as pd
from pydantic import TypeAdapter
from sqlalchemy import Engine, select
from sqlmodel import col

from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.model import (
    OrganisationChanges,
    OrganisationWeek,
    organisation_columns,
    stored_organisation,
)
from monitor.snapshots.store import RowsRemoved, Store
from monitor.snapshots.tables import Snapshot
from tiering.caseload import Caseload

_CHANGES = TypeAdapter(OrganisationChanges)
NO_CHANGES = "[]"


def changes_of(snapshot: Snapshot) -> OrganisationChanges:
    """Read the changes that a snapshot stores."""
    return _CHANGES.validate_json(snapshot.organisation_changes)


def changes_to_json(changes: OrganisationChanges) -> str:
    """Write changes as a snapshot stores them."""
    return _CHANGES.dump_json(changes).decode()


def read_changes(engine: Engine, ids: Collection[int]) -> dict[date, OrganisationChanges]:
    """Read the changes of some snapshots, no two of the same date, by as-at date; those without any are left out."""
    stored = col(Snapshot.organisation_changes)
    query = select(col(Snapshot.as_at), stored).where(col(Snapshot.id).in_(ids), stored != NO_CHANGES)
    with engine.connect() as connection:
        return {as_at: _CHANGES.validate_json(text) for as_at, text in connection.execute(query)}


def find_changes_since(store: Store, snapshot_id: int, units: pd.DataFrame, caseload: Caseload) -> OrganisationChanges:
    """Compare the rows of this week with an earlier snapshot; units: the workload of that snapshot."""
    now = OrganisationWeek(
        teams=caseload.organisation[organisation_columns()],
        posts=caseload.offender_managers[["team_code", "om_code"]],
        cases=caseload.cases[["team_code", "crn"]],
    )
    return find_changes(stored_organisation(units, _stored_cases(store, snapshot_id)), now)


def _stored_cases(store: Store, snapshot_id: int) -> pd.DataFrame | None:
    """The cases of a snapshot with their teams; None if retention removed them."""
    try:
        return store.archived_frame(snapshot_id, "cases")[["team_code", "crn"]]
    except RowsRemoved:
        return None
