"""Caseloads with what is recorded beyond assessments, and what is due in them."""

from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from tests.tiering.rows import CONFIG, FRIDAY, LONDON, Row, caseload, units_of, weigh
from tiering.caseload import Caseload
from tiering.oversight.items import oversight_items, rules_on_record
from tiering.oversight.rules import OversightRule, load_oversight_rules
from tiering.staff.staffing import people_seen


@cache
def shipped_rules() -> tuple[OversightRule, ...]:
    return load_oversight_rules(CONFIG, FRIDAY)


def items_of(*cases: Row, seen_on: date = FRIDAY, **tables: list[Row]) -> pd.DataFrame:
    """The items of a caseload under the shipped rules; officers were first seen on a day."""
    known = caseload(*cases, **tables)
    return items_in(known, seen_on)


def items_in(known: Caseload, seen_on: date = FRIDAY) -> pd.DataFrame:
    rules, units = rules_on_record(shipped_rules(), known), units_of(known).reset_index()
    return oversight_items(known, weigh(known), units, people_seen(known, None, seen_on), rules, LONDON, FRIDAY)


def dates_of(items: pd.DataFrame, rule: str) -> list[tuple[str, str, str]]:
    """Since when, due and done, of each item of a rule; an empty text if it is not done."""
    rows = items[items["rule"].eq(rule)][["since", "due_on", "done_on"]]
    return [tuple("" if pd.isna(day) else f"{day:%m-%d}" for day in row) for row in rows.itertuples(index=False)]


def failure(occurred_on: date, crn: str = "X1", **given: Any) -> Row:
    return {"crn": crn, "kind": "breach", "occurred_on": occurred_on} | given


def contact(planned_on: date, crn: str = "X1", kept: bool | None = True) -> Row:
    return {"crn": crn, "planned_on": planned_on, "kept": kept}


def oversight(kind: str, done_on: date, crn: str | None = "X1", om_code: str | None = None) -> Row:
    return {"crn": crn, "om_code": om_code, "kind": kind, "done_on": done_on}
