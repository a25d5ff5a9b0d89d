"""What the page of a plan says about its agreement, and which decision a plan may carry out."""

from dataclasses import dataclass

from alerts.digest.sentences.decisions import decision_text
from alerts.follow_through.decisions import Decision, latest_by_episode
from monitor.redistribution.results.record import PlanRecord
from monitor.snapshots.agreed import read_agreed
from monitor.snapshots.decisions import read_decisions
from monitor.snapshots.tables import AgreedPlan, PlanRow
from monitor.web.auth.permissions import AGREE
from monitor.web.read_model.decisions import decisions_in
from monitor.web.what_if.pages.scenario import OpenedScenario


@dataclass(frozen=True)
class DecisionChoice:
    """A decision that a plan may carry out."""

    episode: str
    says: str


@dataclass(frozen=True)
class Agreement:
    """What was agreed about a plan, and what a reader who may agree it chooses from.

    - agreed: None if the plan is not agreed.
    - carries_out: the decision that it carries out, in words; empty if none.
    - can_agree: whether the reader may agree it now.
    """

    agreed: AgreedPlan | None
    carries_out: str
    can_agree: bool
    choices: tuple[DecisionChoice, ...]


def agreement_shown(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> Agreement:
    """What the page of a plan says about its agreement."""
    agreed = read_agreed(opened.asked.snapshots.store.engine, plan.id or 0)
    can_agree = agreed is None and AGREE.is_for(opened.asked.sight.person)
    decisions = decisions_to_carry_out(opened, record) if can_agree else ()
    choices = tuple(
        DecisionChoice(decision.episode, f"{decision.level} {decision.code}: {_in_words(decision)}")
        for decision in decisions
    )
    return Agreement(agreed, _carried_out(opened, agreed), can_agree, choices)


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
