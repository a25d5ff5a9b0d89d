"""A few people and a few cases, written by hand: everything that is not said is usual."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.oracle.card import Row
from tests.oracle.what_if.redistribution import Ask

AS_AT = date(2026, 11, 20)
LONG_AGO = AS_AT - timedelta(days=3000)
TEAMS = {
    "T1": ("omu", "O1", "C1"),
    "T2": ("omu", "O1", "C1"),
    "T3": ("omu", "O2", "C1"),
    "T4": ("omu", "O3", "C2"),
    "T5": ("ppu", "O1", "C1"),
}


def person(om_code: str, team_code: str = "T1", grade: str = "PO", hours: str = "18.5", **given: Any) -> Row:
    """A post; half time unless said otherwise."""
    row = {"om_code": om_code, "team_code": team_code, "om_name": f"Officer {om_code}", "grade": grade}
    return row | {"contracted_hours": Decimal(hours), "qualified_on": LONG_AGO, "left_on": None} | given


def case(crn: str, om_code: str | None = "A", team_code: str = "T1", **given: Any) -> Row:
    """A medium RoSH case of tier 2 in the community, for long with the same offender manager; nothing is due."""
    row: Row = {"crn": crn, "om_code": om_code, "team_code": team_code, "tier": "2", "rosh": "medium"}
    row |= {"rosh_delius": None, "setting": "community", "activity": "active", "sentence_start": None}
    row |= {"release_on": None, "allocated_on": LONG_AGO, "transferred_in_on": None, "mappa_level": None}
    return row | {"number_of_cases": 1} | given


def cases(number: int, om_code: str | None = "A", team_code: str = "T1", **given: Any) -> list[Row]:
    """So many cases alike."""
    return [case(f"{om_code or 'N'}{place:02}", om_code, team_code, **given) for place in range(number)]


def away(om_code: str, hours: str = "37", team_code: str | None = None) -> Row:
    """A long sickness."""
    row = {"om_code": om_code, "team_code": team_code, "reason": "sickness", "hours": Decimal(hours)}
    return row | {"starts_on": LONG_AGO, "ends_on": None}


def duty(om_code: str, quantity: str, team_code: str = "T1") -> Row:
    """Group work."""
    row = {"om_code": om_code, "team_code": team_code, "kind": "group_work", "quantity": Decimal(quantity)}
    return row | {"starts_on": LONG_AGO, "ends_on": None}


def ask(people: list[Row], held: list[Row], *more: Row, policy: str = "london-2009", **limits: Any) -> Ask:
    """The question of these people and cases; more: absences and duties."""
    teams = [
        {"team_code": code, "team_name": f"Team {code}", "team_type": kind, "office_code": office}
        | {"office_name": f"Office {office}", "cluster_code": cluster, "cluster_name": f"Cluster {cluster}"}
        | {"area_code": "A1", "area_name": "Area 1"}
        for code, (kind, office, cluster) in TEAMS.items()
    ]
    tables = {
        "organisation": teams,
        "offender_managers": people,
        "cases": held,
        "assessments": [],
        "events": [],
        "duties": [row for row in more if "kind" in row],
        "reductions": [row for row in more if "reason" in row],
    }
    return Ask(tables, AS_AT, policy, frozenset(TEAMS), **limits)
