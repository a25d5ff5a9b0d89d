"""The page of decisions: what to decide, what to review, what is open, and what has ended."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from alerts.detection import phrases
from alerts.digest.follow_up import follow_up_of
from alerts.digest.privacy import name_scope
from alerts.digest.ranking import FollowUp, Hotspot
from alerts.digest.sentences.decisions import decision_text, ended_text, since_then, withdrawal
from alerts.digest.story import Story
from alerts.follow_through.decisions import Decision, DecisionKind, latest_by_episode
from alerts.people import Role
from monitor.follow_through.record import LiveEpisode
from monitor.snapshots.follow_through.concerns import count_raised
from monitor.snapshots.follow_through.decisions import ListedDecision, Wanted, count_by_kind, decision_table
from monitor.web.auth.permissions import READ_PLANS
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.decision_models import DecisionCounts, DecisionFilters, DecisionsPage, ListedHotspot
from monitor.web.pages.view_models.page import part_of
from monitor.web.read_model.follow_through.decisions import (
    count_ended,
    decided_story,
    decisions_in,
    facts_in,
    list_ended,
    live_in,
    outcomes_in,
)
from monitor.web.read_model.story import story_of
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import decide_address


def decisions_page(reader: Reader) -> DecisionsPage:
    """The decisions of the reader's scope, narrowed by the filters; an operator sees only how many there are.

    Raises Forbidden for a unit outside the reader's scope.
    """
    if reader.sight.person.role is Role.OPERATOR:
        counts = count_by_kind(reader.snapshots.store.engine)
        by_kind = {kind.words: counts[kind] for kind in DecisionKind if kind in counts}
        concerns = count_raised(reader.snapshots.store.engine)
        chosen = DecisionFilters()
        return DecisionsPage(title="Decisions", counts=None, by_kind=by_kind, chosen=chosen, concerns=concerns)
    chosen = DecisionFilters(reader.text("unit", LONGEST_UNIT), reader.text("owner"), reader.text("kind"))
    level, _, code = chosen.unit.partition("/")
    if chosen.unit:
        reader.sight.require(level, code)
    story = scope_story(reader)
    waiting = [spot for spot in story.live if not _in_force(spot.follow_up)] if not chosen.owner + chosen.kind else []
    decided = [
        (episode, decision)
        for episode, decision in _decided(reader)
        if decision.is_in_force and _fits(decision, chosen)
    ]
    due = sorted((pair for pair in decided if pair[1].is_due(reader.day)), key=lambda pair: str(pair[1].review_on))
    still = [pair for pair in decided if not pair[1].is_due(reader.day)]
    wanted = Wanted(None, (level, code) if chosen.unit else None, chosen.owner or None, chosen.kind or None)
    asked = (reader.snapshots, reader.week, reader.sight, wanted)
    part = part_of(ended := count_ended(*asked), reader.number("page"))
    listed = list_ended(*asked, part.first, part.end - part.first)
    every = _decided(reader)
    return DecisionsPage(
        title="Decisions",
        counts=count_decisions(reader, story),
        by_kind={},
        chosen=chosen,
        units=tuple(dict.fromkeys((f"{live.level}/{live.code}", live.unit_name or live.code) for live, _ in every)),
        owners=tuple(sorted({decision.owner for _, decision in every})),
        to_decide=tuple(_waiting(reader, spot) for spot in _narrowed(waiting, chosen.unit)),
        to_review=tuple(_listed(reader, *pair) for pair in due),
        open=tuple(_listed(reader, *pair) for pair in still),
        ended=tuple(_ended(reader, row) for row in listed),
        ended_count=ended,
        part=part,
        tables={
            "decisions": lambda: visible_decisions(reader),
            "outcomes": lambda: visible_outcomes(reader),
        },
    )


def scope_story(reader: Reader) -> Story:
    """The story of the reader's scope with what was decided about its hotspots."""
    scope = name_scope(reader.sight.units, reader.week.organisation)
    story = story_of(reader.week, reader.previous, scope)
    return decided_story(reader.snapshots, reader.week, story, reader.day)


def count_decisions(reader: Reader, story: Story) -> DecisionCounts:
    """How many hotspots of the scope wait for what; story: with its decisions."""
    decisions = [decision for _, decision in _decided(reader)]
    return DecisionCounts(
        due=story.asking,
        undecided=sum(not _in_force(spot.follow_up) for spot in story.live),
        to_review=sum(decision.is_due(reader.day) for decision in decisions),
        overdue=sum(decision.is_overdue(reader.day) for decision in decisions),
    )


def visible_decisions(reader: Reader) -> pd.DataFrame:
    """Every decision about units that the reader sees, oldest first; columns as they are exported."""
    frame = decision_table(reader.snapshots.store.engine)
    places = zip(frame["level"].tolist(), frame["code"].tolist(), strict=True)
    return frame[np.array([reader.sight.may_see(level, code) for level, code in places], dtype=bool)]


def visible_outcomes(reader: Reader) -> pd.DataFrame:
    """What came of decisions about units that the reader sees; columns as they are exported."""
    frame = outcomes_in(reader.snapshots, reader.week)
    places = zip(frame["level"].tolist(), frame["code"].tolist(), strict=True)
    return frame[np.array([reader.sight.may_see(level, code) for level, code in places], dtype=bool)]


def decide_path(reader: Reader, spot: Hotspot) -> str:
    """The address of the form about a hotspot; empty where the reader may not decide on it."""
    may = spot.episodes and reader.sees_newest and reader.sight.may_decide(spot.unit.level, spot.unit.code)
    return decide_address(spot.unit.level, spot.unit.code, spot.episodes[0]) if may else ""


def _decided(reader: Reader) -> list[tuple[LiveEpisode, Decision]]:
    """The episodes that last and that the reader sees, each with the last decision about it."""
    latest = latest_by_episode(decisions_in(reader.snapshots, reader.week))
    return [
        (episode, latest[episode.identity])
        for episode in live_in(reader.week)
        if episode.identity in latest and reader.sight.may_see(episode.level, episode.code)
    ]


def _in_force(answer: FollowUp | None) -> bool:
    return answer is not None and answer.decision is not None and answer.decision.is_in_force


def _fits(decision: Decision, chosen: DecisionFilters) -> bool:
    """Whether the filters let a decision through."""
    is_of_unit = chosen.unit in ("", f"{decision.level}/{decision.code}")
    return is_of_unit and chosen.owner in ("", decision.owner) and chosen.kind in ("", decision.kind.value)


def _narrowed(spots: Sequence[Hotspot], unit: str) -> list[Hotspot]:
    """The hotspots of one unit, or all; those first about which the rules ask for a decision."""
    fitting = [spot for spot in spots if unit in ("", f"{spot.unit.level}/{spot.unit.code}")]
    return sorted(fitting, key=lambda spot: not (spot.follow_up is not None and spot.follow_up.is_asked))


def _waiting(reader: Reader, spot: Hotspot) -> ListedHotspot:
    answer = spot.follow_up
    is_asked = answer is not None and answer.is_asked
    withdrawn = "" if answer is None or answer.decision is None else f"{withdrawal(answer.decision)} "
    lasting = f" in {phrases.lasting(spot.weeks, at_least=spot.at_least)}" if spot.weeks and not withdrawn else ""
    nothing = f"{withdrawn}No decision is in force" if withdrawn else "No decision yet"
    return ListedHotspot(
        spot.unit.level,
        spot.unit.code,
        spot.unit.name,
        line=f"{spot.unit.standing}. {nothing}{lasting}.",
        state="Due a decision" if is_asked else "",
        decide=decide_path(reader, spot),
    )


def _listed(reader: Reader, episode: LiveEpisode, decision: Decision) -> ListedHotspot:
    overdue = decision.is_overdue(reader.day)
    answer = _answer(reader, episode.identity, episode.level, episode.code)
    may = reader.sees_newest and reader.sight.may_decide(episode.level, episode.code)
    return ListedHotspot(
        episode.level,
        episode.code,
        episode.unit_name or episode.code,
        line=decision_text(decision, is_overdue=overdue),
        since=since_then(answer),
        note=decision.note,
        state="Review overdue" if overdue else "Review due" if decision.is_due(reader.day) else "",
        decide=decide_address(episode.level, episode.code, episode.identity) if may else "",
        plan=plan_to_carry_out(reader, decision),
    )


def plan_to_carry_out(reader: Reader, decision: Decision) -> str:
    """The address of the plan that a decision is to carry out; empty without one, and for those who read no plans."""
    if decision.plan_id is None or not READ_PLANS.is_for(reader.sight.person):
        return ""
    return f"/what-if/plan/{decision.plan_id}"


def _ended(reader: Reader, listed: ListedDecision) -> ListedHotspot:
    decision = listed.decision
    line = ended_text(decision) if decision.is_in_force else withdrawal(decision)
    since = since_then(_answer(reader, decision.episode, decision.level, decision.code))
    plan = plan_to_carry_out(reader, decision)
    return ListedHotspot(
        decision.level, decision.code, listed.unit_name, line=line, since=since, note=decision.note, plan=plan
    )


def _answer(reader: Reader, episode: str, level: str, code: str) -> FollowUp:
    """What was decided about an episode of a unit, and what has happened since."""
    unit = reader.week.unit(level, code)
    percentage = math.nan if unit is None else unit.capacity_percentage
    return follow_up_of([episode], percentage, facts_in(reader.snapshots, reader.week, reader.day))
