"""Why a unit changed, as typed values: the comparisons on its page, and the page of what is behind one part."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from monitor.web.charts.causes import CausesDrawing
from monitor.web.pages.view_models.page import PageModel, Part
from monitor.web.read_model.rows import UnitFigures
from monitor.web.read_model.units.causes import CausePart, CauseRow, ComparedWeek


class ShownCause(NamedTuple):
    """One part of a change. behind: the address of the cases and posts behind it, without the date; empty if none."""

    part: CausePart
    behind: str


class ShownChange(NamedTuple):
    """A unit compared with an earlier week. drawing: None without capacity in either week."""

    compared: ComparedWeek
    parts: tuple[ShownCause, ...]
    drawing: CausesDrawing | None


@dataclass(frozen=True, kw_only=True)
class CauseRowsPage(PageModel):
    """The cases and posts behind one part of a unit's change, one part of the list.

    since: the date compared with; None if nothing changed. of_cases: whether the rows are of cases, not of posts.
    """

    template: ClassVar[str] = "cause_rows.html"

    unit: UnitFigures
    since: date | None
    of_cases: bool
    items: tuple[CauseRow, ...]
    count: int
    part: Part
