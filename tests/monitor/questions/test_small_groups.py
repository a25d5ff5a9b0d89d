"""Figures about too few are not shown."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from monitor.questions.question import parse_question
from monitor.questions.small_groups import load_minimum, withhold_small_groups
from monitor.settings import shipped_config
from tiering.faults import ConfigFault, UserFault

QUESTION = parse_question("q", "-- group: staff\n-- withholds: over\nSELECT 1")


def test_the_shipped_minimum_is_five() -> None:
    assert load_minimum(shipped_config(), date(2026, 11, 20)) == 5


@pytest.mark.parametrize(("since", "value"), [("2000-01-01", 0), ("2030-01-01", 5)])
def test_a_minimum_that_is_none_is_a_fault(tmp_path: Path, since: str, value: int) -> None:
    stated = f"{since}: {{value: {value}, unit: people, status: local assumption, reference: x}}"
    (tmp_path / "questions.yaml").write_text(f"title: t\nsays: s\nminimum_group:\n  {stated}\n", encoding="utf-8")
    with pytest.raises(ConfigFault, match="minimum_group"):
        load_minimum(tmp_path, date(2026, 11, 20))


@pytest.mark.parametrize("kind", ["float64", "Int64"])
def test_a_small_group_and_one_of_unknown_size_show_their_place_alone(kind: str) -> None:
    table = pd.DataFrame({"place": ["a", "b", "c"], "staff": [5, 4, None], "over": [1.0, 2.0, 3.0]})
    table = table.astype({"staff": kind})
    shown, withheld = withhold_small_groups(table, QUESTION, 5)
    assert withheld == 2
    assert shown["place"].tolist() == ["a", "b", "c"]
    assert shown["over"].isna().tolist() == shown["staff"].isna().tolist() == [False, True, True]
    assert table["over"].tolist() == [1.0, 2.0, 3.0]


def test_a_header_that_names_a_column_that_is_not_there_is_a_fault() -> None:
    with pytest.raises(UserFault, match="q: the answer has no column over"):
        withhold_small_groups(pd.DataFrame({"staff": [5]}), QUESTION, 5)


def test_an_answer_about_no_group_is_shown_whole() -> None:
    table = pd.DataFrame({"weeks": [1]})
    assert withhold_small_groups(table, parse_question("q", "SELECT 1"), 5) == (table, 0)
