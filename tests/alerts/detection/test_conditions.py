"""What each rule looks at: on which side of its line a unit stands, and where the figures to judge by are missing."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alerts.detection.conditions import CONDITIONS, Condition, detect_unit_rises
from alerts.detection.rules import NEEDED, load_rules
from alerts.detection.trends.unit_weeks import unit_weeks
from tests.alerts.detection.test_rules import CONFIG, TODAY
from tests.alerts.detection.workloads import frame, past, unit
from tiering.terms import Level

RULES = {rule.name: rule for rule in load_rules(CONFIG, TODAY)}
FRIDAY = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
UNSAID = None


def seen(rule: str, *units: dict[str, Any], history: pd.DataFrame | None = None) -> Condition:
    """What a rule sees of these offices this week."""
    earlier = past() if history is None else history
    return CONDITIONS[rule](RULES[rule], unit_weeks(Level.OFFICE, frame(*units), earlier, FRIDAY))


def states(condition: Condition) -> list[str | None]:
    """Of each unit this week: on, off, between the two, or None if it is not known."""
    now = zip(condition.on[:, -1], condition.off[:, -1], condition.known[:, -1], strict=True)
    return [("on" if on else "off" if off else "between") if known else UNSAID for on, off, known in now]


def test_every_rule_has_a_condition() -> None:
    assert set(CONDITIONS) == set(NEEDED) == set(RULES)


@pytest.mark.parametrize(
    ("rule", "capacities", "expected"),
    [
        ("watch", (110, 110.1, 200, None), ["off", "on", "on", UNSAID]),
        ("over_threshold", (104.9, 105, 110, 110.1, None), ["off", "between", "between", "on", UNSAID]),
        ("spare_capacity", (84.9, 85, 90, 90.1, 0, None), ["on", "between", "between", "off", "on", UNSAID]),
    ],
)
def test_a_line_belongs_to_the_quiet_side_of_it(
    rule: str, capacities: tuple[float | None, ...], expected: list[str | None]
) -> None:
    units = [unit("office", f"F{place}", capacity) for place, capacity in enumerate(capacities)]
    condition = seen(rule, *units)
    assert states(condition) == expected
    np.testing.assert_array_equal(condition.value[:, -1], np.array(capacities, dtype=float))


def test_a_case_that_no_one_holds_is_one_too_many() -> None:
    units = [unit("office", f"F{cases}", unallocated_cases=cases) for cases in (0, 1, 7)]
    condition = seen("unallocated", *units)
    assert states(condition) == ["off", "on", "on"]
    assert condition.value[:, -1].tolist() == [0, 1, 7]


@pytest.mark.parametrize(
    ("assessments", "beyond", "expected"),
    [(0, None, "off"), (0, 0, "off"), (0, 1, "on"), (1, None, "on"), (2, 3, "on")],
)
def test_what_is_late_beyond_assessments_makes_a_hot_office_too_late_as_well(
    assessments: int, beyond: int | None, expected: str
) -> None:
    late = {"high_risk_overdue": assessments, "oversight_high_risk_overdue": beyond}
    condition = seen("hot_and_late", unit("office", "F1", 120, **late))
    assert states(condition) == [expected]
    assert condition.value[0, -1] == assessments + (beyond or 0)


def test_hot_and_late_takes_both_or_points_that_no_one_has_hours_for() -> None:
    condition = seen(
        "hot_and_late",
        unit("office", "both", 110.1, high_risk_overdue=1),
        unit("office", "late", 110, high_risk_overdue=9),
        unit("office", "hot", 150),
        unit("office", "stranded", None, high_risk_overdue=1),
        unit("office", "empty", None, high_risk_overdue=1, total_points=0.0),
    )
    assert states(condition) == ["on", "off", "off", "on", "off"]
    assert condition.value[:, -1].tolist() == [1, 9, 0, 1, 1]


@pytest.mark.parametrize(
    ("capacity", "expected", "state"),
    [
        (105, 110.1, "on"),
        (105, 110, "off"),
        (110, 110.1, "on"),
        (110.1, 130, "off"),  # over the line already, so no news
        (105, None, UNSAID),
        (120, None, "off"),
        (None, None, "off"),
    ],
)
def test_a_forecast_is_news_of_a_unit_that_is_not_over_the_line_yet(
    capacity: float | None, expected: float | None, state: str | None
) -> None:
    assert states(seen("forecast_over", unit("office", "F1", capacity, forecast_percentage=expected))) == [state]


def test_a_forecast_is_proven_by_its_range_and_how_far_ahead_it_looks() -> None:
    office = unit(
        "office", "F1", 105, forecast_percentage=112, forecast_low=104, forecast_high=120, forecast_weeks_ahead=4
    )
    details = seen("forecast_over", office).details
    assert {name: values[0, -1] for name, values in details.items()} == {"low": 104, "high": 120, "weeks_ahead": 4}


def test_an_spo_leads_too_many_or_there_is_none() -> None:
    most = RULES["spo_load"].number("span")
    condition = seen(
        "spo_load",
        unit("office", "F1", span=most),
        unit("office", "F2", span=most + 0.1),
        unit("office", "F3", span=None, spo_hours=0.0),
        unit("office", "F4", span=None, spo_hours=0.0, offender_managers=0),
        unit("office", "F5", span=None, spo_hours=None),
    )
    assert states(condition) == ["off", "on", "on", "off", UNSAID]


def test_a_rise_is_known_only_with_weeks_to_compare_and_proven_by_what_is_usual() -> None:
    levels = (96.0, 97.0) * 8
    offices = ("F1", "F2", "F3")

    def week(load: float, people: float = 8) -> list[dict[str, Any]]:
        return [unit("office", code, load, offender_managers=people) for code in offices]

    history = past(*((FRIDAY - (len(levels) - number) * WEEK, week(load)) for number, load in enumerate(levels)))
    risen = seen("rising", *week(117.0), history=history)
    assert states(risen) == ["on"] * 3
    # The mean of the last two weeks, (97 + 117) / 2, less that of the two weeks eight weeks before, 96.5.
    assert risen.value[:, -1] == pytest.approx(10.5)
    assert np.isfinite(risen.details["usual"][:, -1]).all()
    assert (risen.threshold[:, -1] >= RULES["rising"].number("least_rise")).all()  # type: ignore[index]
    assert states(seen("rising", *week(117.0, people=4), history=history)) == [UNSAID] * 3
    assert states(seen("rising", *week(117.0))) == [UNSAID] * 3


def test_a_week_of_other_weights_is_no_week_to_compare_a_rise_with() -> None:
    history = past(*((FRIDAY - back * WEEK, [unit("office", "F1", 96)]) for back in range(16, 0, -1)))
    weeks = unit_weeks(
        Level.OFFICE, frame(unit("office", "F1", 117)), history.assign(comparable_percentage=np.nan), FRIDAY
    )
    assert np.isnan(detect_unit_rises(RULES["rising"], weeks).rise).all()


def test_no_capacity_is_for_points_that_someone_without_hours_or_no_one_holds() -> None:
    at_work = {"offender_managers_without_hours": 0, "contracted_hours": 37.0}
    condition = seen(
        "no_capacity",
        unit("office", "absent", None),
        unit("office", "of no one", None, **at_work, unallocated_cases=1),
        unit("office", "target 0", None, **at_work),
        unit("office", "empty", None, total_points=0.0),
        unit("office", "with capacity", 150, offender_managers_without_hours=1, unallocated_cases=1),
    )
    assert states(condition) == ["on", "on", "off", "off", "off"]
    assert condition.value[:, -1].tolist() == [500, 500, 0, 0, 0]
