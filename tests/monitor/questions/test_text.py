"""An answer in words."""

import json
from dataclasses import replace
from datetime import date

from monitor.questions.ask import Asked, ask
from monitor.questions.places import Division
from monitor.questions.question import Question, parse_question
from monitor.questions.text import answer_json, citation_of, facts_of, question_lines, text_lines
from tests.monitor.conftest import Home
from tiering.terms import Level


def test_an_answer_carries_what_it_rests_on(asked_home: Home, questions: dict[str, Question]) -> None:
    asked = Asked(questions["over-threshold-weeks"], {"over": "110"}, date(2026, 12, 1), minimum=5)
    answer = ask(asked_home.store, asked)
    facts = facts_of(answer)
    assert facts["Asked by"].startswith("written question 172934")
    assert (facts["over"], facts["weeks"]) == ("110", "4")
    assert facts["As at"] == "2026-12-04 to 2027-02-12, 10 snapshots"
    assert facts["Policy"].startswith("london-2009 (")
    assert facts["Coverage"].startswith("10 of 11 weeks; ")
    assert facts["Missing weeks"] == "weeks of 2026-12-21"
    assert facts["Withheld"] == "none (a row about fewer than 5 staff shows no figures)"
    assert "Weeks without rows" not in facts
    lines = list(text_lines(answer))
    assert lines[0] == asked.question.title
    assert lines[2].split() == ["year", "place", "staff", "staff_over", "percentage"]
    assert lines[3].split()[:2] == ["2026", "all"]
    assert lines[-1] == f"Cite as: {citation_of(answer)}"


def test_a_citation_names_scope_and_division(asked_home: Home, questions: dict[str, Question]) -> None:
    division = Division(Level.OFFICE, frozenset({("cluster", "C1")}))
    answer = ask(asked_home.store, Asked(questions["over-threshold-weeks"], {}, division=division, minimum=99))
    cited = citation_of(answer)
    assert cited.startswith(
        "hotspots ask over-threshold-weeks --over 120 --weeks 4 --from 2026-11-20 --to 2027-02-12 --by office, "
        "only cluster C1; question "
    )
    assert facts_of(answer)["Withheld"] == "4 rows about fewer than 99 staff"
    other = replace(answer, weeks=answer.weeks[1:])
    assert citation_of(other).partition(" weeks ")[2] != cited.partition(" weeks ")[2]


def test_weeks_of_other_weights_and_without_rows_are_named(asked_home: Home) -> None:
    asked = Asked(
        parse_question("mine", "SELECT as_at, 1.25 AS part, NULL::DATE AS none FROM weeks WHERE week = 1"), {}
    )
    answer = ask(asked_home.store, asked)
    first = replace(answer.weeks[0], weights_fingerprint="other")
    facts = facts_of(replace(answer, weeks=[first, *answer.weeks[1:]], without_rows=[first.as_at], missing=[]))
    assert "the weights changed between these weeks" in facts["Policy"]
    assert facts["Weeks without rows"] == "2026-11-20: not stored, or removed by the retention"
    assert facts["Missing weeks"] == "none"
    assert "Withheld" not in facts
    lines = list(text_lines(answer))
    assert (lines[0], lines[3]) == ("mine", "2026-11-20  1.2")


def test_an_answer_without_a_row_says_so(asked_home: Home) -> None:
    asked = Asked(parse_question("mine", "SELECT as_at FROM weeks WHERE week = 99"), {})
    assert "no row" in list(text_lines(ask(asked_home.store, asked)))


def test_an_answer_is_one_json_object(asked_home: Home, questions: dict[str, Question]) -> None:
    answer = ask(asked_home.store, Asked(questions["over-threshold-weeks"], {}, minimum=5))
    told = json.loads(answer_json(answer, b'[{"year": 2026}]'))
    assert told["parameters"] == {"over": 120, "weeks": 4}
    assert (told["as_at"][0], len(told["as_at"]), told["missing_weeks"]) == ("2026-11-20", 12, ["2026-12-21"])
    assert told["rows"] == [{"year": 2026}]
    assert told["citation"] == citation_of(answer)


def test_the_questions_are_listed_with_their_parameters(questions: dict[str, Question]) -> None:
    lines = list(question_lines(questions))
    place = lines.index("over-threshold-weeks")
    assert lines[place + 2].startswith("  asked by: written question 172934")
    assert lines[place + 3] == "  --over 120.0  per cent of capacity"
