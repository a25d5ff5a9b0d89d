"""Leavers, joiners, sickness and experience: against the oracle, and case by case."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle import staffing as oracle
from tests.oracle.card import Row, Tables
from tests.oracle.strategies import to_frames
from tests.tiering.rows import FRIDAY, LONDON, case, done, post, reduction, team, weigh
from tiering.findings import find
from tiering.staff.staffing import COLUMNS, SEEN, count_staffing, people_seen
from tiering.staff.supervision import count_supervision
from tiering.workload import weigh_units

from ...longer import examples

WEEK = timedelta(weeks=1)
TEAMS = [team(), team("T2", office="F1"), team("T3", office="F2", cluster="C2")]
Weeks = Sequence[tuple[date, Tables]]


def week(*posts: Row, reductions: Sequence[Row] = (), organisation: Sequence[Row] = TEAMS) -> Tables:
    tables: Tables = {name: [] for name in ("cases", "assessments", "events", "duties")}
    return tables | {
        "organisation": list(organisation),
        "offender_managers": list(posts),
        "reductions": list(reductions),
    }


def follow(weeks: Weeks) -> pd.DataFrame:
    """The staffing of the last week, each calculated from the one before, by level and code."""
    seen, past, dates, counted = None, pd.DataFrame(columns=["as_at", *COLUMNS]), [], pd.DataFrame()
    for as_at, tables in weeks:
        known = to_frames(tables)
        weighed = weigh(known)
        units = weigh_units(known, weighed, LONDON, as_at)
        found = find(known, weighed, units, LONDON, as_at)
        units = count_supervision(units, known, found, LONDON, as_at)
        seen = people_seen(known, seen, as_at)
        assert list(seen.columns) == SEEN
        counted = count_staffing(known, units, seen, past, dates, LONDON, as_at)
        assert list(counted.columns) == COLUMNS
        past = pd.concat([frame for frame in (past, counted.assign(as_at=pd.Timestamp(as_at))) if len(frame)])
        dates.append(as_at)
    return counted.set_index(["level", "code"])


def turnover(weeks: Weeks, *units: tuple[str, str]) -> list[tuple[object, ...]]:
    """Weeks, people, leavers and joiners of some units."""
    counted = follow(weeks).astype({"leavers": object, "joiners": object})
    columns = ["weeks", "people", "leavers", "joiners"]
    return [tuple(None if pd.isna(value) else value for value in counted.loc[unit, columns]) for unit in units]


def weekly(*weeks: Tables, last: date = FRIDAY) -> Weeks:
    first = last - WEEK * (len(weeks) - 1)
    return [(first + WEEK * number, tables) for number, tables in enumerate(weeks)]


# Against the oracle

_people = st.sampled_from(("A", "B", "C", "7"))
_posts = st.builds(
    lambda om_code, team_code, grade, hours, left, qualified: post(
        om_code, team_code, hours, grade, left=left, qualified=qualified
    ),
    _people,
    st.sampled_from(("T1", "T2", "T3")),
    st.sampled_from(("PO", "TPO", "SPO")),
    st.sampled_from((Decimal(37), Decimal("18.5"), Decimal("22.2"), Decimal(0))),
    st.sampled_from((None, None, None, 0, -1, 1)),
    st.sampled_from((None, -1095, -1096, -1097, -200, -3000)),
)
_off = st.tuples(_people, st.booleans(), st.sampled_from(("sickness", "training")), st.sampled_from((4, 20, 40)))
_gaps = st.sampled_from((1, 1, 1, 2, 20, 51, 52, 53))


@st.composite
def histories(draw: st.DrawFn) -> Weeks:
    as_at, weeks = date(2024, 1, 5), []
    for gap in draw(st.lists(_gaps, min_size=1, max_size=5)):
        as_at += gap * WEEK
        rows = {(row["om_code"], row["team_code"]): row for row in draw(st.lists(_posts, max_size=6))}
        rows["Z", "T3"] = post("Z", "T3", Decimal(37), left=None, qualified=None)
        posts = [_dated(row, as_at) for row in rows.values()]
        teams_of = {row["om_code"]: row["team_code"] for row in posts}
        reductions = [
            reduction(Decimal(hours), teams_of[om_code] if named else None, om_code=om_code, reason=reason)
            for om_code, named, reason, hours in draw(st.lists(_off, max_size=4))
            if om_code in teams_of
        ]
        weeks.append((as_at, week(*posts, reductions=reductions)))
    return weeks


def _dated(row: Row, as_at: date) -> Row:
    days = {"left_on": row["left"], "qualified_on": row["qualified"]}
    plain = {name: value for name, value in row.items() if name not in ("left", "qualified")}
    return plain | {name: None if day is None else as_at + timedelta(days=day) for name, day in days.items()}


@settings(max_examples=examples(10), deadline=None)
@given(histories())
def test_every_figure_is_that_of_the_oracle(weeks: Weeks) -> None:
    counted = follow(weeks)
    expected = oracle.staffing(list(weeks))
    assert set(counted.index) == set(expected)
    for unit, figures in expected.items():
        ours = counted.loc[unit]
        for name, value in figures.items():
            if value is None:
                assert pd.isna(ours[name]), (unit, name)
            else:
                assert ours[name] == pytest.approx(float(value), rel=1e-12), (unit, name)


# Leavers and joiners


def test_the_first_week_knows_of_no_leaver_and_no_joiner() -> None:
    assert turnover(weekly(week(post("A"), post("B"))), ("team", "T1"), ("all", "all")) == [
        (0, 2, None, None),
        (0, 2, None, None),
    ]


def test_who_is_gone_left_and_who_is_new_joined_over_the_weeks_there_are() -> None:
    weeks = weekly(week(post("A"), post("B")), week(post("A")), week(post("A"), post("C")))
    assert turnover(weeks, ("team", "T1"), ("office", "F2")) == [(2, 2, 1, 1), (2, 0, 0, 0)]


def test_a_date_of_leaving_counts_as_gone_from_that_day_on() -> None:
    leaving = post("B", left_on=FRIDAY)
    assert turnover(weekly(week(post("A"), post("B")), week(post("A"), leaving)), ("team", "T1")) == [(1, 1, 1, 0)]
    later = post("B", left_on=FRIDAY + timedelta(days=1))
    assert turnover(weekly(week(post("A"), post("B")), week(post("A"), later)), ("team", "T1")) == [(1, 2, 0, 0)]


def test_a_move_between_teams_is_nothing_to_the_office_that_both_are_in() -> None:
    weeks = weekly(week(post("A"), post("B", "T2")), week(post("A", "T2"), post("B", "T2")))
    units = (("team", "T1"), ("team", "T2"), ("office", "F1"), ("cluster", "C1"), ("all", "all"))
    assert turnover(weeks, *units) == [(1, 0, 1, 0), (1, 2, 0, 1), (1, 2, 0, 0), (1, 2, 0, 0), (1, 2, 0, 0)]


def test_a_move_out_of_a_cluster_is_one_leaver_there_one_joiner_here_and_none_in_the_area() -> None:
    weeks = weekly(week(post("A")), week(post("A", "T3")))
    units = (("cluster", "C1"), ("cluster", "C2"), ("area", "A1"))
    assert turnover(weeks, *units) == [(1, 0, 1, 0), (1, 1, 0, 1), (1, 1, 0, 0)]


def test_who_came_and_left_within_the_weeks_is_both_and_who_was_away_is_neither() -> None:
    both, away = week(post("A"), post("B")), week(post("A"))
    assert turnover(weekly(away, both, away), ("team", "T1")) == [(2, 1, 1, 1)]
    assert turnover(weekly(both, away, both), ("team", "T1")) == [(2, 2, 0, 0)]


def test_who_left_more_than_52_weeks_ago_is_not_counted() -> None:
    both, alone = week(post("A"), post("B")), week(post("A"))
    days = [FRIDAY - weeks * WEEK for weeks in (54, 53, 52, 0)]
    for tables, leavers in (((both, alone, alone, alone), 0), ((both, both, both, alone), 1)):
        assert turnover(list(zip(days, tables, strict=True)), ("team", "T1")) == [(52, 1, leavers, 0)]


def test_a_team_that_is_closed_leaves_its_people_to_its_office() -> None:
    weeks = weekly(week(post("A"), post("B", "T2")), week(post("A", "T2"), organisation=TEAMS[1:]))
    assert turnover(weeks, ("office", "F1"), ("team", "T2")) == [(1, 1, 1, 0), (1, 1, 1, 1)]


def test_a_team_that_moves_takes_its_people_along() -> None:
    moved = [team(), team("T2", office="F2", cluster="C2"), TEAMS[2]]
    weeks = weekly(week(post("A"), post("B", "T2")), week(post("A"), post("B", "T2"), organisation=moved))
    assert turnover(weeks, ("office", "F1"), ("office", "F2")) == [(1, 1, 0, 0), (1, 1, 0, 0)]


# Sickness and experience


def of(counted: pd.DataFrame, unit: tuple[str, str], *names: str) -> list[Any]:
    return [None if pd.isna(value) else value for value in counted.loc[unit, list(names)]]


def test_hours_lost_to_sickness_are_those_in_force_and_no_more_than_contracted() -> None:
    off = [reduction(18.5, om_code="A"), reduction(60, om_code="B"), reduction(9, om_code="C", reason="training")]
    off.append(reduction(37, om_code="C", ends_on=FRIDAY - timedelta(days=1)))
    counted = follow(weekly(week(post("A"), post("B"), post("C"), post("D"), reductions=off)))
    names = ("sick_people", "sick_hours", "contracted_hours", "sick_percentage", "sick_weeks")
    assert of(counted, ("team", "T1"), *names) == [2, 55.5, 148, 37.5, 1]
    assert of(counted, ("office", "F2"), *names) == [0, 0, 0, None, 1]


def test_the_mean_of_sickness_is_over_the_weeks_of_the_last_52_that_there_are() -> None:
    well, ill = week(post("A")), week(post("A"), reductions=[reduction(37, om_code="A", starts_on=date(2008, 1, 1))])
    days = [FRIDAY - 52 * WEEK, FRIDAY - 51 * WEEK, FRIDAY - WEEK, FRIDAY]
    counted = follow(list(zip(days, (ill, ill, well, well), strict=True)))
    assert of(counted, ("team", "T1"), "sick_percentage", "sick_weeks") == [0, 3]
    assert counted.loc[("team", "T1"), "sick_percentage_mean"] == pytest.approx(100 / 3)


def test_experience_is_of_those_for_whom_it_is_known() -> None:
    posts = [
        post("A", qualified_on=date(2009, 1, 1)),
        post("B", qualified_on=date(2000, 1, 1)),
        post("C"),
        post("S", grade="SPO", qualified_on=FRIDAY - timedelta(days=1461)),
        post("S2", grade="SPO", qualified_on=FRIDAY),
        post("S3", grade="SPO"),
    ]
    counted = follow(weekly(week(*posts)))
    assert of(counted, ("office", "F1"), "inexperienced_percentage") == [50]
    names = ("spos", "spos_inexperienced", "spos_experience_unknown", "spo_years")
    assert of(counted, ("office", "F1"), *names) == [3, 1, 1, 2]
    assert of(counted, ("office", "F2"), "inexperienced_percentage", *names) == [None, 0, 0, 0, None]


def test_cases_are_no_part_of_it() -> None:
    tables = week(post("A"))
    with_cases = tables | {"cases": [case(om_code="A")], "assessments": [done("rosh_screening", FRIDAY)]}
    pd.testing.assert_frame_equal(follow(weekly(tables)), follow(weekly(with_cases)))
