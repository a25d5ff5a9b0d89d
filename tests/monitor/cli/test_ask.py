"""``hotspots ask``: lists the questions, answers one, and names what cannot be asked."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.alternatives.compare import compare_weeks
from monitor.cli.ask import Grouping
from monitor.questions.question import GROUPINGS

from ..alternatives.test_compare import heavier, make_alternative
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
        (("over-threshold-weeks", "--history", "nothing"), "there is no alternative history nothing; make one with"),
    ],
)
def test_what_cannot_be_asked_is_a_mistake_of_the_user(
    hotspots: Program, home: Home, words: tuple[str, ...], says: str
) -> None:
    answer = hotspots("ask", *words, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert says in answer.err


def test_an_alternative_history_answers_in_place_of_the_record(hotspots: Program, home: Home, tmp_path: Path) -> None:
    make_alternative(home, "more-2026", heavier(home, tmp_path))
    rows = compare_weeks(home.store, "more-2026", levels=["offender_manager"])
    # A line that is crossed in the alternative only.
    line = int(rows["alternative_percentage"].max()) - 1
    words = ("ask", "over-threshold-weeks", "--over", str(line), "--weeks", "1", "--format", "json")
    recorded = json.loads(hotspots(*words, home=home).out)
    other = json.loads(hotspots(*words, "--history", "more-2026", home=home).out)
    assert (recorded["history"], other["history"]) == (None, "more-2026")
    assert (recorded["policies"], other["policies"]) == (["london-2009"], ["more-2026"])
    assert "--history more-2026; question" in other["citation"]
    over = rows[rows["alternative_percentage"] > line].groupby("code").size()
    assert other["rows"][0]["staff_over"] == int((over > 1).sum()) > recorded["rows"][0]["staff_over"] == 0
    assert other["rows"][0]["staff"] == recorded["rows"][0]["staff"]
    text = hotspots("ask", "units-in-the-red", "--by", "area", "--history", "more-2026", home=home)
    assert (text.status, "History: the alternative more-2026, not what was recorded\n" in text.out) == (0, True)
    lacking = hotspots("ask", "span-of-control", "--history", "more-2026", home=home)
    assert (lacking.status, lacking.out) == (2, "")
    assert "reads units.span, which the alternative history more-2026 has not" in lacking.err
    later = hotspots("ask", "units-in-the-red", "--from", "2030-01-01", "--history", "more-2026", home=home)
    assert (later.status, "more-2026 has no week between these dates that was weighed" in later.err) == (2, True)


def test_a_missing_capacity_is_over_no_line(hotspots: Program, home: Home, tmp_path: Path) -> None:
    make_alternative(home, "london-2009")
    file = tmp_path / "mine.sql"
    sql = "SELECT count(*) AS units, count(capacity_percentage) AS known FROM units"
    file.write_text(f"-- reads: units of offender_manager: capacity_percentage\n{sql}", encoding="utf-8")
    words = ("ask", "--sql", file, "--format", "csv")
    recorded = hotspots(*words, home=home).out
    assert recorded == hotspots(*words, "--history", "london-2009", home=home).out
    units, known = map(int, recorded.splitlines()[1].split(","))
    assert units > known
