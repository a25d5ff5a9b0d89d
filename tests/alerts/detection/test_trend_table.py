"""The course of every unit: its rise, its monthly chart and its place among its peers."""

from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from alerts.detection.rules import load_rules
from alerts.detection.trend_table import COLUMNS, trend_table
from tests.alerts.detection.test_rules import CONFIG, TODAY
from tests.alerts.detection.workloads import frame, past, unit

RULE = next(rule for rule in load_rules(CONFIG, TODAY) if rule.name == "rising")
FRIDAY = date(2026, 11, 20)
TEAMS = pd.DataFrame(
    {
        "team_code": ["T1", "T2"],
        "office_code": ["F1", "F2"],
        "cluster_code": ["C1", "C1"],
        "area_code": ["N", "N"],
    },
    dtype="str",
)
# 20 December 2025 to 20 November 2026: twelve months with a snapshot a week.
WEEKS = 48
QUIET = [100.0, 101.0] * (WEEKS // 2)


def events(*rows: dict[str, Any]) -> pd.DataFrame:
    columns = ["starts_on", "ends_on", "level", "code", "kind", "quantity", "note"]
    return pd.DataFrame(list(rows), columns=columns).astype({"starts_on": "datetime64[s]"})


def anew(level: str, code: str, starts_on: date) -> dict[str, Any]:
    return {"level": level, "code": code, "kind": "rebase", "starts_on": starts_on}


def table(
    series: dict[str, list[float]], *known: dict[str, Any], level: str = "office", more: tuple[Any, ...] = ()
) -> pd.DataFrame:
    """The courses of units from what they had week by week, the last of them on Friday."""
    dates = [FRIDAY - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    people = {"offender_managers": 10}
    weekly = [[unit(level, code, loads[week], **people) for code, loads in series.items()] for week in range(WEEKS)]
    now = frame(*weekly[-1], *more)
    found = trend_table(RULE, now, past(*zip(dates[:-1], weekly[:-1], strict=True)), events(*known), TEAMS, FRIDAY)
    assert list(found.columns) == COLUMNS
    return found.set_index("code")


def test_a_course_has_the_figures_of_this_week_and_how_many_it_rests_on() -> None:
    row = table({"F1": [*QUIET[:-1], 104.0]}).loc["F1"]
    assert (row["level"], row["name"], row["weeks"], row["capacity_percentage"]) == ("office", "office F1", WEEKS, 104)
    assert row["rise"] == pytest.approx((100 + 104) / 2 - 100.5)
    assert row["limit"] == max(5.0, 3 * row["usual"])


def test_the_chart_is_of_monthly_means_and_tells_a_month_outside_its_limits() -> None:
    row = table({"F1": [*QUIET[:-3], 120.0, 121.0, 122.0]}).loc["F1"]
    assert row["month_percentage"] == 121
    assert row["chart_signal"] == "high"
    assert row["chart_mean"] > 100.5
    assert row["chart_upper"] < 121


def test_a_quiet_chart_has_no_signal_and_a_fall_is_told_as_low() -> None:
    found = table({"F1": QUIET, "F2": [*QUIET[:-3], 80.0, 80.0, 80.0]})
    assert pd.isna(found.loc["F1", "chart_signal"])
    assert found.loc["F2", "chart_signal"] == "low"


@pytest.mark.parametrize(
    ("level", "code", "is_drawn_anew"),
    [
        ("office", "F1", True),
        ("cluster", "C1", True),
        ("area", "N", True),
        ("all", "all", True),
        ("office", "F2", False),
    ],
)
def test_a_chart_is_drawn_anew_from_a_known_event_of_the_unit_or_one_above(
    level: str, code: str, is_drawn_anew: bool
) -> None:
    step = [100.0] * (WEEKS - 20) + [120.0] * 20
    row = table({"F1": step, "F2": QUIET}, anew(level, code, date(2026, 7, 10))).loc["F1"]
    # July is half before and half after: the chart begins with August.
    assert (row["chart_mean"] == 120) == is_drawn_anew


def test_an_event_before_the_first_week_or_still_to_come_draws_nothing_anew() -> None:
    step = [100.0] * (WEEKS - 20) + [120.0] * 20
    plain = table({"F1": step}).loc["F1", "chart_mean"]
    known = [anew("office", "F1", date(2020, 1, 1)), anew("office", "F1", date(2027, 3, 1))]
    assert table({"F1": step}, *known).loc["F1", "chart_mean"] == plain


def test_a_unit_far_from_its_peers_is_told_and_wider_limits_hold_for_fewer_people() -> None:
    peers = {f"P{number}": [100.0 + number % 3] * WEEKS for number in range(60)}
    people = [unit("offender_manager", f"M{n}", 100.0 + (n % 5) * 4) for n in range(40)]
    found = table(peers | {"F1": [112.0] * WEEKS, "F2": [90.0] * WEEKS}, more=tuple(people))
    assert found.loc["F1", "peer_signal"] == "high"
    assert found.loc["F2", "peer_signal"] == "low"
    assert pd.isna(found.loc["P0", "peer_signal"])
    assert found.loc["P0", "peer_lower"] < found.loc["P0", "peer_centre"] < found.loc["P0", "peer_upper"]


def test_without_people_to_measure_by_there_is_no_funnel() -> None:
    row = table({"F1": QUIET}).loc["F1"]
    assert row[["peer_centre", "peer_lower", "peer_upper", "peer_signal"]].isna().all()


def test_a_unit_without_capacity_is_shown_and_says_nothing() -> None:
    row = table({"F1": [*QUIET[:-1], None]}).loc["F1"]  # type: ignore[list-item]
    assert row[["capacity_percentage", "rise", "peer_signal"]].isna().all()


def test_a_unit_that_is_gone_has_no_course() -> None:
    dates = [(FRIDAY - timedelta(weeks=1), [unit("office", "F1"), unit("office", "F2")])]
    found = trend_table(RULE, frame(unit("office", "F2")), past(*dates), events(), TEAMS, FRIDAY)
    assert list(found["code"]) == ["F2"]
