"""A change of the organisation as a value, and the organisation of a stored week."""

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from alerts.detection.organisation.model import (
    ChangeKind,
    OrganisationChange,
    OrganisationChanges,
    UnitName,
    organisation_columns,
    stored_organisation,
)
from tiering.terms import Level

MOVED = OrganisationChange(
    kind=ChangeKind.RECODED,
    level=Level.TEAM,
    code="X1",
    name="New",
    previous_code="T1",
    previous_name="Old",
    above=(UnitName(level=Level.OFFICE, code="O2", name="Office 2"),),
    points=12.5,
)
UNITS = [
    ("all", "all", "All", ""),
    ("area", "A1", "Area 1", "all"),
    ("cluster", "C1", "Cluster 1", "A1"),
    ("office", "O1", "Office 1", "C1"),
    ("office", "O2", "Office 2", "C1"),
    ("team", "T1", "Team 1", "O1"),
    ("team", "T2", "Team 2", "O2"),
    ("post", "T1/M1", "Ann", "T1"),
    ("post", "T2/M1", "Ann", "T2"),
]


def test_a_change_names_the_unit_now_and_before() -> None:
    assert MOVED.unit == UnitName(level=Level.TEAM, code="X1", name="New")
    assert MOVED.previous_unit == UnitName(level=Level.TEAM, code="T1", name="Old")


def test_a_change_is_stored_as_it_is_and_does_not_change() -> None:
    adapter = TypeAdapter(OrganisationChanges)
    assert adapter.validate_json(adapter.dump_json((MOVED,))) == (MOVED,)
    with pytest.raises(ValidationError):
        MOVED.code = "X2"  # type: ignore[misc]


def test_the_columns_of_teams_go_from_the_team_up() -> None:
    assert organisation_columns() == [
        *("team_code", "team_name", "office_code", "office_name"),
        *("cluster_code", "cluster_name", "area_code", "area_name"),
    ]
    assert organisation_columns([Level.AREA]) == ["area_code", "area_name"]


def test_a_stored_week_has_each_team_with_all_units_above_it_and_its_people() -> None:
    units = pd.DataFrame(UNITS, columns=["level", "code", "name", "parent_code"])
    stored = stored_organisation(units, None)
    assert stored.teams.to_numpy().tolist() == [
        ["T1", "Team 1", "O1", "Office 1", "C1", "Cluster 1", "A1", "Area 1"],
        ["T2", "Team 2", "O2", "Office 2", "C1", "Cluster 1", "A1", "Area 1"],
    ]
    assert sorted(stored.posts[["team_code", "om_code"]].itertuples(index=False, name=None)) == [
        ("T1", "M1"),
        ("T2", "M1"),
    ]
    assert stored.cases is None
    cases = pd.DataFrame({"team_code": ["T1"], "crn": ["X1"]})
    assert stored_organisation(units, cases).cases is cases
