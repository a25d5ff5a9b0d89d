"""The pages of reference: they hold the numbers of the snapshot's own policy."""

from monitor.web.pages.reference import definitions_page, policy_page

from ..conftest import ReaderAs


def test_definitions_rest_on_the_policy_and_rules_of_the_snapshot(reader_as: ReaderAs) -> None:
    reader = reader_as("officer")
    page = definitions_page(reader)
    assert (page.policy, page.rules) == (reader.week.policy, reader.week.rules)


def test_every_number_of_the_policy_has_a_section_and_a_status(reader_as: ReaderAs) -> None:
    page = policy_page(reader_as("officer"))
    sections = ["weights", "assessments", "hotspot_rules", "forecast", "direction"]
    assert [anchor for anchor, _ in page.contents] == sections
    assert set(page.by_status) <= {"verified", "local assumption", "measured on simulation", "source not known"}
    assert set(page.tables["numbers"]()["section"]) == set(sections)
