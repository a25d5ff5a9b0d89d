"""The command that agrees a plan."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import session
from tiering.faults import UserFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from alerts.follow_through.decisions import Decision
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import PlanRow, ScenarioRow

app = typer.Typer()


class AgreementFault(UserFault):
    """A plan that cannot be agreed."""


@app.command()
def agree(
    context: typer.Context,
    plan: Annotated[int, typer.Argument(metavar="PLAN", help="Number of the plan.")],
    by: Annotated[str, typer.Option(metavar="EMAIL", help="Who agrees it: a director or ACO of the people file.")],
    decision: Annotated[
        str, typer.Option(metavar="EPISODE", help="The episode whose last decision the plan carries out.")
    ] = "",
) -> None:
    """Agree a stored plan: it stays as it is now, so that later weeks are compared with it. Nothing moves by itself.

    Example: hotspots agree 12 --by aco@example.org --decision over_threshold:office:O1:2026-W19
    """
    from monitor.follow_through.agree import agree_plan
    from monitor.operations.due_times import today_in
    from monitor.redistribution.repository import codes_of
    from monitor.web.auth.permissions import OrganisationIndex, People, Visibility

    settings = session.load(context)
    store = session.open_store(settings)
    person = People(settings.people_file, settings.mail_domains).named(by)
    if person is None:
        raise AgreementFault([f"--by: {by} is not in {settings.people_file}; write the address of a person in it"])
    scenario, stored = _plan(store, plan)
    newest = store.newest()
    if newest is None:
        raise AssertionError("a plan starts from a snapshot")
    organisation, posts = (
        store.archived_frame(session.number_of(newest), f"extract_{name}")
        for name in ("organisation", "offender_managers")
    )
    sight = Visibility(person, OrganisationIndex(organisation, posts, newest.as_at))
    if not sight.may_agree(scenario.scope_level, codes_of(scenario)):
        raise AgreementFault(
            [
                f"--by: {person.email} ({person.role}) does not agree plan {plan}; directors and ACOs agree plans of "
                f"their scope, as {settings.people_file} has it"
            ]
        )
    now = session.now()
    is_agreed = agree_plan(
        store,
        scenario,
        stored,
        person,
        decision=_last_decision(store, decision, sight.may_decide) if decision else None,
        today=today_in(settings, now),
        now=now,
    )
    if not is_agreed:
        raise AgreementFault([f"plan {plan} is agreed already; an agreed plan is never changed"])
    typer.echo(f"plan {plan} agreed by {person.email}")


def _plan(store: "Store", number: int) -> "tuple[ScenarioRow, PlanRow]":
    from monitor.follow_through.agree import can_be_agreed
    from monitor.redistribution import repository

    plan = repository.plan(store.engine, number)
    scenario = None if plan is None else repository.scenario(store.engine, plan.scenario_id)
    if plan is None or scenario is None:
        raise AgreementFault([f"there is no plan {number}; its page has the number of a plan"])
    if not can_be_agreed(plan):
        raise AgreementFault([f"plan {number} was not found, or its rows were removed; agree one that can be read"])
    return scenario, plan


def _last_decision(store: "Store", episode: str, may_decide: "Callable[[str, str], bool]") -> "Decision":
    from monitor.snapshots.follow_through.decisions import read_decisions

    made = read_decisions(store.engine, [episode])
    if not made or not made[-1].is_in_force or not may_decide(made[-1].level, made[-1].code):
        raise AgreementFault([f"--decision: there is no decision in force about {episode} that this person may make"])
    return made[-1]
