"""Rows of the extract contract for tests: a team, a post, a case; what is not given is plain."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from tests.oracle.strategies import to_frames
from tiering.caseload import Caseload
from tiering.points import WeighedCases, weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.workload import weigh_units

Row = dict[str, Any]

CONFIG = Path(__file__).parents[2] / "config"
FRIDAY = date(2009, 11, 20)
LONG_AGO = date(2009, 1, 1)


@cache
def shipped(name: str) -> Policy:
    """A shipped policy; every number of it has been in force since 2000."""
    return load_policy(CONFIG, name, FRIDAY)


LONDON = shipped("london-2009")
WMT = shipped("wmt")


def team(team_code: str = "T1", office: str = "F1", cluster: str = "C1", area: str = "A1", **given: Any) -> Row:
    row: Row = {"team_code": team_code, "team_name": f"Team {team_code}", "team_type": "omu"}
    for level, code in (("office", office), ("cluster", cluster), ("area", area)):
        row |= {f"{level}_code": code, f"{level}_name": f"{level.title()} {code}"}
    return row | given


def post(om_code: str = "P", team_code: str = "T1", hours: float = 37, grade: str = "PO", **given: Any) -> Row:
    row: Row = {"om_code": om_code, "team_code": team_code, "om_name": f"Officer {om_code}"}
    return row | {"grade": grade, "contracted_hours": hours} | given


def case(crn: str = "X1", **given: Any) -> Row:
    row: Row = {"crn": crn, "om_code": "P", "team_code": "T1", "tier": "1", "rosh": "low", "setting": "community"}
    return row | {"activity": "active", "sentence_start": LONG_AGO, "number_of_cases": 1} | given


def done(kind: str, completed_on: date, crn: str = "X1", **given: Any) -> Row:
    return {"crn": crn, "kind": kind, "completed_on": completed_on} | given


def change(occurred_on: date, crn: str = "X1") -> Row:
    return {"crn": crn, "kind": "significant_change", "occurred_on": occurred_on}


def duty(kind: str, quantity: float, starts_on: date = FRIDAY, ends_on: date | None = None, **given: Any) -> Row:
    row: Row = {"om_code": "P", "team_code": "T1", "kind": kind, "quantity": quantity}
    return row | {"starts_on": starts_on, "ends_on": ends_on} | given


def reduction(hours: float, team_code: str | None = "T1", **given: Any) -> Row:
    row: Row = {"om_code": "P", "team_code": team_code, "reason": "sickness", "hours": hours}
    return row | {"starts_on": LONG_AGO, "ends_on": None} | given


def caseload(*cases: Row, **given: Iterable[Row]) -> Caseload:
    """The rows as an accepted extract: team T1 with the full-time post of P unless tables say otherwise."""
    tables: dict[str, Iterable[Row]] = {"organisation": [team()], "offender_managers": [post()], "cases": cases}
    tables |= dict.fromkeys(("assessments", "events", "duties", "reductions"), ())
    return to_frames({name: list(rows) for name, rows in (tables | given).items()})


def weigh(known: Caseload, policy: Policy = LONDON) -> WeighedCases:
    return weigh_cases(known.cases, known.offender_managers, policy)


def units_of(known: Caseload, policy: Policy = LONDON, as_at: date = FRIDAY) -> pd.DataFrame:
    """The workload of every unit, by level and code."""
    return weigh_units(known, weigh(known, policy), policy, as_at).set_index(["level", "code"])
