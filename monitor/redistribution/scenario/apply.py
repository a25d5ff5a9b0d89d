"""Apply what a scenario changes before any move: people, hours, teams, expected cases, numbers of the policy.

The frames that come in stay as they are. Changes are carried out by kind, in the order of ``ORDER``, whatever their
order in the file: a person may join and get a case in any order of lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.problem.limits import Locks
from monitor.redistribution.scenario.effects import EFFECTS
from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.model import Change, Scenario
from monitor.redistribution.scenario.plan_date import managers_on, reductions_on
from monitor.redistribution.scenario.remarks import NoEffect
from monitor.redistribution.scenario.trial import Trial
from tiering.caseload import OFFENDER_MANAGERS, REDUCTIONS, Caseload
from tiering.policies.policy import Policy
from tiering.terms import Level

ORDER = (
    "policy", "threshold", "widen", "team", "joins", "hours", "leaves", "absent", "arrivals", "move", "pin", "bar"
)  # fmt: skip
"""The kinds of changes in order; from ``move`` on they refer to the people and cases after the changes before them."""


@dataclass(frozen=True)
class AppliedChanges:
    """A snapshot's rows and numbers with a scenario's changes, before any move.

    - teams: codes of the teams in scope.
    - over_line: per cent of capacity above which a person counts as over.
    - remarks: what a planner should know, in the order of the changes.
    - holders_changed: changes of offender manager in the last 52 weeks, by CRN, if they were counted.
    """

    caseload: Caseload
    policy: Policy
    costs: Costs
    locks: Locks
    teams: frozenset[str]
    over_line: float
    remarks: tuple[NoEffect, ...]
    holders_changed: "pd.Series[int] | None" = None


def apply_changes(
    caseload: Caseload, policy: Policy, costs: Costs, scenario: Scenario, as_at: date, named: str
) -> AppliedChanges:
    """Carry out every change of a scenario.

    - named: the name of the scenario in faults, such as its file.
    - Raises ScenarioFault with every change that does not fit the snapshot.
    """
    trial = _trial_on_day(caseload, policy, costs, scenario, as_at)
    ordered = sorted(enumerate(scenario.changes, start=1), key=lambda placed: ORDER.index(placed[1].kind))
    # The scope is looked up between the two, because a team may move into it, and moves and pins depend on it.
    first_settled = ORDER.index("move")
    _carry_out(trial, [placed for placed in ordered if ORDER.index(placed[1].kind) < first_settled])
    trial.teams = _teams_in_scope(trial, scenario)
    _carry_out(trial, [placed for placed in ordered if ORDER.index(placed[1].kind) >= first_settled])
    if trial.faults:
        raise ScenarioFault(named, sorted(trial.faults))
    return AppliedChanges(
        replace(caseload, **trial.tables),
        trial.policy,
        trial.costs,
        trial.locks,
        trial.teams,
        float(trial.policy.bands.red_above),
        tuple(sorted(trial.remarks, key=lambda remark: remark.place)),
    )


def _trial_on_day(caseload: Caseload, policy: Policy, costs: Costs, scenario: Scenario, as_at: date) -> Trial:
    """The rows as they are on the day that the plan is for; a fault if that day is over."""
    tables, day = caseload.tables(), scenario.plan_for or as_at
    if day > as_at:
        tables[OFFENDER_MANAGERS.name] = managers_on(caseload.offender_managers, as_at, day)
        tables[REDUCTIONS.name] = reductions_on(caseload.reductions, as_at, day)
    trial = Trial(as_at, tables, policy, costs, day)
    if day < as_at:
        trial.at(0, "plan_for")
        trial.fault("", f"{day} is before the as-at date {as_at}; write a later day, or leave the line out")
    return trial


def _carry_out(trial: Trial, changes: Sequence[tuple[int, Change]]) -> None:
    for place, change in changes:
        trial.at(place, change.kind)
        EFFECTS[change.kind](trial, change.what)


def _teams_in_scope(trial: Trial, scenario: Scenario) -> frozenset[str]:
    """The teams in scope in the organisation after the changes; a fault for an unknown code."""
    organisation = trial.organisation
    if scenario.scope.level is Level.ALL:
        return frozenset(organisation["team_code"])
    trial.at(0, "scope")
    level = scenario.scope.level.value
    codes = organisation[f"{level}_code"]
    key = "teams" if len(scenario.scope.codes) > 1 else level
    for code in scenario.scope.codes:
        trial.is_known(key, code, codes, level)
    return frozenset(organisation.loc[codes.isin(scenario.scope.codes), "team_code"])
