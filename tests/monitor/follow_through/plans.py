"""Plans for cluster C1 as the pages store them, agreed by its director."""

from dataclasses import dataclass

from alerts.follow_through.decisions import Decision
from alerts.people import Person, Role
from monitor.follow_through.agree import agree_plan
from monitor.redistribution import repository
from monitor.redistribution.results.record import PlanRecord, record_plan
from monitor.redistribution.scenario.yaml_file import scenario_yaml
from monitor.snapshots.tables import PlanRow, ScenarioRow, Snapshot

from ..conftest import Home
from ..redistribution.service import plan_for
from ..web.conftest import NOW

DIRECTOR = Person("north@example.org", "North", Role.DIRECTOR, area="N")


@dataclass
class StoredPlan:
    """A plan in the store."""

    scenario: ScenarioRow
    plan: PlanRow
    record: PlanRecord


_SOLVED: dict[tuple[str, str, str], tuple[PlanRecord, str]] = {}


def _solved(home: Home) -> tuple[PlanRecord, str]:
    """A plan for cluster C1 and its scenario in words, solved once for all homes with the same rows and history."""
    newest = home.newest
    start = newest.content_hash, newest.policy_fingerprint, newest.history
    if start not in _SOLVED:
        plan = plan_for(home)
        _SOLVED[start] = record_plan(plan), scenario_yaml(plan.scenario)
    return _SOLVED[start]


def store_plan(home: Home, snapshot: Snapshot | None = None) -> StoredPlan:
    """Solve and store a plan for cluster C1 of the newest snapshot; snapshot: another that it says it starts from."""
    start = snapshot or home.newest
    engine = home.store.engine
    record, words = _solved(home)
    row = ScenarioRow(
        name="Tried",
        author="planner@example.org",
        created_at=NOW,
        changed_at=NOW,
        version=1,
        snapshot_id=start.id or 0,
        as_at=start.as_at,
        scope_level="cluster",
        scope_codes='["C1"]',
        area_code="N",
        text=words,
    )
    scenario = repository.scenario(engine, repository.save(engine, row))
    assert scenario is not None
    number = repository.ask(engine, scenario, scenario.author, "test:1", NOW)
    assert repository.begin(engine, number, "test:1", NOW)
    values: dict[str, object] = {
        "text": words,
        "figures": record.figures.model_dump_json(),
        "answer": record.to_bytes(),
        "policy_fingerprint": record.figures.policy_fingerprint,
        "prices_fingerprint": record.figures.prices_fingerprint,
        "step": "",
    }
    assert repository.store_answer(engine, number, "test:1", NOW, **values)
    stored = repository.plan(engine, number)
    assert stored is not None
    return StoredPlan(scenario, stored, record)


def agree(home: Home, stored: StoredPlan, decision: Decision | None = None) -> bool:
    return agree_plan(home.store, stored.scenario, stored.plan, DIRECTOR, decision=decision, today=NOW.date(), now=NOW)
