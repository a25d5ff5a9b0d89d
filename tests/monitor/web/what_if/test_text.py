"""The words of the planner's pages: the verdict, remarks with names, faults, changes and limits."""

from datetime import date
from typing import Any

import pytest

from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.results.figures import PlanFigures, Situation
from monitor.redistribution.results.remarks import PersonOver, StillOver, TakenOver, TooFewPoints
from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.model import Change
from monitor.redistribution.scenario.remarks import OutsideScope
from monitor.web.what_if.text import change_in_words, fault_in_words, limits_in_words, remark_in_words, verdict

NAMES = {
    ("offender_manager", "00611"): "Ann Arbuthnot",
    ("team", "T1"): "Team One",
    ("office", "O1"): "Office One",
}


def situation(over_line: int, peak: float) -> Situation:
    return Situation(
        peak=peak,
        over_100=0,
        over_110=0,
        points_over=0,
        max_over_mean=1,
        gini=0,
        without_hours=0,
        over_line=over_line,
        points_over_line=0,
    )


def figures(before: int, after: int, **more: Any) -> PlanFigures:
    """The figures of a plan of 60 moves."""
    usual: dict[str, Any] = {
        "name": "Two away",
        "as_at": date(2026, 11, 20),
        "policy_fingerprint": "p",
        "prices_fingerprint": "c",
        "objective": 100.0,
        "bound": 99.7,
        "seconds": 1.0,
        "moves_high_rosh": 0,
        "moves_to_other_office": 0,
        "author": None,
        "revision": 1,
        "scope": "all",
        "local_assumptions": 0,
        "people": 20,
        "cases": 600,
        "weeks": 1,
        "over_line": 110.0,
        "moves_elective": 40,
        "moves_forced": 19,
        "moves_named": 1,
        "unplaced": 0,
        "status": "within gap",
        "gap": 0.0033,
        "before": situation(before, 160.0),
        "after": situation(after, 121.5),
    }
    return PlanFigures(**(usual | more))


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (
            figures(14, 3),
            "60 moves bring 14 people over 110% down to 3; within 0.4% of the best possible, proven.",
        ),
        (
            figures(1, 0, moves_elective=1, moves_forced=0, moves_named=0, status="optimal", gap=0.0, unplaced=1),
            "1 move brings 1 person over 110% down to nobody; no plan does better, proven. "
            "1 case that should be placed cannot be.",
        ),
        (
            figures(9, 9, status="time limit", gap=0.05),
            "60 moves leave 9 people over 110%, as before, but the highest load falls from 160.0% to 121.5%; "
            "within 5% of the best possible, and the time was up before it was proven more closely.",
        ),
        (
            figures(9, 12),
            "60 moves leave 12 people over 110%, where 9 were, but the highest load falls from 160.0% to 121.5%; "
            "within 0.4% of the best possible, proven.",
        ),
        (
            figures(9, 9, status="time limit", gap=1.0, bound=0.0),
            "60 moves leave 9 people over 110%, as before, but the highest load falls from 160.0% to 121.5%; "
            "nothing was proven in the time allowed, so how far it is from the best possible is not known.",
        ),
        (
            figures(9, 3, peak_first=True),
            "60 moves bring 9 people over 110% down to 3; within 0.4% of the best plan with so low a highest load, "
            "proven.",
        ),
        (figures(0, 0), "60 moves keep everyone at 110% or below; within 0.4% of the best possible, proven."),
        (
            figures(2, 2, moves_elective=0, moves_forced=0, moves_named=0, status="optimal"),
            "Nothing moves: 2 people are over 110%, and no move allowed is worth making; no plan does better, proven.",
        ),
    ],
)
def test_the_verdict_says_what_moves_what_that_does_and_how_sure_it_is(plan: PlanFigures, says: str) -> None:
    assert verdict(plan) == says


def test_a_verdict_without_another_peak_says_only_who_is_over() -> None:
    plan = figures(1, 2).model_copy(update={"after": situation(2, 160.0)})
    assert verdict(plan).startswith("60 moves leave 2 people over 110%, where 1 was; within")


def test_remarks_name_people_and_what_stands_on_the_page() -> None:
    ann, bo = PersonOver(om_code="00611", before=100.4, after=131.6), PersonOver(om_code="00604", before=9, after=125.7)
    assert remark_in_words(StillOver(line=110, people=(ann, bo), more=69, spent=60), NAMES) == (
        "Still over 110%: Ann Arbuthnot (00611) 131.6%, 00604 125.7% and 69 more; all 60 moves by choice are spent, "
        "see below what more would do"
    )
    taken = remark_in_words(TakenOver(line=110, people=(ann,), more=0), NAMES)
    assert taken.endswith("Ann Arbuthnot (00611) from 100.4% to 131.6%")
    short = TooFewPoints(total_points=2, available_points=1, points_short=1, full_time_short=0.1, line=110)
    assert remark_in_words(short, NAMES).endswith("for 110% each: see whom to recruit, below")
    outside = OutsideScope(place=2, change="pin", code="P08")
    assert remark_in_words(outside, NAMES) == "Change 2: P08 is outside the scope of this scenario: no effect"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault(2, "absent.om_code", "'P99' is no offender manager"), "Change 2: 'P99' is no offender manager"),
        (Fault(0, "scope", "'C9' is no cluster"), "scope: 'C9' is no cluster"),
        (Fault(0, "", "not valid YAML"), "not valid YAML"),
    ],
)
def test_a_fault_names_its_change_or_its_key(fault: Fault, says: str) -> None:
    assert fault_in_words(fault) == says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"absent": {"om_code": "00611", "until": "2026-12-24"}},
            "Ann Arbuthnot (00611) is absent until 24 December 2026",
        ),
        ({"threshold": {"over": 105}}, "Anyone above 105% counts as over capacity"),
        ({"team": {"team_code": "T1", "to_office": "O1"}}, "Team One (T1) moves to Office One (O1)"),
        ({"widen": {"team_type": "ppu", "takes": ["omu"]}}, "PPU teams also take the cases of OMU teams"),
        ({"policy": {"default_hours": 36}}, "Default hours becomes 36"),
        ({"pin": {"om_code": "00611"}}, "Ann Arbuthnot (00611) neither gives nor takes a case"),
    ],
)
def test_a_change_is_one_line_with_names(change: dict[str, Any], says: str) -> None:
    assert change_in_words(Change.model_validate(change), NAMES) == says


def test_every_limit_is_said_with_its_value() -> None:
    usual, tight = dict(limits_in_words(Limits())), dict(limits_in_words(Limits(elective_moves=1200, peak_first=True)))
    assert usual == {
        "Moves by choice": "No limit",
        "New cases a person a week": "At most 6",
        "Margin below the line": "None",
        "Weeks": "At least 1, more if they are needed",
        "Time to look for it": "10 seconds",
        "How close to the best possible": "0.5%",
        "Highest load first": "No",
        "Between clusters": "No",
    }
    assert (tight["Moves by choice"], tight["Highest load first"]) == ("At most 1,200", "Yes")
    assert dict(limits_in_words(Limits(margin=7.5)))["Margin below the line"] == "7.5 percentage points"
