"""The columns of a table written for people: headings, number formats, meanings, widths."""

import pytest

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.exports.workbook import DATE, POINTS, SHARE, WHOLE
from monitor.web.downloads.columns import column_of, form_of, heading_of, is_percentage, meaning_of
from monitor.web.pages.scope import UNIT_COLUMNS
from monitor.web.read_model.units.team import COLUMNS


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("crn", "CRN"),
        ("om_name", "Offender manager"),
        ("rosh", "RoSH"),
        ("total_points", "Total points"),
        ("high_risk_overdue", "Overdue, high RoSH"),
        ("due_on", "Due on"),
    ],
)
def test_a_heading_is_in_words(name: str, heading: str) -> None:
    assert heading_of(name) == heading


def test_no_heading_is_the_name_of_a_column() -> None:
    names = {name for export in EXPORTS.values() for name in export.columns} | {*COLUMNS, *UNIT_COLUMNS}
    assert [name for name in names if "_" in heading_of(name) or heading_of(name)[0].islower()] == []
    assert meaning_of("weeks_over").startswith("Weeks running")
    assert meaning_of("crn") == ""


@pytest.mark.parametrize(
    ("name", "is_whole", "form"),
    [
        ("capacity_percentage", False, SHARE),
        ("sick_percentage_mean", False, SHARE),
        ("before_capacity_percentage", False, SHARE),
        ("change", False, "+0.0;-0.0;0.0"),
        ("rise", True, "+0.0;-0.0;0.0"),
        ("activity_share", False, "0.00"),
        ("cases", True, WHOLE),
        ("total_points", False, POINTS),
    ],
)
def test_numbers_have_the_format_of_what_they_are(name: str, is_whole: bool, form: str) -> None:
    assert form_of(name, is_whole=is_whole) == form
    assert is_percentage(name) == (form == SHARE)


def test_a_column_is_as_wide_as_its_values_within_bounds() -> None:
    assert column_of("crn", "General", 3).width == 11
    assert column_of("detail", "General", 30).width == 32
    assert column_of("detail", "General", 500).width == 60
    assert column_of("due_on", DATE, 0).width == 13
