"""Bulk days: against the oracle, with a made history that has one, and with histories that only look like one."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from tests.oracle.bulk_days import bulk_days as oracle
from tests.oracle.card import Row
from tests.oracle.strategies import Drawn, caseloads, to_frames
from tests.tiering.rows import FRIDAY, LONDON, case, caseload, done, team, weigh
from tiering.policies.policy import BulkCompletion, Policy
from tiering.timeliness.assessments import assessment_items
from tiering.timeliness.bulk_days import COLUMNS, bulk_days

from ...longer import examples

OFTEN = LONDON.model_copy(
    update={"bulk_completion": BulkCompletion(at_least=2, times_usual=Decimal("1.5"), near_deadline_days=7)}
)

DAY = date(2009, 11, 11)
TWO_TEAMS = [team(), team("T2", office="F1")]


def found(tables: Sequence[Row], *, policy: Policy = LONDON, crns: int = 60) -> pd.DataFrame:
    """The bulk days of cases X0 to X59 in team T1, and Y0 to Y59 in T2."""
    cases = [case(f"{letter}{n}", team_code=code) for letter, code in (("X", "T1"), ("Y", "T2")) for n in range(crns)]
    known = caseload(*cases, organisation=TWO_TEAMS, assessments=tables)
    items = assessment_items(known, weigh(known, policy), policy, FRIDAY)
    days = bulk_days(known, items, policy, FRIDAY)
    assert list(days.columns) == COLUMNS
    return days


def completed(count: int, on: date = DAY, letter: str = "X", kind: str = "rosh_review", **given: object) -> list[Row]:
    return [done(kind, on, f"{letter}{number}", **given) for number in range(count)]


def usual_days(number: int, each: int, letter: str = "X") -> list[Row]:
    """So many assessments on each of the first of the 63 working days of the window other than ``DAY``."""
    window = [day.date() for day in pd.bdate_range(FRIDAY - timedelta(days=89), FRIDAY)]
    others = [day for day in window if day not in (DAY, date(2009, 8, 31))]
    assert len(others) == 63
    return [row for day in others[:number] for row in completed(each, day, letter)]


def keys(days: pd.DataFrame) -> list[tuple[str, str, str, date]]:
    return [(row.level, row.code, row.what, row.on.date()) for row in days.itertuples()]


@settings(deadline=None, max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow])
@given(caseloads("london-2009"))
def test_every_bulk_day_is_that_of_the_oracle(drawn: Drawn) -> None:
    known = to_frames(drawn.tables)
    items = assessment_items(known, weigh(known, OFTEN), OFTEN, drawn.as_at)
    days = bulk_days(known, items, OFTEN, drawn.as_at)
    expected = oracle(drawn.tables, drawn.as_at, 2, Fraction("1.5"), 7)
    assert keys(days) == sorted(expected)
    for row in days.itertuples():
        count, usual, near = expected[row.level, row.code, row.what, row.on.date()]
        assert (row.assessments, row.usual) == (count, pytest.approx(float(usual)))
        assert (None if pd.isna(row.near_deadline) else row.near_deadline) == near


def test_a_day_far_above_the_usual_one_stands_out_in_its_team_and_office() -> None:
    days = found(completed(20) + usual_days(10, 3))
    assert keys(days) == [("office", "F1", "completed", DAY), ("team", "T1", "completed", DAY)]
    assert days["usual"].tolist() == pytest.approx([30 / 63] * 2)
    assert days["times_usual"].tolist() == pytest.approx([20 * 63 / 30] * 2)


def test_a_busy_office_hides_no_team_and_a_busy_team_is_no_bulk_day() -> None:
    others = usual_days(63, 8, "Y")
    assert keys(found(completed(20) + others)) == [("team", "T1", "completed", DAY)]
    assert keys(found(completed(20) + usual_days(63, 8))) == []


@pytest.mark.parametrize(("count", "stands_out"), [(19, False), (20, True)])
def test_it_takes_so_many_on_one_day(count: int, stands_out: bool) -> None:
    assert bool(len(found(completed(count)))) is stands_out
    days = found(completed(20))
    assert days["times_usual"].isna().all()
    assert days["usual"].tolist() == [0, 0]


@pytest.mark.parametrize(("each", "stands_out"), [(4, True), (5, False)])
def test_it_takes_so_many_times_the_usual_day(each: int, stands_out: bool) -> None:
    rows = completed(20) + usual_days(63, each)
    days = found(rows, crns=20)
    assert bool(len(days)) is stands_out
    assert set(days["times_usual"]) == ({5.0} if stands_out else set())


def test_what_was_done_twice_visits_and_days_outside_the_window_do_not_count() -> None:
    assert keys(found(completed(19) + completed(19))) == []
    assert keys(found(completed(30, kind="home_visit"))) == []
    first, before = FRIDAY - timedelta(days=89), FRIDAY - timedelta(days=90)
    assert keys(found(completed(30, before))) == []
    assert len(found(completed(30, first))) == 2
    assert keys(found(completed(30, FRIDAY))) == [
        ("office", "F1", "completed", FRIDAY),
        ("team", "T1", "completed", FRIDAY),
    ]


def test_countersignatures_are_counted_by_their_own_day() -> None:
    long_ago, later = date(2009, 2, 1), FRIDAY + timedelta(days=1)
    days = found(completed(25, long_ago, countersigned_on=DAY) + completed(25, long_ago, "Y", countersigned_on=later))
    assert keys(days) == [("office", "F1", "countersigned", DAY), ("team", "T1", "countersigned", DAY)]
    assert days["near_deadline"].isna().all()


@pytest.mark.parametrize(("days_before", "near"), [(-1, 0), (0, 20), (7, 20), (8, 0)])
def test_those_near_their_due_date_are_counted(days_before: int, near: int) -> None:
    # The first review of a sentence plan is due four months after the start.
    start = date(2009, 7, 13)
    due = date(2009, 11, 13)
    cases = [case(f"X{number}", sentence_start=start) for number in range(20)]
    rows = completed(20, due - timedelta(days=days_before), kind="sentence_plan_review")
    known = caseload(*cases, organisation=TWO_TEAMS, assessments=rows)
    items = assessment_items(known, weigh(known), LONDON, FRIDAY)
    assert bulk_days(known, items, LONDON, FRIDAY)["near_deadline"].tolist() == [near, near]


def test_a_policy_without_these_numbers_finds_none() -> None:
    without = LONDON.model_copy(update={"bulk_completion": None})
    days = found(completed(40), policy=without)
    assert len(days) == 0
    assert days.dtypes.equals(found(completed(40)).dtypes)
