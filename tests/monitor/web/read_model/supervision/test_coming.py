"""What is coming, as far as a reader may see it, and counted by week."""

from datetime import date

import pandas as pd

from monitor.web.read_model.history import forecast_of
from monitor.web.read_model.rows import ForecastFigures, rows_of
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.supervision.coming import ComingItem, coming_items, coming_table, coming_weeks
from tests.monitor.conftest import AS_AT

from ..conftest import Sees


def test_a_reader_sees_what_comes_in_their_teams_alone(week: SnapshotView, sees: Sees) -> None:
    assert set(coming_items(week, sees("planner"))["team_code"]) == {"T1", "T4"}
    assert set(coming_items(week, sees("spo2"))["team_code"]) == {"T1"}
    own = coming_items(week, sees("officer"))
    assert set(own["om_code"]) == {"M1"}
    assert set(own["om_name"]) == {"Ann Arbuthnot"}


def test_a_reduction_of_several_posts_is_listed_once(week: SnapshotView, sees: Sees) -> None:
    for name in ("spo1", "spo2", "officer"):
        items = coming_items(week, sees(name), "offender_manager", "M1")
        assert items["kind"].eq("reduction_end").sum() == 1


def test_the_list_goes_by_day_and_then_by_person(week: SnapshotView, sees: Sees) -> None:
    items = rows_of(ComingItem, coming_items(week, sees("planner")))
    assert [(item.on, item.om_name) for item in items] == sorted((item.on, item.om_name) for item in items)


def test_every_item_stands_in_the_week_of_its_monday(week: SnapshotView) -> None:
    frame = coming_table(week).frame
    assert coming_table(week) is coming_table(week)
    assert set(frame["monday"].dt.day_of_week) == {0}
    assert (frame["on"] - frame["monday"]).dt.days.between(0, 6).all()


def test_a_team_has_the_rows_of_its_cases(week: SnapshotView, sees: Sees) -> None:
    items = coming_items(week, sees("planner"), "team", "T4")
    assert set(items["team_code"]) == {"T4"}
    assert len(items) < len(coming_items(week, sees("planner")))


def test_weeks_go_from_monday_to_sunday_as_far_as_the_snapshot_looks() -> None:
    days = ["2026-11-20", "2026-11-22", "2026-11-23", "2026-11-29", "2026-12-18"]
    mondays = ["2026-11-16", "2026-11-16", "2026-11-23", "2026-11-23", "2026-12-14"]
    kinds = ["plan", "plan", "plan", "release", "end"]
    items = pd.DataFrame({"on": pd.to_datetime(days), "monday": pd.to_datetime(mondays), "kind": kinds})
    weeks = coming_weeks(items, AS_AT, 28)
    assert [week.monday for week in weeks] == [
        date(2026, 11, 16), date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14)
    ]  # fmt: skip
    assert [(week.counts["plan"], week.counts["release"], week.counts["end"]) for week in weeks] == [
        (2, 0, 0), (1, 1, 0), (0, 0, 0), (0, 0, 0), (0, 0, 1)
    ]  # fmt: skip
    assert [(week.first.day, week.last.day, week.is_whole) for week in (weeks[0], weeks[-1])] == [
        (20, 22, True), (14, 18, False)
    ]  # fmt: skip
    assert {week.forecast for week in weeks} == {None}


def test_each_week_has_the_forecast_of_the_snapshot_in_it(week: SnapshotView) -> None:
    forecast = rows_of(ForecastFigures, forecast_of(week, "office", "O1"))
    none = pd.DataFrame({"on": pd.to_datetime([]), "monday": pd.to_datetime([]), "kind": []})
    weeks = coming_weeks(none, AS_AT, 28, forecast)
    assert [week.forecast.weeks_ahead if week.forecast else 0 for week in weeks] == [0, 1, 2, 3, 4]
