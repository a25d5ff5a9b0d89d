"""The page of the intake report: what each reader may see of what an extract brought."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.extracts import Insistence
from monitor.web.access_log import NO_SUBJECT, Subject
from monitor.web.pages.service.intake import intake_page
from monitor.web.read_model.intake import MissingInput, UnmatchedCases, UnusedHeadings
from tests.monitor.conftest import AS_AT, WEEK, Home, Template, little_london
from tests.monitor.extracts.small import write_csv

from ...conftest import ReaderAs, copied, reader_of_newest, remove_report

MAP = "cases: {crn: Case Ref, values: {rosh: {Very High Risk: very_high}}}"


@pytest.fixture(scope="module")
def mapped(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A week later, an extract with headings and values of its own, and without a column that it had."""
    tmp_path = tmp_path_factory.mktemp("mapped")
    folder = Path(write_csv(tmp_path / "mapped", little_london()))
    cases = (folder / "cases.csv").read_text(encoding="utf-8")
    for ours, theirs in (("crn,", "Case Ref,"), (",tier_changes", ",Changes"), ("very_high", "Very High Risk")):
        cases = cases.replace(ours, theirs)
    (folder / "cases.csv").write_text(cases, encoding="utf-8")
    headings = tmp_path / "headings.yaml"
    headings.write_text(MAP, encoding="utf-8")
    with copied(_three_weeks, tmp_path / "service") as home:
        home.take(str(folder), AS_AT + WEEK, headings=headings, insistence=Insistence(missing=("tier_changes",)))
        yield home


def test_rows_of_every_table_stand_next_to_those_of_last_time(reader_as: ReaderAs) -> None:
    page = intake_page(reader_as("north"))
    assert page.last_as_at == AS_AT - WEEK
    cases = next(row for row in page.inputs if row.table == "cases")
    assert (cases.read, cases.last_read, cases.accepted, cases.last_accepted, cases.rejected) == (22, 22, 20, 20, 2)
    assert cases.rejected_share == cases.last_rejected_share == pytest.approx(100 * 2 / 22)
    assert page.unmatched == UnmatchedCases(1, 19, pytest.approx(100 / 19), 1, pytest.approx(100 / 19), "")


def test_a_column_that_had_values_last_time_comes_first(mapped: Home) -> None:
    page = intake_page(reader_of_newest(mapped, "planner"))
    assert page.missing[0] == MissingInput("cases", "tier_changes", False, 22)
    assert MissingInput("cases", "activity", True, 0) in page.missing
    assert MissingInput("cases", "safeguarding", False, None) not in page.missing[:1]


def test_those_who_see_everything_and_operators_see_what_the_source_holds(mapped: Home) -> None:
    for name in ("planner", "operator"):
        page = intake_page(reader_of_newest(mapped, name))
        assert page.shows_details
        shown = [(says, line.column, line.detail, line.count) for says, line in page.read_as]
        assert ("Heading in the source", "crn", "Case Ref", 22) in shown
        assert ("Values mapped", "rosh", "Very High Risk -> very_high", 12) in shown
        assert page.unused == (UnusedHeadings("cases", 1, ("Changes",)),)
        assert {line.column: line.detail for line in page.reasons}["setting"].startswith("is not one of")
        assert "Case Ref" in set(page.tables["intake"]()["detail"])


def test_others_see_counts_and_nothing_of_what_the_source_holds(mapped: Home) -> None:
    page = intake_page(reader_of_newest(mapped, "north"))
    assert not page.shows_details
    assert ("Values mapped", "rosh", "", 12) in [
        (says, line.column, line.detail, line.count) for says, line in page.read_as
    ]
    assert page.unused == (UnusedHeadings("cases", 1, ()),)
    assert {line.detail for line in page.reasons} == {""}
    assert not {"Case Ref", "Changes"} & set(page.tables["intake"]()["detail"])


def test_the_access_log_has_the_units_of_the_reader(reader_as: ReaderAs) -> None:
    assert intake_page(reader_as("north")).subjects == (Subject("area", "N"),)
    assert intake_page(reader_as("operator")).subjects == (NO_SUBJECT,)


def test_a_snapshot_without_a_report_has_a_page_without_figures(home: Home) -> None:
    remove_report(home)
    page = intake_page(reader_of_newest(home, "planner"))
    assert (page.has_report, page.inputs, page.unmatched, page.tables) == (False, (), None, {})
