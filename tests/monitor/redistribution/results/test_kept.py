"""What stays of an earlier plan, and what changed and why."""

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.kept import (
    ADDED,
    ELSEWHERE,
    FORBIDDEN,
    GONE,
    changes_since,
    count_kept,
    count_other_changes,
)

from ...conftest import Home
from ..service import moves_of, plan_for

FREE = "limits: {elective_moves: 20}\n"


def based_on(plan: Plan, without: int = 0) -> str:
    """The moves of a plan as the key of a scenario."""
    moves = moves_of(plan).iloc[without:]
    rows = zip(moves["crn"], moves["to_om_code"], moves["to_team_code"], strict=True)
    lines = "".join(f"  - {{crn: {crn}, to_om_code: {om}, to_team_code: {team}}}\n" for crn, om, team in rows)
    return f"based_on:\n{lines}"


def test_the_same_question_based_on_its_own_plan_keeps_every_move(service: Home) -> None:
    first = plan_for(service, FREE)
    again = plan_for(service, FREE + based_on(first))
    assert changes_since(again) == ()
    assert count_kept(again) == len(moves_of(first))
    assert moves_of(again).drop(columns="cost").equals(moves_of(first).drop(columns="cost"))


def test_without_an_earlier_plan_nothing_counts_as_changed(service: Home) -> None:
    plan = plan_for(service, FREE)
    assert (changes_since(plan), count_kept(plan)) == ((), 0)


def test_a_pin_changes_its_own_move_and_few_others(service: Home) -> None:
    first = plan_for(service, FREE)
    crn = moves_of(first).loc[~moves_of(first)["forced"], "crn"].iloc[0]
    again = plan_for(service, f"changes:\n  - pin: {{crn: {crn}}}\n{FREE}{based_on(first)}")
    changes = {change.crn: change for change in changes_since(again)}
    assert changes[crn].asked
    assert changes[crn].is_to is None
    assert "this one stays" in changes[crn].why
    assert count_other_changes(tuple(changes.values())) <= 2
    assert count_kept(again) >= len(moves_of(first)) - 3


def test_whoever_may_not_take_a_case_any_more_breaks_no_promise(service: Home) -> None:
    first = plan_for(service, FREE)
    row = moves_of(first).iloc[0]
    bar = f"changes:\n  - bar: {{crn: {row['crn']}, om_code: {row['to_om_code']}}}\n"
    change = {change.crn: change for change in changes_since(plan_for(service, bar + FREE + based_on(first)))}
    assert change[row["crn"]].why == FORBIDDEN
    assert change[row["crn"]].was_to == row["to_om_code"]


def test_a_case_that_is_gone_and_one_that_is_new_are_told_apart(service: Home) -> None:
    first = plan_for(service, FREE)
    gone = "  - {crn: X999999, to_om_code: P02, to_team_code: T1}\n"
    changes = changes_since(plan_for(service, FREE + based_on(first, without=1) + gone))
    assert {change.why for change in changes if change.crn == "X999999"} == {GONE}
    added = moves_of(first)["crn"].iloc[0]
    assert [change.why for change in changes if change.crn == added] in ([ADDED], [])


def test_a_named_move_to_someone_else_is_asked_for(service: Home) -> None:
    first = plan_for(service, FREE)
    row = moves_of(first).iloc[0]
    to = "P05" if row["to_om_code"] != "P05" and row["rosh"] != "high" else "P02"
    move = f"changes:\n  - move: {{crn: {row['crn']}, to_om_code: {to}"
    move += ", to_team_code: T1}}\n" if to == "P02" else "}}\n"
    text = move.replace("}}", "}") + FREE + based_on(first)
    changes = {change.crn: change for change in changes_since(plan_for(service, text))}
    if row["to_om_code"] != to:
        assert changes[row["crn"]].asked
        assert changes[row["crn"]].is_to == to
        assert changes[row["crn"]].why != ELSEWHERE
