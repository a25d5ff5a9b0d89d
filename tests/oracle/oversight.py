"""What is due beyond assessments, one rule, one case and one officer after another, from the rules as written."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from .assessments import TIMELINESS_DAYS, months_after, start_of, working_days_after
from .card import HIGH, Row, Tables, activity_of, cases_of, exact, has_left, post_of, posts_of
from .findings import hours_at_work
from .workload import units_above, units_of

DUE_SOON_DAYS = 28


class Item(NamedTuple):
    """One piece of work: for whom (a CRN, or none and an officer), since when, until when, and when it was done."""

    rule: str
    crn: str | None
    om_code: str | None
    since: date
    due_on: date
    done_on: date | None


Rule = tuple[str, Callable[[Row], bool], Callable[[date], date]]


def _days(number: int) -> Callable[[date], date]:
    return lambda day: day + timedelta(days=number)


def _outside(case: Row) -> bool:
    return case["setting"] in ("community", "licence")


def _tier(tier: str) -> Callable[[Row], bool]:
    return lambda case: _outside(case) and case.get("tier") == tier


# Name, whose cases, and the time it allows: after each contact, or each piece of oversight, the next is due.
CONTACT_RULES: list[Rule] = [
    ("contact_tier_1", _tier("1"), _days(42)),
    ("contact_tier_2", _tier("2"), _days(28)),
    ("contact_tier_3", _tier("3"), _days(21)),
    ("contact_tier_4", _tier("4"), _days(14)),
]
REVIEW_RULES: list[tuple[str, str, Callable[[Row], bool], Callable[[date], date]]] = [
    (
        "safeguarding_oversight",
        "safeguarding",
        lambda case: case.get("safeguarding") is True,
        lambda day: months_after(day, 4),
    ),
    ("mappa_review_level_2", "mappa_review", lambda case: case.get("mappa_level") == "2", _days(112)),
    ("mappa_review_level_3", "mappa_review", lambda case: case.get("mappa_level") == "3", _days(56)),
]
ENFORCEMENT_RULES = (
    ("breach_action", "breach", "acted_on", 10),
    ("breach_resolved", "breach", "resolved_on", 25),
    ("recall_action", "recall", "acted_on", 1),
)


def every_item(tables: Tables, as_at: date, first_seen: dict[str, date]) -> list[Item]:
    """Every item of every rule that the extract records work of, whenever it fell due.

    first_seen: when each officer was first seen in post.
    """
    worked_on = [
        case for case in tables["cases"] if activity_of(case) in ("active", "suspended") and cases_of(case) == 1
    ]
    items = list(_enforcement(tables, worked_on, as_at))
    kinds = {row["kind"] for row in tables["oversight"]}
    for case in worked_on:
        items += _of_contacts(tables, case, as_at) if tables["contacts"] else []
        items += _of_oversight(tables, case, kinds, as_at)
    if "supervision" in kinds:
        items += _of_officers(tables, as_at, first_seen)
    return items


def _enforcement(tables: Tables, worked_on: list[Row], as_at: date) -> Iterator[Item]:
    holders = {case["crn"]: case for case in worked_on}
    failures: dict[tuple[str, str, date], list[Row]] = {}
    for row in tables["enforcement"]:
        if row["crn"] in holders:
            failures.setdefault((row["crn"], row["kind"], row["occurred_on"]), []).append(row)
    for (crn, kind, since), rows in failures.items():
        for rule, of_kind, column, days in ENFORCEMENT_RULES:
            if kind != of_kind:
                continue
            due = working_days_after(since, days)
            if column == "acted_on":
                due = min([due, *_dates(rows, "action_by")])
            done = min(_dates(rows, column), default=None)
            yield Item(rule, crn, None, since, due, done if done is not None and done <= as_at else None)


def _dates(rows: list[Row], column: str) -> list[date]:
    return [row[column] for row in rows if row.get(column) is not None]


def _of_contacts(tables: Tables, case: Row, as_at: date) -> Iterator[Item]:
    kept = sorted(
        {
            row["planned_on"]
            for row in tables["contacts"]
            if row["crn"] == case["crn"] and row.get("kept") is True and row["planned_on"] <= as_at
        }
    )
    start = start_of(case)
    for rule, applies, after in CONTACT_RULES:
        if applies(case):
            yield from _repeated(rule, case["crn"], None, start, kept, after)
    if case.get("tier") == "2" and _outside(case):
        counted = [day for day in kept if day >= start]
        done = counted[9] if len(counted) >= 10 else None
        yield Item("contacts_first_16_weeks_tier_2", case["crn"], None, start, start + timedelta(weeks=16), done)


def _of_oversight(tables: Tables, case: Row, kinds: set[str], as_at: date) -> Iterator[Item]:
    def done(kind: str, since: date | None = None) -> list[date]:
        days = {row["done_on"] for row in tables["oversight"] if row["crn"] == case["crn"] and row["kind"] == kind}
        return sorted(day for day in days if day <= as_at and (since is None or day >= since))

    crn, start, sentence = case["crn"], start_of(case), case["sentence_start"]
    for rule, kind, applies, after in REVIEW_RULES:
        if kind in kinds and applies(case):
            yield from _repeated(rule, crn, None, start, done(kind), after)
    inside, release = case["setting"] in ("custody", "licence"), case.get("release_on")
    if "pre_release_review" in kinds and inside and release is not None:
        first = next(iter(done("pre_release_review", sentence)), None)
        yield Item("pre_release_review", crn, None, release, release, first)
    if "custody_plan" in kinds and case["setting"] == "custody":
        first = next(iter(done("custody_plan", start)), None)
        yield Item("custody_plan", crn, None, start, start + timedelta(weeks=16), first)
    if "victim_contact" in kinds and inside and case.get("victim_contact") is True:
        first = next(iter(done("victim_contact", sentence)), None)
        yield Item("victim_contact", crn, None, sentence, working_days_after(sentence, 40), first)


def _of_officers(tables: Tables, as_at: date, first_seen: dict[str, date]) -> Iterator[Item]:
    hours = hours_at_work(tables, as_at)
    for om_code, post in _main_posts(tables, as_at).items():
        if post["grade"] == "SPO" or has_left(post, as_at) or hours[om_code] <= 0:
            continue
        rows = [row for row in tables["oversight"] if row["om_code"] == om_code and row["kind"] == "supervision"]
        days = sorted({row["done_on"] for row in rows})
        start = min([first_seen[om_code], *days])
        yield from _repeated("supervision", None, om_code, start, [day for day in days if day <= as_at], _days(42))


def _main_posts(tables: Tables, as_at: date) -> dict[str, Row]:
    """The post of most hours of each person, of those still held where there is one."""
    main: dict[str, Row] = {}
    for post in tables["offender_managers"]:
        here = main.get(post["om_code"])
        if here is None or _rank(post, as_at) < _rank(here, as_at):
            main[post["om_code"]] = post
    return main


def _rank(post: Row, as_at: date) -> tuple[Any, ...]:
    left = has_left(post, as_at)
    days = post["left_on"].toordinal() if left else 0
    return (left, -days, -exact(post["contracted_hours"]), post["team_code"])


def _repeated(
    rule: str, crn: str | None, om_code: str | None, start: date, done: list[date], after: Callable[[date], date]
) -> Iterator[Item]:
    clocks = [start, *(day for day in done if day > start)]
    for place, clock in enumerate(clocks):
        following = clocks[place + 1] if place + 1 < len(clocks) else None
        yield Item(rule, crn, om_code, clock, after(clock), following)


LAPSING = ("pre_release_review", "contacts_first_16_weeks_tier_2")
"""Rules about what cannot be done any more after a while."""


def late_and_due(items: list[Item], as_at: date) -> dict[Item, str]:
    """Which items are late or due within the four weeks to come."""
    answer = {}
    for item in items:
        if item.rule in LAPSING and item.due_on <= as_at - timedelta(days=TIMELINESS_DAYS):
            continue
        if item.done_on is None and item.due_on < as_at:
            answer[item] = "late"
        elif item.done_on is None and item.due_on <= as_at + timedelta(days=DUE_SOON_DAYS):
            answer[item] = "due"
    return answer


Counts = tuple[int, int, int, int, int]


def rates(tables: Tables, items: list[Item], as_at: date) -> dict[tuple[str, str, str], Counts]:
    """(fell due in 90 days, of these on time, late, late and high RoSH, due soon) by level, code and rule; any."""
    teams = {team["team_code"]: team for team in tables["organisation"]}
    cases = {case["crn"]: case for case in tables["cases"]}
    main, now = _main_posts(tables, as_at), late_and_due(items, as_at)
    answer: dict[tuple[str, str, str], Counts] = {}
    for item in items:
        fell_due = as_at - timedelta(days=TIMELINESS_DAYS) < item.due_on <= as_at
        on_time = fell_due and item.done_on is not None and item.done_on <= item.due_on
        late = now.get(item) == "late"
        high = late and item.crn is not None and cases[item.crn].get("rosh") in HIGH
        counts = (fell_due, on_time, late, high, now.get(item) == "due")
        if any(counts):
            holder = cases[item.crn] if item.crn is not None else main[str(item.om_code)]
            for level, code in units_above(teams[holder["team_code"]]):
                so_far = answer.get((level, code, item.rule), (0, 0, 0, 0, 0))
                answer[level, code, item.rule] = _add(so_far, counts)
    return answer


def _add(first: Counts, second: Counts) -> Counts:
    return (
        first[0] + second[0], first[1] + second[1], first[2] + second[2], first[3] + second[3], first[4] + second[4]
    )  # fmt: skip


def lateness(tables: Tables, items: list[Item], as_at: date) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(late, of these of high or very high RoSH, due soon) by (level, code); only units with any."""
    teams = {team["team_code"]: team for team in tables["organisation"]}
    cases, posts = {case["crn"]: case for case in tables["cases"]}, posts_of(tables)
    main = _main_posts(tables, as_at)
    answer: dict[tuple[str, str], tuple[int, int, int]] = {}
    for item, status in late_and_due(items, as_at).items():
        if item.crn is None:
            holder: Row = main[str(item.om_code)]
            om_code, high = item.om_code, False
        else:
            holder = cases[item.crn]
            post = post_of(holder, posts)
            om_code, high = (post["om_code"] if post else None), holder.get("rosh") in HIGH
        for unit in units_of(teams[holder["team_code"]], om_code):
            late, high_late, soon = answer.get(unit, (0, 0, 0))
            is_late = status == "late"
            answer[unit] = (late + is_late, high_late + (is_late and high), soon + (not is_late))
    return answer
