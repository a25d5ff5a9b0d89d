"""Why there is no page, in words: for browsers as a page, for programs as a problem."""

import pytest

from monitor.web.errors import ERRORS
from tests.monitor.conftest import PEOPLE, Home

from .conftest import SignIn, served, sign_in


@pytest.mark.parametrize("path", ["/nowhere", "/?as_at=2020-01-01", "/?as_at=yesterday", "/overdue?format=pdf",
                                  "/overdue?format=csv&table=cases", "/overdue?unit=nothing/T1"])  # fmt: skip
def test_what_is_not_there_is_said_in_words(path: str, signed_in: SignIn) -> None:
    answer = signed_in("planner").get(path)
    assert answer.status_code == 404
    assert "<h1" in answer.text


def test_what_is_forbidden_does_not_say_whether_it_exists(signed_in: SignIn) -> None:
    there, nowhere = signed_in("north").get("/team/T4"), signed_in("north").get("/team/T9")
    assert (there.status_code, nowhere.status_code) == (403, 403)
    # On both sides, because the secret of the form on the page may hold these two letters as well.
    assert there.text.replace("T4", "T9") == nowhere.text.replace("T4", "T9")


def test_before_the_first_snapshot_the_pages_say_so(new_home: Home) -> None:
    answer = sign_in(served(new_home), "north").get("/")
    assert (answer.status_code, "There is no snapshot yet" in answer.text) == (503, True)


def test_an_error_of_the_api_is_a_problem_and_of_a_page_a_page(signed_in: SignIn) -> None:
    for path, media in (
        ("/team/T4", "text/html; charset=utf-8"),
        ("/api/v1/units/team/T4", "application/problem+json"),
    ):
        answer = signed_in("north").get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (403, media)
        assert "This is outside what your role and scope let you see." in answer.text


def test_every_expected_exception_has_its_line_before_that_of_its_base() -> None:
    kinds = list(ERRORS)
    assert all(not issubclass(later, kind) for place, kind in enumerate(kinds) for later in kinds[place + 1 :])


def test_a_people_file_with_a_fault_is_said_where_the_fault_can_be_read(home: Home) -> None:
    browser = sign_in(served(home), "north")
    home.settings.people_file.write_text("people: 1\n", encoding="utf-8")
    for path in ("/", "/api/v1/units"):
        answer = browser.get(path)
        assert (answer.status_code, "run: hotspots check" in answer.text) == (503, True)


def test_a_reader_whose_unit_is_not_in_the_figures_learns_as_at_which_date(home: Home) -> None:
    browser = sign_in(served(home), "north")
    home.settings.people_file.write_text(PEOPLE.replace("area: N,", "area: GONE,"), encoding="utf-8")
    for path in ("/", "/search?q=T1", "/area/GONE", "/area/N", "/?as_at=2026-11-13", "/api/v1/units"):
        answer = browser.get(path)
        day = "13 November 2026" if "as_at" in path else "20 November 2026"
        assert answer.status_code == 404
        assert "Your area GONE is not in these figures" in answer.text
        assert f"These figures are as at {day}, and the extract for that week has no such code." in answer.text
