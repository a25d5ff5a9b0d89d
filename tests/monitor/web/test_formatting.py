"""How values are written in a page: missing ones, plurals, dates, and names without what cannot be seen."""

from datetime import UTC, date, datetime
from math import nan

import pandas as pd
import pytest

from alerts.people import Role
from alerts.wording import PLURALS, count_of
from monitor.web.formatting import (
    NOTHING,
    capitalize_first,
    day,
    hours,
    moment,
    number,
    percent,
    rosh,
    signed_points,
    text,
    words,
)


@pytest.mark.parametrize("missing", [None, nan, pd.NA, pd.NaT])
def test_what_is_missing_is_said_to_be_not_known(missing: object) -> None:
    assert [write(missing) for write in (percent, number, hours)] == ["not known"] * 3
    assert (text(missing), day(missing), rosh(missing)) == ("", NOTHING, "Unclassified")


def test_the_name_of_a_role_keeps_its_capitals() -> None:
    written = {"director", "ACO", "SPO", "offender manager", "planner", "operator"}
    assert {words(role.value) for role in Role} == written


@pytest.mark.parametrize("noun", PLURALS)
def test_every_noun_goes_with_none_one_and_two(noun: str) -> None:
    assert [count_of(count, noun) for count in (0, 1, 2)] == [f"0 {PLURALS[noun]}", f"1 {noun}", f"2 {PLURALS[noun]}"]


def test_figures_are_rounded_only_to_be_read() -> None:
    assert (percent(131.188), number(1234.4), hours(7.5)) == ("131.2%", "1,234", "7.5")
    assert [signed_points(value) for value in (0.0, 2.0, -2.0)] == ["0", "+2", "\N{MINUS SIGN}2"]


def test_a_day_is_written_out_whatever_it_came_as() -> None:
    for given in (date(2026, 11, 20), datetime(2026, 11, 20, 9, 0, tzinfo=UTC), "2026-11-20", "2026-11-20T09:00:00"):
        assert day(given) == "20 November 2026"
    assert moment(datetime(2026, 11, 20, 9, 5, tzinfo=UTC)) == "20 November 2026, 09:05"
    assert moment(None) == NOTHING


def test_a_name_of_the_data_is_words_and_has_nothing_that_cannot_be_seen() -> None:
    assert (words("risk_management_plan"), words("rosh_summary")) == ("risk management plan", "RoSH summary")
    assert text("A\u202eB\n C") == "AB C"
    assert capitalize_first("the RoSH") == "The RoSH"
    assert rosh("very_high") == "Very high"
