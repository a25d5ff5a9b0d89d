"""The page of questions: the questions to pick from, the form, the answer, the file."""

import csv
import io

import pytest

from ..conftest import SignIn

ASKED = "/questions?question=over-threshold-weeks&over=20&weeks=1"


def test_a_director_picks_a_question(signed_in: SignIn) -> None:
    answer = signed_in("north").get("/questions")
    assert answer.status_code == 200
    assert 'href="/questions?question=over-threshold-weeks"' in answer.text


def test_an_answer_is_about_the_units_of_its_reader_alone(signed_in: SignIn) -> None:
    staff = {}
    for name in ("planner", "north", "aco2"):
        file = signed_in(name).get(f"{ASKED}&table=answer&format=csv")
        assert file.status_code == 200
        staff[name] = [row["staff"] for row in csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")))]
    # The two officers of the south are too few to show.
    assert staff == {"planner": ["6"], "north": [""], "aco2": [""]}


def test_the_page_shows_the_answer_and_what_it_rests_on(signed_in: SignIn) -> None:
    page = signed_in("planner").get(f"{ASKED}&from=2026-11-10&by=all").text
    assert "2026-11-13 to 2026-11-20, 2 snapshots" in page
    assert 'name="over" value="20"' in page
    assert "written question 172934" in page


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("&by=team", "by: team is not one of"),
        ("&from=yesterday", "from: yesterday is not a date"),
        ("&over=much", "over: &#39;much&#39; is not a number"),
        ("&from=2030-01-01", "no snapshot between these dates"),
    ],
)
def test_what_cannot_be_asked_is_said_on_the_page(signed_in: SignIn, query: str, says: str) -> None:
    answer = signed_in("planner").get(f"/questions?question=over-threshold-weeks{query}")
    assert answer.status_code == 200
    assert says in answer.text


def test_a_question_that_is_not_there_is_not_found(signed_in: SignIn) -> None:
    assert signed_in("planner").get("/questions?question=nothing").status_code == 404
    assert signed_in("spo1").get("/questions").status_code == 403
