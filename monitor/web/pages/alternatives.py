"""The page of alternative histories: what was recorded next to what another policy would have said.

It shows whole units only, as far as the reader may see them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final, NamedTuple

import numpy as np
import pandas as pd

from alerts.detection.organisation.unit_history import code_spans
from monitor.alternatives.compare import AlternativeFault, compare_weeks, read_alternative
from monitor.alternatives.files import Manifest, folder_of, list_alternatives
from monitor.web.charts.alternative import TwoCourses, draw_alternative
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.formatting import is_missing
from monitor.web.pages.view_models.page import PageModel
from tiering.terms import Level

SHOWN_LEVELS: Final = (Level.ALL, Level.AREA, Level.CLUSTER, Level.OFFICE, Level.TEAM)
PATH: Final = "/alternatives"


class ListedAlternative(NamedTuple):
    """One alternative history: its policy, and which weeks it has."""

    name: str
    policy: str
    weeks: int
    first: date
    last: date


class ComparedUnit(NamedTuple):
    """A unit on one date as recorded and under the alternative, in per cent of capacity; None without capacity."""

    as_at: date
    level: str
    code: str
    name: str
    recorded: float | None
    alternative: float | None
    difference: float | None
    hot: bool
    alternative_hot: bool


@dataclass(frozen=True, kw_only=True)
class AlternativesPage(PageModel):
    """The alternatives of a home, and one of them next to what was recorded.

    * units: of the week of the page, from the whole service down to teams
    * unit: whose weeks are shown, level and code; its weeks are the newest first
    * elsewhere: the last week of the alternative, if it has none for the date of the page
    * is_damaged: whether files of the alternative are missing or altered
    """

    template: ClassVar[str] = "alternatives.html"

    listed: tuple[ListedAlternative, ...]
    chosen: ListedAlternative | None = None
    policy: str = ""
    units: tuple[ComparedUnit, ...] = ()
    unit: str = ""
    weeks: tuple[ComparedUnit, ...] = ()
    drawing: TwoCourses | None = None
    elsewhere: date | None = None
    is_damaged: bool = False

    @property
    def hot(self) -> int:
        """How many units are over the red line as recorded."""
        return sum(unit.hot for unit in self.units)

    @property
    def alternative_hot(self) -> int:
        """How many units are over the red line under the alternative."""
        return sum(unit.alternative_hot for unit in self.units)


def alternatives_page(reader: Reader) -> AlternativesPage:
    """The page for what the query asks; raises NotFound for an alternative or a unit that there is not."""
    store = reader.snapshots.store
    listed = tuple(_listed(name, manifest) for name, manifest in list_alternatives(folder_of(store)).items())
    name = reader.text("history")
    if not name:
        return AlternativesPage(title="Alternative histories", listed=listed)
    chosen = next((alternative for alternative in listed if alternative.name == name), None)
    if chosen is None:
        raise NotFound("There is no such alternative history.")
    unit = reader.text("unit")
    level, _, code = unit.partition("/")
    if unit:
        reader.sight.require(level, code)
        if level not in list(SHOWN_LEVELS) or reader.week.unit(level, code) is None:
            raise NotFound("There is no such unit.")
    try:
        rows = _visible(reader, _units_of(reader, name))
        weeks = _weeks_of(reader, name, level, code) if unit else rows.iloc[:0]
    except AlternativeFault:
        return AlternativesPage(title=name, listed=listed, chosen=chosen, is_damaged=True, trail=_TRAIL)
    shown = _compared(weeks.iloc[::-1])
    title = shown[0].name if shown else code
    return AlternativesPage(
        title=name,
        listed=listed,
        chosen=chosen,
        policy=reader.week.policy.name,
        units=_compared(_by_level(rows)),
        unit=title if unit else "",
        weeks=shown,
        drawing=draw_alternative(weeks, title, chosen.policy, reader.week.red_line),
        elsewhere=chosen.last if rows.empty else None,
        trail=_TRAIL,
        tables={"alternative": lambda: rows} | ({"alternative_weeks": lambda: weeks} if unit else {}),
        file_part=name,
    )


_TRAIL: Final = (("Alternative histories", PATH),)


def has_alternatives(reader: Reader) -> bool:
    """Whether there is an alternative history to lead to."""
    return bool(list_alternatives(folder_of(reader.snapshots.store)))


def _listed(name: str, manifest: Manifest) -> ListedAlternative:
    return ListedAlternative(name, manifest.policy, len(manifest.weeks), min(manifest.weeks), max(manifest.weeks))


def _units_of(reader: Reader, name: str) -> pd.DataFrame:
    """Every whole unit of the week of the page; without rows if the alternative has no such week."""
    as_at, store = reader.week.as_at, reader.snapshots.store
    return reader.week.recent.get(
        ("alternative", name, _mark(reader, name)),
        lambda: compare_weeks(store, name, as_at, as_at, levels=SHOWN_LEVELS),
    )


def _weeks_of(reader: Reader, name: str, level: str, code: str) -> pd.DataFrame:
    """A unit over the weeks up to that of the page, under each code while that was its own; oldest first."""
    week, store = reader.week, reader.snapshots.store
    spans = code_spans(level, code, week.changes_by_date)
    rows = week.recent.get(
        ("alternative", name, _mark(reader, name), level, code),
        lambda: compare_weeks(store, name, None, week.as_at, levels=[level], codes={span.code for span in spans}),
    )
    days = [stamp.date() for stamp in rows["as_at"]]
    wanted = [
        any(span.code == row_code and span.has(day) for span in spans)
        for row_code, day in zip(rows["code"].tolist(), days, strict=True)
    ]
    return rows[np.array(wanted, dtype=bool)]


def _mark(reader: Reader, name: str) -> str:
    """What changes when the alternative does."""
    manifest = read_alternative(reader.snapshots.store, name)
    return hashlib.sha256(manifest.model_dump_json().encode()).hexdigest()


def _visible(reader: Reader, rows: pd.DataFrame) -> pd.DataFrame:
    places = zip(rows["level"].tolist(), rows["code"].tolist(), strict=True)
    return rows[np.array([reader.sight.may_see(*place) for place in places], dtype=bool)]


def _by_level(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows from the whole service down to teams, by code."""
    order = {level.value: place for place, level in enumerate(SHOWN_LEVELS)}
    return rows.assign(place=rows["level"].map(order)).sort_values(["place", "code"]).drop(columns="place")


def _compared(rows: pd.DataFrame) -> tuple[ComparedUnit, ...]:
    return tuple(
        ComparedUnit(
            row["as_at"].date(),
            row["level"],
            row["code"],
            row["name"],
            _known(row["capacity_percentage"]),
            _known(row["alternative_percentage"]),
            _known(row["difference"]),
            row["hot"],
            row["alternative_hot"],
        )
        for row in rows.to_dict("records")
    )


def _known(value: float) -> float | None:
    return None if is_missing(value) else float(value)
