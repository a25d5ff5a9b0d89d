"""Who may take one case: in which order, from what load to what, what speaks against each, and why others may not."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest

from monitor.redistribution.problem.loads import objective, rounded_loads
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.hours_ahead import HoursEnd
from monitor.redistribution.results.tables.receivers import Receiver, Refusal, count_refused, rank_receivers
from tests.oracle.what_if.redistribution import Ask

from ....conftest import Home
from ...clusters import handful
from ...offices import AS_AT, ask, case, cases, person
from ...posing import posed
from ...problem.asking import asked
from ...service import plan_for


def codes(receivers: tuple[Receiver, ...]) -> str:
    return "".join(receiver.om_code for receiver in receivers)


def reasons(problem: Problem, om_code: str, row: int = 0, weeks: int = 1) -> tuple[str, ...]:
    """What speaks against one person."""
    (only,) = [taker for taker in rank_receivers(problem, problem.start, row, {}, weeks) if taker.om_code == om_code]
    return only.reasons_against


def row_of(problem: Problem, crn: str) -> int:
    return problem.cases["crn"].tolist().index(crn)


def test_the_lighter_and_the_nearer_come_first() -> None:
    problem = posed(
        ask([person("A"), person("B"), person("C"), person("F", "T3")], [*cases(20), *cases(24, "B"), *cases(2, "C")])
    )
    ranked = rank_receivers(problem, problem.start, 0)
    assert codes(ranked) == "CFB"
    assert [taker.price for taker in ranked] == sorted(taker.price for taker in ranked)
    assert (ranked[0].team_code, ranked[0].name, ranked[0].grade) == ("T1", "Officer C", "PO")
    assert ranked[0].office_name == "Office O1"


@pytest.mark.parametrize("seed", range(12))
def test_price_and_load_are_those_of_the_plan_with_the_case_there(seed: int) -> None:
    problem = posed(handful(seed))
    for row in range(len(problem.cases)):
        ranked = rank_receivers(problem, problem.start, row)
        keys = list(zip(problem.posts["om_code"], problem.posts["team_code"], strict=True))
        able = np.flatnonzero(problem.eligible[problem.cases["kind"].iloc[row]])
        assert {(taker.om_code, taker.team_code) for taker in ranked} == {
            keys[post] for post in able if post != problem.start[row]
        }
        # A forced case that is placed saves the cost of waiting with each of them.
        saved = problem.costs.unplaced if problem.cases["forced"].iloc[row] else 0.0
        for taker in ranked:
            moved = problem.start.copy()
            moved[row] = keys.index((taker.om_code, taker.team_code))
            who = int(problem.posts["person"].iloc[moved[row]])
            available = problem.people["available"].iloc[who]
            price = objective(problem, moved) - objective(problem, problem.start) + saved
            assert taker.price == pytest.approx(price, abs=1e-6)
            assert taker.before == float(100 * rounded_loads(problem, problem.start)[who] / available)
            assert taker.after == float(100 * rounded_loads(problem, moved)[who] / available)


def test_loads_are_rounded_post_by_post_as_reports_round_them(service_wmt: Home) -> None:
    problem = plan_for(service_wmt).problem
    row = row_of(problem, "X000900")
    for taker in rank_receivers(problem, problem.start, row):
        moved = problem.start.copy()
        moved[row] = problem.posts.query("om_code == @taker.om_code and team_code == @taker.team_code").index[0]
        who = int(problem.posts["person"].iloc[moved[row]])
        available = problem.people["available"].iloc[who]
        assert taker.before == float(100 * rounded_loads(problem, problem.start)[who] / available)
        assert taker.after == float(100 * rounded_loads(problem, moved)[who] / available)


def test_under_a_plan_the_other_moves_count_and_the_move_of_this_case_does_not() -> None:
    problem = posed(ask([person("A"), person("B"), person("C")], [*cases(10), *cases(20, "B"), *cases(20, "C")]))
    taking = problem.start.copy()
    b = problem.posts["om_code"].tolist().index("B")
    taking[:3] = b
    by_code = {taker.om_code: taker for taker in rank_receivers(problem, taking, 0)}
    assert by_code["B"].before == pytest.approx(by_code["C"].before * 22 / 20)
    assert by_code["B"].after == pytest.approx(by_code["C"].before * 23 / 20)
    assert codes(rank_receivers(problem, taking, 0)) == "CB"


def over_the_line() -> Problem:
    """B is in the same office and nearly full; F is in another office and has no case yet."""
    return posed(ask([person("A"), person("B", hours="3.7"), person("F", "T3")], [*cases(30), *cases(4, "B")]))


def test_who_would_end_over_the_line_comes_last_and_is_marked() -> None:
    problem = over_the_line()
    *_, last = ranked = rank_receivers(problem, problem.start, 0)
    assert [taker.over_line for taker in ranked] == [False, True]
    assert last.om_code == "B"
    assert last.after > problem.policy.bands.red_above >= last.before
    assert last.reasons_against[0] == "goes over 110% of capacity"


def test_who_would_end_over_the_line_comes_last_even_at_less_cost() -> None:
    # Below 70% a load costs nothing: B in the same office would cost less than F, and would end over a line of 60%.
    people, held = [person("A"), person("B"), person("F", "T3")], [*cases(20), *cases(12, "B")]
    problem = posed(ask(people, held, margin=Fraction(50)))
    first, last = rank_receivers(problem, problem.start, 0)
    assert (first.om_code, last.om_code) == ("F", "B")
    assert (first.over_line, last.over_line) == (False, True)
    assert last.price < first.price


def test_a_case_that_only_its_holder_may_have_has_no_receivers() -> None:
    problem = posed(ask([person("A"), person("C", grade="PSO")], [case("X1", rosh="high")]))
    assert rank_receivers(problem, problem.start, 0) == ()


def test_an_unallocated_case_may_go_to_anyone_and_takes_nothing_off_anyone() -> None:
    problem = posed(ask([person("A"), person("B")], [case("X1", None), *cases(2, "B")]))
    ranked = rank_receivers(problem, problem.start, row_of(problem, "X1"))
    assert codes(ranked) == "AB"
    assert ranked[0].price == pytest.approx(13)


def test_another_post_of_the_holder_changes_no_load() -> None:
    problem = posed(ask([person("A"), person("A", "T2")], cases(12)))
    (other,) = rank_receivers(problem, problem.start, 0)
    assert (other.om_code, other.team_code) == ("A", "T2")
    assert other.before == other.after
    assert other.price == pytest.approx(13)


def test_a_newly_qualified_person_and_distance_are_reasons_against() -> None:
    problem = asked([case("X1")], between_clusters=True)
    assert reasons(problem, "B") == ()
    assert reasons(problem, "E") == ("newly qualified",)
    assert reasons(problem, "F") == ("another office: Office O2",)
    assert reasons(problem, "G") == ("another cluster: Cluster C2",)


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (HoursEnd(date(2026, 12, 1), leaves=False), "has no hours from 1 December 2026"),
        (HoursEnd(date(2027, 3, 31), leaves=True), "leaves on 31 March 2027"),
    ],
)
def test_who_will_have_no_hours_is_named_with_the_day(end: HoursEnd, says: str) -> None:
    problem = posed(ask([person("A"), person("B")], [case("X1")]))
    (taker,) = rank_receivers(problem, problem.start, 0, {("B", "T1"): end})
    assert taker.reasons_against == (says,)


def taking(days_ago: int, number: int = 6, intake: int = 6) -> Ask:
    """B was given so many cases that long ago."""
    given = cases(number, "B", allocated_on=AS_AT - timedelta(days=days_ago))
    return ask([person("A"), person("B", hours="37")], [case("X1"), *given], intake=intake)


def test_an_intake_is_full_with_the_cases_of_the_last_seven_days() -> None:
    full = "intake is full: 6 new cases in the last 7 days, at most 6 a week"
    assert reasons(posed(taking(0)), "B", row=6) == (full,)
    assert reasons(posed(taking(6)), "B", row=6) == (full,)
    assert reasons(posed(taking(7)), "B", row=6) == ()
    assert reasons(posed(taking(-1)), "B", row=6) == ()
    assert reasons(posed(taking(0, number=5)), "B", row=5) == ()
    assert reasons(posed(taking(0)), "B", row=6, weeks=2) == ()


def test_the_moves_of_the_plan_fill_the_intake_too() -> None:
    problem = posed(taking(3, number=1, intake=2))
    row = row_of(problem, "X1")
    assert reasons(problem, "B", row) == ()
    more = posed(ask([person("A"), person("B", hours="37")], cases(4), intake=2))
    plan = more.start.copy()
    plan[1:3] = more.posts["om_code"].tolist().index("B")
    (taker,) = rank_receivers(more, plan, 0)
    assert taker.reasons_against == ("intake is full: 2 new cases in this plan, at most 2 a week",)
    (without,) = rank_receivers(posed(ask([person("A"), person("B")], cases(1), intake=0)), np.zeros(1, dtype=int), 0)
    assert without.reasons_against == ("intake is full: 0 new cases in the last 7 days, at most 0 a week",)


def test_many_cases_of_high_rosh_count_by_hours() -> None:
    def against(number: int, hours: str) -> tuple[str, ...]:
        held = cases(number, "B", rosh="high", setting="custody", activity="suspended")
        problem = posed(ask([person("A"), person("B", hours=hours)], [case("X1"), *held]))
        return reasons(problem, "B", row_of(problem, "X1"))

    assert against(15, "37") == ("already holds 15 cases of high or very high RoSH",)
    assert against(14, "37") == ()
    assert against(8, "18.5")[-1] == "already holds 8 cases of high or very high RoSH"
    assert not any("already" in reason for reason in against(7, "18.5"))


def test_the_rest_is_counted_by_the_rule_that_keeps_each_from_the_case() -> None:
    problem = asked([case("X1", rosh="high", mappa_level="2")])
    assert count_refused(problem, 0) == (
        Refusal("the highest tier, and high or very high RoSH, go to a PO only", 2),
        Refusal("a ppu team does not take the cases of a omu team; widen it if it should", 1),
        Refusal("an SPO holds no cases", 1),
        Refusal("high RoSH does not go to anyone qualified for less than 1 year", 1),
        Refusal("it is another cluster; set limits.between_clusters: true if it should go there", 1),
        Refusal("no one without available hours takes a case", 1),
    )


def test_nobody_is_counted_as_refused_who_may_take_it_in_another_post_or_who_holds_it() -> None:
    problem = posed(ask([person("A"), person("B", "T5"), person("B", "T1")], [case("X1"), case("X2", None)]))
    assert codes(rank_receivers(problem, problem.start, 0)) == "B"
    assert count_refused(problem, 0) == ()
    assert count_refused(problem, 1) == ()
