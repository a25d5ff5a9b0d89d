"""The address of data quality: open to operators and to those who see units."""

import pytest

from ..conftest import SignIn


@pytest.mark.parametrize(("name", "status"), [("north", 200), ("operator", 200), ("officer", 403)])
def test_data_quality_is_for_operators_and_those_who_see_units(name: str, status: int, signed_in: SignIn) -> None:
    assert signed_in(name).get("/data-quality").status_code == status


def test_one_kind_of_finding_can_be_picked(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/data-quality?finding=tier_missing").text
    assert ">X000104</th>" in page
    assert page.count('<th scope="row" class="govuk-table__header hotspots-plain">X') == 1
