"""What the pages of an SPO's week show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Generic, NamedTuple, TypeVar

from monitor.snapshots.follow_through.readings import Reading
from monitor.web.pages.view_models.page import Link, PageModel, Part
from monitor.web.pages.view_models.team_models import TeamTable
from monitor.web.read_model.rows import Post, UnitFigures
from monitor.web.read_model.rows_of_cases import LateAssessment, OversightItem
from monitor.web.read_model.supervision.benchmark import Agreement, BenchmarkPlan
from monitor.web.read_model.supervision.coming import ComingItem, WeekAhead
from monitor.web.read_model.supervision.sheet import RiskCount, SinceThen

Item = TypeVar("Item")


class ComingDay(NamedTuple):
    """What comes on one day, each with its words."""

    on: date
    items: tuple[tuple[ComingItem, str], ...]


@dataclass(frozen=True)
class ComingFilters:
    """What the list is narrowed to; empty for everything. unit: level/code. week: its Monday."""

    unit: str = ""
    kind: str = ""
    week: str = ""


@dataclass(frozen=True, kw_only=True)
class ComingPage(PageModel):
    """What is known to come: counted by week, and one part of the list by day and person.

    - scope: the unit or person it is about, in words. until: the last day that the snapshot looks ahead to.
    - kinds: the kinds with their words. units: what the reader may narrow the list to.
    - calendar: the address of the calendar file.
    """

    template: ClassVar[str] = "coming.html"

    scope: str
    until: date
    weeks: tuple[WeekAhead, ...]
    days: tuple[ComingDay, ...]
    count: int
    part: Part
    chosen: ComingFilters
    kinds: Mapping[str, str]
    units: tuple[tuple[str, str], ...]
    calendar: str


@dataclass(frozen=True)
class Shown(Generic[Item]):
    """The first of a list, and how many more there are."""

    items: tuple[Item, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class SheetPage(PageModel):
    """One page of A4 about one offender manager, for supervision.

    - lack: what is missing where no points are available. late: of high RoSH first. coming: each with its words.
    - owed: what is overdue beyond assessments, of high RoSH first.
    - since: the day of the last supervision; changes: since the snapshot before it, None if there is none.
    - mappa: CRNs by level. copied, waiting: CRNs of copied assessments, and of plans not countersigned.
    - most: how many CRNs of each list are shown.
    """

    template: ClassVar[str] = "sheet.html"

    unit: UnitFigures
    lack: str
    posts: tuple[Post, ...]
    risks: tuple[RiskCount, ...]
    late: Shown[LateAssessment]
    owed: tuple[OversightItem, ...]
    coming: Shown[tuple[ComingItem, str]]
    since: date
    changes: SinceThen | None
    mappa: tuple[tuple[str, tuple[str, ...]], ...]
    copied: tuple[str, ...]
    waiting: tuple[str, ...]
    most: int


@dataclass(frozen=True, kw_only=True)
class TeamSheetPage(PageModel):
    """One page of A4 with the table of a team's people."""

    template: ClassVar[str] = "team_sheet.html"

    unit: UnitFigures
    team: TeamTable


class ListedPlan(NamedTuple):
    """A plan of the list, why it is on it, and what the second SPO found.

    - reading: None while no one has read it. path: of the form on which the reader says, or corrects, what they found.
    """

    plan: BenchmarkPlan
    why: str
    reading: Reading | None
    path: str


@dataclass(frozen=True, kw_only=True)
class ReadingPage(PageModel):
    """The form on which a second SPO says whether they agree with a countersignature.

    - verdict, note, fault: as they were sent, and what is wrong with them. reading: what is on record already.
    - is_open: whether the reader may record what they find, or correct what they found. number: of that reading.
    """

    template: ClassVar[str] = "reading.html"

    plan: BenchmarkPlan
    why: str
    back: Link
    path: str
    verdict: str
    note: str
    fault: str
    reading: Reading | None
    is_open: bool
    number: int


@dataclass(frozen=True, kw_only=True)
class BenchmarkPage(PageModel):
    """The countersigned plans of a month that a second SPO reads again.

    - scope: the unit that it is about, in words. month: such as October 2026. plans_per_spo: as the policy has it.
    - plans: of this part of the list. lack: why there is none; empty if there are any.
    - agreement: of the offices of the list.
    """

    template: ClassVar[str] = "benchmark.html"

    scope: str
    month: str
    plans_per_spo: int
    plans: tuple[ListedPlan, ...]
    agreement: tuple[Agreement, ...]
    lack: str
    count: int
    part: Part
