"""What the pages of scenarios show, as models: their fields are the words of the templates."""

from dataclasses import dataclass
from datetime import date

from monitor.redistribution.results.figures import PlanFigures
from monitor.snapshots.tables import PlanRow, ScenarioRow


@dataclass(frozen=True)
class PlanLine:
    """A plan in a list: its row, its tag (class and words), and what it says once it is found."""

    row: PlanRow
    tag: tuple[str, str]
    figures: PlanFigures | None
    verdict: str


@dataclass(frozen=True)
class ScenarioLine:
    """A scenario in the list of all, with its newest plan."""

    row: ScenarioRow
    scope: str
    plan: PlanLine | None


@dataclass(frozen=True)
class ListPage:
    """Every what-if of the planner's scope."""

    scenarios: tuple[ScenarioLine, ...]


@dataclass(frozen=True)
class ScenarioHead:
    """What stands on every page of one scenario.

    - scope, revision: of the snapshot it starts from; mine: whether the reader saved it.
    - is_for_planner: whether the reader plans, so that there are links to the what-if and to other plans.
    - said: what was just done.
    """

    row: ScenarioRow
    scope: str
    address: str
    mine: bool
    is_for_planner: bool
    said: str
    revision: int


@dataclass(frozen=True)
class ChangeLine:
    """One change: its place, counted from 1, its key, what it says, and what a planner should know about it."""

    place: int
    key: str
    says: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ScenarioPage:
    """One what-if: its changes, its limits, its plans, what can be done with it, and what keeps it from being solved.

    - forms: kind and link of every change that can be added, none where there are faults.
    - at_work: the number of a plan that is being solved; plan_for: the day it is for, None for the as-at date.
    """

    changes: tuple[ChangeLine, ...]
    forms: tuple[tuple[str, str], ...]
    limits: tuple[tuple[str, str], ...]
    plans: tuple[PlanLine, ...]
    faults: tuple[str, ...]
    text: str
    at_work: int | None
    plan_for: date | None


@dataclass(frozen=True)
class GonePage:
    """A what-if whose text the retention removed: who asked what when, and the figures."""

    plans: tuple[PlanLine, ...]


@dataclass(frozen=True)
class WaitingPage:
    """A plan that is not there: being solved, cancelled, broken off, or not possible."""

    plan: PlanRow
    state: str
    tag: tuple[str, str]
    faults: tuple[str, ...]
    stays: bool
    seconds: int | None
