"""What a scenario comes to on its snapshot: names, choices for its forms, limits, and remarks on its changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from json import dumps
from pathlib import Path
from typing import Any, Final

import pandas as pd

from alerts.wording import clean
from monitor.redistribution.plan import limits_for
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.scenario.apply import AppliedChanges, apply_changes
from monitor.redistribution.scenario.baseline import Baseline, load_baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.remarks import NoEffect
from monitor.redistribution.scenario.yaml_file import parse_scenario
from monitor.snapshots.store import Store
from monitor.web.auth.permissions import Visibility
from monitor.web.formatting import words
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.what_if.fields import Option
from monitor.web.what_if.forms import Choices
from monitor.web.what_if.text import Names
from tiering.capacity import has_left
from tiering.policy import Policy
from tiering.terms import Level

NAMED: Final = "the scenario"
"""What stands for a scenario in faults."""


@dataclass(frozen=True)
class Grounds:
    """What a scenario comes to on its snapshot, as far as its page shows it.

    - remarks: why a change has no effect; names: of people, teams and offices after the changes.
    - choices: of its forms; limits: those in force for it, the usual ones too.
    """

    remarks: tuple[NoEffect, ...]
    names: Names
    choices: Choices
    limits: Limits


def baseline_of(store: Store, week: SnapshotView) -> Baseline:
    """The rows of a week, which are read once for all scenarios that start from it."""
    facts = {"name": "start", "scope": "all", "as_at": week.as_at, "revision": week.snapshot.revision}
    baseline: Baseline = week.recent.get(
        ("what-if start",), lambda: load_baseline(store, parse_scenario(facts, NAMED), NAMED)
    )
    return baseline


def find_grounds(scenario: Scenario, week: SnapshotView, store: Store, config: Path) -> Grounds:
    """What a scenario comes to; raises ScenarioFault where its snapshot does not bear it."""
    baseline = baseline_of(store, week)
    costs = load_costs(config, baseline.as_at)
    applied = apply_changes(baseline.caseload, baseline.policy, costs, scenario, baseline.as_at, NAMED)
    limits = limits_for(scenario, applied.costs)
    return Grounds(applied.remarks, _names(applied), _choices(applied, baseline.as_at), limits)


def _names(applied: AppliedChanges) -> Names:
    managers, organisation = applied.caseload.offender_managers, applied.caseload.organisation
    names = {(Level.OFFENDER_MANAGER.value, code): name for code, name in _pairs(managers, "om")}
    for level in (Level.TEAM, Level.OFFICE):
        names |= {(level.value, code): name for code, name in _pairs(organisation, level.value)}
    return names


def _pairs(frame: pd.DataFrame, prefix: str) -> Iterator[tuple[str, str]]:
    names = frame[f"{prefix}_name"].fillna("").astype(str)
    return zip(frame[f"{prefix}_code"].tolist(), names.tolist(), strict=True)


def _choices(applied: AppliedChanges, as_at: date) -> Choices:
    """Who and what is in scope after the changes; teams and offices to move between are those of the whole service."""
    managers, organisation = applied.caseload.offender_managers, applied.caseload.organisation
    inside = managers[managers["team_code"].isin(applied.teams) & ~has_left(managers, as_at)]
    inside = inside.sort_values(["om_name", "om_code", "team_code"])
    rows = list(zip(inside["om_code"], inside["om_name"], inside["team_code"], inside["grade"], strict=True))
    people = {code: f"{clean(str(name))} ({code}), {grade}" for code, name, _, grade in rows}
    posts = [
        (dumps([code, team]), f"{clean(str(name))} ({code}), {grade} in {team}") for code, name, team, grade in rows
    ]
    return Choices(
        people=tuple(people.items()),
        posts=tuple(posts),
        teams=_units(organisation[organisation["team_code"].isin(applied.teams)], "team"),
        all_teams=_units(organisation, "team"),
        offices=_units(organisation, "office"),
        tiers=tuple((tier, tier) for tier in applied.policy.tiers),
        numbers=tuple(_numbers(applied.policy)),
    )


def _units(organisation: pd.DataFrame, level: str) -> tuple[Option, ...]:
    names = {code: f"{clean(name)} ({code})" for code, name in _pairs(organisation, level)}
    return tuple(sorted(names.items(), key=lambda option: option[1]))


def _numbers(policy: Policy) -> Iterator[Option]:
    """Every number of the policy that a scenario may try, with what it is."""
    plain = policy.model_dump(mode="json")
    for name in ("nominal_target", "tier_points", "rosh_points", "activity_share", "team_type_factor", "default_hours"):
        for path, value in _leaves((name,), plain[name]):
            says = ", ".join(words(part) if part.upper() != part else part for part in path)
            yield dumps(path), f"{says[:1].upper()}{says[1:]}: {float(value):g}"


def _leaves(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves((*path, name), part)
    elif value is not None:
        yield path, value


def choices_within(choices: Choices, sight: Visibility) -> Choices:
    """The choices without what the planner may not see."""
    if sight.everything:
        return choices
    within = {
        "all_teams": tuple(option for option in choices.all_teams if sight.may_see(Level.TEAM, option[0])),
        "offices": tuple(option for option in choices.offices if sight.may_see(Level.OFFICE, option[0])),
    }
    return Choices(**{**vars(choices), **within})
