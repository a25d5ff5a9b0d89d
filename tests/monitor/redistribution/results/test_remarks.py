"""What a planner should know before signing a plan, as values."""

import pytest

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.kept import changes_since, count_kept
from monitor.redistribution.results.remarks import (
    ChangedSince,
    OtherNumbers,
    PlacedOver,
    PlannedFor,
    PlanRemark,
    ShortOf,
    StillOver,
    TakenOver,
    TimeUp,
    TooFewPoints,
    Unplaced,
    remark_on,
)
from monitor.redistribution.results.tables.metrics import measure
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.scenario.remarks import OutsideScope

from ...conftest import AS_AT, WEEK, Home
from ..service import counts_of, moves_of, plan_for, shortfall_of, unmoved_of


def remarks_of(plan: Plan) -> list[PlanRemark]:
    return remark_on(plan, tabulate_people(plan), unmoved_of(plan))


def test_whoever_is_over_the_line_asked_for_is_named_the_highest_first(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - threshold: {over: 60}\nlimits: {elective_moves: 0}\n")
    people = tabulate_people(plan)
    (over,) = [remark for remark in remarks_of(plan) if isinstance(remark, StillOver)]
    assert (over.line, over.spent) == (60, 0)
    assert len(over.people) + over.more == people["after_capacity_percentage"].gt(60).sum()
    assert over.people[0].after == people["after_capacity_percentage"].max()


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("changes:\n  - absent: {om_code: P03, from: 2026-11-01, until: 2027-01-31}\n", (1, 0)),
        ("changes:\n  - threshold: {over: 60}\nlimits: {elective_moves: 0}\n", (0, 0)),
    ],
)
def test_as_many_are_still_over_the_line_as_the_figures_count(
    service: Home, text: str, without: tuple[int, int]
) -> None:
    # A person who is absent and has duties has points and no percentage, and counts as over the line.
    plan = plan_for(service, text)
    (over,) = [remark for remark in remarks_of(plan) if isinstance(remark, StillOver)]
    assert (over.without_hours, over.their_cases) == without
    counted = len(over.people) + over.more + over.without_hours
    assert counted == measure(plan.problem, plan.solution.holder).over_line


def test_no_one_is_taken_over_the_line_but_by_named_moves_and_by_cases_without_another_place(service: Home) -> None:
    line = "changes:\n  - threshold: {over: 60}\n"
    plan = plan_for(service, line)
    assert not any(isinstance(remark, TakenOver) for remark in remarks_of(plan))
    placed = [remark for remark in remarks_of(plan) if isinstance(remark, PlacedOver)]
    assert sum(remark.cases for remark in placed) == plan.solution.over_line.sum()
    move = "  - move: {crn: X000001, to_om_code: P09}\nlimits: {between_clusters: true}\n"
    named = plan_for(service, line + move, "all")
    people = tabulate_people(named).set_index("om_code")
    before, after = people["before_capacity_percentage"], people["after_capacity_percentage"]
    over = {person.om_code for remark in remarks_of(named) if isinstance(remark, TakenOver) for person in remark.people}
    assert all(before[code] <= 60 < after[code] for code in over)


def test_a_plan_based_on_another_says_what_stays_and_what_changed(service: Home) -> None:
    free = "limits: {elective_moves: 20}\n"
    moves = plan_for(service, free)
    crn = moves_of(moves).loc[~moves_of(moves)["forced"], "crn"].iloc[-1]
    kept = "".join(
        f"  - {{crn: {row.crn}, to_om_code: {row.to_om_code}, to_team_code: {row.to_team_code}}}\n"
        for row in moves_of(moves).itertuples()
    )
    plan = plan_for(service, f"changes:\n  - pin: {{crn: {crn}}}\n{free}based_on:\n{kept}")
    (changed,) = [remark for remark in remarks_of(plan) if isinstance(remark, ChangedSince)]
    others = [change.crn for change in changes_since(plan) if not change.asked]
    assert (changed.kept, changed.changed, changed.crns) == (count_kept(plan), len(others), tuple(others[:5]))


def test_a_scope_that_cannot_hold_its_cases_says_how_much_is_missing(service: Home) -> None:
    gone = "changes:\n  - absent: {om_code: P01}\n  - absent: {om_code: P02}\n"
    plan = plan_for(service, gone, "{office: O1}")
    lacks = shortfall_of(plan)
    assert lacks.points_short == pytest.approx(lacks.total_points / 1.1 - lacks.available_points)
    (short,) = [remark for remark in remarks_of(plan) if isinstance(remark, TooFewPoints)]
    assert (short.total_points, short.points_short) == (lacks.total_points, lacks.points_short)


def test_cases_that_find_no_place_are_counted_by_office_with_their_points_and_why(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - absent: {om_code: P07}\n", "{team: T4}")
    unmoved = unmoved_of(plan)
    unplaced = unmoved[unmoved["unplaced"]]
    assert len(unplaced) == counts_of(plan).unplaced == 14
    assert unplaced["why"].str.len().gt(20).all()
    remarks = remarks_of(plan)
    short = [remark for remark in remarks if isinstance(remark, ShortOf)]
    assert sum(remark.points for remark in short) == unplaced["points"].sum()
    assert any(remark.only_po and remark.office_name == "Office O2" for remark in short)
    assert sum(remark.cases for remark in remarks if isinstance(remark, Unplaced)) == 14


def test_remarks_on_changes_come_first_and_other_numbers_after_them(service: Home) -> None:
    text = "prices_fingerprint: abc\npolicy_fingerprint: def\nchanges:\n  - pin: {om_code: P08}\n"
    remarks = remarks_of(plan_for(service, text))
    assert remarks[:3] == [
        OutsideScope(place=1, change="pin", code="P08"),
        OtherNumbers(fingerprint="policy_fingerprint"),
        OtherNumbers(fingerprint="prices_fingerprint"),
    ]


def test_a_plan_for_a_later_day_says_so_first(service: Home) -> None:
    remarks = remarks_of(plan_for(service, f"plan_for: {AS_AT + WEEK}\nchanges:\n  - pin: {{om_code: P08}}\n"))
    assert remarks[:2] == [
        PlannedFor(plan_for=AS_AT + WEEK, as_at=AS_AT),
        OutsideScope(place=1, change="pin", code="P08"),
    ]
    assert not any(isinstance(remark, PlannedFor) for remark in remarks_of(plan_for(service, f"plan_for: {AS_AT}\n")))


def test_a_plan_without_time_says_so(service: Home) -> None:
    plan = plan_for(service, "limits: {seconds: 0.000001}\n")
    assert remarks_of(plan)[-1] == TimeUp(gap=plan.solution.gap)
