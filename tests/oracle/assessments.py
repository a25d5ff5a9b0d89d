"""What is due, overdue, due soon, and what was done on time: the card's table, one line after another."""

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import NamedTuple

import holidays

from .card import HIGH, Row, Tables, activity_of, cases_of, is_highest, post_of, posts_of
from .workload import Unit, units_above, units_of

_BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG")
DUE_SOON_DAYS = 28
TIMELINESS_DAYS = 90


class Wanted(NamedTuple):
    """One rule that applies to a case: its clock, the first date a completion counts from, and the time it allows."""

    rule: str
    kind: str
    clock: date
    counts_from: date
    repeats: bool
    after: Callable[[date], date]


class Item(NamedTuple):
    """One piece of work with the date it is due on."""

    rule: str
    case: Row
    due_on: date
    done: bool


@cache
def is_working_day(day: date) -> bool:
    """Monday to Friday and no bank holiday of England and Wales."""
    return day.weekday() < 5 and day not in _BANK_HOLIDAYS


@cache
def working_days_after(day: date, number: int) -> date:
    """The date that many working days later; the day itself is day 0."""
    while number > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            number -= 1
    return day


def months_after(day: date, number: int) -> date:
    """The same day of the month that many months later, or the last day of a month that is too short."""
    year, month = day.year, day.month + number
    while month > 12:
        year, month = year + 1, month - 12
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _working_days(number: int) -> Callable[[date], date]:
    return lambda clock: working_days_after(clock, number)


def _weeks(number: int) -> Callable[[date], date]:
    return lambda clock: clock + timedelta(days=7 * number)


def _months(number: int) -> Callable[[date], date]:
    return lambda clock: months_after(clock, number)


def _same_day(clock: date) -> date:
    return clock


def start_of(case: Row) -> date:
    """The day a case's time starts: of the sentence, or of the release on licence where it is known."""
    start: date = case["sentence_start"]
    if case["setting"] == "licence" and case.get("release_on") is not None:
        start = case["release_on"]
    return start


def wanted_of(case: Row, changes: list[date], policy: str) -> Iterator[Wanted]:
    """Every rule that applies to a case; none for one that is not worked on, or for a row that only counts cases."""
    if activity_of(case) not in ("active", "suspended") or cases_of(case) > 1:
        return
    start = start_of(case)
    setting, rosh, tier = case["setting"], case.get("rosh"), case.get("tier")
    community, licence, custody = (setting == one for one in ("community", "licence", "custody"))
    medium, high = rosh == "medium", rosh in HIGH

    def once(rule: str, kind: str, clock: date, after: Callable[[date], date]) -> Wanted:
        return Wanted(rule, kind, clock, clock, False, after)

    def again(rule: str, kind: str, after: Callable[[date], date]) -> Wanted:
        return Wanted(rule, kind, start, start, True, after)

    if community or custody:
        yield once("screening_at_start", "rosh_screening", start, _working_days(1))
    if licence:
        yield once("screening_on_release", "rosh_screening", start, _working_days(5))
    if medium:
        yield once("full_analysis", "rosh_full_analysis", start, _working_days(15))
    if high:
        yield once("full_analysis_high", "rosh_full_analysis", start, _working_days(5))
    if community and medium:
        yield once("risk_plan_community", "risk_management_plan", start, _working_days(15))
    if community and high:
        yield once("risk_plan_community_high", "risk_management_plan", start, _working_days(5))
    if licence and (medium or high):
        yield Wanted("risk_plan_release", "risk_management_plan", start, case["sentence_start"], False, _same_day)
    if high and case.get("transferred_in_on") is not None:
        yield once("risk_plan_transfer", "risk_management_plan", case["transferred_in_on"], _working_days(5))
    if community or licence:
        yield again("rosh_review", "rosh_review", _months(4))
    if custody:
        yield again("rosh_review_custody", "rosh_review", _months(12))
    if changes:
        yield once("rosh_review_change", "rosh_review", max(changes), _working_days(5))
    if (community or licence) and not is_highest(policy, tier):
        yield once("sentence_plan", "sentence_plan", start, _working_days(15))
    if (community or licence) and is_highest(policy, tier):
        yield once("sentence_plan_tier_4", "sentence_plan", start, _working_days(5))
    if custody:
        yield once("sentence_plan_custody", "sentence_plan", start, _weeks(16))
    if community or licence:
        yield again("sentence_plan_review", "sentence_plan_review", _months(4))
    if (community or licence) and high:
        yield once("home_visit", "home_visit", start, _working_days(10))


def wanted_work(tables: Tables, as_at: date, policy: str) -> Iterator[tuple[Row, Wanted, list[date]]]:
    """Each case with each rule that applies to it and the dates work of that kind was completed."""
    changes: dict[str, list[date]] = {}
    for event in tables.get("events", []):
        if event["kind"] == "significant_change":
            changes.setdefault(event["crn"], []).append(event["occurred_on"])
    completed: dict[tuple[str, str], list[date]] = {}
    for row in tables["assessments"]:
        if row["completed_on"] <= as_at:
            completed.setdefault((row["crn"], row["kind"]), []).append(row["completed_on"])
    for case in tables["cases"]:
        for wanted in wanted_of(case, changes.get(case["crn"], []), policy):
            yield case, wanted, completed.get((case["crn"], wanted.kind), [])


def _now(tables: Tables, as_at: date, policy: str) -> Iterator[Item]:
    """Each piece of work as it stands on that date."""
    for case, wanted, completed in wanted_work(tables, as_at, policy):
        counting = [day for day in completed if wanted.counts_from <= day <= as_at]
        if wanted.repeats:
            yield Item(wanted.rule, case, wanted.after(max(counting, default=wanted.clock)), False)
        else:
            yield Item(wanted.rule, case, wanted.after(wanted.clock), bool(counting))


def _cycles(tables: Tables, as_at: date, policy: str) -> Iterator[Item]:
    """Each piece of work there has been, ``done`` meaning on time; a repeating rule gives one for each cycle."""
    for case, wanted, completed in wanted_work(tables, as_at, policy):
        if not wanted.repeats:
            due = wanted.after(wanted.clock)
            yield Item(wanted.rule, case, due, any(wanted.counts_from <= day <= due for day in completed))
            continue
        clocks = [wanted.clock, *sorted({day for day in completed if wanted.clock < day <= as_at})]
        for place, clock in enumerate(clocks):
            due = wanted.after(clock)
            following = clocks[place + 1 :]
            yield Item(wanted.rule, case, due, bool(following) and following[0] <= due)


def overdue(tables: Tables, as_at: date, policy: str) -> dict[tuple[str, str], tuple[date, int]]:
    """(due on, calendar days overdue) of each piece of work that is late, by (rule, CRN)."""
    return {
        (item.rule, item.case["crn"]): (item.due_on, (as_at - item.due_on).days)
        for item in _now(tables, as_at, policy)
        if not item.done and as_at > item.due_on
    }


def due_soon(tables: Tables, as_at: date, policy: str) -> dict[tuple[str, str], date]:
    """Due date of each piece of work that falls due today or in the next 28 days, by (rule, CRN)."""
    return {
        (item.rule, item.case["crn"]): item.due_on
        for item in _now(tables, as_at, policy)
        if not item.done and as_at <= item.due_on <= as_at + timedelta(days=DUE_SOON_DAYS)
    }


def timeliness(tables: Tables, as_at: date, policy: str) -> dict[tuple[str, str, str], tuple[int, int]]:
    """(fell due in the last 90 days, of these on time) by (level, code, rule); only where something fell due."""
    teams = {team["team_code"]: team for team in tables["organisation"]}
    answer: dict[tuple[str, str, str], tuple[int, int]] = {}
    for item in _cycles(tables, as_at, policy):
        if not as_at - timedelta(days=TIMELINESS_DAYS) < item.due_on <= as_at:
            continue
        for level, code in units_above(teams[item.case["team_code"]]):
            if level != "team":
                fell_due, on_time = answer.get((level, code, item.rule), (0, 0))
                answer[level, code, item.rule] = (fell_due + 1, on_time + int(item.done))
    return answer


def timeliness_band(fell_due: int, on_time: int) -> str:
    """Green from 90% on time, amber from 80%, else red."""
    percentage = Fraction(100 * on_time, fell_due)
    if percentage >= 90:
        return "green"
    return "amber" if percentage >= 80 else "red"


def lateness(tables: Tables, as_at: date, policy: str) -> dict[Unit, tuple[int, int, int]]:
    """(overdue, of these for cases of high or very high RoSH, due soon) by (level, code); only units with any."""
    teams = {team["team_code"]: team for team in tables["organisation"]}
    posts = posts_of(tables)
    cases = {case["crn"]: case for case in tables["cases"]}
    answer: dict[Unit, tuple[int, int, int]] = {}

    def add(crn: str, late: int, soon: int) -> None:
        case = cases[crn]
        post = post_of(case, posts)
        high = late if case.get("rosh") in HIGH else 0
        for unit in units_of(teams[case["team_code"]], post["om_code"] if post else None):
            so_far = answer.get(unit, (0, 0, 0))
            answer[unit] = (so_far[0] + late, so_far[1] + high, so_far[2] + soon)

    for _, crn in overdue(tables, as_at, policy):
        add(crn, 1, 0)
    for _, crn in due_soon(tables, as_at, policy):
        add(crn, 0, 1)
    return answer
