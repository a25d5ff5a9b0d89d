"""The form of a decision about one episode, with everything that was decided about it before."""

import json
from collections.abc import Mapping, Sequence

from alerts.digest.sentences.decisions import decision_text, withdrawal
from alerts.follow_through.decisions import LATEST_REVIEW, USUAL_REVIEW, Decision, DecisionKind
from alerts.people import Person
from alerts.wording import long_date
from monitor.follow_through.record import ANSWERS_FOR_UNITS, LiveEpisode
from monitor.follow_through.terms import SentTerms
from monitor.snapshots.follow_through.agreed import read_agreed_units
from monitor.snapshots.follow_through.decisions import read_decisions
from monitor.web.auth.permissions import AGREE, READ_PLANS
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages.follow_through.decisions import plan_to_carry_out, scope_story
from monitor.web.pages.scope import trail_to
from monitor.web.pages.view_models.decision_models import AgreedChoice, DecidePage, ShownDecision
from monitor.web.pages.view_models.page import Link
from monitor.web.pages.view_models.proposals import NO_PROPOSAL, ShownProposal, proposal_shown
from monitor.web.read_model.follow_through.decisions import live_in
from monitor.web.read_model.follow_through.plans import followed_plans
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import address

NO_TERMS = SentTerms("")

GONE = "This hotspot is not in the latest figures, so nothing can be decided about it. Go back to the hotspots."


def episode_asked(reader: Reader) -> LiveEpisode:
    """The episode that the address names.

    Raises Forbidden unless the reader decides on its unit, NotFound if it is not one of the latest snapshot.
    """
    level, _, code = reader.text("unit", LONGEST_UNIT).partition("/")
    reader.sight.require_decision(level, code)
    asked = reader.text("episode", 2 * LONGEST_UNIT)
    lasting = live_in(reader.week) if reader.sees_newest else ()
    for episode in lasting:
        if (episode.level, episode.code, episode.identity) == (level, code, asked):
            return episode
    raise NotFound(GONE)


def decide_page(
    reader: Reader,
    people: Sequence[Person],
    sent: SentTerms = NO_TERMS,
    faults: Mapping[str, str] | None = None,
    seen: int | None = None,
    *,
    wants_plan: bool = False,
    agreed: str = "",
) -> DecidePage:
    """The form, empty or as it was sent.

    * people: of the people file.
    * wants_plan: whether the reader asked to see the plan that the run proposes next.
    * agreed: number of the agreed plan that the reader chose; empty for none.
    * seen: the number of the last decision that the reader had seen; None if this page is the first.
    """
    episode = episode_asked(reader)
    made = read_decisions(reader.snapshots.store.engine, [episode.identity])
    rows = reader.week.hotspots
    row = rows[rows["rule"].eq(episode.rule) & rows["level"].eq(episode.level) & rows["code"].eq(episode.code)].iloc[0]
    path = address(episode.level, episode.code)
    proposal = proposal_about(reader, episode)
    name = episode.unit_name or episode.code
    return DecidePage(
        title=f"Decide about {name}",
        unit=Link(name, path),
        level=episode.level,
        rule=episode.rule,
        why=str(row["reason"]),
        episode=episode.identity,
        seen=len(made),
        made=tuple(_shown(decision, reader, seen) for decision in reversed(made)),
        sent=sent,
        faults=faults or {},
        kinds=tuple(kind for kind in DecisionKind if kind is not DecisionKind.WITHDRAWN or _has_one_in_force(made)),
        owners=tuple(sorted({person.name for person in people if person.role in ANSWERS_FOR_UNITS})),
        usual_review=reader.day + USUAL_REVIEW,
        latest_review=reader.day + LATEST_REVIEW,
        proposal=proposal,
        wants_plan=wants_plan,
        plans=agreed_about(reader, episode),
        agreed=agreed,
        may_agree=bool(proposal.plan) and AGREE.is_for(reader.sight.person),
        trail=(*trail_to(reader, episode.level, episode.code), Link(name, path)),
    )


def proposal_about(reader: Reader, episode: LiveEpisode) -> ShownProposal:
    """What the run proposes about the unit of an episode."""
    spots = {(spot.unit.level, spot.unit.code): spot for spot in scope_story(reader).live}
    spot = spots.get((episode.level, episode.code))
    return NO_PROPOSAL if spot is None else proposal_shown(reader, spot)


def agreed_about(reader: Reader, episode: LiveEpisode) -> tuple[AgreedChoice, ...]:
    """The agreed plans that promise something for the unit of an episode and that the reader may read, latest first."""
    if not READ_PLANS.is_for(reader.sight.person):
        return ()
    choices = []
    for agreed in (followed.agreed for followed in followed_plans(reader.snapshots, reader.week)):
        units = read_agreed_units(agreed)
        is_about = (units["level"].eq(episode.level) & units["code"].eq(episode.code)).any()
        if is_about and reader.sight.may_see_scope(agreed.scope_level, json.loads(agreed.scope_codes)):
            choices.append(AgreedChoice(str(agreed.plan_id), f"{agreed.name}, agreed {long_date(agreed.agreed_on)}"))
    return tuple(choices)


def _shown(decision: Decision, reader: Reader, seen: int | None) -> ShownDecision:
    is_overdue = decision.is_overdue(reader.day)
    line = decision_text(decision, is_overdue=is_overdue) if decision.is_in_force else withdrawal(decision)
    is_new = seen is not None and decision.number > seen
    return ShownDecision(decision, line, is_new, plan_to_carry_out(reader, decision))


def _has_one_in_force(made: Sequence[Decision]) -> bool:
    return bool(made) and made[-1].is_in_force
