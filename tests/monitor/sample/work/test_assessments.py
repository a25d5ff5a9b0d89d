"""The pieces of work completed for the cases of the synthetic London."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from monitor.sample import figures
from monitor.sample.caseload import draw_stock
from monitor.sample.days import NEVER
from monitor.sample.storyline import STORYLINE
from monitor.sample.work.assessments import KINDS, Habits, draw_assessments, draw_events
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.timeliness.assessments import assessment_items, overdue_items

from ..conftest import LAST, Capacity, Weeks
from ..test_storyline import backs

FIRST, LATEST = 20_000, 20_126


def habits(on_time: float) -> Habits:
    """Every measure of every cluster on time so often, and no office where reviews slip."""
    share = {measure: np.full(12, on_time) for measure in figures.LONDON}
    return Habits(share, slipping_office=-1, slipping_from=NEVER, first_as_at=FIRST, last_as_at=LATEST)


def stock(count: int = 4_000) -> pd.DataFrame:
    drawn = draw_stock(np.random.default_rng(3), np.zeros(count, dtype=np.int64), FIRST, LATEST)
    return drawn.assign(no=np.arange(1, count + 1), office=0)


def test_work_once_completed_stays_completed(weeks: Weeks) -> None:
    earlier, later = (weeks[as_at] for as_at in (LAST - timedelta(weeks=1), LAST))
    key = ["crn", "kind", "completed_on"]
    done, done_later = earlier["assessments"][key], later["assessments"][key]
    plans = done[done["kind"].eq("sentence_plan") & done["completed_on"].gt("2026-06-01")]
    plans = plans[plans["crn"].isin(later["cases"]["crn"])]
    licence = later["cases"].loc[later["cases"]["setting"].eq("licence"), "crn"]
    pairs = plans[~plans["crn"].isin(licence)].merge(done_later, on=key, how="left", indicator=True)
    assert (pairs["_merge"] == "both").all()
    assert done_later["completed_on"].max() <= pd.Timestamp(LAST)
    assert done_later["completed_on"].max() > done["completed_on"].max()


def test_reviews_slip_where_the_office_is_already_hot(capacity: Capacity, weeks: Weeks, policy: Policy) -> None:
    def late_reviews(as_at: date) -> "pd.Series[float]":
        caseload = Caseload(**weeks[as_at])
        cases = weigh_cases(caseload.cases, caseload.offender_managers, policy)
        late = overdue_items(assessment_items(caseload, cases, policy, as_at), as_at)
        reviews = late[late["rule"].isin(["rosh_review", "sentence_plan_review"])]
        teams = caseload.organisation.set_index("team_code")["office_code"]
        return reviews["office_code"].value_counts() / caseload.cases["team_code"].map(teams).value_counts()

    slipping = STORYLINE["slipping"].code
    (back,) = backs("slipping")
    before, after = late_reviews(LAST - timedelta(weeks=back)), late_reviews(LAST)
    assert after[slipping] > 2 * before[slipping]
    assert after.idxmax() == slipping
    assert all(capacity("office", slipping, one) > 110 for one in (back, 0))


def test_work_is_done_after_the_start_and_before_the_last_extract_and_not_for_unpaid_work() -> None:
    cases = stock()
    nothing = pd.DataFrame({"no": pd.Series(dtype="int64"), "occurred_on": pd.Series(dtype="int64")})
    drawn = draw_assessments(np.random.default_rng(3), cases, nothing, habits(0.8)).merge(cases, on="no")
    assert set(drawn["kind"]) == set(range(len(KINDS)))
    assert not drawn["unpaid_work"].any()
    assert (drawn["completed_on"] <= LATEST).all()
    screenings = drawn[drawn["kind"] == KINDS.index("rosh_screening")]
    assert (screenings["completed_on"] >= screenings["sentence_start"]).all()


def test_when_all_is_on_time_a_screening_takes_one_working_day_and_otherwise_longer() -> None:
    cases = stock()
    nothing = pd.DataFrame({"no": pd.Series(dtype="int64"), "occurred_on": pd.Series(dtype="int64")})
    community = cases[~cases["prison"]]

    def waits(on_time: float) -> "pd.Series[int]":
        drawn = draw_assessments(np.random.default_rng(3), community, nothing, habits(on_time)).merge(
            community, on="no"
        )
        screenings = drawn[drawn["kind"] == KINDS.index("rosh_screening")]
        started, done = (
            screenings[name].to_numpy().astype("datetime64[D]") for name in ("sentence_start", "completed_on")
        )
        return pd.Series(np.busday_count(started, done))

    assert waits(1.0).between(0, 1).all()
    assert (waits(0.0) > 1).all()


def test_a_significant_change_happens_in_the_time_of_a_case_and_whenever_rosh_rises() -> None:
    cases = stock()
    events = draw_events(np.random.default_rng(3), cases, habits(0.8))
    rises = cases[
        (cases["rosh"] != figures.UNCLASSIFIED)
        & (cases["rosh_after"] > cases["rosh"])
        & (cases["rosh_changes_on"] < cases["closed_on"])
    ]
    assert len(rises) > 0
    recorded = events.merge(rises[["no", "rosh_changes_on"]], on="no")
    assert set(recorded.query("occurred_on == rosh_changes_on")["no"]) == set(rises["no"])
    happened = events.merge(cases, on="no")
    assert happened["occurred_on"].between(FIRST - 365 - 14, LATEST).all()
    assert (happened["occurred_on"] > happened["sentence_start"]).all()


def test_only_plans_of_high_rosh_are_countersigned_and_only_reviews_compared() -> None:
    cases = stock()
    events = draw_events(np.random.default_rng(3), cases, habits(0.8))
    drawn = draw_assessments(np.random.default_rng(3), cases, events, habits(0.8)).merge(cases[["no", "rosh"]], on="no")
    signed = drawn[drawn["countersigned_on"] != NEVER]
    assert set(signed["kind"]) == {KINDS.index("risk_management_plan")}
    assert set(signed["rosh"]) <= {figures.HIGH, figures.VERY_HIGH}
    assert (signed["countersigned_on"] >= signed["completed_on"]).all()
    compared = drawn[drawn["similarity"].notna()]
    assert {KINDS[kind] for kind in compared["kind"].unique()} == {"rosh_review", "sentence_plan_review"}
    assert compared["similarity"].between(0, 1).all()
    assert (compared["similarity"] >= 0.95).mean() == pytest.approx(figures.COPIED_SHARE, abs=0.02)
