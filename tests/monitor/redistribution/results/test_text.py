"""The words of the terminal: every remark, and a plan from its name to its last remark."""

from datetime import date

import pytest

from monitor.redistribution.results.figures import Situation, summarise
from monitor.redistribution.results.remarks import (
    ChangedSince,
    DangerousUnplaced,
    OtherNumbers,
    PersonOver,
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
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.results.text import count_of_moves, describe_plan, describe_remark, describe_situation
from monitor.redistribution.scenario.remarks import (
    AcceptedRisk,
    AlreadyInOffice,
    EndsEarlier,
    HasLeft,
    OutsideScope,
    StartsLater,
)

from ...conftest import Home
from ..service import plan_for, unmoved_of

FRIDAY, LATER = date(2026, 11, 20), date(2026, 11, 21)
ANN = PersonOver(om_code="00611", before=100.4, after=131.6)
JUST_OVER = PersonOver(om_code="00622", before=109.97, after=110.04)
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
            EndsEarlier(place=1, change="absent", day=FRIDAY, as_at=FRIDAY, plan_for=LATER),
            "changes.1.absent: until 2026-11-20 is before plan_for, 2026-11-21: no effect on this plan",
        ),
        (
            PlannedFor(plan_for=LATER, as_at=FRIDAY),
            "this plan is for 2026-11-21: people, hours and reductions are as on that day, cases as at 2026-11-20",
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
        (
            AcceptedRisk(crn="X1", om_code="P01", accepted_by="Pat Lee", reason="in custody until May", place=2),
            "accepted risk: X1 stays with P01, who has no available hours; accepted by Pat Lee: in custody until May",
        ),
        (
            AcceptedRisk(crn="X1", om_code=None, accepted_by="Pat Lee", reason="in custody", place=0),
            "accepted risk: X1 stays with no one; accepted by Pat Lee: in custody",
        ),
        (
            DangerousUnplaced(cases=1, crns=("X1",)),
            "no one takes 1 case of high RoSH, the highest tier or MAPPA that must be placed: X1",
        ),
        (
            DangerousUnplaced(cases=7, crns=("X1", "X2")),
            "no one takes 7 cases of high RoSH, the highest tier or MAPPA that must be placed: X1, X2 and 5 more",
        ),
        (Unplaced(cases=1, why="no room"), "1 case that must be placed stays where it is: no room"),
        (Unplaced(cases=2, why="no room"), "2 cases that must be placed stay where they are: no room"),
        (
            StillOver(line=110, people=(ANN, BO), more=69, spent=60),
            "still over 110%: 00611 131.6%, 00604 125.7% and 69 more; all 60 moves by choice are spent, see what more "
            "would do: hotspots what-if curve",
        ),
        (StillOver(line=102.5, people=(ANN,), more=0, spent=None), "still over 102.5%: 00611 131.6%"),
        (
            StillOver(line=110, people=(ANN,), more=11, spent=1, without_hours=3),
            "still over 110%: 00611 131.6% and 11 more; 3 more with duty points and no available hours; the one move "
            "by choice is spent, see what more would do: hotspots what-if curve",
        ),
        (
            StillOver(line=110, people=(), more=0, spent=None, without_hours=1, their_cases=2),
            "still over 110%: 1 person with 2 cases and no available hours",
        ),
        (
            StillOver(line=110, people=(JUST_OVER,), more=0, spent=None),
            "still over 110%: 00622 just over 110%",
        ),
        (
            TakenOver(line=110, people=(JUST_OVER,), more=0),
            "taken over 110% by moves that the scenario names: 00622 from just under 110% to just over 110%",
        ),
        (
            TakenOver(line=110, people=(ANN,), more=0),
            "taken over 110% by moves that the scenario names: 00611 from 100.4% to 131.6%",
        ),
        (
            PlacedOver(line=110, cases=1, people=(ANN,)),
            "1 case that had to be placed goes above 110%, because no one who may take it has room below: "
            "00611 from 100.4% to 131.6%",
        ),
        (
            PlacedOver(line=95, cases=3, people=(ANN, ANN)),
            "3 cases that had to be placed go above 95%, because no one who may take them has room below: "
            "00611 from 100.4% to 131.6%, 00611 from 100.4% to 131.6%",
        ),
        (
            ChangedSince(kept=1, changed=0, crns=()),
            "1 move of the earlier plan stays; no other move changed",
        ),
        (
            ChangedSince(kept=240, changed=1, crns=("X1",)),
            "240 moves of the earlier plan stay; 1 other move changed: X1",
        ),
        (
            ChangedSince(kept=2, changed=7, crns=("X1", "X2")),
            "2 moves of the earlier plan stay; 7 other moves changed: X1, X2 and 5 more",
        ),
        (
            TimeUp(gap=0.0312),
            "the time was up before the plan was proven as closely as asked: it is within 3.2% of the best possible; "
            "give it more with limits.seconds",
        ),
        (
            TimeUp(gap=1.0, peak_first=True),
            "the time was up before the plan was proven as closely as asked: nothing was proven in the time allowed, "
            "so how far it is from the best possible is not known; give it more with limits.seconds",
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


def test_a_side_of_a_plan_has_a_row_for_each_line_once(service: Home) -> None:
    side = Situation(
        peak=1131.26,
        over_100=3,
        over_110=2,
        points_over=70,
        max_over_mean=1.666,
        gini=0.3456,
        without_hours=0,
        over_line=3,
    )
    described = describe_situation(side, 100.0, "-")
    assert described == {
        "highest capacity percentage": "1,131.3%",
        "people over 100%": "3",
        "people with points and no capacity": "0",
        "points over 100%": "-",
        "points over capacity": "70",
        "highest over the mean": "1.67",
        "unevenness (Gini)": "0.346",
    }
    assert (
        describe_situation(side.model_copy(update={"points_over_line": 12.4}), 110.0, "-")["points over 110%"] == "12"
    )


def test_a_plan_of_everything_without_remarks_ends_with_its_figures(service: Home) -> None:
    plan = plan_for(service, "limits: {elective_moves: 2}\n", "all")
    lines = list(describe_plan(plan, summarise(plan, tabulate_people(plan)), []))
    assert lines[0].endswith("everything")
    assert "by choice (2 allowed)" in lines[2]
    assert lines[-1].startswith("  unevenness (Gini)")


def test_a_plan_says_how_many_moves_are_of_people_who_changed_often(service: Home) -> None:
    plan = plan_for(service)
    lines = list(describe_plan(plan, summarise(plan, tabulate_people(plan)), []))
    assert "  0 moves of people with 2 or more changes of offender manager in 52 weeks (1 stored week read)" in lines
    older = summarise(plan, tabulate_people(plan)).model_copy(update={"moves_changed_often": None})
    assert not any("changes of offender manager" in line for line in describe_plan(plan, older, []))


def test_a_plan_that_was_judged_says_how_well_it_holds(service: Home) -> None:
    plan = plan_for(service, "robust: 5\n")
    lines = list(describe_plan(plan, summarise(plan, tabulate_people(plan)), []))
    assert "  in 5 draws of the next 8 weeks, no one over 110%:" in lines
