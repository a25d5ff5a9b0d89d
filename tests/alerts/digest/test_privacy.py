"""Whose figures are withheld, and what a scope is called."""

from alerts.digest.privacy import ReaderScope, name_scope, withheld_siblings, withheld_units
from tests.alerts.pictures import Team, london, workload_of


def withheld(*teams: Team) -> dict[tuple[str, str], str]:
    return {unit: why for unit, why in withheld_units(workload_of(teams), 5).items() if unit[0] == "team"}


def team(code: str, people: int, office: str = "F1") -> Team:
    return Team(code, office, "C1", offender_managers=people)


def test_one_small_team_takes_the_next_smallest_with_it() -> None:
    assert withheld(team("A", 3), team("B", 9), team("C", 6)) == {
        ("team", "A"): "small",
        ("team", "C"): "next to small",
    }


def test_two_small_teams_hide_each_other_when_they_are_enough_together() -> None:
    assert set(withheld(team("A", 3), team("B", 4), team("C", 6))) == {("team", "A"), ("team", "B")}
    assert set(withheld(team("A", 1), team("B", 2), team("C", 6))) == {("team", "A"), ("team", "B"), ("team", "C")}


def test_a_small_team_does_not_hide_teams_of_another_office() -> None:
    hidden = withheld(team("A", 3), team("B", 9), team("C", 6, "F2"), team("D", 7, "F2"))
    assert set(hidden) == {("team", "A"), ("team", "B")}


def test_a_team_of_nobody_is_not_small_and_a_team_of_five_is_not_either() -> None:
    assert withheld(team("A", 0), team("B", 5), team("C", 6)) == {}


def test_teams_of_a_withheld_office_are_withheld_too() -> None:
    hidden = withheld_units(
        workload_of(
            [team("A", 3, "F1"), team("B", 6, "F2"), team("C", 7, "F2"), team("D", 9, "F3"), team("E", 9, "F3")]
        ),
        5,
    )
    assert {unit for unit in hidden if unit[0] == "office"} == {("office", "F1"), ("office", "F2")}
    assert {unit for unit in hidden if unit[0] == "team"} == {("team", "A"), ("team", "B"), ("team", "C")}


def test_teams_shown_as_one_hide_the_small_one_among_them() -> None:
    workload = workload_of([team("A", 3, "F1"), team("B", 9, "F2"), team("C", 6, "F3")])
    teams = workload[workload["level"].eq("team")]
    assert set(withheld_units(teams, 5)) == {("team", "A")}
    together = ReaderScope("team", "A", "x", ("B", "C"))
    assert set(withheld_units(teams, 5, together)) == {("team", "A"), ("team", "C")}


def test_teams_shown_as_one_do_not_show_the_one_among_them_that_protects_a_small_team() -> None:
    workload = workload_of([team("A", 3), team("B", 6), team("C", 9), team("D", 7, "F2"), team("E", 9, "F2")])
    assert {code for level, code in withheld_units(workload, 5) if level == "team"} == {"A", "B"}
    together = ReaderScope("team", "B", "x", ("D",))
    assert {code for level, code in withheld_units(workload, 5, together) if level == "team"} == {"A", "B", "D"}


def beside_own(*teams: Team) -> set[str]:
    """The teams next to the reader's team OWN that are withheld."""
    workload = workload_of([team("OWN", 4), *teams])
    return {code for _, code in withheld_siblings(workload, [("team", one.code) for one in teams], 5)}


def test_a_small_sibling_takes_another_one_with_it_whatever_the_own_unit_is() -> None:
    assert beside_own(team("A", 6), team("B", 9)) == set()
    assert beside_own(team("A", 3), team("B", 9), team("C", 6)) == {"A", "C"}
    assert beside_own(team("A", 3)) == {"A"}


def test_siblings_below_a_withheld_unit_are_withheld() -> None:
    workload = workload_of([team("A", 3, "F1"), team("B", 6, "F2"), team("C", 7, "F2"), team("D", 19, "F3")])
    assert withheld_siblings(workload, [("team", "C")], 5) == {("team", "C"): "next to small"}
    assert withheld_siblings(workload, [("office", "F2"), ("office", "F3")], 5) == {}


def test_a_scope_of_many_teams_has_a_short_name() -> None:
    organisation = london().organisation
    scope = name_scope([("team", code) for code in organisation["team_code"][:5]], organisation)
    assert scope.name == "Hendon Way Court and community, Hendon Way Custody and licence and 3 more"
    assert name_scope([("all", "all")], organisation).name == "the whole service"
