"""Cases that are alike, counted together; and who may receive how many of them."""

import numpy as np

from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.solver.groups import group_movable_cases, list_promises, list_receipts
from monitor.redistribution.solver.solve import solve

from ..offices import ask, away, case, cases, person
from ..posing import posed


def office() -> Problem:
    """Ten cases alike and one dearer of A, two alike that no one can work on, one that is pinned."""
    held = [*cases(10), case("X1", mappa_level="1"), case("X2", None), case("X3", "C"), case("X4")]
    return posed(ask([person("A"), person("B"), person("C")], held, away("C"), crns=frozenset({"X4"})))


def test_cases_alike_are_one_group_and_others_apart() -> None:
    problem = office()
    groups, group_of = group_movable_cases(problem)
    assert sorted(groups["count"]) == [1, 2, 10]
    of = dict(zip(problem.cases["crn"], group_of.tolist(), strict=True))
    assert len({of[f"A{place:02}"] for place in range(10)}) == 1
    assert of["X1"] != of["A00"]
    assert of["X4"] == -1


def test_the_cases_of_somebody_without_hours_are_as_good_as_nobodys() -> None:
    problem = office()
    groups, group_of = group_movable_cases(problem)
    of = dict(zip(problem.cases["crn"], group_of.tolist(), strict=True))
    assert of["X2"] == of["X3"]
    assert groups.loc[of["X2"], ["person", "forced"]].tolist() == [-1, True]


def test_a_class_is_of_cases_alike_to_a_receiver_whoever_holds_them() -> None:
    groups, _ = group_movable_cases(office())
    assert groups["klass"].nunique() == 1


def test_a_post_receives_as_many_as_there_are_or_as_fit_its_intake() -> None:
    problem = posed(ask([person("A"), person("B")], [*cases(20), case("X1", None, number_of_cases=4)], intake=3))
    groups, _ = group_movable_cases(problem)
    single, double = (list_receipts(problem, groups, weeks, None) for weeks in (1, 2))
    assert single.loc[single["number_of_cases"].eq(1), "most"].unique().tolist() == [3]
    assert not single["number_of_cases"].eq(4).any()
    assert double.loc[double["number_of_cases"].eq(4), "most"].unique().tolist() == [1]
    assert np.isin(double["post"], [0, 1]).all()


def test_a_kept_move_between_two_posts_of_one_person_changes_no_load() -> None:
    earlier = (("A00", "A", "T3"), ("A01", "B", "T1"))
    people = [person("A"), person("A", "T3"), person("B")]
    problem = posed(ask(people, cases(4), based_on=earlier))
    promises = list_promises(problem, group_movable_cases(problem)[0], None)
    weight = int(problem.cases["exact"].iloc[0])
    assert promises[["giver", "exact"]].to_numpy().tolist() == [[-1, 0], [0, weight]]


def test_a_move_between_two_posts_of_one_person_can_be_kept() -> None:
    problem = posed(ask([person("A"), person("A", "T3")], cases(4), based_on=(("A00", "A", "T3"),)))
    holder = solve(problem).holder
    assert problem.posts["team_code"].iloc[holder].tolist() == ["T3", "T1", "T1", "T1"]
