"""The page of overdue assessments."""

from ..conftest import SignIn


def test_pages_of_overdue_follow_each_other(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/overdue?page=99").text
    assert "Nothing is overdue here" not in page


def test_a_list_keeps_its_filters_in_its_files(signed_in: SignIn) -> None:
    page = signed_in("planner").get("/overdue?rosh=high&sort=days").text
    assert 'href="/overdue?rosh=high&amp;sort=days&amp;table=overdue&amp;format=csv"' in page
    assert '<option value="high" selected>' in page
