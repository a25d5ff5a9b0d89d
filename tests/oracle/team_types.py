"""Types of team compared, team by team and post by post."""

from datetime import date
from fractions import Fraction
from typing import Any

from .assessments import lateness
from .card import Tables, has_left
from .workload import units_above, workload

UnitType = tuple[str, str, str]  # (level, code, team_type)


def team_types(tables: Tables, as_at: date, policy: str) -> dict[UnitType, dict[str, Any]]:
    """Every cluster, area and the whole service, by (level, code, team_type).

    Keys: teams, cases, total_points, available_points, capacity_percentage (None without available points),
    spare_points, overdue, high_risk_overdue, overdue_per_100_cases and high_risk_overdue_per_100_cases (None without
    cases), people (om_codes of everyone in post there but SPOs).
    """
    units = workload(tables, as_at, policy)
    late = lateness(tables, as_at, policy)
    rows: dict[UnitType, dict[str, Any]] = {}
    for team in tables["organisation"]:
        figures = units["team", team["team_code"]]
        overdue, high, _ = late.get(("team", team["team_code"]), (0, 0, 0))
        spare, people = Fraction(0), set()
        for post in tables["offender_managers"]:
            if post["team_code"] != team["team_code"]:
                continue
            own = units["post", f"{post['team_code']}/{post['om_code']}"]
            spare += max(Fraction(0), own["available_points"] - own["total_points"])
            if post["grade"] != "SPO" and not has_left(post, as_at):
                people.add(post["om_code"])
        for level, code in units_above(team):
            if level in ("team", "office"):
                continue
            row = rows.setdefault(
                (level, code, team["team_type"]),
                {
                    "teams": 0,
                    "cases": 0,
                    "total_points": Fraction(0),
                    "available_points": Fraction(0),
                    "spare_points": Fraction(0),
                    "overdue": 0,
                    "high_risk_overdue": 0,
                    "people": set(),
                },
            )
            row["teams"] += 1
            row["cases"] += figures["cases"]
            row["total_points"] += figures["total_points"]
            row["available_points"] += figures["available_points"]
            row["spare_points"] += spare
            row["overdue"] += overdue
            row["high_risk_overdue"] += high
            row["people"] |= people
    for row in rows.values():
        total, available, cases = row["total_points"], row["available_points"], row["cases"]
        row["capacity_percentage"] = 100 * total / available if available else None
        row["overdue_per_100_cases"] = Fraction(100 * row["overdue"], cases) if cases else None
        row["high_risk_overdue_per_100_cases"] = Fraction(100 * row["high_risk_overdue"], cases) if cases else None
    return rows
