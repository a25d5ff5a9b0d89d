"""Who left, who joined, hours lost to sickness and years of experience, from whole weeks, with sets and loops."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from .card import EXPERIENCED_AFTER_YEARS, Row, Tables, exact, has_left
from .workload import in_force, reduction_hours

YEAR = timedelta(days=364)
Week = tuple[date, Tables]
Unit = tuple[str, str]


def staffing(weeks: list[Week]) -> dict[Unit, Row]:
    """The figures of every unit in the last of these weeks, by level and code; the organisation is always the same."""
    as_at, tables = weeks[-1]
    return {unit: _figures(unit, teams, weeks, as_at, tables) for unit, teams in _units(tables).items()}


def _units(tables: Tables) -> dict[Unit, set[str]]:
    """The teams of every unit."""
    units: dict[Unit, set[str]] = {}
    for team in tables["organisation"]:
        for level in ("team", "office", "cluster", "area"):
            units.setdefault((level, team[f"{level}_code"]), set()).add(team["team_code"])
        units.setdefault(("all", "all"), set()).add(team["team_code"])
    return units


def _figures(unit: Unit, teams: set[str], weeks: list[Week], as_at: date, tables: Tables) -> Row:
    compared = [day for day, _ in weeks if as_at - YEAR <= day < as_at]
    since = compared[0] if compared else as_at
    first: dict[str, date] = {}
    last: dict[str, date] = {}
    for om_code, began, ended in _stays(teams, weeks):
        if ended >= as_at - YEAR:
            first[om_code] = min(began, first.get(om_code, began))
            last[om_code] = max(ended, last.get(om_code, ended))
    here = {om_code for om_code in last if last[om_code] == as_at}
    sick, people = _sickness(teams, tables, as_at)
    contracted = _contracted(teams, tables, as_at)
    lately = [week for week in weeks if week[0] > as_at - YEAR]
    sick_sum = sum(_sickness(teams, rows, day)[0] for day, rows in lately)
    contracted_sum = sum(_contracted(teams, rows, day) for day, rows in lately)
    return {
        "weeks": (as_at - since).days // 7,
        "people": len(here),
        "leavers": sum(om_code not in here and last[om_code] >= since for om_code in last) if compared else None,
        "joiners": sum(first[om_code] > since for om_code in first) if compared else None,
        "sick_people": people,
        "sick_hours": sick,
        "contracted_hours": contracted,
        "sick_percentage": 100 * sick / contracted if contracted else None,
        "sick_weeks": len(lately),
        "sick_percentage_mean": 100 * sick_sum / contracted_sum if contracted_sum else None,
        **_experience(teams, tables, as_at),
    }


def _stays(teams: set[str], weeks: list[Week]) -> list[tuple[str, date, date]]:
    """Every stay of a person in one of the teams: its first and last day seen. A year away ends a stay."""
    days: dict[tuple[str, str], list[date]] = {}
    for day, tables in weeks:
        for post in _posts(teams, tables, day):
            days.setdefault((post["om_code"], post["team_code"]), []).append(day)
    stays = []
    for (om_code, _), seen in days.items():
        began = seen[0]
        for before, day in pairwise(seen):
            if before < day - YEAR:
                began = day
        stays.append((om_code, began, seen[-1]))
    return stays


def _posts(teams: set[str], tables: Tables, day: date) -> list[Row]:
    return [post for post in tables["offender_managers"] if post["team_code"] in teams and not has_left(post, day)]


def _contracted(teams: set[str], tables: Tables, day: date) -> Fraction:
    return sum((exact(post["contracted_hours"]) for post in _posts(teams, tables, day)), Fraction(0))


def _sickness(teams: set[str], tables: Tables, day: date) -> tuple[Fraction, int]:
    """Hours lost to sickness, and how many people lose any."""
    sick = [row for row in tables["reductions"] if row["reason"] == "sickness" and in_force(row, day)]
    taken = reduction_hours({**tables, "reductions": sick}, day)
    hours, people = Fraction(0), set()
    for post in _posts(teams, tables, day):
        lost = min(exact(post["contracted_hours"]), taken[post["team_code"], post["om_code"]])
        hours += lost
        if lost:
            people.add(post["om_code"])
    return hours, len(people)


def _experience(teams: set[str], tables: Tables, as_at: date) -> Row:
    qualified: dict[str, list[date]] = {}
    for post in _posts(teams, tables, as_at):
        if post["grade"] == "SPO":
            days = qualified.setdefault(post["om_code"], [])
            days += [post["qualified_on"]] if post.get("qualified_on") else []
    known = [min(days) for days in qualified.values() if days]
    limit = as_at.replace(year=as_at.year - EXPERIENCED_AFTER_YEARS)
    years = [Fraction((as_at - day).days) / Fraction("365.25") for day in known]
    return {
        "spos": len(qualified),
        "spos_inexperienced": sum(day > limit for day in known),
        "spos_experience_unknown": len(qualified) - len(known),
        "spo_years": sum(years) / len(years) if years else None,
    }
