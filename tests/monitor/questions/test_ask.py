"""The shipped questions against loops, and what an answer rests on."""

from datetime import date, timedelta

import pandas as pd
import pytest

from monitor.questions.ask import Asked, ask, missing_weeks
from monitor.questions.places import Division
from monitor.questions.question import Question, load_questions, parse_question
from monitor.settings import shipped_config
from monitor.snapshots.weeks.over_weeks import find_weeks
from tests.monitor.conftest import Home
from tiering.faults import UserFault
from tiering.terms import Level

from .loops import LOOPS, OTHER_VALUES, Row, Week, read_weeks

Histories = dict[str, list[Week]]
GROUPINGS_TESTED = ("all", "cluster")
SHIPPED = sorted(load_questions(shipped_config()))


@pytest.fixture(scope="session")
def histories(asked_home: Home) -> Histories:
    """The weeks for the loops, by the level of the places."""
    return {by: read_weeks(asked_home.store, by) for by in GROUPINGS_TESTED}


def rounded(row: Row) -> Row:
    """A row whose numbers are the same whatever the order in which they were added."""
    return {name: float(f"{value:.9g}") if isinstance(value, float) else value for name, value in row.items()}


def test_every_shipped_question_has_a_loop() -> None:
    assert sorted(LOOPS) == SHIPPED


@pytest.mark.parametrize("by", GROUPINGS_TESTED)
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_question_agrees_with_a_plain_loop(
    asked_home: Home, questions: dict[str, Question], histories: Histories, name: str, by: str
) -> None:
    rows = 0
    for given in ({}, OTHER_VALUES.get(name, {})):
        asked = Asked(questions[name], given, division=Division(Level(by)))
        answer = ask(asked_home.store, asked)
        expected = LOOPS[name](histories[by], **answer.values)
        assert list(answer.table.columns) == list(expected[0])
        found = [
            {key: None if pd.isna(value) else value for key, value in row.items()}
            for row in answer.table.to_dict("records")
        ]
        assert [rounded(row) for row in found] == [rounded(row) for row in expected]
        rows += len(found)
    assert rows > 1


def test_an_answer_names_its_weeks_and_those_that_are_missing(asked_home: Home, questions: dict[str, Question]) -> None:
    first = date(2026, 12, 1)
    answer = ask(asked_home.store, Asked(questions["over-threshold-weeks"], {}, first, first + timedelta(weeks=5)))
    assert [week.as_at for week in answer.weeks] == [
        week.as_at for week in find_weeks(asked_home.store.engine, first, first + timedelta(weeks=5))
    ]
    assert missing_weeks(answer.weeks) == answer.missing == [date(2026, 12, 21)]
    assert answer.without_rows == []


def test_a_question_about_no_week_cannot_be_answered(asked_home: Home, questions: dict[str, Question]) -> None:
    with pytest.raises(UserFault, match="no snapshot between these dates"):
        ask(asked_home.store, Asked(questions["over-threshold-weeks"], {}, date(2030, 1, 1)))


def test_an_answer_is_confined_to_a_scope(asked_home: Home, questions: dict[str, Question]) -> None:
    question, given = questions["over-threshold-weeks"], {"weeks": "1"}
    scope = frozenset({("cluster", "C1")})
    own = ask(asked_home.store, Asked(question, given, division=Division(Level.ALL, scope))).table
    of_all = ask(asked_home.store, Asked(question, given, division=Division(Level.CLUSTER))).table
    of_c1 = of_all[of_all["place"] == "C1"].reset_index(drop=True)
    pd.testing.assert_frame_equal(own.drop(columns="place"), of_c1.drop(columns="place"))


def test_people_are_counted_once_in_a_scope_of_units_of_several_levels(
    asked_home: Home, questions: dict[str, Question], histories: Histories
) -> None:
    scope = frozenset({("office", "O1"), ("cluster", "C2")})
    last = histories["all"][-1]
    asked = Asked(questions["cases-per-officer"], {}, last.as_at, division=Division(Level.ALL, scope))
    whole = [row for row in last.frames["units"] if (row["level"], row["code"]) in scope]
    assert ask(asked_home.store, asked).table["staff"].tolist() == [sum(row["offender_managers"] for row in whole)]


def test_rows_about_too_few_are_withheld(asked_home: Home, questions: dict[str, Question]) -> None:
    asked = Asked(questions["over-threshold-weeks"], {}, division=Division(Level.OFFICE), minimum=13)
    answer = ask(asked_home.store, asked)
    small = answer.table["staff"].isna()
    assert 0 < answer.withheld == small.sum() < len(answer.table)
    assert answer.table.loc[small, ["staff_over", "percentage"]].isna().all(axis=None)
    assert answer.table.loc[~small, "staff_over"].notna().all()


def test_an_analyst_may_read_any_table_without_a_header(asked_home: Home, histories: Histories) -> None:
    sql = "SELECT count(*) AS cases, sum(points) AS points FROM cases WHERE week = 1"
    answer = ask(asked_home.store, Asked(parse_question("mine", sql), {}))
    first = histories["all"][0].frames["cases"]
    assert answer.table.to_dict("records") == [
        {"cases": len(first), "points": pytest.approx(sum(row["points"] for row in first))}
    ]
