"""The lines about limits of tolerable risk: whose they are, what is breached, and what is expected."""

import math
from dataclasses import replace
from html import escape
from typing import Any

import pandas as pd
import pytest

from alerts.digest.digest import write_digest
from alerts.digest.disclosure.leak_check import find_leaks_to_reader
from alerts.digest.privacy import ReaderScope
from alerts.digest.sentences.risk_limits import limit_in_words, limit_lines, value_in_words
from alerts.digest.settings import DigestSettings
from alerts.risk_limits.judgement import COLUMNS
from tests.alerts.pictures import Team, picture

NORTH, SERVICE = ReaderScope("area", "N", "North"), ReaderScope("all", "all", "the whole service")


def row(name: str, code: str = "N", **given: Any) -> dict[str, Any]:
    level, area = ("all", "All areas") if code == "all" else ("area", {"N": "North", "S": "South"}[code])
    plain = {"name": name, "measure": "high_risk_overdue", "level": level, "code": code, "unit_name": area}
    plain |= {"owner": "Director", "value": 40.0, "limit": 50.0, "breached": False, "weeks": 0}
    return plain | {"since": pd.NaT, "forecast_on": pd.NaT, "forecast_value": math.nan} | given


def breach(name: str, code: str = "N", weeks: int = 1, **given: Any) -> dict[str, Any]:
    return row(name, code, **{"value": 1657.0, "breached": True, "weeks": weeks} | given)


def lines(*rows: dict[str, Any], scope: ReaderScope = NORTH) -> list[str]:
    return limit_lines(pd.DataFrame(list(rows), columns=COLUMNS), scope)


def test_without_limits_nothing_is_said() -> None:
    assert lines() == []
    assert lines(row("Late", "S")) == []


def test_a_director_reads_of_the_own_area_and_then_of_the_whole_service() -> None:
    found = lines(breach("Late", weeks=5), row("Offices"), breach("Late", "S"), row("Capacity", "all"))
    assert found == [
        "1 of 2 limits of tolerable risk for North is breached: Late (1,657, limit 50, for 5 weeks).",
        "The limit of tolerable risk for the whole service is not breached.",
    ]


def test_of_many_breaches_the_longest_are_named_and_the_others_counted() -> None:
    share = {"measure": "offices_over_share", "value": 31.25, "limit": 25.0}
    (line,) = lines(breach("A"), breach("B", weeks=3), breach("C", weeks=9, **share), row("D"))
    assert line == (
        "3 of 4 limits of tolerable risk for North are breached: C (31.2%, limit 25%, for 9 weeks), "
        "B (1,657, limit 50, for 3 weeks) and 1 more."
    )


def test_a_breach_to_come_is_named_with_its_date() -> None:
    ahead = {"forecast_on": pd.Timestamp("2026-12-11"), "forecast_value": 106.25, "measure": "capacity_percentage"}
    (line,) = lines(row("Capacity", **ahead), row("Late"))
    assert line.endswith("risk for North is breached. A breach is expected by 11 December: Capacity (106.2%).")


def test_whoever_sees_everything_reads_of_the_service_first_and_of_the_areas_by_name() -> None:
    found = lines(row("Late"), breach("Late", "S", 2), row("Capacity", "all"), scope=SERVICE)
    assert found[0].startswith("The limit of tolerable risk for the whole service is not")
    assert found[1] == (
        "1 of 2 limits of tolerable risk for the areas is breached: Late in South (1,657, limit 50, for 2 weeks)."
    )


@pytest.mark.parametrize("level", ["cluster", "office", "team"])
def test_readers_of_smaller_units_read_of_no_limit(level: str) -> None:
    assert lines(breach("Late"), breach("Late", "all"), scope=ReaderScope(level, "N", "North")) == []


def test_one_limit_alone_is_not_counted() -> None:
    (line,) = lines(breach("Late", weeks=1))
    assert line == "The limit of tolerable risk for North is breached: Late (1,657, limit 50, for 1 week)."


@pytest.mark.parametrize("limits", [[breach("Morale & <b>", weeks=5), row("Late", "all")], []])
def test_the_digest_has_a_section_of_the_lines_or_none(limits: list[dict[str, Any]]) -> None:
    facts = replace(picture([Team("T1", "F1", "C1")]), limits=pd.DataFrame(limits, columns=COLUMNS))
    content = write_digest(facts, NORTH, "Director North", DigestSettings(), charts=False)
    assert ("Limits of tolerable risk" in content.html) == ("Limits of tolerable risk" in content.text) == bool(limits)
    for line in limit_lines(facts.limits, NORTH):
        assert line in " ".join(content.text.split())
        assert escape(line) in content.html


@pytest.mark.parametrize("is_a_limit", [True, False])
def test_the_name_of_a_limit_may_hold_a_word_that_is_a_surname_too(is_a_limit: bool) -> None:
    facts = replace(
        picture([Team("T1", "F1", "C1")]), limits=pd.DataFrame([breach("Whitlock score")] * is_a_limit, columns=COLUMNS)
    )
    message = b"Content-Type: text/plain\r\n\r\nThe limit is breached: Whitlock score (7).\r\n"
    assert (find_leaks_to_reader(message, facts, NORTH, "Director North", "") == []) == is_a_limit


@pytest.mark.parametrize(
    ("measure", "words"),
    [("offices_over_share", "12.5%"), ("high_risk_overdue", "12.5"), ("unallocated_cases", "12.5")],
)
def test_a_limit_is_as_short_as_it_can_be_written(measure: str, words: str) -> None:
    assert limit_in_words(measure, 12.5) == words
    assert limit_in_words(measure, 25.0) == words.replace("12.5", "25")


def test_a_value_that_is_not_known_says_so() -> None:
    assert value_in_words("high_risk_overdue", math.nan, 50.0) == "not known"
    assert value_in_words("points_over_capacity", 1234.5, 1000.0) == "1,234"


def test_a_value_that_rounds_to_its_limit_says_that_it_is_above() -> None:
    assert value_in_words("points_over_capacity", 600.4, 600.0) == "just over 600"
    assert value_in_words("points_over_capacity", 600.0, 600.0) == "600"
    assert value_in_words("points_over_capacity", 599.8, 600.0) == "600"
    assert value_in_words("offices_over_share", 25.04, 25.0) == "just over 25%"
    assert value_in_words("offices_over_share", 25.0, 25.0) == "25.0%"
