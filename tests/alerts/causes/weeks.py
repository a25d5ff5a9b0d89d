"""Weeks of a small service for tests of causes."""

from collections.abc import Mapping
from datetime import date, timedelta

import pandas as pd

from alerts.causes.causes import Causes, find_causes
from alerts.causes.model import EarlierWeek
from alerts.causes.weighed_week import WeighedWeek, weigh_week
from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.model import OrganisationWeek, organisation_columns
from tests.tiering.rows import FRIDAY, LONDON
from tiering.caseload import Caseload
from tiering.points import weigh_cases
from tiering.policies.policy import Policy

WEEK = timedelta(weeks=1)
LAST_FRIDAY = FRIDAY - WEEK


def week_of(known: Caseload, policy: Policy = LONDON, as_at: date = FRIDAY) -> WeighedWeek:
    return weigh_week(known, weigh_cases(known.cases, known.offender_managers, policy), policy, as_at)


def side_by_side(*weeks: Caseload) -> Caseload:
    """Small services as one: what is called T1 in the first is called T1-0, in the second T1-1, and so on."""
    together: dict[str, list[pd.DataFrame]] = {}
    for number, week in enumerate(weeks):
        for name, rows in week.tables().items():
            together.setdefault(name, []).append(_named(rows, number))
    return Caseload(**{name: pd.concat(rows, ignore_index=True) for name, rows in together.items()})


def _named(rows: pd.DataFrame, number: int) -> pd.DataFrame:
    codes = [column for column in rows.columns if column.endswith("_code") or column == "crn"]
    return rows.assign(**{column: rows[column] + f"-{number}" for column in codes})


def causes_of(before: Caseload, now: Caseload, policy_before: Policy = LONDON, policy: Policy = LONDON) -> Causes:
    """The causes of a week compared with the previous one."""
    weighed = weigh_cases(now.cases, now.offender_managers, policy)
    changes = find_changes(_organisation(before), _organisation(now))
    earlier = EarlierWeek(1, LAST_FRIDAY, before, policy_before)
    return find_causes(now, weighed, policy, FRIDAY, [earlier], {FRIDAY: changes})


def parts_of(causes: Causes, level: str = "team", code: str = "T1") -> Mapping[str, tuple[float, float, int, int]]:
    """Points, available points, cases and posts of each part of a unit."""
    units = causes.units
    rows = units[units["level"].eq(level) & units["code"].eq(code)]
    figures = rows[["points", "available_points", "cases", "posts"]].itertuples(index=False, name=None)
    return dict(zip(rows["part"], figures, strict=True))


def standing_of(standing: pd.DataFrame, level: str = "team", code: str = "T1") -> Mapping[str, tuple[int, int, float]]:
    """Offender managers, cases and points of each part of a unit's load."""
    rows = standing[standing["level"].eq(level) & standing["code"].eq(code)]
    figures = rows[["officers", "cases", "points"]].itertuples(index=False, name=None)
    return dict(zip(rows["part"], figures, strict=True))


def _organisation(week: Caseload) -> OrganisationWeek:
    return OrganisationWeek(
        week.organisation[organisation_columns()],
        week.offender_managers[["team_code", "om_code"]],
        week.cases[["team_code", "crn"]],
    )
