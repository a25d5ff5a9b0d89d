"""What the page of a plan says about its agreement, and which decision a plan may carry out."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from alerts.digest.sentences.decisions import decision_text
from alerts.follow_through.decisions import Decision, latest_by_episode
from alerts.follow_through.outcomes import MoveState, moves_in_words
from monitor.redistribution.results.record import PlanRecord
from monitor.snapshots.contracts.follow_through import OUTCOMES
from monitor.snapshots.follow_through.agreed import read_agreed
from monitor.snapshots.follow_through.decisions import read_decisions
from monitor.snapshots.follow_through.outcomes import outcomes_of
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.snapshots.tables import PlanRow
from monitor.web.auth.permissions import AGREE
from monitor.web.read_model.follow_through.decisions import decisions_in
from monitor.web.requests import LONGEST_UNIT
from monitor.web.what_if.pages.scenario import OpenedScenario

_LONGEST_EPISODE: Final = 2 * LONGEST_UNIT


@dataclass(frozen=True)
class DecisionChoice:
    """A decision that a plan may carry out. is_chosen: the address names it."""

    episode: str
    says: str
    is_chosen: bool = False


@dataclass(frozen=True)
class WeekSince:
    """One later week. says: what happened to the moves by then; empty once the rows are removed."""

    as_at: date
    says: str


@dataclass(frozen=True)
class OfficeSince:
    """One office in the latest week: what happened to the cases it gives; empty once the rows are removed.

    - start, promised, now: per cent of capacity; None without capacity.
    """

    code: str
    name: str
    says: str
    start: float | None
    promised: float | None
    now: float | None


@dataclass(frozen=True)
class Agreement:
    """What was agreed about a plan, and what a reader who may agree it chooses from.

    - agreed: None if the plan is not agreed.
    - carries_out: the decision that it carries out, in words; empty if none.
    - can_agree: whether the reader may agree it now.
    - since: what has happened since in each later week, latest first; offices: each office in the latest.
    """

    agreed: AgreedPlan | None
    carries_out: str
    can_agree: bool
    choices: tuple[DecisionChoice, ...]
    since: tuple[WeekSince, ...] = ()
    offices: tuple[OfficeSince, ...] = ()


def agreement_shown(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> Agreement:
    """What the page of a plan says about its agreement."""
    agreed = read_agreed(opened.asked.snapshots.store.engine, plan.id or 0)
    can_agree = agreed is None and AGREE.is_for(opened.asked.sight.person)
    decisions = decisions_to_carry_out(opened, record) if can_agree else ()
    choices = tuple(
        DecisionChoice(
            decision.episode,
            f"{decision.level} {decision.code}: {_in_words(decision)}",
            is_chosen=decision.episode == opened.asked.text("decision", _LONGEST_EPISODE),
        )
        for decision in decisions
    )
    return Agreement(agreed, _carried_out(opened, agreed), can_agree, choices, *_since(_outcomes(opened, agreed)))


def _outcomes(opened: OpenedScenario, agreed: AgreedPlan | None) -> pd.DataFrame:
    """What has happened up to the latest snapshot; calculated once for each."""
    cache = opened.asked.snapshots
    newest = cache.week()
    if agreed is None or newest is None:
        return OUTCOMES.empty()
    table: pd.DataFrame = newest.recent.get(
        ("outcomes", agreed.plan_id), lambda: outcomes_of(cache.store, agreed, newest.snapshot)
    )
    return table


def _since(outcomes: pd.DataFrame) -> tuple[tuple[WeekSince, ...], tuple[OfficeSince, ...]]:
    weeks = [offices for _, offices in outcomes.groupby("as_at")][::-1]
    lines = tuple(WeekSince(offices["as_at"].iloc[0].date(), _moves_in_words(offices)) for offices in weeks)
    return lines, tuple(_office(offices, place) for offices in weeks[:1] for place in range(len(offices)))


def _office(offices: pd.DataFrame, place: int) -> OfficeSince:
    office = offices.iloc[[place]]
    row = office.iloc[0]
    start, promised, now = (
        None if pd.isna(row[name]) else float(row[name])
        for name in ("start_percentage", "promised_percentage", "capacity_percentage")
    )
    return OfficeSince(row["code"], row["name"], _moves_in_words(office), start, promised, now)


def _moves_in_words(offices: pd.DataFrame) -> str:
    if offices["moves"].isna().any():
        return ""
    return moves_in_words({name: int(offices[name].sum()) for name in ("moves", "due", *MoveState)})


def decisions_to_carry_out(opened: OpenedScenario, record: PlanRecord) -> tuple[Decision, ...]:
    """The decisions in force about units of a plan that the reader decides on, in the latest snapshot."""
    cache, sight = opened.asked.snapshots, opened.asked.sight
    newest, units = cache.week(), record.tables["units"]
    if newest is None:
        return ()
    touched = set(zip(units["level"].tolist(), units["code"].tolist(), strict=True))
    latest = latest_by_episode(decisions_in(cache, newest)).values()
    return tuple(
        decision
        for decision in latest
        if decision.is_in_force
        and (decision.level, decision.code) in touched
        and sight.may_decide(decision.level, decision.code)
    )


def _carried_out(opened: OpenedScenario, agreed: AgreedPlan | None) -> str:
    if agreed is None or agreed.episode is None:
        return ""
    made = read_decisions(opened.asked.snapshots.store.engine, [agreed.episode])
    return " ".join(_in_words(decision) for decision in made if decision.number == agreed.decision_number)


def _in_words(decision: Decision) -> str:
    return decision_text(decision, is_overdue=False)
