"""Scenarios and plans in the database."""

from datetime import UTC, datetime

import pytest

from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.snapshots.tables import ScenarioRow
from tests.monitor.conftest import AS_AT, Home

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.both_databases
def test_a_change_of_an_earlier_version_and_a_second_taking_are_refused(home: Home) -> None:
    engine = home.store.engine
    row = ScenarioRow(
        name="A",
        author="a@example.org",
        created_at=NOW,
        changed_at=NOW,
        version=1,
        snapshot_id=home.newest.id or 0,
        as_at=AS_AT,
        scope_level="all",
        scope_codes="[]",
        area_code="all",
        text="name: A\nscope: all\n",
    )
    number = repository.save(engine, row)
    assert repository.change(engine, number, 1, NOW, name="B")
    assert not repository.change(engine, number, 1, NOW, name="C")
    found = repository.scenario(engine, number)
    assert found is not None
    assert (found.name, found.version) == ("B", 2)
    plan = repository.ask(engine, found, "a@example.org", "one", NOW)
    assert not repository.begin(engine, plan, "another", NOW)
    assert repository.begin(engine, plan, "one", NOW)
    assert not repository.begin(engine, plan, "one", NOW)
    assert repository.store_answer(engine, plan, "one", NOW, figures="{}", answer=b"x", step="more")
    assert not repository.cancel(engine, plan, NOW)
    (told,) = repository.plans(engine, [number])[number]
    assert (told.state, told.step, repository.is_unfinished(told, NOW)) == (PlanState.DONE, "more", True)
    assert not repository.is_unfinished(told, NOW + 2 * repository.LEASE)
