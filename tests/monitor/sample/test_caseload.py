"""The people supervised: their mix, and what happens to one of them over time."""

import numpy as np
import pandas as pd
import pytest

from monitor.sample.caseload import (
    ACTIVE,
    COMMUNITY,
    CUSTODY,
    LICENCE,
    OVERDUE_TERMINATION,
    SUSPENDED,
    UNPAID_WORK_ONLY,
    WARRANT,
    activity_on,
    choose,
    draw_arrivals,
    draw_stock,
    rosh_on,
    setting_on,
    tier_on,
)
from monitor.sample.days import NEVER

from .conftest import LAST, Weeks

ON, UNTIL = 20_000, 20_126


def cases(**columns: object) -> pd.DataFrame:
    """People of whom only some columns matter; the plainest case where a column is not given."""
    plain = {
        "prison": False,
        "release_on": NEVER,
        "tier": 1,
        "tier_changes_on": NEVER,
        "tier_after": 1,
        "rosh": 0,
        "rosh_changes_on": NEVER,
        "rosh_after": 0,
        "away_from": NEVER,
        "away_until": NEVER,
        "suspended": False,
        "unpaid_work": False,
        "expected_end_on": NEVER,
    }
    length = max((len(column) for column in columns.values() if isinstance(column, list)), default=1)
    return pd.DataFrame(plain | columns, index=range(length))


def test_the_mix_of_cases_is_that_of_the_report_and_the_assumed_tiers(weeks: Weeks) -> None:
    cases = weeks[LAST]["cases"]
    rosh = cases["rosh"].value_counts(normalize=True, dropna=False)
    tiers = cases["tier"].value_counts(normalize=True)
    settings = cases["setting"].value_counts(normalize=True)
    assert rosh[["low", "medium", "high"]].to_list() == pytest.approx([0.27, 0.50, 0.20], abs=0.02)
    assert tiers[["1", "2", "3", "4"]].to_list() == pytest.approx([0.18, 0.32, 0.32, 0.18], abs=0.03)
    assert settings["custody"] == pytest.approx(0.25, abs=0.02)


def test_a_prison_sentence_is_served_in_custody_until_the_day_of_release() -> None:
    people = cases(prison=[False, True, True, True], release_on=[NEVER, ON + 1, ON, NEVER])
    assert setting_on(people, ON).tolist() == [COMMUNITY, CUSTODY, LICENCE, CUSTODY]


def test_tier_and_rosh_change_on_the_day_of_the_change() -> None:
    changing = cases(
        tier_changes_on=[ON - 1, ON, ON + 1], tier_after=2, rosh_changes_on=[ON + 1, ON, NEVER], rosh_after=3
    )
    assert tier_on(changing, ON).tolist() == [2, 2, 1]
    assert rosh_on(changing, ON).tolist() == [0, 3, 0]


def test_a_case_is_worked_on_unless_it_is_away_unpaid_work_only_or_past_its_end() -> None:
    people = cases(
        away_from=[NEVER, ON, ON - 9, ON - 9, ON, NEVER, ON, ON],
        away_until=[NEVER, ON + 1, ON, ON + 9, ON + 1, NEVER, ON + 1, ON + 1],
        suspended=[False, False, False, True, False, False, False, False],
        unpaid_work=[False, False, False, False, True, True, False, False],
        expected_end_on=[ON, NEVER, NEVER, NEVER, NEVER, NEVER, ON - 1, NEVER],
        prison=[False, False, False, False, False, False, False, True],
    )
    assert activity_on(people, ON).tolist() == [
        ACTIVE,
        WARRANT,
        ACTIVE,  # back on the day until which it was away
        SUSPENDED,
        WARRANT,
        UNPAID_WORK_ONLY,
        OVERDUE_TERMINATION,
        ACTIVE,  # no one in custody is wanted
    ]


def test_nothing_in_the_life_of_a_drawn_case_is_out_of_order() -> None:
    rng, clusters = np.random.default_rng(5), np.zeros(20_000, dtype=np.int64)
    for drawn, earliest in (
        (draw_stock(rng, clusters, ON, UNTIL), 0),
        (draw_arrivals(rng, clusters, ON, UNTIL), ON - 7),
    ):
        assert (drawn["sentence_start"] <= drawn["arrived_on"]).all()
        assert drawn["arrived_on"].between(earliest, ON).all()
        assert (drawn["closed_on"] > ON).all()
        assert (drawn["release_on"] >= drawn["sentence_start"]).all()
        assert (drawn.loc[~drawn["prison"], "release_on"] == NEVER).all()
        assert drawn.loc[drawn["tier_changes_on"] != NEVER, "tier_changes_on"].gt(ON - 7).all()
        assert drawn.loc[drawn["rosh_changes_on"] != NEVER, "rosh_changes_on"].between(ON + 1, UNTIL).all()


def test_only_part_of_those_who_arrive_were_transferred_in_part_way() -> None:
    drawn = draw_arrivals(np.random.default_rng(1), np.zeros(20_000, dtype=np.int64), ON, UNTIL)
    transferred = drawn["transferred_in_on"] != NEVER
    assert transferred.mean() == pytest.approx(13 / 276, abs=0.005)
    assert (drawn.loc[~transferred, "sentence_start"] == drawn.loc[~transferred, "arrived_on"]).all()
    assert (drawn.loc[transferred, "sentence_start"] < drawn.loc[transferred, "arrived_on"] - 30).mean() > 0.8


def test_a_column_is_chosen_by_its_share_which_need_not_sum_to_one() -> None:
    rng = np.random.default_rng(1)
    rows = np.repeat([0, 1], 50_000)
    chosen = choose(rng, np.array([[3.0, 1.0, 0.0], [0.0, 0.0, 5.0]]), rows)
    assert np.bincount(chosen[:50_000], minlength=3) / 50_000 == pytest.approx([0.75, 0.25, 0], abs=0.01)
    assert set(chosen[50_000:]) == {2}
