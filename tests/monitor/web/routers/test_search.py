"""The address of the search: for everyone but operators."""

import pytest

from ..conftest import SignIn


@pytest.mark.parametrize(("name", "status"), [("planner", 200), ("officer", 200), ("operator", 403)])
def test_the_search_is_for_those_who_see_units_or_people(name: str, status: int, signed_in: SignIn) -> None:
    assert signed_in(name).get("/search?q=arbuth").status_code == status


def test_what_is_found_leads_to_its_page(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/search?q=X000102").text
    assert 'href="/offender-manager/M2#case-X000102"' in page
    assert 'value="X000102"' in page


def test_nothing_found_is_said(signed_in: SignIn) -> None:
    assert "You can see nothing called “nowhere”" in signed_in("planner").get("/search?q=nowhere").text
