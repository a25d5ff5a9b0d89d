"""The words of the terminal: every remark, and a plan from its name to its last remark."""

from datetime import date

import pytest

from monitor.redistribution.results.figures import summarise
from monitor.redistribution.results.people import tabulate_people
from monitor.redistribution.results.remarks import (
    OtherNumbers,
    PersonOver,
    PlanRemark,
    ShortOf,
    StillOver,
    TakenOver,
    TimeUp,
    TooFewPoints,
    Unplaced,
    remark_on,
)
from monitor.redistribution.results.text import count_of_moves, describe_plan, describe_remark
from monitor.redistribution.scenario.remarks import AlreadyInOffice, EndsEarlier, HasLeft, OutsideScope, StartsLater

from ...conftest import Home
from ..service import plan_for, unmoved_of

FRIDAY, LATER = date(2026, 11, 20), date(2026, 11, 21)
ANN = PersonOver(om_code="00611", before=100.4, after=131.6)
BO = PersonOver(om_code="00604", before=140.0, after=125.7)


@pytest.mark.parametrize(
    ("remark", "says"),
    [
        (
            AlreadyInOffice(place=2, change="team", team_code="T4", office_code="O2"),
            "changes.2.team: T4 is in office O2 already: no effect",
        ),
        (
            StartsLater(place=1, change="joins", label="on", day=LATER, as_at=FRIDAY),
            "changes.1.joins: on 2026-11-21 is after the as-at date 2026-11-20: no effect on this plan",
        ),
        (
            EndsEarlier(place=1, change="absent", day=FRIDAY, as_at=LATER),
            "changes.1.absent: until 2026-11-20 is before the as-at date 2026-11-21: no effect on this plan",
        ),
        (HasLeft(place=1, change="leaves", om_code="P01"), "changes.1.leaves: P01 has left already: no effect"),
        (
            OutsideScope(place=3, change="pin", code="P08"),
            "changes.3.pin: P08 is outside the scope of this scenario: no effect",
        ),
        (
            OtherNumbers(fingerprint="prices_fingerprint"),
            "prices_fingerprint: the scenario was saved under other numbers than are in force now: its answer may be "
            "another",
        ),
        (
            TooFewPoints(total_points=7000, available_points=5000, points_short=1363.6, full_time_short=0.63, line=110),
            "redistribution cannot fix this: 7,000 points are held where 5,000 are available; short by 1,364 available "
            "points, 0.6 full-time offender managers, for 110% each: see hotspots what-if resources",
        ),
        (
            ShortOf(office_name="Office O1", only_po=True, points=150, cases=2),
            "short of 150 PO points in Office O1: 2 cases without a place",
        ),
        (
            ShortOf(office_name="Office O1", only_po=False, points=53, cases=1),
            "short of 53 points in Office O1: 1 case without a place",
        ),
        (Unplaced(cases=1, why="no room"), "1 case that must be placed stays where it is: no room"),
        (Unplaced(cases=2, why="no room"), "2 cases that must be placed stay where they are: no room"),
        (
            StillOver(line=110, people=(ANN, BO), more=69, spent=60),
            "still over 110%: 00611 131.6%, 00604 125.7% and 69 more; all 60 elective moves are spent, see what more "
            "would do: hotspots what-if curve",
        ),
        (StillOver(line=102.5, people=(ANN,), more=0, spent=None), "still over 102.5%: 00611 131.6%"),
        (
            TakenOver(line=110, people=(ANN,), more=0),
            "taken over 110% by moves that the scenario names: 00611 from 100.4% to 131.6%",
        ),
        (
            TimeUp(gap=0.0312),
            "the time was up before the plan was proven as closely as asked: it is within 3.12% of the best possible; "
            "give it more with limits.seconds",
        ),
    ],
)
def test_every_remark_has_its_sentence(remark: PlanRemark, says: str) -> None:
    assert describe_remark(remark) == says


@pytest.mark.parametrize(("number", "says"), [(0, "0 moves"), (1, "1 move"), (2, "2 moves"), (1200, "1,200 moves")])
def test_moves_are_counted(number: int, says: str) -> None:
    assert count_of_moves(number) == says


def test_a_plan_is_told_from_its_name_to_its_last_remark(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - threshold: {over: 60}\n")
    people = tabulate_people(plan)
    remarks = remark_on(plan, people, unmoved_of(plan))
    lines = list(describe_plan(plan, summarise(plan, people), remarks))
    assert lines[0] == "Tried: as at 2026-11-20 (revision 1), cluster C1"
    assert any(line.startswith("  people over 60%") for line in lines)
    assert lines[-1] == f"  - {describe_remark(remarks[-1])}"


def test_a_plan_of_everything_without_remarks_ends_with_its_figures(service: Home) -> None:
    plan = plan_for(service, "limits: {elective_moves: 2}\n", "all")
    lines = list(describe_plan(plan, summarise(plan, tabulate_people(plan)), []))
    assert lines[0].endswith("everything")
    assert "elective (2 allowed)" in lines[2]
    assert lines[-1].startswith("  unevenness (Gini)")
