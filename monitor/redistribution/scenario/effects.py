"""Apply each kind of change to the rows, numbers and locks of a trial."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from monitor.redistribution.scenario.model import (
    Absent,
    Arrivals,
    Bar,
    Joins,
    Leaves,
    Move,
    NewHours,
    Pin,
    PolicyNumbers,
    TeamMoves,
    Threshold,
    Widen,
)
from monitor.redistribution.scenario.policy_overrides import number_faults, with_line, with_numbers
from monitor.redistribution.scenario.remarks import AlreadyInOffice, EndsEarlier, HasLeft, OutsideScope
from monitor.redistribution.scenario.trial import Trial
from tiering.capacity import has_left
from tiering.caseload import CASES, OFFENDER_MANAGERS, ORGANISATION, REDUCTIONS
from tiering.terms import Activity, Level

EXPECTED = "expected-"
"""The start of the made-up CRN of a case that is only expected."""

JOINS = "joins-"
"""The start of the made-up code of a person who is to join."""


def _policy(trial: Trial, what: PolicyNumbers) -> None:
    faults = list(number_faults(trial.policy, what))
    for fault in faults:
        trial.fault(*fault)
    if not faults:
        trial.policy = with_numbers(trial.policy, what)


def _threshold(trial: Trial, what: Threshold) -> None:
    if trial.first_time("threshold", "the line"):
        trial.policy = with_line(trial.policy, what.over)


def _widen(trial: Trial, what: Widen) -> None:
    takes = trial.costs.takes
    wider = tuple(dict.fromkeys((*takes[what.team_type], *what.takes)))
    trial.costs = trial.costs.model_copy(update={"takes": {**takes, what.team_type: wider}})


def _team(trial: Trial, what: TeamMoves) -> None:
    organisation = trial.organisation
    known = trial.is_known("team_code", what.team_code, organisation["team_code"], "team")
    known &= trial.is_known("to_office", what.to_office, organisation["office_code"], "office")
    if not (known and trial.first_time("team", what.team_code)):
        return
    columns = [f"{level}_{part}" for level in (Level.OFFICE, Level.CLUSTER, Level.AREA) for part in ("code", "name")]
    office = organisation.loc[organisation["office_code"].eq(what.to_office), columns].iloc[0]
    team = organisation["team_code"].eq(what.team_code)
    if organisation.loc[team, "office_code"].eq(what.to_office).all():
        trial.remark(
            AlreadyInOffice(place=trial.place, change=trial.kind, team_code=what.team_code, office_code=what.to_office)
        )
    trial.set(ORGANISATION, team, **office)


def _joins(trial: Trial, what: Joins) -> None:
    if not trial.is_known("team_code", what.team_code, trial.organisation["team_code"], "team"):
        return
    number = 1 + sum(kind == "joins" for kind, *_ in trial.done)
    om_code = what.om_code or f"{JOINS}{number}"
    there = trial.posts_of(om_code)
    if what.team_code in there:
        trial.fault("om_code", f"{om_code!r} has a post in {what.team_code} already; change its hours with hours")
        return
    trial.done.add(("joins", om_code, what.team_code))
    if not trial.has_begun("on", what.on or trial.day):
        return
    row = {
        "om_code": om_code,
        "team_code": what.team_code,
        "om_name": what.name or f"New {what.grade.value} {number}",
        "grade": what.grade.value,
        "contracted_hours": float(what.contracted_hours),
        "qualified_on": what.qualified_on,
    }
    trial.add(OFFENDER_MANAGERS, [row])


def _hours(trial: Trial, what: NewHours) -> None:
    if not (trial.knows_person(what.om_code) and trial.knows_post(what.om_code, what.team_code)):
        return
    if trial.first_time("hours", what.om_code, what.team_code):
        managers = trial.managers
        post = managers["om_code"].eq(what.om_code) & managers["team_code"].eq(what.team_code)
        trial.set(OFFENDER_MANAGERS, post, contracted_hours=float(what.contracted_hours))


def _leaves(trial: Trial, what: Leaves) -> None:
    if not trial.knows_person(what.om_code):
        return
    if what.team_code is not None and not trial.knows_post(what.om_code, what.team_code):
        return
    posts = trial.managers["om_code"].eq(what.om_code)
    if what.team_code is not None:
        posts &= trial.managers["team_code"].eq(what.team_code)
    on = what.on or trial.as_at
    if not trial.has_begun("on", on):
        return
    if has_left(trial.managers, trial.as_at)[posts].all():
        trial.remark(HasLeft(place=trial.place, change=trial.kind, om_code=what.om_code))
        return
    trial.set(OFFENDER_MANAGERS, posts, left_on=pd.Timestamp(min(on, trial.as_at)).as_unit("s"))


def _absent(trial: Trial, what: Absent) -> None:
    """Reduce every post by all its hours, so that nothing is left, whatever else reduces it."""
    if not trial.knows_person(what.om_code):
        return
    if what.until is not None and what.until < trial.day:
        plan_for = None if trial.day == trial.as_at else trial.day
        trial.remark(
            EndsEarlier(place=trial.place, change=trial.kind, day=what.until, as_at=trial.as_at, plan_for=plan_for)
        )
        return
    first = what.first or trial.as_at
    if not trial.has_begun("from", first):
        return
    own = trial.managers[trial.managers["om_code"].eq(what.om_code)]
    rows = [
        {
            "om_code": what.om_code,
            "team_code": team_code,
            "reason": what.reason.value,
            "hours": hours,
            "starts_on": pd.Timestamp(min(first, trial.as_at)),
            "ends_on": None if what.until is None else pd.Timestamp(what.until),
        }
        for team_code, hours in zip(own["team_code"], own["contracted_hours"], strict=True)
    ]
    trial.add(REDUCTIONS, rows)


def _arrivals(trial: Trial, what: Arrivals) -> None:
    team_known = trial.is_known("team_code", what.team_code, trial.organisation["team_code"], "team")
    if what.tier not in trial.policy.tiers:
        tiers = ", ".join(trial.policy.tiers)
        trial.fault("tier", f"{what.tier!r} is no tier of {trial.policy.name}; the tiers are {tiers}")
        return
    if not team_known:
        return
    crns = trial.cases["crn"]
    made_up = crns[crns.str.startswith(EXPECTED)].str.removeprefix(EXPECTED)
    last = int(pd.to_numeric(made_up, errors="coerce").max()) if len(made_up) else 0
    row = {
        "team_code": what.team_code,
        "tier": what.tier,
        "rosh": what.rosh.value,
        "setting": what.setting.value,
        "activity": Activity.ACTIVE.value,
        "sentence_start": pd.Timestamp(trial.as_at),
        "number_of_cases": 1,
    }
    trial.add(CASES, [row | {"crn": f"{EXPECTED}{last + number}"} for number in range(1, what.cases + 1)])


def _move(trial: Trial, what: Move) -> None:
    case_known = trial.knows_case(what.crn)
    person_known = trial.is_known("to_om_code", what.to_om_code, trial.managers["om_code"], "offender manager")
    if not (case_known and person_known):
        return
    posts = trial.posts_of(what.to_om_code)
    if what.to_team_code is None and len(posts) > 1:
        trial.fault("to_team_code", f"is missing; {what.to_om_code} has posts in {', '.join(posts)}: write which")
        return
    team_code = what.to_team_code or posts[0]
    if not trial.knows_post(what.to_om_code, team_code, "to_team_code"):
        return
    held_in = trial.cases.loc[trial.cases["crn"].eq(what.crn), "team_code"].iloc[0]
    for key, team in (("crn", held_in), ("to_team_code", team_code)):
        if team not in trial.teams:
            trial.fault(
                key, f"team {team} is outside the scope of this scenario; widen the scope, or leave the move out"
            )
            return
    if trial.first_time("move", what.crn):
        move = (what.crn, what.to_om_code, team_code)
        trial.locks = replace(trial.locks, fixed=(*trial.locks.fixed, move))


def _pin(trial: Trial, what: Pin) -> None:
    if what.crn is not None and trial.knows_case(what.crn):
        trial.locks = replace(trial.locks, crns=trial.locks.crns | {what.crn})
        _remark_if_outside(trial, what.crn, trial.cases.loc[trial.cases["crn"].eq(what.crn), "team_code"])
    if what.om_code is not None and trial.knows_person(what.om_code):
        trial.locks = replace(trial.locks, om_codes=trial.locks.om_codes | {what.om_code})
        _remark_if_outside(trial, what.om_code, trial.posts_of(what.om_code))


def _remark_if_outside(trial: Trial, what: str, teams: Iterable[str]) -> None:
    if trial.teams.isdisjoint(teams):
        trial.remark(OutsideScope(place=trial.place, change=trial.kind, code=what))


def _bar(trial: Trial, what: Bar) -> None:
    if trial.knows_case(what.crn) & trial.knows_person(what.om_code):
        trial.locks = replace(trial.locks, barred=trial.locks.barred | {(what.crn, what.om_code)})


EFFECTS: dict[str, Callable[[Trial, Any], None]] = {
    "policy": _policy,
    "threshold": _threshold,
    "widen": _widen,
    "team": _team,
    "joins": _joins,
    "hours": _hours,
    "leaves": _leaves,
    "absent": _absent,
    "arrivals": _arrivals,
    "move": _move,
    "pin": _pin,
    "bar": _bar,
}
"""The effect of each kind of change."""
