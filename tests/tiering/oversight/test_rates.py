"""What is late and due beyond assessments, and the shares done in time."""

from datetime import date

import pandas as pd

from tests.tiering.rows import FRIDAY, LONDON, case, team
from tiering.oversight.rates import LISTED, count_rates, late_and_due

from .worlds import failure, items_of

ITEMS = items_of(
    case(rosh="high"),
    case("X2", team_code="T2", om_code=None),
    organisation=[team(), team("T2", office="F2")],
    enforcement=[
        failure(date(2009, 10, 1), acted_on=date(2009, 10, 2)),
        failure(date(2009, 10, 2)),
        failure(date(2009, 10, 5), crn="X2", acted_on=date(2009, 11, 2)),
        failure(date(2009, 11, 16), crn="X2"),
    ],
)


def test_what_is_late_and_what_falls_due_within_four_weeks_is_listed_with_its_status() -> None:
    listed = late_and_due(ITEMS, LONDON, FRIDAY)
    actions = listed[listed["rule"].eq("breach_action")]
    assert actions["status"].tolist() == ["late", "due"]
    assert actions["days_overdue"].astype("object").tolist() == [35, pd.NA]
    assert list(listed.columns) == LISTED


def test_rates_add_up_from_team_to_the_whole_service() -> None:
    rates = count_rates(ITEMS, LONDON, FRIDAY).set_index(["rule", "level", "code"])
    counts = ["fell_due", "on_time", "overdue", "high_risk_overdue", "due_soon"]
    of_action = rates.loc["breach_action"]
    assert of_action.loc[("team", "T1"), counts].tolist() == [2, 1, 1, 1, 0]
    assert of_action.loc[("office", "F2"), counts].tolist() == [1, 0, 0, 0, 1]
    for level, code in (("cluster", "C1"), ("area", "A1"), ("all", "all")):
        assert of_action.loc[(level, code), counts].tolist() == [3, 1, 1, 1, 1]
    assert of_action.loc[("team", "T1"), ["percentage", "band"]].tolist() == [50, "red"]


def test_where_nothing_fell_due_there_is_no_share() -> None:
    items = items_of(case(), enforcement=[failure(date(2009, 11, 16))])
    row = count_rates(items, LONDON, FRIDAY).set_index(["rule", "level"]).loc[("breach_action", "all")]
    assert (row["fell_due"], row["due_soon"]) == (0, 1)
    assert pd.isna(row["percentage"])
    assert pd.isna(row["band"])
