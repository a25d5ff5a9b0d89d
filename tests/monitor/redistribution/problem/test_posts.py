"""What each post and person can carry, and what of it does not move."""

from fractions import Fraction

from ..offices import AS_AT, ask, case, duty, person
from ..posing import posed
from .asking import asked, takers


def test_somebody_with_two_posts_is_one_person() -> None:
    people = [person("A"), person("A", "T2", hours="9.25"), person("B")]
    problem = asked([case("X1"), case("X2", team_code="T2")], duty("A", "2"), people=people)
    assert problem.posts["person"].tolist() == [0, 0, 1]
    first = problem.people.iloc[0]
    assert first["available"] == Fraction(3, 2) * problem.people["available"].iloc[1]
    assert first["fixed"] > 0


def test_what_is_held_outside_the_scope_weighs_but_does_not_move() -> None:
    people = [person("A"), person("A", "T3"), person("B")]
    whole = ask(people, [case("X1"), case("X2", team_code="T3")])
    problem = posed(whole._replace(teams=frozenset({"T1"})))
    assert problem.cases["crn"].tolist() == ["X1"]
    assert problem.people["outside_cases"].tolist() == [1, 0]
    assert float(problem.people["fixed"].iloc[0]) == problem.cases["points"].iloc[0]
    assert takers(problem) == "AB"


def test_a_person_stands_in_the_team_of_a_post_they_still_hold() -> None:
    people = [person("A", "T1", hours="37", left_on=AS_AT), person("A", "T2", hours="7.4")]
    posed_people = asked([case("X1", team_code="T2")], people=people).people
    assert posed_people["team_code"].tolist() == ["T2"]
