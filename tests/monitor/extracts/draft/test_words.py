"""The phrases of the field: complete for our contract, and each of one meaning in its list."""

import pytest

from monitor.extracts.draft.lists import choices_of
from monitor.extracts.draft.words import TABLE_PHRASES, VALUE_PHRASES, column_phrases, value_phrases
from monitor.extracts.wording import folded
from tiering.caseload import TABLES, Column, Table

COLUMNS = [(table, column) for table in TABLES.values() if not table.seldom for column in table.columns]
IDS = [f"{table.name}.{column.name}" for table, column in COLUMNS]


def test_every_table_has_phrases() -> None:
    assert set(TABLE_PHRASES) == {name for name, table in TABLES.items() if not table.seldom}


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=IDS)
def test_every_column_has_phrases_and_its_own_name_is_the_first(table: Table, column: Column) -> None:
    phrases = column_phrases(table.name, column.name)
    assert phrases[0] == column.name
    assert len(phrases) > 2
    assert all(phrase == phrase.strip() != "" for phrase in phrases)


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=IDS)
def test_no_phrase_stands_for_two_values_of_a_list(table: Table, column: Column) -> None:
    name = "flag" if column.kind == "flag" else column.name
    phrases = [
        phrase for choice in choices_of(column) for phrase in {folded(each) for each in value_phrases(name, choice)}
    ]
    assert len(phrases) == len(set(phrases))


def test_every_list_of_values_is_of_ours() -> None:
    ours = {value for _, column in COLUMNS for value in choices_of(column)}
    assert {value for words in VALUE_PHRASES.values() for value in words} <= ours
