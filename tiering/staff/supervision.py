"""Calculate the load on SPOs: span, inexperienced offender managers, plans that wait for a countersignature."""

from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from tiering.capacity import exact_fraction, has_left, reduction_hours
from tiering.caseload import Caseload
from tiering.policies.policy import Policy
from tiering.terms import AssessmentKind, Grade, Level
from tiering.workload import ALL

LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
"""The levels at which SPOs supervise."""

COLUMNS = [
    "spo_hours",
    "span",
    "inexperienced",
    "experience_unknown",
    "awaiting_countersignature",
    "longest_wait_days",
]
_COUNTS = ["inexperienced", "experience_unknown", "awaiting_countersignature"]

Positions = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Figures = dict[str, npt.NDArray[Any]]


class _Hours(NamedTuple):
    """Hours per week of each SPO's post, as whole units of 1/``below`` hour, and the position of its team."""

    team: Positions
    whole: npt.NDArray[np.object_]
    below: int


class _Staff(NamedTuple):
    """The posts of offender managers in post: the position of each post's team, and facts about the person."""

    team: Positions
    person: Positions
    inexperienced: Flags
    unknown: Flags


class _Waits(NamedTuple):
    """The plans that wait: the position of each case's team, and days since the plan was completed."""

    team: Positions
    days: npt.NDArray[np.float64]


def count_supervision(
    units: pd.DataFrame, caseload: Caseload, findings: pd.DataFrame, policy: Policy, as_at: date
) -> pd.DataFrame:
    """Add to each unit what its SPOs have to carry.

    units: the workload from tiering.workload.
    findings: those of tiering.findings on the same date.

    Returns the units, rows as they were, with the columns ``COLUMNS``:

    - spo_hours: contracted hours less reductions per week of the SPOs in post
    - span: offender managers per full-time SPO; missing without SPO hours
    - inexperienced: people among the offender managers in post who are trainees, or who qualified less than
      ``policy.experienced_after_years`` ago
    - experience_unknown: the others without a date of qualifying
    - awaiting_countersignature: high RoSH cases whose latest risk management plan has no countersignature
    - longest_wait_days: days since the oldest of these plans was completed; missing if none waits

    Below the team, counts and hours are 0 and the rest is missing.
    """
    organisation = caseload.organisation
    teams = pd.Index(organisation["team_code"])
    hours = _spo_hours(caseload, teams, as_at)
    staff = _staff(caseload.offender_managers, teams, policy, as_at)
    waits = _waits(caseload.assessments, findings, teams, as_at)
    people = units["offender_managers"].to_numpy()
    columns = {column: np.zeros(len(units)) for column in COLUMNS} | {
        column: np.full(len(units), np.nan) for column in ("span", "longest_wait_days")
    }
    for level in LEVELS:
        rows = np.flatnonzero(units["level"].eq(level))
        codes = [ALL] * len(teams) if level is Level.ALL else organisation[f"{level}_code"]
        unit_of = pd.Index(units["code"].iloc[rows]).get_indexer(pd.Index(codes, dtype="str"))
        figures = _spans(hours, unit_of, people[rows], Fraction(policy.default_hours))
        figures |= _experience(staff, unit_of, len(rows)) | _wait_figures(waits, unit_of, len(rows))
        for column, values in figures.items():
            columns[column][rows] = values
    return units.assign(**columns).astype(dict.fromkeys(_COUNTS, "int64"))


def _spo_hours(caseload: Caseload, teams: "pd.Index[str]", as_at: date) -> _Hours:
    """What is left of the contracted hours of every SPO in post."""
    managers = caseload.offender_managers
    posts = managers[managers["grade"].eq(Grade.SPO) & ~has_left(managers, as_at)]
    # All posts of these people, because a reduction without a team is spread over posts of any grade.
    theirs = managers[managers["om_code"].isin(posts["om_code"])]
    reductions = caseload.reductions[caseload.reductions["om_code"].isin(posts["om_code"])]
    lost = reduction_hours(reductions, theirs, as_at)
    keys = zip(posts["om_code"], posts["team_code"], posts["contracted_hours"], strict=True)
    left = [
        max(Fraction(0), exact_fraction(own) - lost.get((om_code, team), Fraction(0))) for om_code, team, own in keys
    ]
    below = lcm(*(hours.denominator for hours in left))
    whole = np.array([hours.numerator * (below // hours.denominator) for hours in left], dtype=object)
    return _Hours(teams.get_indexer(pd.Index(posts["team_code"])), whole, below)


def _staff(managers: pd.DataFrame, teams: "pd.Index[str]", policy: Policy, as_at: date) -> _Staff:
    """The posts of offender managers in post; a person's experience is the same in all of them."""
    posts = managers[managers["grade"].ne(Grade.SPO) & ~has_left(managers, as_at)]
    by_person = posts.assign(trainee=posts["grade"].eq(Grade.TPO)).groupby("om_code")
    trainee = by_person["trainee"].transform("any").to_numpy()
    qualified = by_person["qualified_on"].transform("min")
    recently = qualified.gt(pd.Timestamp(as_at) - pd.DateOffset(years=policy.experienced_after_years)).to_numpy()
    return _Staff(
        team=teams.get_indexer(pd.Index(posts["team_code"])),
        person=pd.factorize(posts["om_code"])[0],
        inexperienced=trainee | recently,
        unknown=~trainee & qualified.isna().to_numpy(),
    )


def _waits(assessments: pd.DataFrame, findings: pd.DataFrame, teams: "pd.Index[str]", as_at: date) -> _Waits:
    """The plans without a countersignature, each the latest of its case on ``as_at``."""
    waiting = findings[findings["finding"].eq("plan_not_countersigned")]
    plans = assessments[assessments["kind"].eq(AssessmentKind.RISK_MANAGEMENT_PLAN)]
    today = pd.Timestamp(as_at)
    plans = plans[plans["completed_on"].le(today) & plans["crn"].isin(waiting["crn"])]
    newest = plans.groupby("crn")["completed_on"].max().reindex(waiting["crn"])
    days = (today - newest).dt.days.to_numpy(dtype=np.float64)
    return _Waits(teams.get_indexer(pd.Index(waiting["team_code"])), days)


def _spans(hours: _Hours, unit_of: Positions, people: Positions, full_time: Fraction) -> Figures:
    """SPO hours of every unit, and its offender managers (``people``) per full-time SPO."""
    whole = np.zeros(len(people), dtype=object)
    np.add.at(whole, unit_of[hours.team], hours.whole)
    some = whole > 0
    span = np.full(len(people), np.nan)
    # Whole numbers up to the last step: ten to one must be exactly ten, and so not over a limit of ten.
    span[some] = (
        people[some].astype(object) * (full_time.numerator * hours.below) / (whole[some] * full_time.denominator)
    )
    return {"spo_hours": whole / hours.below, "span": span}


def _experience(staff: _Staff, unit_of: Positions, size: int) -> Figures:
    """How many people of every unit are inexperienced, and for how many that is unknown; each person counts once."""
    unit = unit_of[staff.team]
    once = np.unique(unit * (len(unit) + 1) + staff.person, return_index=True)[1]
    return {
        "inexperienced": np.bincount(unit[once[staff.inexperienced[once]]], minlength=size),
        "experience_unknown": np.bincount(unit[once[staff.unknown[once]]], minlength=size),
    }


def _wait_figures(waits: _Waits, unit_of: Positions, size: int) -> Figures:
    """How many plans of every unit wait, and how long the oldest of them has waited."""
    unit = unit_of[waits.team]
    longest = np.full(size, np.nan)
    np.fmax.at(longest, unit, waits.days)
    return {"awaiting_countersignature": np.bincount(unit, minlength=size), "longest_wait_days": longest}
