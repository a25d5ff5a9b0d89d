"""The type of team that carries far more than the rest, if the sum gives no withheld team away."""

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from alerts.digest.digest import write_digest
from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.team_types import HeavyType
from alerts.digest.settings import DigestSettings
from alerts.digest.story import build_story
from alerts.digest.week_facts import WeekFacts
from tests.alerts.pictures import Team, picture
from tiering.staff.team_types import COLUMNS

CLUSTER = ReaderScope("cluster", "C1", "Cluster C1")


def row(team_type: str, capacity: float, teams: int, code: str = "C1") -> dict[str, Any]:
    level = "all" if code == "all" else "cluster"
    return {"level": level, "code": code, "team_type": team_type, "teams": teams, "capacity_percentage": capacity}


def drawn(*teams: Team, misuse: int, rows: list[dict[str, Any]]) -> WeekFacts:
    """A week in which the first ``misuse`` teams are substance misuse teams."""
    facts = picture(teams)
    kinds = ["substance_misuse"] * misuse + ["omu"] * (len(teams) - misuse)
    organisation = facts.organisation.assign(team_type=kinds)
    return replace(facts, organisation=organisation, team_types=pd.DataFrame(rows, columns=COLUMNS))


def team(number: int, people: int = 8) -> Team:
    return Team(f"T{number}", f"F{number}", "C1", load=100, offender_managers=people)


def heavy(facts: WeekFacts, scope: ReaderScope = CLUSTER) -> HeavyType | None:
    return build_story(facts, scope, red_line=110, small_team=5).heavy_type


TWO_AND_TWO = (team(1), team(2), team(3), team(4))


@pytest.mark.parametrize(("capacity", "found"), [(110.0, True), (109.9, False), (float("nan"), False)])
def test_a_type_ten_points_above_its_cluster_is_named(capacity: float, found: bool) -> None:
    facts = drawn(*TWO_AND_TWO, misuse=2, rows=[row("substance_misuse", capacity, 2), row("omu", 95.0, 2)])
    assert (heavy(facts) is not None) == found


def test_the_type_furthest_above_is_named_with_its_gap() -> None:
    rows = [row("substance_misuse", 112.0, 2), row("omu", 115.5, 2), row("omu", 190, 9, "all")]
    found = heavy(drawn(*TWO_AND_TWO, misuse=2, rows=rows))
    assert found == HeavyType("omu", 2, 115.5, pytest.approx(15.5))  # type: ignore[arg-type]


def test_one_team_is_no_type_to_name() -> None:
    assert heavy(drawn(*TWO_AND_TWO, misuse=1, rows=[row("substance_misuse", 150.0, 1)])) is None


def test_a_sum_that_gives_a_withheld_team_away_is_not_shown() -> None:
    one_small = (team(1), team(2), team(3, people=2), team(4))
    facts = drawn(*one_small, misuse=3, rows=[row("substance_misuse", 150.0, 3)])
    assert heavy(facts) is None


def test_a_sum_over_several_withheld_teams_gives_none_of_them_away() -> None:
    several = (team(1), team(2), team(3, people=3), team(4, people=3), team(5))
    facts = drawn(*several, misuse=4, rows=[row("substance_misuse", 150.0, 4)])
    assert heavy(facts) is not None


def test_a_scope_of_several_units_compares_no_types() -> None:
    both = ReaderScope("cluster", "C1", "Clusters", more=("C2",))
    teams = (*TWO_AND_TWO, Team("T9", "F9", "C2", load=90, offender_managers=8))
    assert heavy(drawn(*teams, misuse=2, rows=[row("substance_misuse", 150.0, 2)]), both) is None


@pytest.mark.parametrize(("capacity", "lines"), [(112.5, 1), (105.0, 0)])
def test_the_digest_has_one_line_for_it_or_none(capacity: float, lines: int) -> None:
    facts = drawn(*TWO_AND_TWO, misuse=2, rows=[row("substance_misuse", capacity, 2)])
    content = write_digest(facts, CLUSTER, "An ACO", DigestSettings(), charts=False)
    says = (
        "Substance misuse teams are at 112.5% of their capacity, 12.5 percentage points above Cluster C1 as a whole (2 "
        "teams)."
    )
    assert (content.html.count(says), " ".join(content.text.split()).count(says)) == (lines, lines)
    assert ("Types of team" in content.html, "Types of team" in content.text) == (bool(lines), bool(lines))
