"""``hotspots ask``: lists the questions, answers one, and names what cannot be asked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.cli.ask import Grouping
from monitor.questions.question import GROUPINGS

from ..conftest import Answer, Home

Program = Callable[..., Answer]


def test_an_answer_can_be_divided_by_what_the_pages_divide_by() -> None:
    assert [grouping.value for grouping in Grouping] == [level.value for level in GROUPINGS]


def test_the_questions_are_listed(hotspots: Program, home: Home) -> None:
    listed = hotspots("ask", home=home)
    assert (listed.status, listed.err) == (0, "")
    assert "over-threshold-weeks\n  How many staff" in listed.out
    assert hotspots("ask", "--list", home=home).out == listed.out


def test_a_question_is_answered_in_text_and_as_json(hotspots: Program, home: Home) -> None:
    words = ("ask", "over-threshold-weeks", "--over", "40", "--weeks=1", "--by", "all")
    answer = hotspots(*words, home=home)
    assert answer.status == 0
    assert "2026  all    6      2           33.3" in answer.out
    told = json.loads(hotspots(*words, "--format", "json", home=home).out)
    assert told["parameters"] == {"over": 40, "weeks": 1}
    assert told["rows"] == [
        {"year": 2026, "place": "all", "staff": 6, "staff_over": 2, "percentage": pytest.approx(100 / 3)}
    ]


def test_a_file_has_the_table_alone(hotspots: Program, home: Home, tmp_path: Path) -> None:
    words = ("ask", "over-threshold-weeks", "--from", "2026-11-01", "--format", "csv")
    answer = hotspots(*words, home=home)
    assert answer.out.splitlines()[0] == "year,place,staff,staff_over,percentage"
    assert "As at: 2026-11-06 to 2026-11-20, 3 snapshots\n" in answer.err
    file = tmp_path / "answer.csv"
    assert hotspots(*words, "--out", file, home=home).out == ""
    assert file.read_text(encoding="utf-8") == answer.out


def test_an_analyst_asks_with_a_file(hotspots: Program, home: Home, tmp_path: Path) -> None:
    file = tmp_path / "mine.sql"
    file.write_text("-- parameter: least, whole, 1, week\nSELECT week FROM weeks WHERE week > $least", encoding="utf-8")
    assert hotspots("ask", "--sql", file, "--least", "2", "--format", "csv", home=home).out == "week\n3\n"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("over-threshold-week",), "did you mean over-threshold-weeks?"),
        (("nonsense",), "there is no question nonsense; to list them"),
        (("over-threshold-weeks", "--days", "4"), "no parameter days"),
        (("over-threshold-weeks", "--over"), "--over has no value"),
        (("over-threshold-weeks", "120"), "is not an option"),
        (("over-threshold-weeks", "--to", "2020-01-01"), "no snapshot between these dates"),
        (("--sql", "nowhere.sql"), "nowhere.sql"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_of_the_user(
    hotspots: Program, home: Home, words: tuple[str, ...], says: str
) -> None:
    answer = hotspots("ask", *words, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err
