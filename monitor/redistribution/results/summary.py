"""A plan in a few figures and sentences: what was found, how good it is, and what it could not do."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.unmoved import short_of
from monitor.redistribution.scenario.model import Scenario
from tiering.terms import Level

METRICS = ("peak", "over_100", "over_110", "points_over", "max_over_mean", "gini", "without_hours")
"""What is said of the situation before and after, in this order; see docs/what_if.md."""

_PEOPLE = ("over_100", "over_110", "without_hours")

_NAMED_AT_MOST = 5


def summary(plan: Plan) -> dict[str, Any]:
    """What ``hotspots what-if solve --json`` prints."""
    solution = plan.solution
    return {
        "name": plan.scenario.name,
        "as_at": plan.start.as_at.isoformat(),
        "policy_fingerprint": plan.changed.policy.fingerprint,
        "objective": solution.objective,
        "bound": solution.bound,
        "gap": solution.gap,
        "seconds": solution.seconds,
        "status": solution.status,
        "moves_elective": plan.counts["elective"],
        "moves_forced": plan.counts["forced"],
        "unplaced": plan.counts["unplaced"],
        "before": _metrics(plan, plan.before, "before"),
        "after": _metrics(plan, plan.after, "after"),
        "moves_named": plan.counts["named"],
        "moves_high_rosh": plan.counts["high_rosh"],
        "moves_to_other_office": plan.counts["other_office"],
        "author": plan.scenario.author,
        "revision": plan.start.revision,
        "scope": plan.scenario.scope.written(),
        "prices_fingerprint": plan.changed.prices.fingerprint,
        "local_assumptions": plan.changed.policy.local_assumptions + plan.changed.prices.local_assumptions,
        "people": len(plan.problem.people),
        "cases": len(plan.problem.cases),
        "weeks": solution.weeks,
        "over_line": plan.changed.over_line,
        "messages": list(messages(plan)),
    }


def _metrics(plan: Plan, measured: dict[str, float], side: str) -> dict[str, Any]:
    known: dict[str, Any] = {name: None if pd.isna(measured[name]) else measured[name] for name in METRICS}
    people = {name: int(measured[name]) for name in _PEOPLE}
    return known | people | {"over_line": _over_line(plan, side)}


def _over_line(plan: Plan, side: str) -> int:
    """Persons above the plan's line, those who hold points without capacity among them."""
    people = plan.people
    over = people[f"{side}_capacity_percentage"] > plan.changed.over_line
    stranded = people[f"{side}_available_points"].le(0) & people[f"{side}_points"].gt(0)
    return int((over | stranded).sum())


def saved(plan: Plan) -> Scenario:
    """The scenario such that it gives this plan again: snapshot and fingerprints written down."""
    facts = {
        "as_at": plan.start.as_at,
        "revision": plan.start.revision,
        "policy_fingerprint": plan.changed.policy.fingerprint,
        "prices_fingerprint": plan.changed.prices.fingerprint,
    }
    return plan.scenario.model_copy(update=facts)


def messages(plan: Plan) -> Iterator[str]:
    """What a planner should know before signing, in words."""
    yield from plan.changed.notes
    yield from _other_numbers(plan)
    yield from _short(plan)
    yield from _unplaced(plan)
    yield from _still_over(plan)
    yield from _worse_off(plan)
    if plan.solution.status == "time limit":
        yield (
            f"the time was up before the plan was proven as closely as asked: it is within {plan.solution.gap:.2%} of "
            "the best possible; give it more with limits.seconds"
        )


def _other_numbers(plan: Plan) -> Iterator[str]:
    found = {
        "policy_fingerprint": (plan.scenario.policy_fingerprint, plan.changed.policy.fingerprint),
        "prices_fingerprint": (plan.scenario.prices_fingerprint, plan.changed.prices.fingerprint),
    }
    for name, (written, now) in found.items():
        if written is not None and written != now:
            yield f"{name}: the scenario was saved under other numbers than are in force now: its answer may be another"


def _short(plan: Plan) -> Iterator[str]:
    """Where no moving of cases can bring everybody under the line, and by how much."""
    lacks = plan.shortfall
    if lacks["points_short"] > 0:
        yield (
            f"redistribution cannot fix this: {lacks['total_points']:,.0f} points are held where "
            f"{lacks['available_points']:,.0f} are available; short by {lacks['points_short']:,.0f} available points, "
            f"{lacks['full_time_short']:.1f} full-time offender managers, for {lacks['line']:g}% each: "
            "see hotspots what-if resources"
        )


def _unplaced(plan: Plan) -> Iterator[str]:
    """Cases that should have been placed and could not: what is short, by office and grade, and why."""
    yield from short_of(plan.problem, plan.solution.holder)
    left = plan.untouched[plan.untouched["unplaced"]]
    for why, cases in left["why"].value_counts(sort=False).sort_index().items():
        yield f"{cases} case(s) that must be placed stay where they are: {why}"


def _still_over(plan: Plan) -> Iterator[str]:
    line, people = plan.changed.over_line, plan.people
    over = people[people["after_capacity_percentage"] > line].sort_values("after_capacity_percentage", ascending=False)
    if over.empty:
        return
    named = [f"{row.om_code} {row.after_capacity_percentage:.1f}%" for row in over.itertuples()]
    budget = plan.scenario.limits.elective_moves
    spent = budget is not None and plan.counts["elective"] >= budget
    why = f"; all {budget} elective moves are spent, see what more would do: hotspots what-if curve" if spent else ""
    yield f"still over {line:g}%: {_listed(named)}{why}"


def _worse_off(plan: Plan) -> Iterator[str]:
    """Whoever the plan itself takes over the line."""
    line, people = plan.changed.over_line, plan.people
    taken = people["after_capacity_percentage"].gt(line) & people["before_capacity_percentage"].le(line)
    named = [
        f"{row.om_code} from {row.before_capacity_percentage:.1f}% to {row.after_capacity_percentage:.1f}%"
        for row in people[taken].sort_values("after_capacity_percentage", ascending=False).itertuples()
    ]
    if named:
        yield f"taken over {line:g}% by the plan itself, to relieve others or to place a case: {_listed(named)}"


def _listed(named: list[str]) -> str:
    more = f" and {len(named) - _NAMED_AT_MOST} more" if len(named) > _NAMED_AT_MOST else ""
    return ", ".join(named[:_NAMED_AT_MOST]) + more


def in_words(plan: Plan) -> Iterator[str]:
    """The plan for a terminal, line by line."""
    found = summary(plan)
    scope = plan.scenario.scope
    where = "everything" if scope.level is Level.ALL else f"{scope.level.value} {', '.join(scope.codes)}"
    yield f"{found['name']}: as at {found['as_at']} (revision {found['revision']}), {where}"
    yield f"  {found['cases']:,} cases and {found['people']:,} people in scope"
    budget = plan.scenario.limits.elective_moves
    allowed = "no limit" if budget is None else f"{budget} allowed"
    spread = "" if found["weeks"] <= 1 else f", spread over {found['weeks']} weeks"
    yield (
        f"  {len(plan.moves)} moves: {found['moves_forced']} that must be, {found['moves_named']} named, "
        f"{found['moves_elective']} elective ({allowed}){spread}; {found['unplaced']} that must be and cannot"
    )
    yield (
        f"  {found['status']}: at most {found['gap']:.2%} from the best possible "
        f"(objective {found['objective']:,.0f}, proven bound {found['bound']:,.0f}), {found['seconds']:.1f} s"
    )
    yield ""
    yield f"  {'':34}{'before':>12}{'after':>12}"
    before, after = found["before"], found["after"]
    for name, label, form in _SHOWN:
        cells = "".join(f"{_cell(side[name], form):>12}" for side in (before, after))
        yield f"  {label.format(line=found['over_line']):34}{cells}"
    if found["messages"]:
        yield ""
        yield from (f"  - {said}" for said in found["messages"])


_SHOWN = (
    ("peak", "highest capacity percentage", "{:.1f}%"),
    ("over_line", "people over {line:g}%", "{:,.0f}"),
    ("over_100", "people over 100%", "{:,.0f}"),
    ("without_hours", "people with points and no capacity", "{:,.0f}"),
    ("points_over", "points over capacity", "{:,.0f}"),
    ("max_over_mean", "highest over the mean", "{:.2f}"),
    ("gini", "unevenness (Gini)", "{:.3f}"),
)


def _cell(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)
