"""What a scenario comes to on its snapshot: names, choices for its forms, limits, and remarks on its changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from alerts.wording import clean
from monitor.redistribution.plan import limits_for
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.problem.posts import RECEIVING_GRADES
from monitor.redistribution.proposals.recall import load_start
from monitor.redistribution.scenario.apply import AppliedChanges, apply_changes
from monitor.redistribution.scenario.baseline import Baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.remarks import NoEffect
from monitor.snapshots.store import Store
from monitor.web.auth.permissions import Visibility
from monitor.web.formatting import is_missing, words
from monitor.web.read_model.snapshot import START, SnapshotView
from monitor.web.what_if.fields import Option
from monitor.web.what_if.forms import Choices
from monitor.web.what_if.text import Names
from tiering.capacity import has_left, main_posts
from tiering.policies.policy import Policy
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
    baseline: Baseline = week.recent.get(START, lambda: load_start(store, week.snapshot))
    return baseline


def find_grounds(scenario: Scenario, week: SnapshotView, store: Store, config: Path) -> Grounds:
    """What a scenario comes to; raises ScenarioFault where its snapshot does not bear it."""
    baseline = baseline_of(store, week)
    costs = load_costs(config, baseline.as_at)
    applied = apply_changes(baseline.caseload, baseline.policy, costs, scenario, baseline.as_at, NAMED)
    limits = limits_for(scenario, applied.costs)
    return Grounds(applied.remarks, _names(applied), _choices(applied, week), limits)


def _names(applied: AppliedChanges) -> Names:
    managers, organisation = applied.caseload.offender_managers, applied.caseload.organisation
    names = {(Level.OFFENDER_MANAGER.value, code): name for code, name in _pairs(managers, "om")}
    for level in (Level.TEAM, Level.OFFICE):
        names |= {(level.value, code): name for code, name in _pairs(organisation, level.value)}
    return names


def _pairs(frame: pd.DataFrame, prefix: str) -> Iterator[tuple[str, str]]:
    names = frame[f"{prefix}_name"].fillna("").astype(str)
    return zip(frame[f"{prefix}_code"].tolist(), names.tolist(), strict=True)


def _choices(applied: AppliedChanges, week: SnapshotView) -> Choices:
    """Who and what is in scope after the changes; teams and offices to move between are those of the whole service."""
    organisation = applied.caseload.organisation
    posts = list(_posts_to_choose(applied, week))
    people = [post for post in posts if post.is_main]
    return Choices(
        people=tuple((post.om_code, post.person) for post in people),
        holders=tuple((post.om_code, post.person) for post in people if post.holds_cases),
        posts=tuple((post.value, post.says) for post in posts),
        receivers=tuple((post.value, post.says) for post in posts if post.holds_cases),
        offices_of=(
            *((post.om_code, post.office) for post in people),
            *((post.value, post.office) for post in posts),
        ),
        teams=_units(organisation[organisation["team_code"].isin(applied.teams)], "team"),
        all_teams=_units(organisation, "team"),
        offices=_units(organisation, "office"),
        tiers=tuple((tier, tier) for tier in applied.policy.tiers),
        numbers=tuple(_numbers(applied.policy)),
    )


class _Post(NamedTuple):
    """A post to choose: its holder, team, grade and office, and the holder's load in the snapshot, in words."""

    om_code: str
    name: str
    team_code: str
    grade: str
    office: str
    load: str
    is_main: bool

    @property
    def value(self) -> str:
        return dumps([self.om_code, self.team_code])

    @property
    def person(self) -> str:
        return f"{self.name} ({self.om_code}), {self.grade}{self.load}"

    @property
    def says(self) -> str:
        return f"{self.name} ({self.om_code}), {self.grade} in {self.team_code}{self.load}"

    @property
    def holds_cases(self) -> bool:
        return self.grade in RECEIVING_GRADES


def _posts_to_choose(applied: AppliedChanges, week: SnapshotView) -> Iterator[_Post]:
    """The posts in scope after the changes, by office and name."""
    managers, places = applied.caseload.offender_managers, applied.caseload.organisation.set_index("team_code")
    inside = managers[managers["team_code"].isin(applied.teams) & ~has_left(managers, week.as_at)]
    offices = places["office_name"].map(lambda name: clean(str(name))) + " (" + places["office_code"] + ")"
    inside = inside.assign(office=inside["team_code"].map(offices))
    inside = inside.sort_values(["office", "om_name", "om_code", "team_code"])
    main = main_posts(inside, week.as_at)
    places_of = set(zip(main["om_code"], main["team_code"], strict=True))
    loads = _loads(week)
    columns = (inside[name] for name in ("om_code", "om_name", "team_code", "grade", "office"))
    for code, name, team, grade, office in zip(*columns, strict=True):
        is_main = (code, team) in places_of
        yield _Post(code, clean(str(name)), team, grade, office, loads.get(code, ""), is_main)


def _loads(week: SnapshotView) -> dict[str, str]:
    """The load of every person in the snapshot, as it stands behind their grade; empty if they have no capacity."""

    def made() -> dict[str, str]:
        units = week.units[week.units["level"].eq(Level.OFFENDER_MANAGER.value)]
        shares = zip(units["code"].tolist(), units["capacity_percentage"].tolist(), strict=True)
        return {code: "" if is_missing(share) else f", {share:.0f}%" for code, share in shares}

    return week.memo.get(("what-if loads",), made)


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
