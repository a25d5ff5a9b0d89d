"""Whole small caseloads for Hypothesis, drawn close to every limit of the policy, and as frames."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Any, NamedTuple

import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from tiering.caseload import TABLES, Caseload, Kind

from .assessments import months_after, wanted_of, working_days_after
from .card import WMT_TIER_POINTS, Row, Tables, team_factor

MOST_POSTS = 11
MOST_CASES = 25


class Drawn(NamedTuple):
    """Accepted rows of one extract and the date they are as at."""

    tables: Tables
    as_at: date


# Ends of months, leap days, and days in and around weekends and bank holidays.
AS_AT = tuple(
    date.fromisoformat(day)
    for day in (
        "2026-11-20",
        "2009-11-01",
        "2008-02-29",
        "2009-02-28",
        "2009-03-01",
        "2009-03-02",
        "2012-02-29",
        "2013-02-28",
        "2009-04-30",
        "2009-05-01",
        "2009-04-09",
        "2009-04-10",
        "2009-04-11",
        "2009-04-13",
        "2009-04-14",
        "2009-05-25",
        "2009-08-31",
        "2009-09-30",
        "2009-10-31",
        "2009-12-24",
        "2009-12-25",
        "2009-12-26",
        "2009-12-28",
        "2009-12-29",
        "2009-12-31",
        "2010-01-01",
        "2010-01-04",
        "2010-05-31",
        "2010-12-28",
        "2020-05-08",
        "2022-06-06",
        "2022-09-19",
        "2024-02-29",
        "2024-06-30",
        "2025-02-28",
        "2026-12-28",
        "2027-12-29",
        "2028-02-29",
    )
)

# Two offices share a name, and codes recur on other levels, as they do in real organisations.
CLUSTERS = {
    "N1": ("North Cluster", "N", "North Area"),
    "N2": ("Céntral, Cluster", "N", "North Area"),
    "S1": ("South Cluster", "S", "South Area"),
}
OFFICES = {
    "F1": ("Central", "N1"),
    "N1": ("Mill Lane", "N1"),
    "F2": ("Central", "N2"),
    "F3": ('Bridge "Street"', "S1"),
}
TEAM_CODES = ("T1", "007", "7", "N1", "T2", "T10")
OM_CODES = ("001", "1", "A1", "A2", "007")

# What is written in the policy as time allowed, and days from as_at between which something is decided.
WORKING_DAYS_ALLOWED = (1, 5, 10, 15)
MONTHS_ALLOWED = (4, 8, 12)
LIMITS = (-90, -89, -45, -1, 0, 28, 29)
SAME_DAY = -10_000  # countersigned on the day of completion; other numbers are days from as_at


def _decimals(text: str) -> SearchStrategy[Decimal]:
    return st.sampled_from([Decimal(number) for number in text.split()])


# Strategies are made once: making them costs more than drawing from them. Dates are drawn as days from as_at.
_teams = st.tuples(
    st.sampled_from(tuple(OFFICES)), st.sampled_from(("omu", "ppu", "substance_misuse", "custody", "court"))
)
_posts = st.tuples(
    st.sampled_from(("PO", "PO", "PSO", "PSO", "TPO", "SPO")),
    _decimals("37 22.2 18.5 0 37.5 30 7.4 20.3 0.01 60"),
    st.sampled_from((None, None, None, None, None, -1, 0, 1)),
)
_reductions = st.tuples(
    st.booleans(),
    st.sampled_from(("sickness", "maternity", "training")),
    _decimals("3.7 1.8 0 7.4 18.5 37 100"),
    st.sampled_from((0, -1, 1, -100)),
    st.sampled_from((None, 0, -1, 1, 50)),
)
_days_of_duty = (st.sampled_from((0, -29, -30, -31, -1, 1)), st.sampled_from((None, None, 0, -1, 1)))
_duties = st.one_of(
    st.tuples(
        st.sampled_from(("sdr", "fdr", "court_duty", "office_duty", "group_work", "oral_report")),
        _decimals("1 2 0.5 0 3.7 31.45"),
        *_days_of_duty,
    ),
    # Half a report leaves half a point.
    st.tuples(st.just("fdr"), st.just(Decimal("0.5")), st.just(0), st.none()),
)
# The share and hours of a post without cases that stands on a limit between bands by its hours of duty alone.
_band_limits = st.sampled_from([None, *product(("1.1", "1", "0.85"), ("37", "22.2", "18.5", "30"))])
_tiers = {
    "london-2009": st.sampled_from((None, "4", "3", "2", "1")),
    "wmt": st.sampled_from((None, "A3", "A0", *WMT_TIER_POINTS, "A3S", "A0S", "D0S")),
}
_rosh = (None, "low", "medium", "high", "very_high", "high", "medium")
_risks = st.sampled_from(list(product(_rosh, _rosh)))
_settings = st.sampled_from(("community", "licence", "custody", "licence"))
_activities = st.sampled_from(
    (
        "active",
        "active",
        "active",
        "active",
        "suspended",
        "suspended",
        "unpaid_work_only",
        "warrant",
        "overdue_termination",
    )
)
_records = st.sampled_from(list(product((None, "unrecorded", "1", "2", "3"), (None, 2, 1, 0, 3), (None, False, True))))
_numbers = st.sampled_from((*(1 for _ in range(12)), 2, 7, 15, 30))
_marks = st.sampled_from(
    [
        (signed, Decimal(share) if share else None)
        for signed, share in product((None, SAME_DAY, 0, 1), (None, None, None, "0.95", "0.9499", "1", "0.9501", "0"))
    ]
)


def caseloads(policy: str = "london-2009", as_at: SearchStrategy[date] | None = None) -> SearchStrategy[Drawn]:
    """Caseloads that keep the extract contract, with tiers of the policy's scheme."""
    return _caseload(policy, st.sampled_from(AS_AT) if as_at is None else as_at)


@st.composite
def _caseload(draw: DrawFn, policy: str, dates: SearchStrategy[date]) -> Drawn:
    as_at = draw(dates)
    teams = [_team(code, *draw(_teams)) for code in TEAM_CODES[: draw(st.integers(1, len(TEAM_CODES)))]]
    team_codes = [team["team_code"] for team in teams]
    every_post = st.sampled_from(list(product(OM_CODES, team_codes)))
    keys = draw(st.lists(every_post, min_size=draw(st.sampled_from((0, 2, 6))), max_size=MOST_POSTS))
    posts = [_post(om_code, team_code, *draw(_posts), as_at) for om_code, team_code in dict.fromkeys(keys)]
    tables: Tables = {
        "organisation": teams,
        "offender_managers": posts,
        "cases": [],
        "assessments": [],
        "events": [],
        "duties": [],
        "reductions": [],
    }
    if posts:
        some_post = st.sampled_from(posts)
        for post, duty in draw(st.lists(st.tuples(some_post, _duties), max_size=6)):
            tables["duties"].append(_duty(post, *duty, as_at))
        for post, reduction in draw(st.lists(st.tuples(some_post, _reductions), max_size=6)):
            tables["reductions"].append(_reduction(post, *reduction, as_at))
    a_case = _case(policy, as_at, _holders(posts, team_codes))
    drawn = draw(st.lists(a_case, min_size=draw(st.sampled_from((0, 4, 12))), max_size=MOST_CASES))
    for number, (case, assessments, events) in enumerate(drawn):
        crn = f"X{number:06}"
        tables["cases"].append({"crn": crn, **case})
        tables["assessments"] += [{"crn": crn, **row} for row in assessments]
        tables["events"] += [{"crn": crn, **row} for row in events]
    limit = draw(_band_limits)
    if limit is not None:
        share, hours = map(Decimal, limit)
        post = _post("L1", team_codes[0], "PO", hours, None, as_at)
        quantity = Fraction(share) * Fraction(hours) * team_factor(policy, teams[0]["team_type"])
        tables["offender_managers"].append(post)
        tables["duties"].append(_duty(post, "group_work", quantity, 0, None, as_at))
    return Drawn(tables, as_at)


@st.composite
def _case(
    draw: DrawFn, policy: str, as_at: date, holders: SearchStrategy[tuple[str | None, str]]
) -> tuple[Row, list[Row], list[Row]]:
    """A case without its CRN, its assessments and its events."""
    past, any_day = _clock_days(as_at)
    om_code, team_code = draw(holders)
    rosh, rosh_delius = draw(_risks)
    mappa_level, tier_changes, tier_documented = draw(_records)
    setting = draw(_settings)
    case: Row = {
        "om_code": om_code,
        "team_code": team_code,
        "tier": draw(_tiers[policy]),
        "rosh": rosh,
        "rosh_delius": rosh_delius,
        "setting": setting,
        "activity": draw(_activities),
        "sentence_start": draw(past),
        "release_on": draw(any_day) if setting != "community" else None,
        "expected_end_on": as_at + timedelta(days=200) if tier_documented else None,
        "allocated_on": as_at if tier_documented and om_code else None,
        "transferred_in_on": draw(any_day),
        "mappa_level": mappa_level,
        "prolific": tier_documented,
        "safeguarding": None,
        "domestic_abuse": None,
        "tier_changes": tier_changes,
        "tier_documented": tier_documented,
        "number_of_cases": draw(_numbers),
    }
    if case["number_of_cases"] > 1:
        return case, [], []
    changes = draw(st.lists(past, max_size=2))
    events = [{"kind": "significant_change", "occurred_on": day} for day in changes]
    completions = st.sampled_from(_completions(case, changes, as_at, policy))
    assessments = [
        {
            "kind": kind,
            "completed_on": day,
            "countersigned_on": day if signed == SAME_DAY else _from(as_at, signed),
            "similarity": similarity,
        }
        for (kind, day), (signed, similarity) in draw(st.lists(st.tuples(completions, _marks), max_size=8))
    ]
    return case, assessments, events


def _team(team_code: str, office_code: str, team_type: str) -> Row:
    office_name, cluster_code = OFFICES[office_code]
    cluster_name, area_code, area_name = CLUSTERS[cluster_code]
    return {
        "team_code": team_code,
        "team_name": f"Team {team_code}",
        "team_type": team_type,
        "office_code": office_code,
        "office_name": office_name,
        "cluster_code": cluster_code,
        "cluster_name": cluster_name,
        "area_code": area_code,
        "area_name": area_name,
    }


def _post(om_code: str, team_code: str, grade: str, hours: Decimal, left: int | None, as_at: date) -> Row:
    return {
        "om_code": om_code,
        "team_code": team_code,
        "om_name": f"Officer {om_code}",
        "grade": grade,
        "contracted_hours": hours,
        "qualified_on": as_at - timedelta(days=400) if grade == "PO" else None,
        "left_on": _from(as_at, left),
    }


def _duty(post: Row, kind: str, quantity: Decimal | Fraction, starts: int, ends: int | None, as_at: date) -> Row:
    return {
        "om_code": post["om_code"],
        "team_code": post["team_code"],
        "kind": kind,
        "quantity": quantity,
        "starts_on": _from(as_at, starts),
        "ends_on": _from(as_at, ends),
    }


def _reduction(
    post: Row, for_the_post: bool, reason: str, hours: Decimal, starts: int, ends: int | None, as_at: date
) -> Row:
    return {
        "om_code": post["om_code"],
        "team_code": post["team_code"] if for_the_post else None,
        "reason": reason,
        "hours": hours,
        "starts_on": _from(as_at, starts),
        "ends_on": _from(as_at, ends),
    }


def _holders(posts: list[Row], team_codes: list[str]) -> SearchStrategy[tuple[str | None, str]]:
    """Mostly a post; else no post, a post that there is not, or someone's code in a team where they have no post."""
    held = [(post["om_code"], post["team_code"]) for post in posts]
    nobody: list[tuple[str | None, str]] = [(None, team_code) for team_code in team_codes]
    missing = [("Z0", team_codes[0]), *((post["om_code"], team_codes[-1]) for post in posts[:2])]
    return st.sampled_from([*(held * 4), *nobody, *missing])


def _from(as_at: date, days: int | None) -> date | None:
    return None if days is None else as_at + timedelta(days=days)


def _around(day: date, days: Iterable[int]) -> tuple[date, ...]:
    return tuple(day + timedelta(days=number) for number in days)


def _completions(case: Row, changes: list[date], as_at: date, policy: str) -> list[tuple[str, date]]:
    """Kinds and dates of work that counts just so, or just not: on each clock, on what it makes due, and once more."""
    found = [(kind, day) for kind in ("rosh_review", "risk_management_plan") for day in (case["sentence_start"], as_at)]
    for wanted in wanted_of(case, changes, policy):
        due = wanted.after(wanted.clock)
        days = [wanted.counts_from, due, *_around(wanted.clock, (-1, 0, 1)), *_around(due, (-1, 0, 1)), as_at]
        if wanted.repeats:
            days += [wanted.after(day) for day in _around(due, (-40, 0, 1))]
            # The review that makes the next one due about now.
            days += [as_at - timedelta(days=back) for back in (95, 122, 123)]
        found += [(wanted.kind, day) for day in days]
    return [(kind, day) for kind, day in found if day <= as_at]


@cache
def _clock_days(as_at: date) -> tuple[SearchStrategy[date], SearchStrategy[date | None]]:
    """Dates for what lies in the past, and for what may be unknown or still to come."""
    days = _clocks(as_at)
    past = [day for day in days if day <= as_at]
    return st.sampled_from(past), st.sampled_from([*(None for _ in range(len(days) // 3)), *days])


def _clocks(as_at: date) -> list[date]:
    """Days from which something falls due on a limit, with month ends, leap days, weekends, holidays; a few future."""
    days = {as_at, *_around(as_at, (-1000, -400, -365, -200, -50, 1, 14, 40))}
    for limit in _around(as_at, LIMITS):
        days |= {limit, limit - timedelta(weeks=16)}
        for number in WORKING_DAYS_ALLOWED:
            days |= {day for day in _back(limit, 0, 2 * number + 12) if working_days_after(day, number) == limit}
        for number in MONTHS_ALLOWED:
            days |= {
                day for day in _back(limit, 30 * number - 3, 31 * number + 3) if months_after(day, number) == limit
            }
    for year in (as_at.year - 1, as_at.year):
        days |= {date(year, month, day) for month, day in ((1, 31), (3, 31), (8, 31), (10, 31), (12, 24), (12, 25))}
        days |= {date(year, 3, 1) - timedelta(days=1), date(year, 1, 1)}
    days |= _around_easter(as_at.year)
    return sorted(day for day in days if day <= as_at + timedelta(days=40))


def _back(day: date, nearest: int, furthest: int) -> tuple[date, ...]:
    return tuple(day - timedelta(days=back) for back in range(nearest, furthest + 1))


def _around_easter(year: int) -> set[date]:
    """Maundy Thursday to the Tuesday after Easter of the years that the dates above are chosen around."""
    sundays = {2008: date(2008, 3, 23), 2009: date(2009, 4, 12), 2010: date(2010, 4, 4), 2026: date(2026, 4, 5)}
    return set(_around(sundays[year], range(-3, 3))) if year in sundays else set()


def to_frames(tables: Tables) -> Caseload:
    """The rows as the program gets them: frames with the contract's columns and dtypes, sorted by all columns."""
    return Caseload(**{name: _frame(name, rows) for name, rows in tables.items()})


def _frame(name: str, rows: list[Row]) -> pd.DataFrame:
    columns = TABLES[name].columns
    ordered = sorted(rows, key=lambda row: [_missing_last(row.get(column.name)) for column in columns])
    return pd.DataFrame(
        {
            column.name: pd.array(
                [_plain(row.get(column.name), column.kind) for row in ordered], dtype=column.kind.dtype
            )
            for column in columns
        }
    )


def _missing_last(value: Any) -> tuple[Any, ...]:
    return (1,) if value is None else (0, value)


def _plain(value: Any, kind: Kind) -> Any:
    """The value as pandas takes it; only here does an exact number become a float."""
    if value is None:
        return {Kind.NUMBER: float("nan"), Kind.DATE: pd.NaT}.get(kind)
    return float(value) if kind is Kind.NUMBER else value
