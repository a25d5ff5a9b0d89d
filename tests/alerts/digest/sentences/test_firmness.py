"""How many of a reader's hot offices stay hot under the assumed weights."""

import html
from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import pytest

from alerts.digest.privacy import ReaderScope
from tests.alerts.digest.digests import NORTH, digest_of
from tests.alerts.pictures import Team, picture
from tiering.sensitivity.firmness import COLUMNS

DRAWN = " by chance within their ranges. “Assumed weight” in the definitions explains this."


def rows_of(over: Mapping[str, int], weights: int = 35) -> pd.DataFrame:
    """The rows of offices by the number of 500 draws in which each is over the line."""
    rows = [
        ("office", code, code, 118.0, weights, 500, count, count / 500, 475, count >= 475)
        for code, count in over.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def line_of(loads: Mapping[str, float], over: Mapping[str, int], scope: ReaderScope = NORTH, weights: int = 35) -> str:
    """The line that the digest of these offices of one area has, in text and HTML alike; empty without one."""
    teams = [Team(f"T{code}", code, "C1", load=load) for code, load in loads.items()]
    digest = digest_of(replace(picture(teams), firmness=rows_of(over, weights)), scope)
    lines = [line for line in digest.text.split("\n") if "assumed weight" in line.lower()]
    assert len(lines) <= 1
    assert ("assumed weight" in digest.html) == bool(lines)
    assert all(line in html.unescape(digest.html) for line in lines)
    return lines[0] if lines else ""


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ([475], "The only office over 110% stays over it in at least 475 of 500 draws"),
        ([474], "The only office over 110% stays over it in fewer than 475 of 500 draws"),
        ([500, 475], "Both offices over 110% stay over it in at least 475 of 500 draws"),
        ([500, 474], "1 of the 2 offices over 110% stays over it in at least 475 of 500 draws"),
        ([0, 474], "Neither of the 2 offices over 110% stays over it in at least 475 of 500 draws"),
        ([500, 475, 0], "2 of the 3 offices over 110% stay over it in at least 475 of 500 draws"),
        ([0, 1, 2], "None of the 3 offices over 110% stays over it in at least 475 of 500 draws"),
        ([500, 500, 475], "All 3 offices over 110% stay over it in at least 475 of 500 draws"),
    ],
)
def test_the_footer_says_how_many_hot_offices_stay_hot(over: list[int], said: str) -> None:
    hot = {f"F{number}": count for number, count in enumerate(over)}
    line = line_of({**dict.fromkeys(hot, 118.0), "COLD": 109.9}, {**hot, "COLD": 500})
    assert line == f"{said}, each of which changes the 35 assumed weights{DRAWN}"


def test_one_weight_has_one_range() -> None:
    line = line_of({"F1": 118.0}, {"F1": 500}, weights=1)
    assert "changes the 1 assumed weight by chance within its range." in line


def test_there_is_no_line_without_a_hot_office_and_where_no_weight_is_drawn() -> None:
    assert line_of({"F1": 110.0, "F2": 90.0}, {"F1": 500, "F2": 500}) == ""
    assert line_of({"F1": 118.0}, {}) == ""


def test_a_reader_hears_of_the_offices_of_the_own_scope_alone_and_an_spo_of_none() -> None:
    teams = [Team("T1", "F1", "C1", load=118), Team("T2", "F2", "C2", load=118), Team("T3", "F3", "C2", load=118)]
    drawn = replace(picture(teams), firmness=rows_of({"F1": 0, "F2": 500, "F3": 500}))
    one, two = (digest_of(drawn, ReaderScope("cluster", code, "Cluster")).text for code in ("C1", "C2"))
    assert "The only office over 110% stays over it in fewer than 475 of 500 draws" in one
    assert "Both offices over 110% stay over it in at least 475 of 500 draws" in two
    assert "2 of the 3 offices over 110% stay" in digest_of(drawn).text
    assert "assumed weight" not in digest_of(drawn, ReaderScope("office", "F1", "Office F1")).text


def test_an_office_too_small_for_email_is_not_counted_and_a_scope_too_small_has_no_line() -> None:
    large = [Team(f"T{number}", f"F{number}", "C1", load=118) for number in range(3)]
    small = Team("T9", "F9", "C1", load=118, offender_managers=2)
    drawn = replace(picture([*large, small]), firmness=rows_of({"F0": 500, "F1": 500, "F2": 500, "F9": 500}))
    text = digest_of(drawn).text
    assert "All 3 offices over 110%" not in text
    assert "Both offices over 110% stay" in text
    alone = replace(picture([small]), firmness=rows_of({"F9": 500}))
    assert "assumed weight" not in digest_of(alone, ReaderScope("cluster", "C1", "Cluster")).text
