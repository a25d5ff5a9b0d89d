"""``hotspots outcomes``: what has happened since plans were agreed."""

import json
from collections.abc import Callable

from sqlalchemy import text

from tests.monitor.conftest import Home

from ...conftest import Answer
from ...snapshots.follow_through.test_outcomes import agree_early

Program = Callable[..., Answer]


def test_moves_and_capacities_are_reported_and_exported(hotspots: Program, home: Home) -> None:
    agreed = agree_early(home)
    answer = hotspots("outcomes", home=home)
    lines = answer.out.splitlines()
    assert answer.status == 0
    assert lines[0] == (
        f"plan {agreed.plan_id}, agreed {agreed.agreed_on}, as at {home.newest.as_at}: "
        "5 moves, 4 due by now: 1 done, 2 still with the giver, 1 gone elsewhere, 1 ended"
    )
    assert lines[1].startswith("  office O1: 130.0% at the start, 110.0% promised, ")
    assert hotspots("outcomes", "--plan", str(agreed.plan_id), home=home).out == answer.out
    rows = json.loads(hotspots("export", "outcomes", "--format", "json", home=home).out)
    assert {(row["plan_id"], row["code"]) for row in rows} == {(agreed.plan_id, "O1"), (agreed.plan_id, "O2")}
    assert list(rows[0])[:3] == ["as_at", "plan_id", "agreed_on"]


def test_without_the_rows_of_a_plan_its_capacities_are_reported(hotspots: Program, home: Home) -> None:
    agree_early(home)
    with home.store.engine.begin() as connection:
        connection.execute(text("DELETE FROM agreed_rows"))
    answer = hotspots("outcomes", home=home)
    assert "the rows behind its moves were removed" in answer.out
    assert "110.0% promised" in answer.out


def test_nothing_agreed_is_reported_as_nothing(hotspots: Program, home: Home) -> None:
    assert hotspots("outcomes", home=home).out == "no agreed plan has a later week yet\n"
    answer = hotspots("outcomes", "--plan", "4711", home=home)
    assert (answer.status, answer.out) == (2, "")
    assert "--plan: plan 4711 is not agreed; agreed are: none" in answer.err


def test_a_plan_that_is_not_agreed_is_refused(hotspots: Program, home: Home) -> None:
    agreed = agree_early(home)
    answer = hotspots("outcomes", "--plan", "4711", home=home)
    assert answer.status == 2
    assert f"plan 4711 is not agreed; agreed are: {agreed.plan_id}" in answer.err
