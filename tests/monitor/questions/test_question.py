"""The header of a question."""

from datetime import date
from pathlib import Path

import pytest

from monitor.questions.question import (
    Parameter,
    ParameterKind,
    Reads,
    load_questions,
    parse_question,
    questions_folder,
)
from monitor.settings import shipped_config
from tiering.faults import ConfigFault, UserFault

HEADER = """\
-- title: How many?
-- source: an inspection
-- dated: 2023-02-28
-- reviewed: 2026-11-27
-- reads: units of office, team: code, cases
-- reads: cases: points
-- parameter: over, number, 120, per cent of capacity
-- parameter: weeks, whole, 4, weeks in a row
-- parameter: band, text, red, a band
-- group: staff
-- withholds: cases, points
-- note: First.
-- note: Second.
SELECT 1
"""


def test_a_header_says_everything_about_its_question() -> None:
    question = parse_question("how-many", HEADER)
    assert (question.name, question.title, question.source) == ("how-many", "How many?", "an inspection")
    assert (question.dated, question.reviewed) == (date(2023, 2, 28), date(2026, 11, 27))
    assert question.reads == (Reads("units", ("office", "team"), ("code", "cases")), Reads("cases", (), ("points",)))
    assert question.parameters == (
        Parameter("over", ParameterKind.NUMBER, 120.0, "per cent of capacity"),
        Parameter("weeks", ParameterKind.WHOLE, 4, "weeks in a row"),
        Parameter("band", ParameterKind.TEXT, "red", "a band"),
    )
    assert (question.group, question.withholds, question.note) == ("staff", ("cases", "points"), "First. Second.")


def test_parameters_are_filled_in_or_have_their_default() -> None:
    question = parse_question("how-many", HEADER)
    assert question.fill_in({"over": "100.5", "weeks": ""}) == {"over": 100.5, "weeks": 4, "band": "red"}
    with pytest.raises(UserFault) as raised:
        question.fill_in({"over": "much", "weeks": "4.5", "days": "1"})
    assert raised.value.faults == [
        "how-many has no parameter days; it has: over, weeks, band",
        "over: 'much' is not a number such as 120",
        "weeks: '4.5' is not a whole number from 0 to 9999",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("-- titel: How many?", "'titel'"),
        ("-- reads: units of office", "is not as 'units of office"),
        ("-- parameter: over, number, 120", "is not as 'over, number"),
        ("-- parameter: over, money, 120, pounds", "money"),
        ("-- parameter: over, number, much, per cent", "much"),
        ("-- dated: last week", "dated: 'last week' is not a date such as 2026-11-27"),
        ("-- parameter: over, numer, 120, per cent", "parameter: 'numer' is not number, whole, text"),
        ("-- parameter: over, whole, many, weeks", "parameter: over: 'many' is not a whole number from 0 to 9999"),
        ("-- note: nothing else", "has no title, source, dated, reviewed"),
    ],
)
def test_the_faults_of_every_file_are_reported_at_once(tmp_path: Path, line: str, says: str) -> None:
    folder = tmp_path / "questions"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.sql").write_text(f"{line}\nSELECT 1\n", encoding="utf-8")
    with pytest.raises(ConfigFault) as raised:
        load_questions(tmp_path)
    assert [fault.partition(":")[0] for fault in raised.value.faults] == [str(folder / "a.sql"), str(folder / "b.sql")]
    assert says in raised.value.faults[0]


def test_a_policy_folder_without_questions_has_the_shipped_ones(tmp_path: Path) -> None:
    assert questions_folder(tmp_path) == shipped_config()
    (tmp_path / "questions").mkdir()
    assert questions_folder(tmp_path) == tmp_path
