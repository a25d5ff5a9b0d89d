"""The page of alternative histories: what it says with and without one, its files, and who opens it."""

from ...alternatives.test_compare import make_alternative
from ...conftest import Home
from ..conftest import SignIn


def test_the_page_from_no_alternative_to_one_of_a_unit(service: Home, signed_in: SignIn) -> None:
    planner = signed_in("planner")
    assert "There is no alternative history." in planner.get("/alternatives").text
    assert "/alternatives" not in planner.get("/policy").text
    make_alternative(service, "wmt")
    assert 'href="/alternatives"' in planner.get("/policy").text
    assert 'href="/alternatives?history=wmt"' in planner.get("/alternatives").text
    page = planner.get("/alternatives?history=wmt&unit=office/O1").text
    words = " ".join(page.split())
    assert "Alternative history, as at 20 November 2026" in words
    assert "Of the 12 units that you can see" in words
    assert 'role="img" aria-labelledby="alternative-title alternative-says"' in page
    units = service.store.units(service.newest.id or 0)
    (office,) = units.loc[(units["level"] == "office") & (units["code"] == "O1"), "name"]
    assert f"Capacity of {office} over the weeks, as recorded and under wmt" in words
    rows = planner.get("/alternatives?history=wmt&unit=office/O1&table=alternative_weeks&format=csv").text.splitlines()
    assert rows[0].lstrip("\ufeff").startswith("as_at,revision,alternative,policy,alternative_policy,level,code,name")
    assert [row.split(",")[0] for row in rows[1:]] == ["2026-11-06", "2026-11-13", "2026-11-20"]
    workbook = planner.get("/alternatives?history=wmt&table=alternative&format=xlsx")
    assert workbook.headers["content-disposition"] == 'attachment; filename="alternative-wmt-2026-11-20.xlsx"'
    assert planner.get("/alternatives?history=nothing").status_code == 404
    assert signed_in("operator").get("/alternatives").status_code == 403
