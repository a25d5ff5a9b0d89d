"""How numbers, names and dates read in mail."""

import math
from datetime import date

import pytest

from alerts import wording


@pytest.mark.parametrize(
    ("value", "words"), [(110.04, "110.0%"), (118.26, "118.3%"), (1234.5, "1,234.5%"), (math.nan, "no capacity")]
)
def test_a_percentage_has_one_decimal_and_no_capacity_is_no_number(value: float, words: str) -> None:
    assert wording.percent(value) == words


@pytest.mark.parametrize(
    ("change", "table", "sentence"),
    [
        (2.34, "+2.3", "up 2.3 pp"),
        (-1.0, "\N{MINUS SIGN}1.0", "down 1.0 pp"),
        (-0.04, "0.0", "no change"),
        (math.nan, "not known", ""),
    ],
)
def test_a_change_is_in_percentage_points_and_says_its_direction(change: float, table: str, sentence: str) -> None:
    assert wording.signed(change) == table
    assert wording.moved(change) == sentence


def test_counts_go_with_their_noun() -> None:
    assert [wording.counted(n, "week") for n in (0, 1, 2, 1200)] == ["0 weeks", "1 week", "2 weeks", "1,200 weeks"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Mare  Street\n", "Mare Street"),
        ("A\r\nBcc: x", "A Bcc: x"),
        ("\u202eevil\u202c\u200b", "evil"),
        ("tab\x00\x07here", "tabhere"),
        ("x" * 61, "x" * 59 + "…"),
        ("Büro \U0001f525", "Büro \U0001f525"),
    ],
)
def test_a_name_is_one_line_of_visible_characters(name: str, shown: str) -> None:
    assert wording.clean(name) == shown


def test_hours_lists_and_dates_read_as_written_english() -> None:
    assert wording.hours(37.0) == "37"
    assert wording.hours(1058.24) == "1,058.2"
    assert wording.listed(["a"]) == "a"
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
    assert wording.long_date(date(2026, 3, 1)) == "1 March 2026"
    assert wording.in_words(9) == "nine"
    assert wording.in_words(12) == "12"


def test_a_text_is_cut_at_a_word() -> None:
    assert wording.shortened("Lambeth & Southwark", 19) == "Lambeth & Southwark"
    assert wording.shortened("Lambeth & Southwark", 18) == "Lambeth…"


def test_a_forecast_is_whole_unless_that_hides_which_side_of_the_line_it_lies() -> None:
    assert wording.roughly(113.4, 110.0) == "113%"
    assert wording.roughly(110.3, 110.0) == "110.3%"
    assert wording.roughly(1108.2, 110.0) == "1,108%"


def test_what_the_terminal_counts_has_a_singular_and_a_plural() -> None:
    for noun in ("digest", "message", "notice", "attempt", "fault", "difference", "file", "archive file", "row"):
        assert [wording.counted(number, noun) for number in range(3)] == [f"0 {noun}s", f"1 {noun}", f"2 {noun}s"]
    assert [wording.counted(number, "what-if or plan") for number in (1, 2)] == [
        "1 what-if or plan",
        "2 what-ifs and plans",
    ]
