"""Find the dangerous cases that a planner's own decision would leave without anyone who has hours for them.

A pin, a bar or a limit may do this only if the planner accepts the risk in writing (``accept_risk``); otherwise it is a
fault. A case is dangerous if it is of high or very high RoSH (unclassified counts as high), of the highest tier, or
under MAPPA of any level. A case that no rule lets anyone take is no one's decision: it is not looked at here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from pydantic import BaseModel

from alerts.wording import choose, count_of, join_list
from monitor.redistribution.problem.eligibility import classify
from monitor.redistribution.problem.intake import count_received
from monitor.redistribution.problem.loads import find_unplaced
from monitor.redistribution.problem.posts import RECEIVING_GRADES
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.model import AskedLimits, Change, Scenario
from monitor.redistribution.scenario.remarks import AcceptedRisk

Flags = npt.NDArray[np.bool_]
Integers = npt.NDArray[np.int64]

_NAMED_AT_MOST: Final = 5
_WAYS_OUT: Final = {
    "pin": "remove the pin",
    "bar": "remove the bar",
    "limits": "raise the limit, or leave it out",
}


@dataclass(frozen=True)
class Danger:
    """A dangerous case that one decision leaves without anyone who has hours.

    - place: of the change, counted from 1; 0 for the limits. key: as in a fault.
    - om_code: of its holder, None if it is unallocated.
    - accepted: the planner's reason, None if the risk is not accepted.
    """

    place: int
    key: str
    crn: str
    om_code: str | None
    accepted: str | None


def is_dangerous(problem: Problem) -> Flags:
    """Whether each case is of high or very high RoSH, of the highest tier, or under MAPPA."""
    cases = problem.cases
    flags: Flags = cases["only_po"].to_numpy(dtype=bool) | cases["mappa"].to_numpy(dtype=bool)
    return flags


def find_dangers(scenario: Scenario, problem: Problem) -> list[Danger]:
    """Find the dangers that pins and bars bring, in the order of the changes."""
    left = is_dangerous(problem) & _without_hours(problem) & problem.cases["fixed_to"].lt(0).to_numpy(dtype=bool)
    cases = problem.cases[left]
    taken = np.array([kind.any() for kind in problem.eligible], dtype=bool)[cases["kind"].to_numpy(dtype=np.int64)]
    stuck = cases[cases["forced"] & ~taken]
    able = _able_by_rules(problem, stuck)
    dangers = []
    for place, change in enumerate(scenario.changes, start=1):
        if change.kind in ("pin", "bar"):
            of_change = _left_by(change, cases, stuck, able)
            key = f"{change.kind}.{'om_code' if change.kind == 'pin' and change.what.crn is None else 'crn'}"
            dangers += [_danger(place, key, case, change.what.accept_risk) for case in of_change]
    return dangers


def find_limit_dangers(limits: AskedLimits, problem: Problem, holder: Integers, weeks: int) -> list[Danger]:
    """Find the dangerous cases that stay unplaced because the scenario's own intake is below the usual one.

    - holder, weeks: of the plan.
    - A case counts if everyone who may take it is full, and someone would not be with the usual intake.
    """
    usual = problem.costs.intake
    if limits.intake is None or limits.intake >= usual:
        return []
    received = count_received(problem, holder)
    person = problem.posts["person"].to_numpy(dtype=np.int64)
    left = problem.cases[find_unplaced(problem, holder) & is_dangerous(problem) & _without_hours(problem)]
    dangers = []
    rows: Iterator[Any] = left.itertuples()
    for case in rows:
        with_case = received[person[problem.eligible[case.kind]]] + case.number_of_cases
        full = not (with_case <= limits.intake * weeks).any()
        if full and (with_case <= usual * max(weeks, problem.costs.most_weeks)).any():
            dangers.append(_danger(0, "limits.intake", case, limits.accept_risk))
    return dangers


def risk_faults(dangers: Sequence[Danger]) -> list[Fault]:
    """Report every decision that brings a danger which no decision accepts: one fault for each."""
    accepted = {danger.crn for danger in dangers if danger.accepted is not None}
    by_decision: dict[tuple[int, str], list[Danger]] = {}
    for danger in dangers:
        if danger.crn not in accepted:
            by_decision.setdefault((danger.place, danger.key), []).append(danger)
    return [_risk_fault(place, key, own) for (place, key), own in by_decision.items()]


def author_faults(scenario: Scenario) -> list[Fault]:
    """Report a scenario that accepts a risk without the name of the person who accepts it."""
    accepts = scenario.limits.accept_risk is not None or any(
        change.kind in ("pin", "bar") and change.what.accept_risk is not None for change in scenario.changes
    )
    if not accepts or scenario.author is not None:
        return []
    return [Fault(0, "author", "is missing; with accept_risk, write the name of the person who accepts the risk")]


def list_accepted(scenario: Scenario, dangers: Sequence[Danger]) -> list[AcceptedRisk]:
    """List the accepted risks, one for each case, by the first decision that accepts it."""
    accepted: dict[str, AcceptedRisk] = {}
    for danger in dangers:
        if danger.accepted is not None and danger.crn not in accepted:
            accepted[danger.crn] = AcceptedRisk(
                crn=danger.crn,
                om_code=danger.om_code,
                accepted_by=scenario.author or "",
                reason=danger.accepted,
                place=danger.place,
            )
    return list(accepted.values())


def without_accepted_risks(scenario: Scenario) -> Scenario:
    """The scenario without any accepted risk: the planner who goes on with a copy has to accept it again."""
    # Left out rather than emptied, so that the text of the copy does not show the key.
    changes = tuple(
        Change.model_validate({change.kind: _given(change.what)}) if change.kind in ("pin", "bar") else change
        for change in scenario.changes
    )
    limits = AskedLimits.model_validate(_given(scenario.limits))
    return scenario.model_copy(update={"changes": changes, "limits": limits})


def _given(part: BaseModel) -> dict[str, object]:
    """What a part of a scenario says, without the acceptance of a risk."""
    return part.model_dump(exclude={"accept_risk"}, exclude_unset=True)


def _without_hours(problem: Problem) -> Flags:
    """Whether each case is unallocated or its holder has no available points in that post."""
    # The last row stands for no holder: row -1 of posts.
    able = np.array([points > 0 for points in problem.posts["available"]] + [False], dtype=bool)
    flags: Flags = ~able[problem.start]
    return flags


def _able_by_rules(problem: Problem, cases: pd.DataFrame) -> list[frozenset[str]]:
    """The codes of the people who could take each case if nothing were pinned or barred."""
    if cases.empty:
        return []
    posts = problem.posts
    able = np.array([points > 0 for points in posts["available"]], dtype=bool)
    unlocked = posts.assign(open=able & posts["grade"].isin(RECEIVING_GRADES).to_numpy())
    limits = problem.limits
    kinds, eligible = classify(cases, unlocked, problem.people, problem.costs, frozenset(), limits.between_clusters)
    codes = posts["om_code"].to_numpy()
    return [frozenset(codes[eligible[kind]].tolist()) for kind in kinds]


def _left_by(change: Change, cases: pd.DataFrame, stuck: pd.DataFrame, able: Sequence[frozenset[str]]) -> Iterator[Any]:
    """The dangerous cases that a pin or a bar leaves: kept where they are, or kept from those who could take them."""
    what = change.what
    if change.kind == "pin":
        column = "from_om_code" if what.crn is None else "crn"
        yield from cases[cases[column].eq(what.om_code or what.crn).fillna(False)].itertuples()
    if what.om_code is None:
        return
    for case, people in zip(stuck.itertuples(), able, strict=True):
        if what.om_code in people and what.crn in (None, case.crn):
            yield case


def _danger(place: int, key: str, case: Any, accepted: str | None) -> Danger:
    om_code = case.from_om_code if isinstance(case.from_om_code, str) else None
    return Danger(place, key, case.crn, om_code, accepted)


def _risk_fault(place: int, key: str, dangers: Sequence[Danger]) -> Fault:
    """What one decision would leave, and the ways out."""
    risk, out = _risk_in_words(dangers), _WAYS_OUT[key.partition(".")[0]]
    return Fault(place, key, f"{risk}; {out}, or accept the risk and write why (accept_risk)", risk)


def _risk_in_words(dangers: Sequence[Danger]) -> str:
    crns = [danger.crn for danger in dangers[:_NAMED_AT_MOST]]
    more = len(dangers) - len(crns)
    named = ", ".join(crns) + (f" and {more} more" if more else "")
    holders = sorted({danger.om_code for danger in dangers if danger.om_code is not None})
    have = choose(len(holders), "has", "have")
    who = f"{join_list(holders)}, who {have} no available hours" if holders else "no one"
    if holders and any(danger.om_code is None for danger in dangers):
        who = f"{who}, or with no one"
    cases = "a dangerous case" if len(dangers) == 1 else count_of(len(dangers), "dangerous case")
    return f"leaves {named} with {who}: {cases} (high RoSH, highest tier or MAPPA)"
