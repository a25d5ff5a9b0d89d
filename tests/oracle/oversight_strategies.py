"""Caseloads with enforcement, contacts and oversight, drawn close to every limit of their rules."""

from datetime import date, timedelta
from functools import cache

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from .assessments import months_after, start_of, working_days_after
from .card import Row
from .strategies import Drawn, caseloads

KINDS = ("safeguarding", "mappa_review", "pre_release_review", "victim_contact", "custody_plan")
DAYS_ALLOWED = (14, 21, 28, 42, 56, 112)
WORKING_DAYS_ALLOWED = (1, 10, 25, 40)
LIMITS = (-90, -89, -1, 0, 28, 29)
_flags = st.sampled_from((None, True, True, False))


@st.composite
def watched_caseloads(draw: DrawFn, policy: str = "london-2009") -> Drawn:
    """A caseload with what is recorded beyond assessments, or with some or none of its tables."""
    tables, as_at = draw(caseloads(policy))
    cases = [_with_flags(draw, case) for case in tables["cases"]]
    crns = [case["crn"] for case in cases]
    has = draw(st.sampled_from(((True, True, True), (True, True, True), (False, True, False), (True, False, True))))
    more: dict[str, list[Row]] = {"enforcement": [], "contacts": [], "oversight": []}
    if crns and has[0]:
        more["enforcement"] = [_failure(draw, crns, as_at) for _ in range(draw(st.integers(0, 6)))]
    if crns and has[1]:
        days = [day for case in cases for day in _days_of(case, as_at)]
        more["contacts"] = [_contact(draw, crns, days, as_at) for _ in range(draw(st.integers(0, 12)))]
        more["contacts"] += _many_contacts(draw, cases, as_at)
    if has[2]:
        more["oversight"] = [_oversight(draw, cases, as_at) for _ in range(draw(st.integers(0, 10)) if crns else 0)]
        officers = sorted({post["om_code"] for post in tables["offender_managers"]})
        more["oversight"] += [
            _supervision(draw, officers, as_at) for _ in range(draw(st.integers(0, 4)) if officers else 0)
        ]
    return Drawn(tables | {"cases": cases} | more, as_at)


def _with_flags(draw: DrawFn, case: Row) -> Row:
    names = ("safeguarding", "victim_contact", "mappa_eligible", "licence_copy")
    return case | {name: draw(_flags) for name in names}


@cache
def _limits(as_at: date) -> list[date]:
    """Days from which something falls due on a limit, and days around them."""
    days = []
    for limit in (as_at + timedelta(days=number) for number in LIMITS):
        days += [limit - timedelta(days=number) for number in DAYS_ALLOWED]
        back = [limit - timedelta(days=number) for number in range(70)]
        days += [day for number in WORKING_DAYS_ALLOWED for day in back if working_days_after(day, number) == limit]
        days += [
            day
            for day in (limit - timedelta(days=number) for number in range(119, 125))
            if months_after(day, 4) == limit
        ]
    return sorted({day for day in days if day <= as_at} | {as_at})


def _past(draw: DrawFn, as_at: date) -> date:
    return draw(st.sampled_from(_limits(as_at)))


def _days_of(case: Row, as_at: date) -> list[date]:
    start = start_of(case)
    wanted = [start + timedelta(days=number) for number in (-1, 0, 1, *DAYS_ALLOWED)]
    return [day for day in wanted if day <= as_at + timedelta(days=7)]


def _failure(draw: DrawFn, crns: list[str], as_at: date) -> Row:
    since = _past(draw, as_at)
    due = [working_days_after(since, number) for number in WORKING_DAYS_ALLOWED]
    later = st.sampled_from([None, since, *(day + timedelta(days=more) for day in due for more in (-1, 0, 1))])

    def past(day: date | None) -> date | None:
        return None if day is None or not since <= day <= as_at else day

    return {
        "crn": draw(st.sampled_from(crns)),
        "kind": draw(st.sampled_from(("breach", "breach", "recall"))),
        "occurred_on": since,
        "action_by": draw(later),
        "acted_on": past(draw(later)),
        "resolved_on": past(draw(later)),
    }


def _contact(draw: DrawFn, crns: list[str], days: list[date], as_at: date) -> Row:
    day = draw(st.sampled_from([*days, *_limits(as_at), as_at + timedelta(days=3)]))
    kind = draw(st.sampled_from((None, "office", "home")))
    return {"crn": draw(st.sampled_from(crns)), "planned_on": day, "kept": draw(_flags), "kind": kind}


def _many_contacts(draw: DrawFn, cases: list[Row], as_at: date) -> list[Row]:
    """About as many contacts in the first 16 weeks as tier 2 needs, for one case."""
    case = draw(st.sampled_from(cases))
    count, first = draw(st.sampled_from((0, 9, 10, 11))), draw(st.sampled_from((-1, 0, 1, 103)))
    days = [start_of(case) + timedelta(days=first + number) for number in range(count)]
    rows = [{"crn": case["crn"], "planned_on": day, "kept": True, "kind": None} for day in days]
    return [row for row in rows if row["planned_on"] <= as_at]


def _oversight(draw: DrawFn, cases: list[Row], as_at: date) -> Row:
    case = draw(st.sampled_from(cases))
    known = (case["sentence_start"], case.get("release_on"), start_of(case))
    near = [day + timedelta(days=more) for day in known if day is not None for more in (-1, 0, 1)]
    days = [day for day in near if day <= as_at]
    done = draw(st.sampled_from([*days, *_limits(as_at)]))
    return {"crn": case["crn"], "om_code": None, "kind": draw(st.sampled_from(KINDS)), "done_on": done}


def _supervision(draw: DrawFn, officers: list[str], as_at: date) -> Row:
    done = _past(draw, as_at)
    return {"crn": None, "om_code": draw(st.sampled_from(officers)), "kind": "supervision", "done_on": done}
