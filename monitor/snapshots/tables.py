"""The tables of the store. Every figure of a snapshot carries its id; nothing is ever overwritten."""

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

SYNTHETIC = "synthetic"
"""The source that the manifest of a made-up extract names."""


class Snapshot(SQLModel, table=True):
    """One weekly snapshot, or a later corrected revision of it.

    * comparison: the policy of a run under a policy other than the home's, which replaces nothing; empty for the home's
      own snapshots
    * revision: counts the home's own snapshots for a date, and the comparisons under each policy, separately
    * weights_fingerprint: of the numbers behind points and available points
    * content_hash: of the accepted and rejected rows, whatever their file format
    * policy_json, rules_json, forecast_json, direction_json, limits_json: every number that it was calculated with
    * oversight_json: the rules beyond assessments that judge what its extract records; an empty list if it records none
    * firmness_json: the numbers by which its assumed weights are drawn; empty for a snapshot from before they were
    * proposals_json: every number that its proposals go by; empty for a snapshot without proposals
    * history: ids of the earlier snapshots that it was judged against, as a JSON list
    * summary: a RunSummary as JSON (monitor.snapshots.summary)
    * organisation_changes: what changed in the organisation since the last of the history, as JSON
      (monitor.snapshots.weeks.organisation)
    """

    __table_args__ = (UniqueConstraint("as_at", "comparison", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    as_at: date = Field(index=True)
    comparison: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    revision: int
    created_at: datetime
    policy: str
    policy_fingerprint: str
    weights_fingerprint: str
    rules_fingerprint: str
    content_hash: str
    source: str
    source_hashes: str = Field(sa_type=Text)
    policy_json: str = Field(sa_type=Text)
    rules_json: str = Field(sa_type=Text)
    forecast_json: str = Field(sa_type=Text)
    direction_json: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    history: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)
    organisation_changes: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": text("'[]'")})
    limits_json: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": text("'[]'")})
    proposals_json: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})
    oversight_json: str = Field(default="[]", sa_type=Text, sa_column_kwargs={"server_default": text("'[]'")})
    firmness_json: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})


class UnitWorkload(SQLModel, table=True):
    """The workload of one unit in one snapshot; points, hours per week, per cent of capacity.

    * span: offender managers per full-time SPO
    * forecast_*: what is expected in the weeks that the rule ``forecast_over`` looks at

    A figure is missing in snapshots from before it existed.
    """

    __tablename__ = "unit_workload"
    __table_args__ = (
        Index("unit_workload_over_weeks", "level", "code", "snapshot_id", "total_points", "available_points"),
    )

    snapshot_id: int = Field(primary_key=True, foreign_key="snapshot.id")
    level: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    parent_code: str | None
    offender_managers: int
    offender_managers_over: int
    offender_managers_without_hours: int
    contracted_hours: float
    reduction_hours: float
    cases: int
    case_points: float
    duty_points: float
    unallocated_cases: int
    unallocated_points: float
    total_points: float
    available_points: float
    capacity_percentage: float | None
    band: str | None
    overdue: int
    high_risk_overdue: int
    due_soon: int
    spo_hours: float | None
    span: float | None
    inexperienced: int | None
    experience_unknown: int | None
    awaiting_countersignature: int | None
    longest_wait_days: int | None
    forecast_percentage: float | None
    forecast_low: float | None
    forecast_high: float | None
    forecast_weeks_ahead: int | None
    oversight_overdue: int | None = None
    oversight_high_risk_overdue: int | None = None
    oversight_due_soon: int | None = None


class HotspotRow(SQLModel, table=True):
    """One hotspot of one snapshot, with its evidence.

    * episode: the identity of its life (alerts.detection.episodes); missing in snapshots from before it had one
    """

    __tablename__ = "hotspot"

    snapshot_id: int = Field(primary_key=True, foreign_key="snapshot.id")
    rule: str = Field(primary_key=True)
    level: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    name: str
    status: str
    weeks: int
    since: date | None
    value: float | None
    threshold: float
    change: float | None
    usual: float | None
    low: float | None
    high: float | None
    weeks_ahead: int | None
    total_points: float | None
    available_points: float | None
    overdue: int
    high_risk_overdue: int
    explained_by: str | None
    explained_by_level: str | None
    running: int
    escalated: int | None
    rank: int | None
    reason: str = Field(sa_type=Text)
    episode: str | None = None


class TimelinessRow(SQLModel, table=True):
    """The share of what fell due that was done on time, by unit and assessment rule."""

    __tablename__ = "timeliness"

    snapshot_id: int = Field(primary_key=True, foreign_key="snapshot.id")
    level: str = Field(primary_key=True)
    code: str = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    fell_due: int
    on_time: int
    percentage: float
    band: str


class ArchivedFrame(SQLModel, table=True):
    """A frame of one snapshot that is stored as a file: the Parquet file of that content hash in the archive.

    * removal_id: the removal that took its rows away; missing while they are there
    """

    __tablename__ = "archived_frame"

    snapshot_id: int = Field(primary_key=True, foreign_key="snapshot.id")
    name: str = Field(primary_key=True)
    sha256: str
    rows: int
    removal_id: int | None = None


class Run(SQLModel, table=True):
    """One run: a row per job and ISO week, claimed by one process at a time.

    * due_at: when it was last due
    * status: running, done, failed
    * lease_until: after this time, another process may take over a run that is still ``running``
    * cause: why a weekly run failed, a value of ``alerts.digest.notice.Cause``
    * message: the outcome in words; it quotes no row
    * command: what to run to see every fault; it quotes no row
    * faults: the faults as JSON, one by one; they quote no row
    * refusals: a hash of each different refusal of an extract in this week, as JSON, in the order in which they came
    """

    job: str = Field(primary_key=True)
    iso_week: str = Field(primary_key=True)
    status: str
    owner: str
    attempt: int
    started_at: datetime
    lease_until: datetime
    finished_at: datetime | None = None
    snapshot_id: int | None = Field(default=None, foreign_key="snapshot.id")
    cause: str | None = None
    message: str | None = Field(default=None, sa_type=Text)
    command: str | None = Field(default=None, sa_type=Text)
    faults: str | None = Field(default=None, sa_type=Text)
    due_at: datetime
    refusals: str | None = Field(default=None, sa_type=Text)


class ClockLook(SQLModel, table=True):
    """The last time at which a check found the clock right, in one row.

    * at: the time by that clock
    * snapshot_id: the latest snapshot when an operator last confirmed the clock; older ones no longer count for checks
    * confirmed_at, confirmed_by: when that was, and the account
    """

    __tablename__ = "clock_look"

    id: int = Field(primary_key=True)
    at: datetime
    snapshot_id: int | None = None
    confirmed_at: datetime | None = None
    confirmed_by: str | None = None


class Removal(SQLModel, table=True):
    """What the retention removed at one time, under which terms, and which process did it.

    * frames: number of case-level frames of snapshots
    * messages: number of messages whose bytes it removed
    * what_ifs: number of scenarios and plans whose text and answer it removed
    * notes: number of notes of decisions and concerns that it removed
    """

    id: int | None = Field(default=None, primary_key=True)
    removed_at: datetime
    removed_by: str
    keep_cases_weeks: int
    keep_mail_days: int
    frames: int
    messages: int
    what_ifs: int
    keep_notes_weeks: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    notes: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class LookedAt(SQLModel, table=True):
    """One entry of the access log: a reader opened a person, a case or a table of cases; rows are only ever added.

    * who, role: the reader's address and role
    * page: the address of the page without the values in it, and the table and format of a file
    * level, code: the unit or person that it was about, or ``search`` and the words
    * crn: the case that a search showed or looked for
    * as_at: of the snapshot
    * allowed: whether it was shown
    """

    __tablename__ = "looked_at"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    who: str
    role: str
    page: str
    level: str
    code: str
    crn: str | None = None
    as_at: date
    allowed: bool


class ScenarioRow(SQLModel, table=True):
    """A saved what-if: its YAML text, and who may see it.

    * author: address of its creator, the only person who can change it
    * version: goes up with every change, so that two windows do not overwrite each other
    * scope_codes: a JSON list
    * area_code: the area that contains the whole scope; ``all`` if the scope is larger than one area
    * removal_id: the removal that took the text away and left it empty
    """

    __tablename__ = "scenario"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    author: str
    created_at: datetime
    changed_at: datetime
    version: int
    snapshot_id: int = Field(foreign_key="snapshot.id")
    as_at: date
    scope_level: str
    scope_codes: str = Field(sa_type=Text)
    area_code: str = Field(index=True)
    text: str = Field(sa_type=Text)
    removal_id: int | None = None


class PlanRow(SQLModel, table=True):
    """One answer to one scenario as it was then, or the search for it.

    * text: the YAML of the scenario, with snapshot and fingerprints once there is an answer
    * scenario_version: the version of the scenario that has this text
    * prices_fingerprint: of the costs in force
    * state: waiting, solving, done, failed, cancelled
    * step: the step in progress; if the plan is done, the step that still has to follow
    * owner, lease_until: the process that solves it; after the end of the lease, that process has died
    * figures: what ``hotspots what-if solve --json`` prints, without its messages
    * answer: tables, see monitor.redistribution.results.record
    * message: why it failed
    * removal_id: the removal that took text, answer and message away and left them empty
    """

    __tablename__ = "plan"

    id: int | None = Field(default=None, primary_key=True)
    scenario_id: int = Field(foreign_key="scenario.id", index=True)
    scenario_version: int
    snapshot_id: int = Field(foreign_key="snapshot.id")
    as_at: date
    author: str
    text: str = Field(sa_type=Text)
    policy_fingerprint: str | None = None
    prices_fingerprint: str | None = None
    state: str
    step: str
    asked_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    owner: str
    lease_until: datetime
    figures: str | None = Field(default=None, sa_type=Text)
    answer: bytes = Field(default=b"", sa_type=LargeBinary)
    message: str | None = Field(default=None, sa_type=Text)
    removal_id: int | None = None


class WebSession(SQLModel, table=True):
    """A session of a person who is signed in; the row goes when they sign out, when it expires, or with their access.

    * key: SHA-256 of the secret in the cookie, as hexadecimal digits
    * email: without capitals
    * until: when it ends
    """

    __tablename__ = "web_session"

    key: str = Field(primary_key=True)
    email: str = Field(index=True)
    until: datetime


class DatabaseIdentity(SQLModel, table=True):
    """The identity of this database, in one row; no backup holds it, because a copy in a new place is another database.

    * identity: random, as hexadecimal digits
    """

    __tablename__ = "database_identity"

    id: int | None = Field(default=None, primary_key=True)
    identity: str
