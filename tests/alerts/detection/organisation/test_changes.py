"""What changed in an organisation: moved, renamed, recoded, split, merged, used again, new and gone."""

import pandas as pd
import pytest

from alerts.detection.organisation.changes import add_points, find_changes
from alerts.detection.organisation.model import OrganisationChange, OrganisationWeek

from .weeks import team, week

REST = (team("T7", "O4"), team("T8", "O4"), team("T9", "O5"))
"""Teams that stay as they are, so that the codes of people and cases are known to be the same."""


def told(before: OrganisationWeek, now: OrganisationWeek) -> list[tuple[str, str, str, str]]:
    """Kind, level, code before and code now of every change that no other explains."""
    return [key(change) for change in find_changes(before, now) if not change.explained]


def key(change: OrganisationChange) -> tuple[str, str, str, str]:
    return change.kind.value, change.level.value, change.previous_code, change.code


def test_nothing_changed() -> None:
    teams = (team("T1", "O1"), *REST)
    assert find_changes(week(*teams), week(*reversed(teams))) == ()


@pytest.mark.parametrize(("office", "places"), [("O2", ["O2"]), ("O3", ["O3", "C2"]), ("O5", ["O5", "C3", "A2"])])
def test_a_team_moved_to_another_office_cluster_or_area(office: str, places: list[str]) -> None:
    others = (team("T2", "O1"), team("T3", "O2"), team("T4", "O3"), *REST)
    (change,) = find_changes(week(team("T1", "O1"), *others), week(team("T1", office), *others))
    assert key(change) == ("moved", "team", "T1", "T1")
    assert [unit.code for unit in change.previous_above] == ["O1", "C1", "A1"]
    assert [unit.code for unit in change.above][: len(places)] == places


def test_an_office_moved_with_its_teams_and_each_team_is_not_said_to_have_moved() -> None:
    before = week(team("T1", "O1"), team("T2", "O1"), team("T3", "O2"), *REST)
    now = week(team("T1", "O1", cluster_code="C2"), team("T2", "O1", cluster_code="C2"), team("T3", "O2"), *REST)
    assert told(before, now) == [("moved", "office", "O1", "O1")]


@pytest.mark.parametrize(("level", "code"), [("team", "T1"), ("office", "O1"), ("cluster", "C1"), ("area", "A1")])
def test_a_unit_renamed(level: str, code: str) -> None:
    new = {"name": "Quince"} if level == "team" else {f"{level}_name": "Quince"}
    others = (team("T9", "O5"),)
    (change,) = find_changes(week(team("T1"), *others), week(team("T1", **new), *others))
    assert (*key(change), change.name) == ("renamed", level, code, code, "Quince")
    assert change.previous_name == f"{level.capitalize()} {code}"


def test_other_capitals_and_spaces_are_no_other_name() -> None:
    assert told(week(team("T1"), *REST), week(team("T1", name=" team  t1"), *REST)) == []


def test_a_code_used_again_for_other_people_and_cases() -> None:
    now = week(team("T1", people="abcd", cases="efgh"), *REST)
    assert told(week(team("T1"), *REST), now) == [("reused", "team", "T1", "T1")]


@pytest.mark.parametrize(
    ("people", "cases", "name", "kinds"),
    [
        ("abcd", "", "", []),  # a team that replaced its people keeps its cases and its history
        ("", "efgh", "", []),
        ("abcd", "", "Other", ["renamed"]),
        ("abcd", "efgh", "Other", ["reused"]),
    ],
)
def test_a_team_goes_on_while_most_of_its_people_or_its_cases_do(
    people: str, cases: str, name: str, kinds: list[str]
) -> None:
    now = week(team("T1", people=people, cases=cases, name=name), *REST)
    assert [kind for kind, *_ in told(week(team("T1"), *REST), now)] == kinds


@pytest.mark.parametrize(("name", "kinds"), [("", []), ("Other", ["reused"])])
def test_without_case_rows_other_people_alone_are_another_team_only_under_another_name(
    name: str, kinds: list[str]
) -> None:
    now = week(team("T1", people="abcd", cases="efgh", name=name), *REST)
    assert [kind for kind, *_ in told(week(team("T1"), *REST, cases=False), now)] == kinds


def test_codes_of_all_people_and_cases_that_changed_at_once_are_no_other_teams() -> None:
    before = [team(f"T{number}") for number in range(5)]
    now = [team(f"T{number}", people="abcd", cases="efgh") for number in range(5)]
    assert told(week(*before), week(*now)) == []


def test_an_office_that_changes_all_its_teams_is_the_same_office() -> None:
    others = (team("T2", "O2"), team("T3", "O3"), *REST)
    now = week(team("T1", "O2"), team("T2", "O1"), *others[1:])
    assert told(week(team("T1", "O1"), *others), now) == [("moved", "team", "T1", "T1"), ("moved", "team", "T2", "T2")]


def test_a_team_under_another_code_goes_on_and_may_have_moved_as_well() -> None:
    others = (team("T2", "O1"), team("T4", "O3"), *REST)
    own = {"people": "abcd", "cases": "efgh"}
    before, now = week(team("T1", "O1", **own), *others), week(team("X1", "O3", **own), *others)
    assert told(before, now) == [("recoded", "team", "T1", "X1"), ("moved", "team", "T1", "X1")]


def test_two_teams_that_swapped_their_codes() -> None:
    before = week(team("T1", people="abcd", cases="efgh"), team("T2", people="ijkl", cases="mnop"), *REST)
    now = week(team("T2", people="abcd", cases="efgh"), team("T1", people="ijkl", cases="mnop"), *REST)
    assert told(before, now) == [("recoded", "team", "T2", "T1"), ("recoded", "team", "T1", "T2")]


def test_a_code_whose_team_goes_on_under_another_code_and_that_other_people_have_now() -> None:
    own = {"people": "abcd", "cases": "efgh"}
    before = week(team("T1", **own), *REST)
    now = week(team("X1", **own), team("T1", people="qrst", cases="uvwx"), *REST)
    assert told(before, now) == [("recoded", "team", "T1", "X1"), ("reused", "team", "T1", "T1")]


def test_a_team_split_in_two() -> None:
    before = week(team("T1", people="abcd", cases="efgh"), *REST)
    now = week(team("X1", people="ab", cases="ef"), team("X2", people="cd", cases="gh"), *REST)
    assert told(before, now) == [("split", "team", "T1", "X1"), ("split", "team", "T1", "X2")]


def test_a_new_team_formed_from_one_that_goes_on() -> None:
    before = week(team("T1", people="abcdef", cases="ghijkl"), *REST)
    now = week(team("T1", people="abcd", cases="ghij"), team("X1", people="ef", cases="kl"), *REST)
    assert told(before, now) == [("split", "team", "T1", "X1")]


def test_two_teams_merged_into_a_new_one() -> None:
    before = week(team("T1", people="abcd", cases="efgh"), team("T2", people="ijkl", cases="mnop"), *REST)
    now = week(team("X1", people="abcdijkl", cases="efghmnop"), *REST)
    assert told(before, now) == [("merged", "team", "T1", "X1"), ("merged", "team", "T2", "X1")]


def test_a_team_merged_into_one_that_goes_on() -> None:
    before = week(team("T1", people="abcd", cases="efgh"), team("T2", people="ijkl", cases="mnop"), *REST)
    now = week(team("T1", people="abcdijkl", cases="efghmnop"), *REST)
    assert told(before, now) == [("merged", "team", "T2", "T1")]


def test_a_team_that_ends_with_most_of_its_work_in_a_new_one_is_said_once() -> None:
    before = week(team("T1", people="abcdef", cases="ghijkl"), *REST)
    now = week(team("X1", people="abcdyz", cases="ghijwx"), *REST)
    assert told(before, now) == [("merged", "team", "T1", "X1")]


def test_a_new_team_and_one_that_is_gone() -> None:
    now = week(team("T2", "O2"), *REST)
    assert told(week(team("T1", "O2"), *REST), now) == [("new", "team", "", "T2"), ("gone", "team", "T1", "T1")]


def test_a_new_office_explains_its_new_team_and_a_gone_one_its_own() -> None:
    now = week(team("T2", "O3"), *REST)
    assert told(week(team("T1", "O2", cluster_code="C2"), *REST), now) == [
        ("new", "office", "", "O3"),
        ("gone", "office", "O2", "O2"),
    ]


def test_a_whole_area_under_other_codes_is_said_once_and_every_unit_goes_on() -> None:
    own = [{"people": letters, "cases": letters.upper()} for letters in ("abcd", "efgh", "ijkl")]
    before = week(team("T1", "O1", **own[0]), team("T2", "O2", **own[1]), team("T3", "O3", **own[2]), *REST[2:])
    now = week(
        team("X1", "P1", cluster_code="K1", area_code="B1", **own[0]),
        team("X2", "P2", cluster_code="K1", area_code="B1", **own[1]),
        team("X3", "P3", cluster_code="K2", area_code="B1", **own[2]),
        *REST[2:],
    )
    assert told(before, now) == [("recoded", "area", "A1", "B1")]
    changes = [key(change) for change in find_changes(before, now)]
    assert {previous: code for _, _, previous, code in changes} == {
        "A1": "B1", "C1": "K1", "C2": "K2", "O1": "P1", "O2": "P2", "O3": "P3", "T1": "X1", "T2": "X2", "T3": "X3",
    }  # fmt: skip
    assert {kind for kind, *_ in changes} == {"recoded"}


def test_an_office_code_used_again_explains_the_teams_in_it() -> None:
    now = week(team("X1", "O2", people="abcd", cases="efgh", office_name="Other"), *REST)
    changes = find_changes(week(team("T1", "O2"), *REST), now)
    assert [key(change) for change in changes if not change.explained] == [("reused", "office", "O2", "O2")]
    assert {key(change)[0] for change in changes if change.explained} == {"new", "gone"}


def test_an_office_merged_into_another_explains_that_its_teams_moved() -> None:
    before = week(team("T1", "O1"), team("T2", "O2"), *REST)
    assert told(before, week(team("T1", "O1"), team("T2", "O1"), *REST)) == [("merged", "office", "O2", "O1")]


def test_a_person_with_posts_in_two_teams_moves_nothing() -> None:
    before = week(team("T1", people="abcd"), team("T2", people="abcd"), *REST)
    assert told(before, week(team("T1", people="abcd"), team("T2", people="abc"), *REST)) == []


def test_changes_get_the_points_of_now_and_those_that_ended_the_points_they_had() -> None:
    stays = (team("T5", "O1"), team("T6", "O3"), *REST)
    before = week(team("T1", "O1"), team("T2", "O1"), *stays)
    now = week(team("T1", "O3"), team("X3", "O3"), *stays)
    changes = add_points(find_changes(before, now), workload(T1=120, X3=70), workload(T1=100, T2=50))
    assert {key(change): change.points for change in changes} == {
        ("moved", "team", "T1", "T1"): 120,
        ("new", "team", "", "X3"): 70,
        ("gone", "team", "T2", "T2"): 50,
    }


def workload(**points: float) -> pd.DataFrame:
    """Total points of teams."""
    rows = [("team", code, float(of_team)) for code, of_team in points.items()]
    return pd.DataFrame(rows, columns=["level", "code", "total_points"])
