"""The summary of a run in a few figures, as a snapshot stores it; it is read and written only here."""

import json
from datetime import date

from pydantic import BaseModel, ConfigDict

from alerts.intake_gaps import NO_GAPS, IntakeGaps
from monitor.snapshots.tables import Snapshot


class HotspotCounts(BaseModel):
    """How many hotspots of all rules have each status."""

    model_config = ConfigDict(frozen=True)

    new: int
    continuing: int
    cleared: int


class AbsentReader(BaseModel):
    """A reader whose units are not in the figures; whole: none of them is, so that there is no digest."""

    model_config = ConfigDict(frozen=True)

    email: str
    level: str
    codes: tuple[str, ...]
    whole: bool


class RunSummary(BaseModel):
    """What a run found; ``hotspots run --json`` prints it, with the keys in this order.

    * unchanged: the same rows were judged by the same policy and rules before. Never true of a stored summary.
    * offender_managers: persons, however many posts each holds.
    * rejected, rows_read: rows of all tables of the extract.
    * capacity_percentage: of the whole service; None if it has no available points.
    * missing_weeks: Mondays of the weeks since the first snapshot in the history that have none.
    * teams_without_data: codes of teams that have neither a post nor a case.
    * unused_columns: headings of the extract that were left out, by table.
    * comparison: taken under another policy than the home's.
    * gaps: what the extract lacked although it was accepted; nothing for snapshots of earlier versions.
    * absent_readers: of the latest snapshot; empty for any other, and for those stored before it was recorded.
    * digests_suppressed: addresses of readers whose digest the check for personal data stopped.
    """

    model_config = ConfigDict(frozen=True)

    as_at: date
    policy: str
    policy_fingerprint: str
    revision: int
    unchanged: bool
    cases: int
    offender_managers: int
    rejected: int
    total_points: float
    available_points: float
    capacity_percentage: float | None
    hotspots: HotspotCounts
    overdue: int
    high_risk_overdue: int
    findings: int
    digests_queued: int
    rows_read: int
    missing_weeks: tuple[date, ...]
    teams_without_data: tuple[str, ...]
    unused_columns: dict[str, list[str]]
    comparison: bool
    gaps: IntakeGaps = NO_GAPS
    absent_readers: tuple[AbsentReader, ...] = ()
    digests_suppressed: tuple[str, ...] = ()

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> "RunSummary":
        """Read the summary that a snapshot stores."""
        return cls.model_validate_json(snapshot.summary)

    def of_unchanged_run(self, absent_readers: tuple[AbsentReader, ...]) -> "RunSummary":
        """The same figures, found again by a run that changed nothing and queued nothing.

        * absent_readers: by the people file as it is now.
        """
        return self.model_copy(
            update={"unchanged": True, "digests_queued": 0, "digests_suppressed": (), "absent_readers": absent_readers}
        )

    def to_json(self) -> str:
        """Write the summary as one JSON object, for storing and for printing."""
        # Not model_dump_json, because its spacing and floats differ from those of every summary stored so far.
        return json.dumps(self.model_dump(mode="json"))
