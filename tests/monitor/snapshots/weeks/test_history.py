"""What earlier snapshots hold against the next one: which they are, and what is read of them."""

import json
from datetime import date, timedelta

import pandas as pd
import pytest
from sqlalchemy import text

from alerts.detection.trends.unit_weeks import PAST_COLUMNS
from monitor.snapshots.store import Store
from monitor.snapshots.weeks.history import find_history, history_of, read_past, read_units

from ...conftest import Home
from ..test_store import FRIDAY, MONDAY, WEEK, a_snapshot, a_unit, figures, number, store

__all__ = ["store"]
pytestmark = pytest.mark.both_databases


def test_the_past_is_the_last_snapshot_of_each_earlier_week(store: Store) -> None:
    ids = {
        (as_at, revision): number(store.save(a_snapshot(as_at, revision), figures(), []))
        for as_at, revision in (
            (FRIDAY - 210 * WEEK, 1),
            (FRIDAY - 208 * WEEK, 1),
            (FRIDAY - WEEK, 1),
            (FRIDAY - WEEK, 2),
            (MONDAY - 2 * WEEK, 1),
            (FRIDAY - 2 * WEEK, 1),
            (MONDAY - timedelta(days=1), 1),
            (MONDAY, 1),
            (FRIDAY, 1),
        )
    }
    past = [(FRIDAY - 208 * WEEK, 1), (FRIDAY - 2 * WEEK, 1), (MONDAY - timedelta(days=1), 1)]
    assert find_history(store, FRIDAY) == [ids[one] for one in past]
    assert find_history(store, MONDAY + timedelta(days=6)) == [ids[one] for one in past[1:]]
    assert find_history(store, MONDAY - timedelta(days=1)) == [ids[one] for one in past[:-1]]


def test_the_week_that_ends_in_january_belongs_to_its_iso_year(store: Store) -> None:
    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 4))
    ids = [number(store.save(a_snapshot(day), figures(), [])) for day in days]
    assert find_history(store, date(2027, 1, 15)) == ids[1:]


def test_history_holds_what_hotspots_are_judged_by_without_posts(store: Store) -> None:
    units = (a_unit("team", "T1", 120.5, cases=7), a_unit("post", "T1/M1", 90.0), a_unit("all", "all", None))
    first = number(store.save(a_snapshot(FRIDAY - WEEK, weights_fingerprint="weights"), figures(*units), []))
    number(store.save(a_snapshot(), figures(), []))
    past = read_units(store, [first], "weights")
    assert list(past.columns) == PAST_COLUMNS
    assert sorted(past["level"]) == ["all", "team"]
    assert set(past["as_at"]) == {pd.Timestamp(FRIDAY - WEEK)}
    assert past.set_index("level").loc["team", "capacity_percentage"] == 120.5
    assert past.set_index("level")["capacity_percentage"].isna()["all"]
    assert past.set_index("level").loc["team", "comparable_percentage"] == 120.5
    otherwise = read_units(store, [first], "other weights").set_index("level").loc["team"]
    assert (otherwise["capacity_percentage"], pd.isna(otherwise["comparable_percentage"])) == (120.5, True)
    nothing = read_units(store, [], "weights")
    assert (len(nothing), nothing.dtypes.to_dict()) == (0, past.dtypes.to_dict())


def test_a_snapshot_without_an_archived_past_is_read_from_the_database_with_the_same_figures(home: Home) -> None:
    ids, weights = [home.newest.id], home.newest.weights_fingerprint
    archived = read_units(home.store, ids, weights)
    with home.store.engine.begin() as connection:
        connection.execute(text("UPDATE unit_workload SET total_points = total_points + 1"))
    assert read_units(home.store, ids, weights).equals(archived)
    with home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM archived_frame WHERE name = 'past_units'"))
    stored = read_units(home.store, ids, weights)
    archived["total_points"] += 1
    by = ["level", "code"]
    pd.testing.assert_frame_equal(
        stored.sort_values(by, ignore_index=True), archived.sort_values(by, ignore_index=True), check_exact=True
    )


def test_the_past_has_the_flows_and_forecasts_of_each_week_and_who_was_seen_in_the_last(store: Store) -> None:
    ids = [
        number(
            store.save(
                a_snapshot(FRIDAY - back * WEEK, weights_fingerprint="weights"),
                figures(
                    flow=pd.DataFrame({"team_code": ["T1"], "case_points": [float(back)]}),
                    forecast=pd.DataFrame({"level": ["team"], "points": [10.0 * back]}),
                    first_seen=pd.DataFrame({"crn": [f"X{back}"]}),
                    people_seen=pd.DataFrame({"om_code": [f"M{back}"]}),
                    staffing=pd.DataFrame({"level": ["team"], "sick_hours": [7.4 * back]}),
                ),
                [],
            )
        )
        for back in (2, 1)
    ]
    past = read_past(store, ids, "weights")
    assert len(past.units) == 4
    assert past.comparable.equals(past.units)
    dates = [pd.Timestamp(FRIDAY - 2 * WEEK), pd.Timestamp(FRIDAY - WEEK)]
    assert list(zip(past.flows["as_at"], past.flows["case_points"], strict=True)) == list(
        zip(dates, [2, 1], strict=True)
    )
    assert list(zip(past.forecasts["as_at"], past.forecasts["points"], strict=True)) == [(dates[0], 20), (dates[1], 10)]
    assert past.first_seen is not None
    assert list(past.first_seen["crn"]) == ["X1"]
    assert past.people is not None
    assert list(past.people["om_code"]) == ["M1"]
    assert list(zip(past.staffing["as_at"], past.staffing["sick_hours"], strict=True)) == [
        (dates[0], 14.8),
        (dates[1], 7.4),
    ]
    assert past.dates == [FRIDAY - 2 * WEEK, FRIDAY - WEEK]
    otherwise = read_past(store, ids, "other weights")
    assert (len(otherwise.flows), len(otherwise.forecasts), len(otherwise.units)) == (0, 0, 4)
    assert (otherwise.alike, len(otherwise.comparable)) == (frozenset(), 0)


def test_the_past_of_a_first_snapshot_and_of_ones_from_before_forecasts_is_empty(store: Store) -> None:
    older = number(store.save(a_snapshot(FRIDAY - WEEK), figures(), []))
    for ids in ([], [older]):
        past = read_past(store, ids, "weights")
        assert (len(past.flows), len(past.forecasts), past.first_seen, past.people) == (0, 0, None, None)
        assert {"level", "code", "sick_hours", "contracted_hours", "as_at"} <= set(past.staffing)
        assert {"team_code", "case_points", "as_at"} <= set(past.flows)
        assert {"level", "points", "as_at"} <= set(past.forecasts)


def test_a_snapshot_says_against_which_it_was_judged(store: Store) -> None:
    snapshot = store.save(a_snapshot(history=json.dumps([3, 5])), figures(), [])
    assert history_of(snapshot) == [3, 5]
