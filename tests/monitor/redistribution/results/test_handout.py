"""The moves of a plan by office: who gives, who takes."""

from dataclasses import replace

import pytest

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.handout import arrange_by_office, list_handout_moves
from monitor.redistribution.results.record import PlanRecord

from ...conftest import Home
from ..service import counts_of, plan_for, record_for

AWAY = "changes:\n  - absent: {om_code: P02}\n  - move: {crn: X000001, to_om_code: P06, to_team_code: T3}\n"


@pytest.fixture
def plan(service: Home) -> Plan:
    return plan_for(service, AWAY)


@pytest.fixture
def record(service: Home) -> PlanRecord:
    return record_for(service, AWAY)


def test_each_move_is_given_once_and_taken_once(record: PlanRecord) -> None:
    offices, moves = arrange_by_office(record), record.tables["moves"]
    for side in ("gives", "takes"):
        crns = sorted(crn for office in offices for crn in getattr(office, side)["crn"])
        assert crns == sorted(moves["crn"])
    assert [office.code for office in offices] == sorted(office.code for office in offices)
    for office in offices:
        assert office.gives["from_office_name"].eq(office.name).all()
        assert office.takes["to_office_code"].eq(office.code).all()
    first = next(office for office in offices if office.code == "O1")
    assert set(first.gives["from_team_code"]) <= {"T1", "T2"}


def test_the_people_of_an_office_are_those_who_give_or_take(record: PlanRecord) -> None:
    people = [code for office in arrange_by_office(record) for code in office.people["om_code"]]
    moves = record.tables["moves"]
    assert sorted(people) == sorted({*moves["from_om_code"].dropna(), *moves["to_om_code"]})


def test_each_move_has_its_kind(plan: Plan, record: PlanRecord) -> None:
    counts, kinds = counts_of(plan), list_handout_moves(record)["kind"].value_counts()
    expected = {"by choice": counts.elective, "necessary": counts.forced, "by name": counts.named}
    assert kinds.to_dict() == {kind: count for kind, count in expected.items() if count}


def test_a_plan_that_was_stored_without_kinds_has_those_that_it_knows(record: PlanRecord) -> None:
    moves = record.tables["moves"].drop(columns="kind")
    earlier = replace(record, tables={**record.tables, "moves": moves})
    kinds = list_handout_moves(earlier)["kind"].value_counts()
    assert kinds.to_dict() == {"by choice": (~moves["forced"]).sum(), "necessary": moves["forced"].sum()}
