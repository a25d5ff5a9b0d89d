"""How numbers, names and dates read in mail."""

import ast
import math
import re
from datetime import date
from pathlib import Path

import pytest

import alerts
import monitor
from alerts import wording
from tiering.terms import Level


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
    assert wording.signed_change(change) == table
    assert wording.change_text(change) == sentence


@pytest.mark.parametrize(("singular", "plural"), wording.PLURALS.items())
def test_every_noun_is_singular_with_one_alone(singular: str, plural: str) -> None:
    counts = {0: f"0 {plural}", 1: f"1 {singular}", 2: f"2 {plural}", 1200: f"1,200 {plural}"}
    assert {count: wording.count_of(count, singular) for count in counts} == counts
    assert wording.count_of(1.0, singular) == f"1 {singular}"
    assert plural != singular


def counted_nouns() -> set[str]:
    """Every noun that code or templates of alerts and monitor give to ``count_of``."""
    nouns: set[str] = set()
    for package in (alerts, monitor):
        folder = Path(next(iter(package.__path__)))
        for path in folder.rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("count_of"):
                    nouns |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
        for path in (*folder.rglob("templates/*.html"), *folder.rglob("templates/*.txt")):
            nouns |= set(re.findall(r"""\bcount(?:ed|_of)\(["']([^"']+)["']\)""", path.read_text(encoding="utf-8")))
    return nouns


def test_every_noun_that_is_counted_has_a_plural() -> None:
    levels = {level.value for level in Level} - {"all", "post", "offender_manager"}
    assert {"week", "point", "unallocated case", "reader", "plan"} <= counted_nouns() | levels <= set(wording.PLURALS)


def test_a_verb_goes_with_its_number() -> None:
    assert [wording.choose(count, "is", "are") for count in (0, 1, 2)] == ["are", "is", "are"]


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
    assert wording.join_list(["a"]) == "a"
    assert wording.join_list(["a", "b", "c"]) == "a, b and c"
    assert wording.long_date(date(2026, 3, 1)) == "1 March 2026"
    assert wording.number_word(9) == "nine"
    assert wording.number_word(12) == "12"


def test_a_text_is_cut_at_a_word() -> None:
    assert wording.shorten("Lambeth & Southwark", 19) == "Lambeth & Southwark"
    assert wording.shorten("Lambeth & Southwark", 18) == "Lambeth…"


def test_a_forecast_is_whole_unless_that_hides_which_side_of_the_line_it_lies() -> None:
    assert wording.rough_percent(113.4, 110.0) == "113%"
    assert wording.rough_percent(110.3, 110.0) == "110.3%"
    assert wording.rough_percent(1108.2, 110.0) == "1,108%"
    assert wording.rough_percent(110.03, 110.0) == "just over 110%"


def test_a_percentage_that_rounds_to_the_line_says_on_which_side_it_is() -> None:
    assert wording.percent_at(110.04, 110.0) == "just over 110%"
    assert wording.percent_at(109.96, 110.0) == "just under 110%"
    assert wording.percent_at(110.06, 110.0) == "110.1%"
    assert wording.percent_at(110.0, 110.0) == wording.percent_at(110.0 + 1e-13, 110.0) == "110.0%"
    assert wording.percent_at(87.52, 87.5) == "just over 87.5%"
    assert wording.percent_at(float("nan"), 110.0) == wording.percent_at(float("nan"), float("nan")) == "no capacity"


def test_what_the_terminal_counts_has_a_singular_and_a_plural() -> None:
    for noun in ("digest", "message", "notice", "attempt", "fault", "difference", "file", "archive file", "row"):
        assert [wording.count_of(number, noun) for number in range(3)] == [f"0 {noun}s", f"1 {noun}", f"2 {noun}s"]
    assert [wording.count_of(number, "what-if or plan") for number in (1, 2)] == [
        "1 what-if or plan",
        "2 what-ifs and plans",
    ]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 3), date(2026, 11, 7), "3 to 7 November 2026"),
        (date(2026, 10, 30), date(2026, 11, 7), "30 October to 7 November 2026"),
        (date(2025, 11, 30), date(2026, 11, 7), "30 November 2025 to 7 November 2026"),
        (date(2026, 11, 7), date(2026, 11, 7), "7 November 2026"),
    ],
)
def test_days_from_one_to_another_are_written_once(first: date, last: date, words: str) -> None:
    assert wording.date_range(first, last) == words


def test_a_place_in_a_row_ends_as_it_is_spoken() -> None:
    places = (1, 2, 3, 4, 11, 12, 13, 21, 112)
    assert [wording.ordinal(place) for place in places] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"
    ]  # fmt: skip
