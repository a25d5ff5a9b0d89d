"""The agreed plan of the demonstration: found and agreed as people do it, half carried out in the later extracts."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from alerts.follow_through.decisions import Decision, DecisionKind
from alerts.follow_through.outcomes import is_due
from alerts.people import Person, Role
from alerts.recipients import teams_in_scope
from monitor.extracts.reading.files import MANIFEST
from monitor.follow_through.agree import agree_plan
from monitor.follow_through.record import live_episodes
from monitor.operations.demonstration.demo_decisions import DECIDED_AFTER, DECISIONS
from monitor.redistribution import repository
from monitor.redistribution.plan import plan_from_store, scenario_to_repeat
from monitor.redistribution.results.record import record_plan
from monitor.redistribution.scenario.model import AskedLimits, Scenario, ScenarioScope
from monitor.redistribution.scenario.yaml_file import scenario_yaml
from monitor.snapshots.follow_through.agreed import list_agreed, read_agreed_frames
from monitor.snapshots.follow_through.decisions import read_decisions
from monitor.snapshots.follow_through.tables import AgreedPlan
from monitor.snapshots.store import Store
from monitor.snapshots.tables import PlanRow, ScenarioRow, Snapshot

_AGREE: Final = (Role.DIRECTOR, Role.ACO)
_NAMED: Final = "the plan of the demonstration"
_LIMITS: Final = AskedLimits(elective_moves=30, seconds=60.0, gap=0.005)
"""Limits of the plan. The gap ends the search long before the time, so that the same sample has the same plan."""


def agree_in_sample(store: Store, snapshot: Snapshot, people: Sequence[Person], config: Path, weeks_left: int) -> int:
    """Find and agree the plan that carries out the first decision of the sample; return how many moves it has.

    * snapshot: about which the decision was made.
    * people: of the people file; without one who answers for the whole cluster no plan is agreed.
    * weeks_left: weeks from this snapshot to the last; there is a plan in one week alone.

    Nothing is agreed twice: a demonstration that is run again finds its plan.
    """
    if weeks_left != DECISIONS[0].weeks_before_last or list_agreed(store.engine):
        return 0
    decision = _decision_about(store, snapshot)
    if decision is None:
        return 0
    teams = store.archived_frame(snapshot.id or 0, "extract_organisation")
    place = teams[teams["office_code"].eq(decision.code)].iloc[0]
    inside = frozenset(teams.loc[teams["cluster_code"].eq(place["cluster_code"]), "team_code"])
    seeing = [person for person in people if inside <= teams_in_scope(person, teams)]
    agreeing = next((person for person in seeing if person.role in _AGREE), None)
    if agreeing is None:
        return 0
    author = next((person for person in seeing if person.role is Role.PLANNER), agreeing).email
    now = datetime.combine(snapshot.as_at + DECIDED_AFTER, time(11), UTC)
    scenario = Scenario(
        name=f"Relief for {place['office_name']}",
        as_at=snapshot.as_at,
        scope=ScenarioScope.model_validate({"cluster": str(place["cluster_code"])}),
        limits=_LIMITS,
    )
    row = _store_scenario(store, snapshot, scenario, author, str(place["area_code"]), now)
    plan = _solve(store, scenario, row, config, now)
    agree_plan(store, row, plan, agreeing, decision=decision, today=now.date(), now=now)
    return sum(agreed.move_count for agreed in list_agreed(store.engine))


def carry_out_in_sample(store: Store, folder: Path, as_at: date) -> int:
    """Carry out every second move of the agreed plans in a later extract of the sample, and return how many.

    folder: of the extract, as ``monitor.sample`` wrote it for ``as_at``.

    Only moves that are due are made. A case that its giver no longer holds, or whose receiver has no post any more,
    stays where it is.
    """
    moves = [_moves_due(store, agreed, as_at) for agreed in list_agreed(store.engine) if agreed.as_at < as_at]
    due = pd.concat(moves, ignore_index=True) if moves else pd.DataFrame()
    if due.empty:
        return 0
    cases, posts = (_read(folder / f"{table}.csv") for table in ("cases", "offender_managers"))
    receivers = posts[["om_code", "team_code"]].add_prefix("to_").drop_duplicates()
    there = due.merge(receivers, on=["to_om_code", "to_team_code"]).set_index("crn")
    moved = cases["crn"].isin(there.index)
    wanted = cases.loc[moved, "crn"].map(there["from_om_code"].fillna(""))
    moved.loc[moved] = cases.loc[moved, "om_code"].eq(wanted)
    for column in ("om_code", "team_code", "allocated_on"):
        source = column if column == "allocated_on" else f"to_{column}"
        cases.loc[moved, column] = cases.loc[moved, "crn"].map(there[source])
    _write_cases(folder, cases)
    return int(moved.sum())


def _decision_about(store: Store, snapshot: Snapshot) -> Decision | None:
    """The decision to redistribute that was made about a snapshot; None without one."""
    live = live_episodes(store.hotspots(snapshot.id or 0), snapshot.as_at)
    made = read_decisions(store.engine, [episode.identity for episode in live])
    about = (decision for decision in made if decision.as_at == snapshot.as_at)
    return next((decision for decision in about if decision.kind is DecisionKind.REDISTRIBUTE), None)


def _store_scenario(
    store: Store, snapshot: Snapshot, scenario: Scenario, author: str, area_code: str, now: datetime
) -> ScenarioRow:
    row = ScenarioRow(
        name=scenario.name,
        author=author,
        created_at=now,
        changed_at=now,
        version=1,
        snapshot_id=snapshot.id or 0,
        as_at=snapshot.as_at,
        scope_level=scenario.scope.level.value,
        scope_codes=json.dumps(scenario.scope.codes),
        area_code=area_code,
        text=scenario_yaml(scenario),
    )
    stored = repository.scenario(store.engine, repository.save(store.engine, row))
    if stored is None:
        raise AssertionError("the what-if of the demonstration was stored")
    return stored


def _solve(store: Store, scenario: Scenario, row: ScenarioRow, config: Path, now: datetime) -> PlanRow:
    """Find the plan, and store it as the pages store one."""
    owner, engine = "demo", store.engine
    number = repository.ask(engine, row, row.author, owner, now)
    repository.begin(engine, number, owner, now)
    plan = plan_from_store(scenario, store, config, _NAMED)
    record, again = record_plan(plan), scenario_to_repeat(plan)
    values = {
        "text": scenario_yaml(again),
        "figures": json.dumps(record.figures.model_dump(mode="json"), ensure_ascii=False),
        "answer": record.to_bytes(),
        "policy_fingerprint": again.policy_fingerprint,
        "prices_fingerprint": again.prices_fingerprint,
        "step": "",
    }
    repository.store_answer(engine, number, owner, now, **values)
    stored = repository.plan(engine, number)
    if stored is None:
        raise AssertionError("the plan of the demonstration was stored")
    return stored


def _moves_due(store: Store, agreed: AgreedPlan, as_at: date) -> pd.DataFrame:
    """Every second move of a plan, as far as it is due on a day, with the day on which the case is allocated."""
    frames = read_agreed_frames(store.engine, agreed)
    if frames is None:
        return pd.DataFrame()
    half = frames.moves.iloc[::2]
    due = half[is_due(half, agreed.starts_on, as_at)]
    days = [(agreed.starts_on + timedelta(weeks=week)).isoformat() for week in due["week"].tolist()]
    return due.assign(allocated_on=pd.Series(days, index=due.index, dtype="str")).drop(columns=["week"])


def _read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, dtype="str", keep_default_na=False)


def _write_cases(folder: Path, cases: pd.DataFrame) -> None:
    """Write the cases of an extract again, and their hash into its manifest."""
    content = cases.to_csv(index=False, lineterminator="\n").encode()
    (folder / "cases.csv").write_bytes(content)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["tables"]["cases"]["sha256"] = hashlib.sha256(content).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
