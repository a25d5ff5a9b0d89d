"""How values are written in a page: the templates and the words they use."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts import wording
from alerts.digest.sentences import decisions

HERE: Final = Path(__file__).parent
NOT_KNOWN: Final = "not known"
NOTHING: Final = "\N{EN DASH}"
TAGS: Final = {
    "red": ("govuk-tag--red", "Red"),
    "amber": ("govuk-tag--orange", "Amber"),
    "green": ("govuk-tag--green", "Green"),
    "spare": ("govuk-tag--blue", "Room"),
    "no capacity": ("govuk-tag--red", "No capacity"),
}
WRITTEN_SO: Final = {"rosh": "RoSH", "mappa": "MAPPA", "aco": "ACO", "spo": "SPO", "sdr": "SDR", "fdr": "FDR"}
ROSH: Final = {"low": "Low", "medium": "Medium", "high": "High", "very_high": "Very high"}


def render_template(template: str, context: Mapping[str, object]) -> str:
    """A template filled in; a name that the context lacks is an error."""
    return _environment().get_template(template).render(context)


def prepare_templates(*templates: str) -> None:
    """Compile templates before a page needs them: compiling takes longer than filling in."""
    for template in templates:
        _environment().get_template(template)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        percent=percent,
        number=number,
        points=points,
        signed=signed,
        signed_points=signed_points,
        hours=hours,
        counted=wording.count_of,
        limit=wording.limit,
        moved=wording.change_text,
        clean=wording.clean,
        day=day,
        moment=moment,
        text=text,
        words=words,
        rosh=rosh,
        capitalize_first=capitalize_first,
        title_words=title_words,
    )
    environment.globals.update(
        tags=TAGS,
        team_type_words=wording.TEAM_TYPES,
        decision_line=decisions.decision_line,
        outcome_line=decisions.outcome_line,
        decision_text=decisions.decision_text,
        since_then=decisions.since_then,
    )
    return environment


def is_missing(value: Any) -> bool:
    """Whether there is no value."""
    return value is None or value is pd.NA or value != value


def text(value: Any) -> str:
    """A word as it stands, empty where it is missing, without characters that cannot be seen."""
    return "" if is_missing(value) else _cleaned(str(value))


@lru_cache(maxsize=20_000)
def _cleaned(name: str) -> str:
    return wording.clean(name)


def words(value: Any) -> str:
    """A name of the data as words: risk_management_plan is risk management plan."""
    return " ".join(WRITTEN_SO.get(word, word) for word in text(value).split("_"))


def title_words(value: Any) -> str:
    """A name of the data as words, the first letter large."""
    return capitalize_first(words(value))


def rosh(value: Any) -> str:
    return "Unclassified" if is_missing(value) else ROSH.get(str(value), str(value))


def percent(value: Any) -> str:
    """A percentage to one decimal."""
    return NOT_KNOWN if is_missing(value) else f"{value:,.1f}%"


def number(value: Any) -> str:
    return NOT_KNOWN if is_missing(value) else wording.number(value)


def points(value: Any) -> str:
    """Points with one decimal only where there is one."""
    return NOT_KNOWN if is_missing(value) else wording.hours(float(value))


def hours(value: Any) -> str:
    return NOT_KNOWN if is_missing(value) else wording.hours(float(value))


def signed(value: Any) -> str:
    """A change in percentage points."""
    return NOT_KNOWN if is_missing(value) else wording.signed_change(float(value))


def signed_points(value: float) -> str:
    """A change in points or cases, with a true minus sign."""
    size = wording.hours(abs(value))
    if size == "0":
        return size
    return f"{'+' if value > 0 else wording._MINUS}{size}"


def day(value: Any) -> str:
    """A date in full; a missing one as a dash."""
    if is_missing(value):
        return NOTHING
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return wording.long_date(value)


def moment(value: datetime | None) -> str:
    return NOTHING if value is None else f"{wording.long_date(value.date())}, {value:%H:%M}"


def capitalize_first(sentence: str) -> str:
    """A sentence with its first letter large, the rest as it stands."""
    return sentence[:1].upper() + sentence[1:]
