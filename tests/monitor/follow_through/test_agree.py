"""What is frozen when a plan is agreed, and that it stays."""

from datetime import timedelta

from sqlmodel import Session

from alerts.follow_through.decisions import Decision, DecisionKind
from monitor.follow_through.agree import can_be_agreed
from monitor.redistribution import repository
from monitor.redistribution.repository import PlanState
from monitor.snapshots.follow_through.agreed import read_agreed, read_agreed_frames, read_agreed_units
from monitor.snapshots.tables import PlanRow

from ..conftest import Home
from ..web.conftest import NOW
from .plans import agree, store_plan


def test_moves_and_promises_are_frozen(home: Home) -> None:
    stored = store_plan(home)
    assert can_be_agreed(stored.plan)
    assert agree(home, stored)
    agreed = read_agreed(home.store.engine, stored.plan.id or 0)
    assert agreed is not None
    assert (agreed.agreed_by, agreed.role, agreed.agreed_on, agreed.episode) == (
        "north@example.org",
        "director",
        NOW.date(),
        None,
    )
    assert (agreed.starts_on, agreed.weeks) == (home.newest.as_at, stored.record.figures.weeks)
    frames = read_agreed_frames(home.store.engine, agreed)
    assert frames is not None
    moves = stored.record.tables["moves"]
    assert agreed.move_count == len(frames.moves) == len(moves) > 0
    for column in frames.moves:
        assert frames.moves[column].astype(object).where(frames.moves[column].notna(), None).tolist() == (
            moves[column].astype(object).where(moves[column].notna(), None).tolist()
        )
    after = stored.record.tables["units"].query("side == 'after'").set_index(["level", "code"])["capacity_percentage"]
    units = read_agreed_units(agreed)
    assert set(units["level"]) == {"team", "office", "cluster"}
    promised = {**units.set_index(["level", "code"])["promised"]}
    people = frames.people.set_index("om_code")["promised"]
    promised |= {("offender_manager", code): value for code, value in people.items()}
    # As text, because a unit without capacity has none on either side.
    assert {key: str(value) for key, value in promised.items()} == {key: str(value) for key, value in after.items()}


def test_the_weeks_of_a_plan_for_a_later_day_begin_on_that_day(home: Home) -> None:
    stored = store_plan(home)
    later = home.newest.as_at + timedelta(weeks=3)
    stored.plan.text += f"\nplan_for: {later}\n"
    assert agree(home, stored)
    agreed = read_agreed(home.store.engine, stored.plan.id or 0)
    assert agreed is not None
    assert (agreed.starts_on, agreed.as_at) == (later, home.newest.as_at)


def test_a_plan_whose_rows_were_removed_cannot_be_agreed(home: Home) -> None:
    stored = store_plan(home)
    stored.plan.removal_id = 1
    assert not can_be_agreed(stored.plan)


def test_the_decision_that_it_carries_out_is_named(home: Home) -> None:
    stored = store_plan(home)
    episode = "over_threshold:office:O1:2026-W45"
    decision = Decision(
        episode,
        2,
        "over_threshold",
        "office",
        "O1",
        home.newest.as_at,
        NOW.date(),
        "north@example.org",
        DecisionKind.REDISTRIBUTE,
        "ACO",
    )
    assert agree(home, stored, decision)
    agreed = read_agreed(home.store.engine, stored.plan.id or 0)
    assert agreed is not None
    assert (agreed.episode, agreed.decision_number) == (episode, 2)


def test_a_plan_is_agreed_once(home: Home) -> None:
    stored = store_plan(home)
    assert agree(home, stored)
    assert not agree(home, stored)


def test_what_is_not_found_cannot_be_agreed(home: Home) -> None:
    stored = store_plan(home)
    with Session(home.store.engine) as session, session.begin():
        session.get_one(PlanRow, stored.plan.id).state = PlanState.CANCELLED
    cancelled = repository.plan(home.store.engine, stored.plan.id or 0)
    assert cancelled is not None
    assert not can_be_agreed(cancelled)
