"""The pages as typed values: a presenter makes one, the renderer shows it, the API and the access log read it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from alerts.detection.rules import Rule
from alerts.digest.first_screen.answers import FirstScreen
from alerts.digest.scope.timeliness import Timely
from alerts.digest.scope.units import Unit
from alerts.digest.sentences.figures import Figure
from alerts.digest.story import Story
from monitor.extracts import FaultLines
from monitor.mail.resend import Candidate
from monitor.operations.status import ServiceStatus
from monitor.snapshots.mail_tables import OutboxEvent, OutboxMessage
from monitor.snapshots.store import RowsRemoved
from monitor.snapshots.tables import Run, Snapshot
from monitor.web.charts.capacity import Drawing
from monitor.web.charts.months import MonthsDrawing
from monitor.web.charts.quadrant import Quadrant
from monitor.web.pages.policy.sections import Section
from monitor.web.pages.view_models.cause_models import ShownChange
from monitor.web.pages.view_models.concern_models import NOTHING_RAISED, ConcernsShown
from monitor.web.pages.view_models.decision_models import NOTHING_TO_DECIDE, DecidePath, DecisionCounts, no_decision
from monitor.web.pages.view_models.inspections import Report
from monitor.web.pages.view_models.page import PageModel, Part
from monitor.web.pages.view_models.proposals import ProposalOf, no_proposal
from monitor.web.pages.view_models.siblings import Sibling
from monitor.web.pages.view_models.team_models import TeamTable
from monitor.web.read_model import rows, rows_of_cases
from monitor.web.read_model.intake import IntakeLine, MissingInput, TableInput, UnmatchedCases, UnusedHeadings
from monitor.web.read_model.messages import ListedMessage
from monitor.web.read_model.units.changes import LoadChange, LoadPart
from monitor.web.read_model.units.oversight import OversightOfUnit
from monitor.web.read_model.units.posts import Spread
from tiering.policies.policy import Policy

MayShow = Callable[[str, str], bool]
"""Whether the reader may see a unit, by level and code."""


class SpareRoom(NamedTuple):
    """A unit with points to spare, and whose they are."""

    unit: Unit
    whose: tuple[str, ...]


class TimelyUnit(NamedTuple):
    """The timeliness of one unit. light: red, amber or green; empty if nothing fell due."""

    unit: Timely
    light: str


@dataclass(frozen=True, kw_only=True)
class HomePage(PageModel):
    """The reader's scope: the five answers, hotspots, what is coming, spare capacity, timeliness.

    organisation: what changed in it since the snapshot before. history: what changed in its units over the weeks.
    team_types: types of team compared. limits: lines on limits of tolerable risk; limits_path: of the page about them.
    siblings: the units next to the reader's own. counts: of decisions; decide: where the reader records one.
    propose: what the run proposes about a hotspot.
    concerns: of offender managers who cannot carry their caseload, as far as the reader learns of them.
    oversight: what is owed beyond assessments, by rule; oversight_parts: rolled up for each part.
    """

    template: ClassVar[str] = "home.html"

    story: Story
    screen: FirstScreen
    figures: tuple[Figure, ...]
    about: tuple[str, ...]
    room: tuple[SpareRoom, ...]
    organisation: tuple[str, ...]
    organisation_note: str
    history: tuple[str, ...]
    drawing: Drawing | None
    weeks: tuple[rows.WeekFigures, ...]
    quadrant: Quadrant | None
    red_line: float
    parts: tuple[rows.UnitFigures, ...]
    timeliness: tuple[TimelyUnit, ...]
    team_types: tuple[rows.TeamTypeFigures, ...]
    limits: tuple[str, ...]
    oversight: tuple[rows.OversightRate, ...]
    oversight_parts: tuple[OversightOfUnit, ...]
    limits_path: str = ""
    siblings: tuple[Sibling, ...] = ()
    counts: DecisionCounts = NOTHING_TO_DECIDE
    decide: DecidePath = no_decision
    propose: ProposalOf = no_proposal
    concerns: ConcernsShown = NOTHING_RAISED


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed since the snapshot before. previous_as_at: its date, None for the first.

    change: None if the two cannot be compared. removed: the rows it needs are gone. reweighed: the weights changed.
    reused: the code stood for another unit.
    """

    previous_as_at: date | None
    change: LoadChange | None
    removed: RowsRemoved | None
    reweighed: bool
    reused: bool


@dataclass(frozen=True, kw_only=True)
class UnitPage(PageModel):
    """An area, cluster, office or team: its load and why, its people, its weeks, what changed.

    part: the level below. months_drawing: None while there are too few months. names_people: whether offender managers
    and reductions are listed. removed: the case-level rows are gone, and with them split and reductions. inspections:
    None if a file of them has a fault.
    organisation, history, team_types, siblings: as of HomePage. outages: recorded ones, in words.
    contact: suspended and prioritised cases.
    bulk_days: of the unit's teams and offices. staffing: None in snapshots from before it was counted.
    oversight, oversight_parts: as of HomePage.
    causes: why capacity changed since earlier weeks, the latest first. concerns: as of HomePage.
    plans: how many agreed plans move cases of its people, for an SPO. team: its people, where the page
        names them.
    """

    template: ClassVar[str] = "unit.html"

    unit: rows.UnitFigures
    story: Story
    comparison: Comparison
    level: str
    part: str
    parts: tuple[rows.UnitFigures, ...]
    spread: Spread
    names_people: bool
    split: Mapping[str, list[LoadPart]]
    organisation: tuple[str, ...]
    organisation_note: str
    history: tuple[str, ...]
    drawing: Drawing | None
    weeks: tuple[rows.WeekFigures, ...]
    months_drawing: MonthsDrawing | None
    months: tuple[rows.MonthFigures, ...]
    forecast: tuple[rows.ForecastFigures, ...]
    reductions: tuple[rows.Reduction, ...]
    reduction_count: int
    ending_soon: int
    removed: RowsRemoved | None
    contact: tuple[rows.ContactFigures, ...]
    bulk_days: tuple[rows.BulkDay, ...]
    oversight: tuple[rows.OversightRate, ...]
    oversight_parts: tuple[OversightOfUnit, ...]
    staffing: rows.Staffing | None
    outages: tuple[str, ...]
    timeliness: tuple[rows.Timeliness, ...]
    red_line: float
    team_types: tuple[rows.TeamTypeFigures, ...]
    inspections: tuple[Report, ...] | None = ()
    siblings: tuple[Sibling, ...] = ()
    causes: tuple[ShownChange, ...] = ()
    decide: DecidePath = no_decision
    propose: ProposalOf = no_proposal
    concerns: ConcernsShown = NOTHING_RAISED
    plans: int = 0
    team: TeamTable | None = None


@dataclass(frozen=True, kw_only=True)
class OffenderManagerPage(PageModel):
    """One offender manager: posts, cases with their points explained, what is overdue and due, findings.

    before: the figures in the snapshot before, if they compare. lack: what is missing where no points are available.
    hidden_cases: cases in posts that the reader may not see. by_urgency: overdue first, then the heaviest.
    shown_at_once: how many of them a phone shows before the rest is opened.
    other_work: what they owe beyond assessments; None if their service records none of it.
    decided: that there is a decision about their teams or offices, and when it is reviewed.
    concerns: that they cannot carry their caseload, for them and their SPO; can_raise: whether the reader may say so.
    """

    template: ClassVar[str] = "offender_manager.html"

    unit: rows.UnitFigures
    before: rows.UnitFigures | None
    lack: str
    comparison: Comparison
    posts: tuple[rows.Post, ...]
    reductions: tuple[rows.Reduction, ...]
    drawing: Drawing | None
    weeks: tuple[rows.WeekFigures, ...]
    cases: tuple[rows_of_cases.Case, ...]
    hidden_cases: int
    by_urgency: tuple[rows_of_cases.CaseDetails, ...]
    shown_at_once: int
    late: tuple[rows_of_cases.LateAssessment, ...]
    soon: tuple[rows_of_cases.DueAssessment, ...]
    findings: tuple[rows_of_cases.Finding, ...]
    due_soon_days: int
    may_see: MayShow
    other_work: tuple[rows_of_cases.OversightItem, ...] | None = None
    decided: tuple[str, ...] = ()
    concerns: ConcernsShown = NOTHING_RAISED
    can_raise: bool = False


@dataclass(frozen=True)
class Filters:
    """What a list of assessments is narrowed to; empty for everything. sort: days, or hot and late first."""

    rule: str = ""
    rosh: str = ""
    unit: str = ""
    sort: str = ""


@dataclass(frozen=True, kw_only=True)
class AssessmentsPage(PageModel):
    """Overdue assessments, filtered, one part of them.

    units: what the reader may narrow the list to. outages: what of them fell due during recorded outages, in words.
    """

    template: ClassVar[str] = "assessments.html"

    items: tuple[rows_of_cases.ListedAssessment, ...]
    count: int
    high: int
    hot: int
    part: Part
    rules: tuple[str, ...]
    units: tuple[tuple[str, str], ...]
    chosen: Filters
    outages: tuple[str, ...]


class KindOfFinding(NamedTuple):
    """One kind of finding and how many there are."""

    name: str
    says: str
    number: int


@dataclass(frozen=True, kw_only=True)
class DataQualityPage(PageModel):
    """What the extract leaves out or contradicts.

    shows_findings: not to an operator. shows_reasons: to those who see everything, and operators.
    intake: address of the intake report of the same snapshot.
    """

    template: ClassVar[str] = "data_quality.html"

    shows_findings: bool
    shows_reasons: bool
    kinds: tuple[KindOfFinding, ...]
    kind: str
    findings: tuple[rows_of_cases.Finding, ...]
    count: int
    part: Part
    rejected: tuple[rows_of_cases.RejectedCount, ...]
    rows_read: int
    rows_rejected: int
    empty_teams: tuple[str, ...]
    intake: str


@dataclass(frozen=True, kw_only=True)
class IntakePage(PageModel):
    """What an extract brought, next to the snapshot before.

    has_report: not in snapshots from before the report existed. shows_details: what may quote the source.
    read_as: how the source was read, what it is in words first. reasons: the most frequent of ``reasons_count``.
    """

    template: ClassVar[str] = "intake.html"

    has_report: bool
    shows_details: bool
    last_as_at: date | None
    inputs: tuple[TableInput, ...]
    missing: tuple[MissingInput, ...]
    unmatched: UnmatchedCases | None
    read_as: tuple[tuple[str, IntakeLine], ...]
    unused: tuple[UnusedHeadings, ...]
    reasons: tuple[IntakeLine, ...]
    reasons_count: int


class ListedSnapshot(NamedTuple):
    """One snapshot in the list, with its counts. intake: path of its intake report; empty if no page shows it."""

    snapshot: Snapshot
    cases: int
    rejected: int
    intake: str


class ListedRun(NamedTuple):
    """One weekly run, with what made it fail."""

    run: Run
    faults: FaultLines


@dataclass(frozen=True, kw_only=True)
class SnapshotsPage(PageModel):
    """How the service stands, the last weekly runs, and every snapshot; detailed: with runs, counts and sources."""

    template: ClassVar[str] = "snapshots.html"

    snapshots: tuple[ListedSnapshot, ...]
    state: ServiceStatus | None
    runs: tuple[ListedRun, ...]
    detailed: bool
    leads_to_figures: bool


@dataclass(frozen=True, kw_only=True)
class DigestsPage(PageModel):
    """The last messages. everyones: all of them, for an operator; most: how many at most."""

    template: ClassVar[str] = "digests.html"

    messages: tuple[ListedMessage, ...]
    everyones: bool
    most: int


@dataclass(frozen=True, kw_only=True)
class DigestPage(PageModel):
    """One message: its state, and its look. seen: its version, so that a form about an older one is refused."""

    template: ClassVar[str] = "digest.html"

    message: OutboxMessage
    readable: bool
    subject: str
    shown: str
    ways: Mapping[str, str]
    text: str
    events: tuple[OutboxEvent, ...]
    candidate: Candidate | None
    operator: bool
    seen: str


@dataclass(frozen=True, kw_only=True)
class DefinitionsPage(PageModel):
    """What every figure means."""

    template: ClassVar[str] = "definitions.html"

    policy: Policy
    rules: tuple[Rule, ...]
    findings: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PolicyPage(PageModel):
    """Every number in force on the snapshot's date, its source and status, and what changed when.

    by_policy_path: the page of the snapshot under several policies; empty if there is none for the reader.
    alternatives_path: the page of alternative histories; empty likewise.
    """

    template: ClassVar[str] = "policy.html"

    policy: Policy
    sections: tuple[Section, ...]
    by_status: Mapping[str, int]
    by_policy_path: str = ""
    alternatives_path: str = ""

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Anchor and title of every section."""
        return tuple((section.name, section.title) for section in self.sections)


@dataclass(frozen=True, kw_only=True)
class SearchPage(PageModel):
    """Units, offender managers and cases that a search found. removed: cases of that week are gone."""

    template: ClassVar[str] = "search.html"

    words: str
    units: tuple[rows_of_cases.FoundUnit, ...]
    cases: tuple[rows_of_cases.FoundCase, ...]
    removed: RowsRemoved | None
    most: int
    may_see: MayShow
