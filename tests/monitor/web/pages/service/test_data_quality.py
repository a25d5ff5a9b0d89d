"""The page of data quality: what a reader may see of rejected rows and findings."""

from monitor.web.access_log import NO_SUBJECT, Subject
from monitor.web.pages.service.data_quality import data_quality_page, visible_findings

from ...conftest import ReaderAs


def test_an_operator_sees_why_rows_were_rejected_and_no_findings(reader_as: ReaderAs) -> None:
    page = data_quality_page(reader_as("operator"))
    assert (page.shows_findings, page.shows_reasons, page.findings) == (False, True, ())
    assert list(page.tables) == ["rejected"]
    assert "value" not in page.tables["rejected"]()
    assert page.subjects == (NO_SUBJECT,)


def test_only_those_who_see_everything_see_what_was_in_a_rejected_row(reader_as: ReaderAs) -> None:
    assert "value" in data_quality_page(reader_as("planner")).tables["rejected"]()
    page = data_quality_page(reader_as("north"))
    assert list(page.tables["rejected"]()) == ["table", "line", "column"]
    assert {row.reason for row in page.rejected} <= {""}
    assert page.subjects == (Subject("area", "N"),)


def test_findings_are_counted_by_kind_and_narrowed_to_one(reader_as: ReaderAs) -> None:
    page = data_quality_page(reader_as("planner", finding="tier_missing"))
    assert {finding.crn for finding in page.findings} == {"X000104"}
    assert page.count == len(page.findings) == {kind.name: kind.number for kind in page.kinds}["tier_missing"]
    assert len(visible_findings(reader_as("planner"))) == sum(kind.number for kind in page.kinds)
