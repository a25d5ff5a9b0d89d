"""Texts as words, and the words that the program writes itself."""

import pytest

from alerts.digest.disclosure.fixed_words import (
    fixed_phrases,
    fixed_words,
    grams,
    joined_words_of,
    visible_text,
    words_of,
)


def test_the_words_the_program_writes_are_known() -> None:
    assert {"going", "green", "may", "monday", "overdue", "withheld"} <= fixed_words()
    assert {"specialisms", "coverage", "countersignature"} <= fixed_words(), "words of the rooms of alerts"
    assert "okonkwo" not in fixed_words()


def test_the_phrases_the_program_writes_are_words_next_to_each_other() -> None:
    assert {("going", "green"), ("assessments", "overdue")} <= fixed_phrases()
    assert ("green", "going") not in fixed_phrases()
    assert all(2 <= len(phrase) <= 4 for phrase in fixed_phrases())


@pytest.mark.parametrize(
    ("text", "words", "joined"),
    [
        ("Ökonkwo, O'Brien", ("okonkwo", "o", "brien"), ("okonkwo", "obrien")),
        ("O\u2019Brien\u2019s case", ("o", "brien", "s", "case"), ("obrien", "case")),
        ("Smith\u2011Jones", ("smith", "jones"), ("smithjones",)),
        ("Okon\u00adkwo", ("okonkwo",), ("okonkwo",)),
        ("118.0%", ("118", "0"), ("118", "0")),
    ],
)
def test_a_text_as_words(text: str, words: tuple[str, ...], joined: tuple[str, ...]) -> None:
    assert (words_of(text), joined_words_of(text)) == (words, joined)


def test_grams_are_rows_of_words_up_to_a_length() -> None:
    assert grams(("a", "b", "c"), 2) == {("a",), ("b",), ("c",), ("a", "b"), ("b", "c")}
    assert visible_text("a\u200bb") == "ab"
