"""Two areas, twelve clusters, their offices and teams. Boroughs and place names are London's; the rest is made up.

Four clusters are those the report names. The other eight are drawn here from the map: the City and the boroughs that
are left, two or three together, six clusters in each area.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.sample.storyline import STORYLINE
from tiering.terms import TeamType

Ints = npt.NDArray[np.int64]

AREAS: Final = {"N": "North London", "S": "South London"}


@dataclass(frozen=True)
class Cluster:
    """A cluster as it is drawn: relative size, starting level as a share of capacity, and its offices."""

    name: str
    area: str
    size: float
    level: float
    offices: tuple[str, ...]
    custody_team: bool = False


CLUSTERS: Final[tuple[Cluster, ...]] = (
    Cluster(
        "Camden, City & Islington",
        "N",
        0.98,
        0.98,
        ("Kentish Town", "Holloway", "King's Cross", "Finsbury", "Highbury"),
        custody_team=True,
    ),
    Cluster("Hackney & Tower Hamlets", "N", 1.05, 1.04, ("Mare Street", "Dalston", "Bow", "Whitechapel", "Poplar")),
    Cluster(
        "Brent, Barnet & Enfield",
        "N",
        1.12,
        0.93,
        ("Wembley", "Willesden", "Hendon", "Finchley", "Edmonton", "Ponders End"),
        custody_team=True,
    ),
    Cluster("Ealing, Harrow & Hillingdon", "N", 1.05, 0.98, ("Acton", "Southall", "Harrow", "Uxbridge", "Hayes")),
    Cluster(
        "Barking & Dagenham, Havering & Newham",
        "N",
        1.10,
        1.12,
        ("Stratford", "Plaistow", "East Ham", "Barking", "Dagenham", "Romford"),
    ),
    Cluster(
        "Haringey, Redbridge & Waltham Forest",
        "N",
        1.03,
        1.035,
        ("Tottenham", "Wood Green", "Ilford", "Walthamstow", "Leyton"),
        custody_team=True,
    ),
    Cluster("Greenwich & Lewisham", "S", 1.00, 1.045, ("Deptford", "Catford", "Woolwich", "Eltham", "Lewisham")),
    Cluster(
        "Merton, Sutton & Wandsworth",
        "S",
        1.00,
        1.0,
        ("Tooting", "Battersea", "Wimbledon", "Mitcham", "Sutton"),
        custody_team=True,
    ),
    Cluster(
        "Bexley, Bromley & Croydon",
        "S",
        1.02,
        0.98,
        ("Croydon", "Thornton Heath", "Bromley", "Penge", "Bexleyheath"),
        custody_team=True,
    ),
    Cluster(
        "Lambeth & Southwark",
        "S",
        1.12,
        1.02,
        ("Brixton", "Streatham", "Peckham", "Camberwell", "Bermondsey", "Walworth"),
        custody_team=True,
    ),
    Cluster("Hounslow, Kingston & Richmond", "S", 0.78, 0.89, ("Hounslow", "Feltham", "Kingston", "Twickenham")),
    Cluster(
        "Hammersmith, Kensington & Westminster",
        "S",
        0.85,
        0.99,
        ("Hammersmith", "Shepherd's Bush", "North Kensington", "Paddington"),
    ),
)

# The last figure of a specialist team's code, the same in every cluster, and the office it sits in.
_SPECIALISTS: Final = {
    TeamType.PPU: (4, 2, "Public Protection Unit"),
    TeamType.SUBSTANCE_MISUSE: (5, 2, "Substance Misuse Team"),
    TeamType.CUSTODY: (6, 3, "Custody Team"),
    TeamType.COURT: (7, 3, "Court Team"),
}
_HACKNEY, _HOUNSLOW = 1, 10
_CASES_FOR_AN_OFFICE = 450
_CASES_FOR_SPECIALISTS = 300
_SLOW_TO_ALLOCATE = 0.12  # of the teams: an assumption
_OMU_SHARE = 0.80


def draw_teams(rng: np.random.Generator, cases: int) -> pd.DataFrame:
    """Draw the teams, one row per team, sorted by code.

    Returns the contract's columns, cluster and office as numbers, the share of the cluster's unspecialised cases (0 for
    a specialist team), how far the level is above or below the cluster's, and whether the team is slow to allocate.
    Small samples have fewer offices and teams, but every cluster.
    """
    sizes = np.array([cluster.size for cluster in CLUSTERS])
    expected = cases * sizes / sizes.sum()
    rows = [row for number in range(len(CLUSTERS)) for row in _cluster_rows(rng, number, expected[number])]
    teams = pd.DataFrame(rows).sort_values("team_code", ignore_index=True)
    teams["office"] = teams["office_code"].factorize(sort=True)[0]
    teams["slow"] = rng.random(len(teams)) < _SLOW_TO_ALLOCATE
    return teams


def clusters_of_cases(rng: np.random.Generator, count: int) -> Ints:
    """Draw a cluster for each of ``count`` cases, by the size of the clusters."""
    sizes = np.array([cluster.size for cluster in CLUSTERS])
    return rng.choice(len(CLUSTERS), size=count, p=sizes / sizes.sum())


def _cluster_rows(rng: np.random.Generator, number: int, expected: float) -> list[dict[str, object]]:
    cluster = CLUSTERS[number]
    fewest = 2 if number == _HACKNEY else 1
    offices = cluster.offices[: max(fewest, min(len(cluster.offices), round(expected / _CASES_FOR_AN_OFFICE)))]
    weights = rng.uniform(0.8, 1.25, len(offices))
    if number == _HACKNEY:
        weights[0] = 1.35
    weights /= weights.sum()
    levels = _centre(rng.normal(0, 0.04, len(offices)), weights)
    rows: list[dict[str, object]] = []
    for place, (weight, level) in enumerate(zip(weights, levels, strict=True), start=1):
        size = weight * expected * _OMU_SHARE
        count = 1 if size < 200 else 2 if size < 560 else 3
        if number == _HACKNEY and place == 1:
            count, level = 2, 0.0
        shares = rng.uniform(0.85, 1.15, count)
        shares /= shares.sum()
        team_levels = _centre(rng.normal(0, 0.025, count), shares)
        for which in range(count):
            omu = _team(number, place, which + 1, TeamType.OMU, f"OMU {'ABC'[which]}")
            rows.append(omu | {"share": weight * shares[which], "tilt": level + team_levels[which]})
    for kind, (figure, place, title) in _SPECIALISTS.items():
        present = expected >= _CASES_FOR_SPECIALISTS or (number == _HACKNEY and kind == TeamType.SUBSTANCE_MISUSE)
        if kind == TeamType.PPU and STORYLINE["slipping"].code == f"F{number + 1:02d}1":
            place = 1
        if present and (kind != TeamType.CUSTODY or cluster.custody_team):
            tilt = {TeamType.PPU: 0.03, TeamType.SUBSTANCE_MISUSE: -0.07}.get(kind, -0.02) + rng.normal(0, 0.02)
            rows.append(_team(number, min(place, len(offices)), figure, kind, title) | {"share": 0.0, "tilt": tilt})
    if number == _HOUNSLOW:
        rows.append(_team(number, 1, 9, TeamType.OMU, "Resettlement Team") | {"share": 0.0, "tilt": 0.0})
    return rows


def _centre(values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    centred: npt.NDArray[np.float64] = values - np.average(values, weights=weights)
    return centred


def _team(number: int, place: int, figure: int, kind: TeamType, title: str) -> dict[str, object]:
    cluster = CLUSTERS[number]
    office = cluster.offices[place - 1]
    return {
        "team_code": f"T{number + 1:02d}{place}{figure}",
        "team_name": f"{office} {title}",
        "team_type": kind.value,
        "office_code": f"F{number + 1:02d}{place}",
        "office_name": office,
        "cluster_code": f"C{number + 1:02d}",
        "cluster_name": cluster.name,
        "area_code": cluster.area,
        "area_name": AREAS[cluster.area],
        "cluster": number,
    }


def is_silent(teams: pd.DataFrame) -> "pd.Series[bool]":
    """Which team has neither posts nor cases."""
    return teams["team_code"] == STORYLINE["silent"].code
