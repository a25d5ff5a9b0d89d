"""The page of plans: those of a director's or ACO's scope, and for an SPO the agreed ones that touch their people."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import pandas as pd

from alerts.follow_through.outcomes import MoveState, moves_in_words
from alerts.people import Role
from alerts.wording import count_of, long_date
from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.snapshots.tables import PlanRow, ScenarioRow
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.plan_models import ListedPlan, OwnMove, PlansPage
from monitor.web.read_model.follow_through.plans import counts_since, followed_plans

_ELSEWHERE: Final = "another team"


def plans_page(reader: Reader) -> PlansPage:
    """The plans of the reader's scope, up to the newest snapshot."""
    of_people = reader.sight.person.role is Role.SPO
    plans = tuple(_touching(reader) if of_people else _of_scope(reader))
    return PlansPage(
        title="Plans", of_people=of_people, plans=plans, subjects=reader.own_scope if of_people and plans else ()
    )


def count_touching(reader: Reader, teams: Collection[str]) -> int:
    """How many agreed plans move cases of people in these teams, for an SPO who reads the newest snapshot."""
    if reader.sight.person.role is not Role.SPO or not reader.sees_newest:
        return 0
    followed = followed_plans(reader.snapshots, reader.week)
    return sum(plan.moves is not None and bool(_touches(plan.moves, teams).any()) for plan in followed)


def _of_scope(reader: Reader) -> Iterator[ListedPlan]:
    """The plans that were found for scopes that the reader sees."""
    engine = reader.snapshots.store.engine
    agreed = {plan.agreed.plan_id: plan.agreed for plan in followed_plans(reader.snapshots, reader.week)}
    rows = {
        row.id: row
        for row in repository.scenarios(engine)
        if row.id is not None and reader.sight.may_see_scope(row.scope_level, repository.codes_of(row))
    }
    found = [
        plan
        for plans in repository.plans(engine, [number for number in rows if number is not None]).values()
        for plan in plans
        if plan.state == PlanState.DONE
    ]
    for plan in sorted(found, key=lambda plan: -(plan.id or 0)):
        yield _listed(reader, rows[plan.scenario_id], plan, agreed.get(plan.id or 0))


def _listed(reader: Reader, row: ScenarioRow, plan: PlanRow, agreed: AgreedPlan | None) -> ListedPlan:
    path = "" if plan.removal_id is not None else f"/what-if/plan/{plan.id}"
    if agreed is None:
        return ListedPlan(row.name, plan.as_at, path, f"Found for {plan.author}. Not agreed.")
    return ListedPlan(agreed.name, plan.as_at, path, _agreement(agreed), _since(reader, agreed))


def _agreement(agreed: AgreedPlan) -> str:
    moves = f"{count_of(agreed.move_count, 'move')} over {count_of(agreed.weeks, 'week')}"
    return f"Agreed on {long_date(agreed.agreed_on)} by {agreed.agreed_by}: {moves}."


def _since(reader: Reader, agreed: AgreedPlan) -> str:
    counts = counts_since(reader.snapshots, reader.week, agreed)
    return "" if counts is None else f"{moves_in_words(counts)}."


def _touching(reader: Reader) -> Iterator[ListedPlan]:
    """The agreed plans that move cases from or to a team of the reader, with these moves."""
    for plan in followed_plans(reader.snapshots, reader.week):
        if plan.moves is None:
            continue
        moves = plan.moves[_touches(plan.moves, reader.sight.teams)]
        if not moves.empty:
            shown = tuple(_own_move(reader, row) for row in moves.to_dict("records"))
            yield ListedPlan(plan.agreed.name, plan.agreed.as_at, "", _agreement(plan.agreed), moves=shown)


def _touches(moves: pd.DataFrame, teams: Collection[str]) -> "pd.Series[bool]":
    return moves["from_team_code"].isin(teams) | moves["to_team_code"].isin(teams)


def _own_move(reader: Reader, row: Mapping[Any, Any]) -> OwnMove:
    """A move as an SPO reads it: of the other side no more than that it is another team, until the case is theirs."""
    teams, state = reader.sight.teams, MoveState(row["state"])
    gives, takes = row["from_team_code"] in teams, row["to_team_code"] in teams
    is_theirs = gives or (takes and state is MoveState.DONE)
    giver = row["from_om_code"] if pd.notna(row["from_om_code"]) else ""
    return OwnMove(
        crn=row["crn"] if is_theirs else "",
        giver=(_name(reader, giver) if giver else "no one") if gives else _ELSEWHERE,
        receiver=_name(reader, row["to_om_code"]) if takes else _ELSEWHERE,
        week=int(row["week"]),
        state=state.words,
    )


def _name(reader: Reader, om_code: str) -> str:
    return reader.week.names.get(om_code, om_code)
