"""Whether a scenario holds good: only what its planner may see, and nothing that its snapshot does not bear."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from monitor.redistribution.plan import pose_scenario
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.scenario.apply import apply_changes
from monitor.redistribution.scenario.baseline import Baseline
from monitor.redistribution.scenario.effects import EXPECTED, JOINS
from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from monitor.redistribution.scenario.model import Scenario
from monitor.snapshots.store import Store
from monitor.web.auth.permissions import Visibility
from monitor.web.formatting import words
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.what_if.fields import MOST_SECONDS
from monitor.web.what_if.grounds import NAMED, baseline_of
from tiering.terms import Level

_KEYS: Final = {
    "om_code": Level.OFFENDER_MANAGER,
    "to_om_code": Level.OFFENDER_MANAGER,
    "team_code": Level.TEAM,
    "to_team_code": Level.TEAM,
    "to_office": Level.OFFICE,
}
"""The keys of changes that name a person or a unit, and of what level."""


def find_faults(scenario: Scenario, week: SnapshotView, sight: Visibility, store: Store, config: Path) -> list[Fault]:
    """Everything that keeps a scenario from being solved."""
    faults = list(_outside(scenario, week, sight))
    if scenario.limits.seconds is not None and scenario.limits.seconds > MOST_SECONDS:
        most = f"{scenario.limits.seconds:g}: must be {MOST_SECONDS:g} or less on these pages"
        faults.append(Fault(0, "limits.seconds", f"{most}; hotspots what-if takes longer"))
    return faults or _not_borne(scenario, baseline_of(store, week), config)


def _outside(scenario: Scenario, week: SnapshotView, sight: Visibility) -> Iterator[Fault]:
    """Whatever the planner may not see, reported as if it were not there."""
    if sight.everything:
        return
    there = f"of the snapshot of {week.as_at}; write a code as the extract has it"
    level = scenario.scope.level
    if level is Level.ALL:
        yield Fault(0, "scope", "all: is more than you see; choose a unit that is yours")
    for code in scenario.scope.codes:
        if not sight.may_see(level, code):
            yield Fault(0, "scope", f"{code!r} is no {level} {there}")
    team_of = _team_of(week)
    for place, change in enumerate(scenario.changes, start=1):
        for key, value in change.what:
            if value is None:
                continue
            if key in _KEYS and not value.startswith(JOINS) and not sight.may_see(_KEYS[key], value):
                yield Fault(place, f"{change.kind}.{key}", f"{value!r} is no {words(_KEYS[key].value)} {there}")
            if key == "crn" and not value.startswith(EXPECTED) and team_of.get(value) not in sight.teams:
                yield Fault(place, f"{change.kind}.{key}", f"{value!r} is no case {there}")


def _team_of(week: SnapshotView) -> dict[str, str]:
    """The team of every case, by CRN."""

    def found() -> dict[str, str]:
        cases = week.frame("cases")
        return dict(zip(cases["crn"].tolist(), cases["team_code"].tolist(), strict=True))

    return week.recent.get(("what-if teams of cases",), found)


def _not_borne(scenario: Scenario, baseline: Baseline, config: Path) -> list[Fault]:
    """What the snapshot or the rules have against it; the rules are asked only where a change could break one."""
    costs = load_costs(config, baseline.as_at)
    try:
        if any(change.kind in ("move", "pin", "bar") for change in scenario.changes):
            pose_scenario(scenario, baseline, costs, NAMED)
        else:
            apply_changes(baseline.caseload, baseline.policy, costs, scenario, baseline.as_at, NAMED)
    except ScenarioFault as error:
        return list(error.scenario_faults)
    return []
