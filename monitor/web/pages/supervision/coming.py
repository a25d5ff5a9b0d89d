"""The page of what is coming in four weeks: counts by week, and the list by day and person, narrowed as asked."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from typing import Final

import pandas as pd

from monitor.web.access_log import Subject
from monitor.web.auth.permissions import UNITS
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages.scope import part_asked
from monitor.web.pages.supervision.models import ComingDay, ComingFilters, ComingPage
from monitor.web.pages.supervision.wording import KINDS, describe
from monitor.web.read_model.history import forecast_of
from monitor.web.read_model.rows import ForecastFigures, rows_of
from monitor.web.read_model.supervision.coming import ComingItem, coming_items, coming_weeks
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import file_part
from tiering.terms import Level

PATH: Final = "/coming"
MOST_TEAMS: Final = 8
"""A reader of so many teams may choose among their people; of more, among units alone."""

COLUMNS: Final = [
    "on", "kind", "what", "crn", "om_code", "om_name", "team_code", "office_code", "cluster_code", "tier", "rosh",
    "quantity",
]  # fmt: skip
"""The columns of the list as it is downloaded."""

_PERSON: Final = Level.OFFENDER_MANAGER.value


def coming_page(reader: Reader) -> ComingPage:
    """The page, narrowed to what the query asks for.

    Raises Forbidden for a unit or person outside the reader's scope, NotFound for what is no unit, person or week.
    """
    chosen = chosen_filters(reader)
    week, days = reader.week, reader.week.policy.due_soon
    level, code = scope_asked(reader, chosen.unit)
    of_scope = coming_items(week, reader.sight, level, code)
    items = narrow(of_scope, chosen)
    part = part_asked(reader, len(items))
    shown = rows_of(ComingItem, items.iloc[part.first : part.end])
    return ComingPage(
        title="What is coming",
        scope=scope_in_words(reader, level, code),
        until=week.as_at + timedelta(days=days),
        weeks=coming_weeks(of_scope, week.as_at, days, _forecast(reader, level, code)),
        days=_by_day(shown),
        count=len(items),
        part=part,
        chosen=chosen,
        kinds=KINDS,
        units=week.recent.get(("coming choices", reader.sight.teams, reader.sight.units), lambda: _choices(reader)),
        calendar=reader.with_words(f"{PATH}/calendar", **_words(reader, chosen)),
        tables={"coming": lambda: items[COLUMNS]},
        file_part=file_part(*((level, code) if level == _PERSON else (level, scope_in_words(reader, level, code)))),
        subjects=coming_subjects(reader, chosen.unit),
    )


def chosen_filters(reader: Reader) -> ComingFilters:
    """What the query narrows the list to."""
    return ComingFilters(reader.text("unit", LONGEST_UNIT), reader.text("kind"), reader.text("week"))


def scope_asked(reader: Reader, unit: str) -> tuple[str, str]:
    """The level and code to narrow to; those of the whole scope without a wish.

    Raises Forbidden for a unit or person outside the reader's scope, NotFound for what is neither.
    """
    own = reader.sight.units
    level, _, code = (
        unit.partition("/") if unit else (own[0][0], "", own[0][1]) if len(own) == 1 else (Level.ALL.value, "", "")
    )
    if unit and level not in (*UNITS, _PERSON):
        raise NotFound(f"{level} is not a level of a unit or person.")
    if unit:
        reader.sight.require(level, code)
    return level, code


def narrow(items: pd.DataFrame, chosen: ComingFilters) -> pd.DataFrame:
    """The items of the kind and of the week that are asked for; raises NotFound for what is no date."""
    if chosen.kind:
        items = items[items["kind"].eq(chosen.kind)]
    if chosen.week:
        try:
            monday = pd.Timestamp(date.fromisoformat(chosen.week))
        except ValueError:
            raise NotFound("week is a date such as 2026-11-23.") from None
        items = items[items["on"].between(monday, monday + pd.Timedelta(days=6))]
    return items


def coming_subjects(reader: Reader, unit: str) -> tuple[Subject, ...]:
    """What the list shows, for the access log: the unit or person it is narrowed to, or the reader's own scope."""
    level, _, code = unit.partition("/")
    return (Subject(level, code),) if code else reader.own_scope


def _forecast(reader: Reader, level: str, code: str) -> tuple[ForecastFigures, ...]:
    if level == _PERSON or not code:
        return ()
    return rows_of(ForecastFigures, forecast_of(reader.week, level, code))


def scope_in_words(reader: Reader, level: str, code: str) -> str:
    """The name of a unit or person; of the whole scope, words for it."""
    unit = reader.week.unit(level, code)
    return "Everything you can see" if unit is None else unit.name


def _by_day(items: Iterable[ComingItem]) -> tuple[ComingDay, ...]:
    days = groupby(items, key=lambda item: item.on.date())
    return tuple(
        ComingDay(day, tuple((item, describe(item.kind, item.what, item.quantity)) for item in of_day))
        for day, of_day in days
    )


def _words(reader: Reader, chosen: ComingFilters) -> dict[str, str]:
    words = {"unit": chosen.unit, "kind": chosen.kind, "week": chosen.week, "as_at": reader.text("as_at")}
    return {name: text for name, text in words.items() if text}


def _choices(reader: Reader) -> tuple[tuple[str, str], ...]:
    """The units a reader may choose from, from the cluster down, and of few teams their people."""
    week, sight = reader.week, reader.sight
    rows = week.organisation.sort_values(["cluster_code", "office_code", "team_code"])
    choices: dict[str, str] = {}
    few = len(sight.teams) <= MOST_TEAMS
    for level in (Level.CLUSTER, Level.OFFICE, *((Level.TEAM,) if few else ())):
        for code, name in zip(rows[f"{level}_code"], rows[f"{level}_name"], strict=True):
            if sight.may_see(level, code):
                choices[f"{level}/{code}"] = f"{name} ({level})"
    if few:
        people = week.units.iloc[week.people(sight.teams)]
        named = sorted(zip(people["name"], people["code"], strict=True))
        choices |= {f"{_PERSON}/{code}": name for name, code in named}
    return tuple(choices.items())
