"""How well what a column of a source holds fits a column of ours."""

from collections.abc import Mapping
from typing import Any, Final

import pyarrow.compute as pc

from monitor.extracts.draft.dates import LEAST_SHARE, guess_dates
from monitor.extracts.draft.likeness import likeness
from monitor.extracts.draft.lists import MOST_VALUES, choices_of, list_share
from monitor.extracts.draft.profile import ColumnProfile
from monitor.extracts.draft.words import NO_HOURS, column_phrases
from tiering.caseload import CASES, OFFENDER_MANAGERS, ORGANISATION, Column, Kind, Table

KEYS_OF: Final = {"team_code": ORGANISATION.name, "om_code": OFFENDER_MANAGERS.name, "crn": CASES.name}
"""The table that has each code as its own, to which others refer."""

NEVER: Final = -10.0
LEAST: Final = 0.55
"""The score from which a column of a source may be one of ours."""

_LEAST_NAME = 0.4
_SURE_BY_VALUES = 0.45
_FEWEST_HOURS = 2
_BLANK, _LETTER, _LONG = r"\s", r"\p{L}", r"^.{25,}$"
Keys = Mapping[str, Any]
"""The values of each code in the table that has it as its own."""


def score(table: Table, column: Column, theirs: ColumnProfile, keys: Keys) -> float:
    """How likely a column of a source is one of ours: by its heading up to 0.95, and by its values from -10 to 0.6.

    Values alone are enough for what they make certain: a list of words of ours, or codes of another table.
    """
    name = likeness(theirs.heading, column_phrases(table.name, column.name))
    if name < _LEAST_NAME and not column.required:
        return 0.0
    fit = _fit(table, column, theirs, keys)
    by_values = column.required and fit >= _SURE_BY_VALUES
    if name < _LEAST_NAME and not by_values:
        return 0.0
    total = name + fit + (0.15 if by_values else 0.0)
    return total if total >= LEAST else 0.0


def _fit(table: Table, column: Column, theirs: ColumnProfile, keys: Keys) -> float:
    if not theirs.filled:
        return -0.2 if column.required and theirs.rows else 0.0
    if choices_of(column) or column.name == "tier":
        return _list_fit(column, theirs)
    match column.kind:
        case Kind.DATE:
            return _date_fit(theirs)
        case Kind.NUMBER | Kind.WHOLE:
            return _number_fit(column, theirs)
    if (guess := guess_dates(theirs)) is not None and guess.formats[:1] not in (("excel",), ("yyyymmdd",)):
        return NEVER
    if column.name.endswith("_name"):
        return _name_fit(theirs)
    return _code_fit(table, column, theirs, keys)


def _list_fit(column: Column, theirs: ColumnProfile) -> float:
    share = list_share(column, theirs)
    if theirs.different > MOST_VALUES and share < 0.9:
        return NEVER
    if share >= 0.5:
        return 0.6 * share
    # The tiers of another policy are tiers all the same; other words may be a list of theirs that is not known here.
    return 0.0 if column.name == "tier" else -0.1 if share else -0.3


def _date_fit(theirs: ColumnProfile) -> float:
    guess = guess_dates(theirs)
    if guess is None:
        return NEVER
    return 0.3 if guess.share >= LEAST_SHARE and guess.formats[:1] != ("excel",) else 0.15


def _number_fit(column: Column, theirs: ColumnProfile) -> float:
    if theirs.number_share < 0.8:
        return NEVER
    largest, smallest = float(theirs.numbers.max()), float(theirs.numbers.min())
    if column.name == "contracted_hours" and (
        largest < _FEWEST_HOURS or likeness(theirs.heading, NO_HOURS) >= _LEAST_NAME
    ):
        return NEVER
    if column.minimum is not None and smallest < column.minimum:
        return -0.3
    if column.maximum is not None and largest > column.maximum:
        return NEVER if column.name == "similarity" else -0.3
    return 0.2


def _name_fit(theirs: ColumnProfile) -> float:
    if theirs.share(_LETTER) < 0.5:
        return -0.6
    return 0.1 if theirs.share(_BLANK) >= 0.5 else 0.0


def _code_fit(table: Table, column: Column, theirs: ColumnProfile, keys: Keys) -> float:
    fit = -0.3 if theirs.share(_BLANK) >= 0.5 else 0.05
    if theirs.share(_LONG) >= 0.5:
        fit -= 0.3
    known = keys.get(column.name)
    if known is not None and KEYS_OF.get(column.name) != table.name:
        shared = theirs.share_of(pc.is_in(theirs.keys, value_set=known))
        return fit + (0.6 * shared if shared >= 0.5 else -0.3 if shared < 0.1 else 0.0)
    if table.key == (column.name,):
        unique = theirs.different / theirs.rows
        return fit + (0.2 if unique >= 0.95 else -0.6 * (1 - unique))
    return fit
