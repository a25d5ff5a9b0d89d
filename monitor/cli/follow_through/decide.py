"""The command that records a decision about a hotspot."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import session
from tiering.faults import UserFault

if TYPE_CHECKING:
    from alerts.people import Person
    from monitor.follow_through.record import LiveEpisode
    from monitor.settings import Settings
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import Snapshot
    from monitor.web.auth.permissions import Visibility

app = typer.Typer()


class DecisionFault(UserFault):
    """A decision that cannot be recorded."""


@app.command()
def decide(
    context: typer.Context,
    level: Annotated[str, typer.Option(help="Level of the unit: cluster, office or team.")],
    code: Annotated[str, typer.Option(help="Code of the unit.")],
    kind: Annotated[
        str,
        typer.Option(
            help="redistribute, borrow_or_backfill, recruit, reduce_other_duties, accept_until_review, look_into_it, "
            "other or withdrawn."
        ),
    ],
    owner: Annotated[str, typer.Option(help="Who sees to it: a role, or a person of the people file.")],
    by: Annotated[str, typer.Option(metavar="EMAIL", help="Who decides: an address of the people file.")],
    rule: Annotated[str, typer.Option(help="Rule of the hotspot.")] = "over_threshold",
    note: Annotated[str, typer.Option(help="At most 500 letters; no person on probation, no offender manager.")] = "",
    review_on: Annotated[
        str, typer.Option(metavar="DATE", help="Day of the review; default: in 4 weeks, at most in 13.")
    ] = "",
    plan: Annotated[
        int | None, typer.Option(metavar="PLAN", help="Number of the plan that the decision is to carry out.")
    ] = None,
) -> None:
    """Record a decision about a hotspot of the latest snapshot. Nothing changes it; a later one follows it.

    Example: hotspots decide --level office --code O1 --kind recruit --owner "ACO Hackney" --by aco@example.org
    """
    from alerts.follow_through.decisions import DecisionKind
    from monitor.follow_through.record import record_decision
    from monitor.follow_through.terms import SentTerms
    from monitor.operations.due_times import today_in
    from monitor.snapshots.follow_through.decisions import read_decisions
    from monitor.web.auth.permissions import People

    settings = session.load(context)
    store = session.open_store(settings)
    people = People(settings.people_file, settings.mail_domains)
    person = people.named(by)
    if person is None:
        raise DecisionFault([f"--by: {by} is not in {settings.people_file}; write the address of a person in it"])
    snapshot, episode = _episode_of(store, level, code, rule)
    sight = _sight_of(store, snapshot, person)
    _check_scope(sight, settings, level, code)
    if plan is not None:
        _check_plan(store, sight, plan)
    now = session.now()
    answer = record_decision(
        store,
        snapshot,
        episode,
        person,
        SentTerms(kind, owner, note, review_on),
        seen=len(read_decisions(store.engine, [episode.identity])),
        people=people.all(),
        today=today_in(settings, now),
        now=now,
        plan=plan,
    )
    if answer.decision is None:
        # On a page the kinds are there to choose from; here they are named.
        more = {"kind": f": {', '.join(DecisionKind)}"}
        faults = [f"--{field.replace('_', '-')}: {says}{more.get(field, '')}" for field, says in answer.faults.items()]
        raise DecisionFault(faults or ["another decision was made meanwhile: read it and run the command again"])
    review = f", review {answer.decision.review_on}" if answer.decision.review_on else ""
    typer.echo(f"decision {answer.decision.number} about {episode.identity}: {answer.decision.kind.words}{review}")


def _episode_of(store: "Store", level: str, code: str, rule: str) -> "tuple[Snapshot, LiveEpisode]":
    from monitor.follow_through.record import live_episodes

    snapshot = store.newest()
    if snapshot is None:
        raise typer.BadParameter("there is no snapshot yet; take one with: hotspots run")
    lasting = list(live_episodes(store.hotspots(session.number_of(snapshot)), snapshot.as_at))
    for episode in lasting:
        if (episode.level, episode.code, episode.rule) == (level, code, rule):
            return snapshot, episode
    rules = sorted({episode.rule for episode in lasting if (episode.level, episode.code) == (level, code)})
    known = f"it is one under: {', '.join(rules)}" if rules else "it is none under any rule"
    raise DecisionFault([f"{level} {code} is no hotspot under {rule} in the snapshot for {snapshot.as_at}; {known}"])


def _sight_of(store: "Store", snapshot: "Snapshot", person: "Person") -> "Visibility":
    from monitor.web.auth.permissions import OrganisationIndex, Visibility

    number = session.number_of(snapshot)
    organisation, posts = (
        store.archived_frame(number, f"extract_{name}") for name in ("organisation", "offender_managers")
    )
    return Visibility(person, OrganisationIndex(organisation, posts, snapshot.as_at))


def _check_scope(sight: "Visibility", settings: "Settings", level: str, code: str) -> None:
    """Refuse a person who does not decide on the unit, as the pages do."""
    if not sight.may_decide(level, code):
        raise DecisionFault(
            [
                f"--by: {sight.person.email} ({sight.person.role}) does not decide on {level} {code}; directors, ACOs "
                f"and SPOs decide on units of their scope, as {settings.people_file} has it"
            ]
        )


def _check_plan(store: "Store", sight: "Visibility", number: int) -> None:
    """Refuse a plan that is not there, was not found, or is of a scope that the person does not see."""
    from monitor.follow_through.agree import can_be_agreed
    from monitor.redistribution import repository
    from monitor.web.auth.permissions import READ_PLANS

    plan = repository.plan(store.engine, number)
    scenario = None if plan is None else repository.scenario(store.engine, plan.scenario_id)
    if plan is None or scenario is None or not can_be_agreed(plan):
        raise DecisionFault([f"--plan: there is no plan {number} that can be read; its page has the number of a plan"])
    may_read = READ_PLANS.is_for(sight.person)
    if not may_read or not sight.may_see_scope(scenario.scope_level, repository.codes_of(scenario)):
        raise DecisionFault([f"--plan: {sight.person.email} ({sight.person.role}) does not see plan {number}"])
