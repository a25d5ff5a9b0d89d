"""Whether a scenario holds good: only what its planner may see, and nothing that its snapshot does not bear."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from alerts.wording import clean
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.scenario.apply import EXPECTED, JOINS, Changed, change
from monitor.redistribution.scenario.baseline import Start, start_of
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import scenario_of
from monitor.snapshots.store import Store
from monitor.web.auth.permissions import Visibility
from monitor.web.formatting import words
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.what_if.fields import MOST_SECONDS, Option
from monitor.web.what_if.forms import Choices
from monitor.web.what_if.text import Names
from monitor.web.what_if.worker import NAMED
from tiering.capacity import has_left
from tiering.faults import ConfigFault
from tiering.policy import Policy
from tiering.terms import Level

_KEYS: Final = {
    "om_code": Level.OFFENDER_MANAGER,
    "to_om_code": Level.OFFENDER_MANAGER,
    "team_code": Level.TEAM,
    "to_team_code": Level.TEAM,
    "to_office": Level.OFFICE,
}
"""The keys of changes that name somebody or something, and of what level."""

_PLACED: Final = re.compile(r"changes\.(\d+)\.\w+(?:\.([\w.]+))?: (.*)", re.DOTALL)


class Fault(NamedTuple):
    """What is wrong: at which change (from 1; 0 for none), which key of it, in words."""

    place: int
    key: str
    says: str

    @property
    def whole(self) -> str:
        """The fault for a list of them."""
        return f"Change {self.place}: {self.says}" if self.place else self.says


@dataclass(frozen=True)
class Grounds:
    """What a scenario comes to on its snapshot, as far as its page tells of it."""

    notes: tuple[str, ...]
    names: Names
    choices: Choices
    intake: int


def start_at(store: Store, week: SnapshotView) -> Start:
    """The rows of a week, as they are read once for all scenarios that start from it."""
    facts = {"name": "start", "scope": "all", "as_at": week.as_at, "revision": week.snapshot.revision}
    found: Start = week.recent.get(("what-if start",), lambda: start_of(store, scenario_of(facts, NAMED), NAMED))
    return found


def faults_of(scenario: Scenario, week: SnapshotView, sight: Visibility, store: Store, config: Path) -> list[Fault]:
    """Everything that keeps a scenario from being solved."""
    found = list(_outside(scenario, week, sight))
    if scenario.limits.seconds is not None and scenario.limits.seconds > MOST_SECONDS:
        most = f"limits.seconds: {scenario.limits.seconds:g}: must be {MOST_SECONDS:g} or less on these pages"
        found.append(Fault(0, "limits", f"{most}; hotspots what-if takes longer"))
    return found or list(_not_borne(scenario, start_at(store, week), config))


def _outside(scenario: Scenario, week: SnapshotView, sight: Visibility) -> Iterator[Fault]:
    """Whatever the planner may not see; told as if it were not there."""
    if sight.everything:
        return
    there = f"of the snapshot of {week.as_at}; write a code as the extract has it"
    level = scenario.scope.level
    if level is Level.ALL:
        yield Fault(0, "scope", "scope: all: is more than you see; choose a unit that is yours")
    for code in scenario.scope.codes:
        if not sight.may_see(level, code):
            yield Fault(0, "scope", f"scope: {code!r} is no {level} {there}")
    team_of = _team_of(week)
    for place, one in enumerate(scenario.changes, start=1):
        for key, value in one.what:
            if value is None:
                continue
            if key in _KEYS and not value.startswith(JOINS) and not sight.may_see(_KEYS[key], value):
                yield Fault(place, key, f"{value!r} is no {words(_KEYS[key].value)} {there}")
            if key == "crn" and not value.startswith(EXPECTED) and team_of.get(value) not in sight.teams:
                yield Fault(place, key, f"{value!r} is no case {there}")


def _team_of(week: SnapshotView) -> dict[str, str]:
    """The team of every case, by CRN."""

    def found() -> dict[str, str]:
        cases = week.frame("cases")
        return dict(zip(cases["crn"].tolist(), cases["team_code"].tolist(), strict=True))

    return week.recent.get(("what-if teams of cases",), found)


def _not_borne(scenario: Scenario, start: Start, config: Path) -> Iterator[Fault]:
    """What the snapshot or the rules have against it; the rules are asked only where a move is named."""
    prices = load_costs(config, start.as_at)
    try:
        if any(one.kind == "move" for one in scenario.changes):
            # The solver takes long to load.
            from monitor.redistribution.plan import ask

            ask(scenario, start, prices, NAMED)
        else:
            change(start.caseload, start.policy, prices, scenario, start.as_at, NAMED)
    except ConfigFault as error:
        yield from (_placed(fault.removeprefix(f"{NAMED}: ")) for fault in error.faults)


def _placed(fault: str) -> Fault:
    if at := _PLACED.fullmatch(fault):
        return Fault(int(at[1]), at[2] or "", at[3])
    return Fault(0, "", fault)


def grounds_of(scenario: Scenario, week: SnapshotView, store: Store, config: Path) -> Grounds:
    """Notes on its changes, names and choices; raises ConfigFault where the snapshot does not bear it any more."""
    start = start_at(store, week)
    prices = load_costs(config, start.as_at)
    changed = change(start.caseload, start.policy, prices, scenario, start.as_at, NAMED)
    return Grounds(changed.notes, _names(changed), _choices(changed, start.as_at), prices.intake)


def _names(changed: Changed) -> Names:
    managers, organisation = changed.caseload.offender_managers, changed.caseload.organisation
    found = {(Level.OFFENDER_MANAGER.value, code): name for code, name in _pairs(managers, "om")}
    for level in (Level.TEAM, Level.OFFICE):
        found |= {(level.value, code): name for code, name in _pairs(organisation, level.value)}
    return found


def _pairs(frame: pd.DataFrame, prefix: str) -> Iterator[tuple[str, str]]:
    names = frame[f"{prefix}_name"].fillna("").astype(str)
    return zip(frame[f"{prefix}_code"].tolist(), names.tolist(), strict=True)


def _choices(changed: Changed, as_at: Any) -> Choices:
    """Who and what is in scope after the changes; teams and offices to move between are those of the whole service."""
    managers, organisation = changed.caseload.offender_managers, changed.caseload.organisation
    inside = managers[managers["team_code"].isin(changed.teams) & ~has_left(managers, as_at)]
    inside = inside.sort_values(["om_name", "om_code", "team_code"])
    rows = list(zip(inside["om_code"], inside["om_name"], inside["team_code"], inside["grade"], strict=True))
    people = {code: f"{clean(str(name))} ({code}), {grade}" for code, name, _, grade in rows}
    posts = [
        (dumps([code, team]), f"{clean(str(name))} ({code}), {grade} in {team}") for code, name, team, grade in rows
    ]
    return Choices(
        people=tuple(people.items()),
        posts=tuple(posts),
        teams=_units(organisation[organisation["team_code"].isin(changed.teams)], "team"),
        all_teams=_units(organisation, "team"),
        offices=_units(organisation, "office"),
        tiers=tuple((tier, tier) for tier in changed.policy.tiers),
        numbers=tuple(_numbers(changed.policy)),
    )


def _units(organisation: pd.DataFrame, level: str) -> tuple[Option, ...]:
    found = {code: f"{clean(name)} ({code})" for code, name in _pairs(organisation, level)}
    return tuple(sorted(found.items(), key=lambda one: one[1]))


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


def seen(choices: Choices, sight: Visibility) -> Choices:
    """The choices without what the planner may not see."""
    if sight.everything:
        return choices
    kept = {
        "all_teams": tuple(one for one in choices.all_teams if sight.may_see(Level.TEAM, one[0])),
        "offices": tuple(one for one in choices.offices if sight.may_see(Level.OFFICE, one[0])),
    }
    return Choices(**{**vars(choices), **kept})
