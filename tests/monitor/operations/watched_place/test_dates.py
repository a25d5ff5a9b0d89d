"""The dates that a person can read in a file name, and what is left of it."""

from datetime import date

import pytest

from monitor.operations.watched_place.dates import UNNAMED, name_parts

NOVEMBER_20, NOVEMBER_23 = date(2026, 11, 20), date(2026, 11, 23)


@pytest.mark.parametrize(
    "name",
    [
        "2026-11-20",
        "2026_11_20",
        "2026.11.20",
        "2026 11 20",
        "20261120",
        "2026\N{EN DASH}11\N{NON-BREAKING HYPHEN}20",
        "2026-11-20T060000Z",
        "2026-11-20 06.00",
        "20261120-0600",
        "2026-11-20 (1)",
        "2026-11-20(12)",
        "2026-11-20 - Copy",
        "2026-11-20 - Copy (2)",
        "Copy of 2026-11-20",
        "2026-11-20_corrected",
        "2026-11-20-FINAL-v2",
    ],
)
def test_a_name_that_is_nothing_but_its_date(name: str) -> None:
    parts = name_parts(name)
    assert (parts.readable, parts.dates, parts.rest) == (True, frozenset({NOVEMBER_20}), UNNAMED)


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("extract_2026-11-20", "extract"),
        ("London Extract 2026-11-20 late", "london extract late"),
        ("archive-until-2026-11-20", "archive until"),
        ("2026-11-20_old", "old"),
        ("team 1 2026-11-20", "team 1"),
        ("2026-11-20 2026-11-20", UNNAMED),
        ("2026-11-20 or 20-11-2026", "or"),
        ("2026-11-20 20261120", UNNAMED),
        ("2026-11-05 05-11-2026", UNNAMED),
    ],
)
def test_one_date_with_other_words(name: str, rest: str) -> None:
    parts = name_parts(name)
    assert (parts.readable, len(parts.dates), parts.rest) == (True, 1, rest)


@pytest.mark.parametrize(
    "name",
    [
        "extract_2026-11-20_created_2026-11-23",
        "created 2026-11-23 caseload 2026-11-20",
        "2026-11-20-2026-11-23",
        "20261120_20261123",
        "20261120_20261123T061500",
        "2026-11-20_20261123061500",
        "2026-11-20 made 23-11-2026",
        "2026-11-20 made 23.11.2026",
        "2026-11-20 made 23112026",
        "2026-11-20 made 23 Nov 2026",
        "2026-11-20 made 23rd november, 2026",
        "2026-11-20 made Nov 23 2026",
        "2026-11-20 made 11.23.2026",
    ],
)
def test_two_dates_however_they_are_written(name: str) -> None:
    parts = name_parts(name)
    assert (parts.readable, parts.dates) == (True, frozenset({NOVEMBER_20, NOVEMBER_23}))


@pytest.mark.parametrize(
    "name", ["20-11-2026", "2026-11_20", "20.11.2026", "20112026", "20 Nov 2026", "2026-11-5", "202611200615"]
)
def test_a_date_in_another_form_is_seen_and_is_not_readable(name: str) -> None:
    parts = name_parts(name)
    assert (parts.readable, len(parts.dates)) == (False, 1)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "notes",
        "2026-13-45",
        "2026-02-30",
        "12026-11-20",
        "2026-11-201",
        "120261120",
        "202611201",
        "1066-10-14",
        "2026-W47",
        "".join(chr(0x660 + int(digit)) if digit.isdigit() else digit for digit in "2026-11-20"),
        "20-11-26",
        "99999999",
    ],
)
def test_what_is_no_date(name: str) -> None:
    parts = name_parts(name)
    assert (parts.readable, parts.dates) == (False, frozenset())
