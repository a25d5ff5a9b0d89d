"""Organisations written by hand: each team with its place, people and cases."""

from collections.abc import Iterable

import pandas as pd

from alerts.detection.organisation.model import OrganisationWeek, organisation_columns

PLACES = {"O1": "C1", "O2": "C1", "O3": "C2", "O4": "C2", "O5": "C3"}
AREAS = {"C1": "A1", "C2": "A1", "C3": "A2"}


def team(
    code: str, office: str = "O1", people: str = "", cases: str = "", name: str = "", **names: str
) -> dict[str, str]:
    """A team; people and cases: one letter each, their own by default. names: office_name, cluster_code and so on."""
    cluster = names.get("cluster_code", PLACES.get(office, "C1"))
    area = names.get("area_code", AREAS.get(cluster, "A1"))
    row = {"team_code": code, "team_name": name or f"Team {code}", "office_code": office}
    row |= {"office_name": f"Office {office}", "cluster_code": cluster, "cluster_name": f"Cluster {cluster}"}
    row |= {"area_code": area, "area_name": f"Area {area}"}
    own = [f"{code}{number}" for number in range(4)]
    return row | names | {"people": " ".join(people or own), "cases": " ".join(cases or own)}


def week(*teams: dict[str, str], cases: bool = True) -> OrganisationWeek:
    """The organisation of these teams; cases: whether the case rows are still stored."""
    return OrganisationWeek(
        pd.DataFrame(teams)[organisation_columns()],
        _held(teams, "people", "om_code"),
        _held(teams, "cases", "crn") if cases else None,
    )


def _held(teams: Iterable[dict[str, str]], kind: str, column: str) -> pd.DataFrame:
    """Which team has which people or cases."""
    rows = [(row["team_code"], key) for row in teams for key in row[kind].split()]
    return pd.DataFrame(rows, columns=["team_code", column], dtype="str")
