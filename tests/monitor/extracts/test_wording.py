"""Texts compared as people read them: folded, without what cannot be seen; words for no value and for an error."""

import pyarrow as pa
import pytest

from monitor.extracts.wording import error_words, fold, fold_codes, folded, null_words, without_unseen


@pytest.mark.parametrize(
    "text",
    [
        "team code",
        "TEAM_CODE",
        "Team-Code",
        " team\tcode\n",
        "team\N{NO-BREAK SPACE}code",
        "team\N{EN DASH}code",
        "te\N{SOFT HYPHEN}am code",
        "\N{ZERO WIDTH NO-BREAK SPACE}team\N{ZERO WIDTH SPACE}code",
        "tea\N{FULLWIDTH LATIN SMALL LETTER M}\N{FULLWIDTH LOW LINE}code",
        "team\N{IDEOGRAPHIC SPACE}code",
    ],
)
def test_case_width_blanks_underscores_and_hyphens_do_not_count(text: str) -> None:
    assert folded(text) == "teamcode"


def test_other_letters_and_signs_do_count() -> None:
    assert folded("Zoë") == "zoë"
    # One letter and a letter with an accent of its own are the same.
    assert folded("Zoe\N{COMBINING DIAERESIS}") == "zoë"
    assert len({folded(text) for text in ("team.code", "team/code", "team code 1", "teamcode", "")}) == 5


def test_codes_keep_their_hyphens_and_underscores() -> None:
    codes = pa.array(["A-1", "a_1", " A 1 ", "\N{FULLWIDTH LATIN CAPITAL LETTER A}1", "a\N{ZERO WIDTH SPACE}1", None])
    assert fold_codes(codes).to_pylist() == ["a-1", "a_1", "a1", "a1", "a1", None]
    assert fold(codes).to_pylist() == ["a1", "a1", "a1", "a1", "a1", None]


def test_plain_texts_are_folded_as_those_next_to_other_letters() -> None:
    plain = ["A-1", " b 2 ", ""]
    assert fold_codes(pa.array(plain)).to_pylist() == ["a-1", "b2", ""]
    assert fold_codes(pa.array([*plain, "ö"])).to_pylist() == ["a-1", "b2", "", "ö"]


def test_what_cannot_be_seen_is_taken_out_of_codes_and_names_keep_the_marks_of_their_script() -> None:
    joiner, turn = "\N{ZERO WIDTH JOINER}", "\N{RIGHT-TO-LEFT MARK}"
    texts = pa.array([f"A{joiner}B{turn}C", "x\N{SOFT HYPHEN}y", "plain text", None])
    assert without_unseen(texts, is_name=False).to_pylist() == ["ABC", "xy", "plain text", None]
    assert without_unseen(texts, is_name=True).to_pylist() == [f"A{joiner}B{turn}C", "xy", "plain text", None]
    plain = pa.array(["a b", None])
    assert without_unseen(plain, is_name=False).to_pylist() == ["a b", None]
    assert without_unseen(pa.array([], pa.string()), is_name=False).to_pylist() == []


@pytest.mark.parametrize(
    "word", ["NULL", "(null)", "<Null>", "[null]", "NaN", "NaT", "None", "<NA>", "\\N", "-", "--", "\N{EN DASH}"]
)
def test_a_word_for_no_value_is_one_everywhere(word: str) -> None:
    assert null_words(pa.array([word]), is_text=True).to_pylist() == [True]
    assert null_words(pa.array([word]), is_text=False).to_pylist() == [True]


@pytest.mark.parametrize("word", ["NA", "n/a", "Nil"])
def test_a_word_that_may_be_a_code_or_a_name_is_none_only_elsewhere(word: str) -> None:
    assert null_words(pa.array([word]), is_text=True).to_pylist() == [False]
    assert null_words(pa.array([word]), is_text=False).to_pylist() == [True]


def test_a_value_is_no_word_for_none() -> None:
    words = pa.array(["", "0", "nullable", "no", "unknown", "- -", "N/A/", " null"])
    for is_text in (True, False):
        assert null_words(words, is_text=is_text).to_pylist() == [False] * 8


@pytest.mark.parametrize(
    "word",
    [
        *("#N/A", "#NA", "#NV", "#n/a", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"),
        *("#CALC!", "#GETTING_DATA", "#WERT!", "#BEZUG!", "#####", "##", "Err:502", "ERR:504", "err:508"),
    ],
)
def test_what_a_spreadsheet_writes_for_an_error_is_known(word: str) -> None:
    assert error_words(pa.array(["X1", word])).to_pylist() == [False, True]


def test_a_text_that_begins_like_an_error_is_none() -> None:
    texts = ["#", "#12", "Error", "Err:50", "Err:5021", "ERR 502", "#REF! and more", "# REF!", "Eve", "", "Team #1"]
    assert error_words(pa.array(texts)).to_pylist() == [False] * len(texts)


def test_where_nothing_begins_like_an_error_there_is_none() -> None:
    assert error_words(pa.array(["A1", "B#2", None])).to_pylist() == [False] * 3
    assert error_words(pa.array([], pa.string())).to_pylist() == []
