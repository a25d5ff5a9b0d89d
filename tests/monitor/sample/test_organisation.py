"""The clusters, offices and teams of the synthetic London."""

import numpy as np
import pytest

from monitor.sample.organisation import CLUSTERS, clusters_of_cases, draw_teams, is_silent

from .conftest import LAST, Weeks


def test_london_is_twelve_clusters_in_two_areas(weeks: Weeks) -> None:
    teams = weeks[LAST]["organisation"]
    clusters = teams.drop_duplicates("cluster_code").set_index("cluster_code")
    assert list(clusters.index) == [f"C{number:02d}" for number in range(1, 13)]
    assert clusters["area_code"].value_counts().to_dict() == {"N": 6, "S": 6}
    assert clusters["cluster_name"]["C02"] == "Hackney & Tower Hamlets"
    assert {
        "Greenwich & Lewisham": "S",
        "Hackney & Tower Hamlets": "N",
        "Merton, Sutton & Wandsworth": "S",
        "Brent, Barnet & Enfield": "N",
    }.items() <= clusters.set_index("cluster_name")["area_code"].to_dict().items()
    assert sorted(teams["team_code"][teams["office_code"] == "F021"]) == ["T0211", "T0212"]


@pytest.mark.parametrize("cases", [120, 3_000, 36_000])
def test_every_cluster_has_an_office_and_its_shares_come_to_one(cases: int) -> None:
    teams = draw_teams(np.random.default_rng(1), cases)
    assert set(teams["cluster"]) == set(range(len(CLUSTERS)))
    assert teams.groupby("cluster")["share"].sum().to_list() == pytest.approx([1.0] * len(CLUSTERS))
    assert teams["team_code"].is_unique
    assert teams["team_code"].is_monotonic_increasing
    assert (teams.groupby("office")["office_code"].nunique() == 1).all()


def test_a_larger_london_has_more_offices_and_specialist_teams() -> None:
    small, large = (draw_teams(np.random.default_rng(1), cases) for cases in (1_200, 36_000))
    assert small["office_code"].nunique() < large["office_code"].nunique()
    # Hackney has its substance misuse team, which the storyline needs, in any sample.
    assert small["team_type"].value_counts().drop("omu").to_dict() == {"substance_misuse": 1}
    assert large.loc[large["team_type"] == "custody", "cluster"].to_list() == [
        number for number, cluster in enumerate(CLUSTERS) if cluster.custody_team
    ]


def test_a_cluster_has_cases_by_its_size() -> None:
    drawn = np.bincount(clusters_of_cases(np.random.default_rng(1), 100_000), minlength=len(CLUSTERS))
    sizes = np.array([cluster.size for cluster in CLUSTERS])
    assert drawn / 100_000 == pytest.approx(sizes / sizes.sum(), abs=0.005)


def test_only_one_team_is_silent() -> None:
    teams = draw_teams(np.random.default_rng(1), 3_000)
    assert teams.loc[is_silent(teams), "team_name"].to_list() == ["Hounslow Resettlement Team"]
