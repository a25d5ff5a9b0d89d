"""Compare types of team by load, spare capacity and lateness, because a service resources each type on its own."""

import math
from typing import Final

import numpy as np
import pandas as pd

from tiering.by_level import by_level
from tiering.terms import Level
from tiering.workload import keys_of_posts

LEVELS: Final = (Level.CLUSTER, Level.AREA, Level.ALL)
"""The levels at which types of team are compared: an office seldom has two teams of one type."""

COLUMNS: Final = [
    "level",
    "code",
    "team_type",
    "teams",
    "offender_managers",
    "cases",
    "total_points",
    "available_points",
    "capacity_percentage",
    "spare_points",
    "overdue",
    "high_risk_overdue",
    "overdue_per_100_cases",
    "high_risk_overdue_per_100_cases",
]
_DIGITS: Final = 9
_COUNTS: Final = ["cases", "overdue", "high_risk_overdue"]
_POINTS: Final = ["total_points", "available_points", "spare_points"]


def compare_team_types(units: pd.DataFrame, organisation: pd.DataFrame) -> pd.DataFrame:
    """Add up the teams of each type in every cluster, area and the whole service.

    - units: the workload from tiering.workload, with the counts of alerts.detection.overdue
    - organisation: one row per team

    Returns one row per unit and type of team, sorted by level, code and team_type; columns ``COLUMNS``:

    - offender_managers: people with a post in a team of the type, each once
    - capacity_percentage: missing without available points
    - spare_points: what each post has left (an overloaded post has nothing left), added up
    - overdue_per_100_cases, high_risk_overdue_per_100_cases: missing without cases
    """
    teams = _teams(units, organisation)
    posts = _posts(units).merge(organisation, on="team_code", how="inner")
    spare = posts.groupby("team_code")["spare_points"].agg(math.fsum)
    teams["spare_points"] = teams["team_code"].map(spare).fillna(0.0)
    key = ["level", "code", "team_type"]
    by_type = by_level(teams, LEVELS, ["team_type", *_COUNTS, *_POINTS]).groupby(key)
    sums = by_type[_COUNTS].sum()
    # The sum that is rounded once does not depend on the order of the teams.
    sums[_POINTS] = by_type[_POINTS].agg(math.fsum)
    sums["teams"] = by_type.size()
    people = by_level(posts, LEVELS, ["team_type", "person"]).groupby(key)["person"].nunique()
    sums["offender_managers"] = people.reindex(sums.index, fill_value=0)
    rows = sums.reset_index()
    rows["capacity_percentage"] = _share(rows["total_points"], rows["available_points"])
    rows["overdue_per_100_cases"] = _share(rows["overdue"], rows["cases"])
    rows["high_risk_overdue_per_100_cases"] = _share(rows["high_risk_overdue"], rows["cases"])
    return rows[COLUMNS].sort_values(key, ignore_index=True)


def _teams(units: pd.DataFrame, organisation: pd.DataFrame) -> pd.DataFrame:
    """One row per team with its figures and its place."""
    figures = units.loc[units["level"].eq(Level.TEAM), ["code", *_COUNTS, "total_points", "available_points"]]
    return organisation.merge(figures, left_on="team_code", right_on="code", how="left", validate="one_to_one")


def _posts(units: pd.DataFrame) -> pd.DataFrame:
    """One row per post: its team, its holder if they are in service, and its spare points."""
    posts = units[units["level"].eq(Level.POST)]
    keys = keys_of_posts(units)
    # Points of posts come as the nearest floats: rounded as in the spare capacity by grade, of which this is a sum too.
    spare = (posts["available_points"] - posts["total_points"]).clip(lower=0).round(_DIGITS)
    person = keys["om_code"].where(posts["offender_managers"].gt(0))
    return pd.DataFrame({"team_code": keys["team_code"], "person": person, "spare_points": spare})


def _share(part: "pd.Series[float]", whole: "pd.Series[float]") -> "pd.Series[float]":
    """Per cent of a whole; missing where that is 0."""
    return 100 * part / whole.where(whole > 0, np.nan)
