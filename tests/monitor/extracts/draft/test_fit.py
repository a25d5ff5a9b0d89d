"""What a column holds speaks for or against its heading."""

import pytest

from monitor.extracts.draft.fit import LEAST, score
from tiering.caseload import TABLES

from .profiles import a_profile

KNOWN = {"crn": a_profile("CRN", ["X1", "X2", "X3"]).keys, "om_code": a_profile("OM", ["7", "8"]).keys}


def score_of(table: str, column: str, heading: str, values: list[str | None], known: bool = False) -> float:
    found = TABLES[table]
    return score(found, found.column(column), a_profile(heading, values), KNOWN if known else {})


@pytest.mark.parametrize(
    ("place", "heading", "good", "bad"),
    [
        ("cases.sentence_start", "Start date", ["05/01/2026"], ["soon"]),
        ("cases.rosh", "Risk", ["High", "Low"], [f"Person {number}" for number in range(50)]),
        ("cases.prolific", "PPO", ["Y", "N"], [f"note {number}" for number in range(50)]),
        ("cases.tier", "Tier", ["A1", "B2"], [f"note {number}" for number in range(50)]),
        ("cases.tier_changes", "Tier changes", ["0", "2"], ["many"]),
        ("cases.crn", "Case no", ["X1", "X2"], ["01/02/2026", "05/06/2026"]),
        ("offender_managers.contracted_hours", "Hours", ["37", "18.5"], ["1.0", "0.5"]),
        ("assessments.similarity", "Similarity", ["0.25", "1"], ["25", "100"]),
    ],
)
def test_values_of_another_kind_speak_against_a_heading(
    place: str, heading: str, good: list[str | None], bad: list[str | None]
) -> None:
    table, column = place.split(".")
    assert score_of(table, column, heading, good) >= LEAST
    assert score_of(table, column, heading, bad) == 0


def test_a_share_of_full_time_is_no_number_of_hours() -> None:
    assert score_of("offender_managers", "contracted_hours", "FTE hours", ["37"]) == 0


@pytest.mark.parametrize(("values", "fits"), [(["-2", "5"], 0.3), (["37", "80"], 0.3)])
def test_numbers_out_of_range_are_less_likely(values: list[str | None], fits: float) -> None:
    in_range = score_of("offender_managers", "contracted_hours", "Contracted hours", ["37", "18.5"])
    assert 0 < score_of("offender_managers", "contracted_hours", "Contracted hours", values) < in_range - fits


def test_codes_of_another_table_are_enough_without_a_heading() -> None:
    assert score_of("assessments", "crn", "Thing", ["X1", "X1", "X3"], known=True) >= LEAST
    assert score_of("assessments", "crn", "Thing", ["X1", "X1", "X3"]) == 0
    assert score_of("assessments", "crn", "Case", ["A1", "A2"], known=True) < score_of(
        "assessments", "crn", "Case", ["X1", "A2"], known=True
    )


def test_words_of_a_needed_list_are_enough_without_a_heading_and_those_of_an_optional_one_not() -> None:
    assert score_of("cases", "setting", "Thing", ["Community", "Custody"]) >= LEAST
    assert score_of("cases", "rosh", "Contact", ["High", "Low"]) == 0


def test_a_key_has_a_value_of_its_own_in_every_row() -> None:
    unique = score_of("cases", "crn", "Case", ["X1", "X2", "X3", "X4"])
    assert unique > score_of("cases", "crn", "Case", ["X1", "X1", "X1", "X1"])


def test_names_and_codes_are_told_apart() -> None:
    names: list[str | None] = ["Ann Smith", "Bo Lee"]
    codes: list[str | None] = ["7001", "7002"]
    assert score_of("offender_managers", "om_name", "Officer", names) > score_of(
        "offender_managers", "om_code", "Officer", names
    )
    assert score_of("offender_managers", "om_code", "Officer", codes) > score_of(
        "offender_managers", "om_name", "Officer", codes
    )
    assert score_of("offender_managers", "om_code", "Officer", ["a very long text, for a code of a person"]) < score_of(
        "offender_managers", "om_code", "Officer", codes
    )
    assert score_of("organisation", "team_name", "Team", ["OMU1"]) >= LEAST


def test_a_list_of_unknown_words_is_less_likely_than_one_of_known_words() -> None:
    some = [score_of("cases", "rosh", "Risk of harm", values) for values in (["High"], ["High", "a", "b"], ["a", "b"])]
    assert some == sorted(some, reverse=True)
    assert len(set(some)) == 3


def test_an_empty_column_is_judged_by_its_heading() -> None:
    assert score_of("cases", "release_on", "Release date", [None, None]) >= LEAST
    assert score_of("cases", "crn", "CRN no", [None]) < score_of("cases", "crn", "CRN no", ["X1"])


def test_excel_day_numbers_may_be_dates() -> None:
    assert score_of("cases", "sentence_start", "Start date", ["46027"]) >= LEAST
