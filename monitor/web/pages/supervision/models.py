"""What the pages of an SPO's week show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple

from monitor.web.pages.page import PageModel, Part
from monitor.web.read_model.coming import ComingItem, WeekAhead


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
    - calendar: the address of the calendar file; whole: of the page with the whole list, empty if this is it.
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
    whole: str
