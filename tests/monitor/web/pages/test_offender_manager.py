"""The page of an offender manager: cases by urgency, each with what is known of it, and what the log records."""

from dataclasses import replace

import pytest

from monitor.web.access_log import Subject
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.offender_manager import POST_COLUMNS, offender_manager_page

from ..conftest import ReaderAs


def test_a_page_explains_the_points_of_every_case(reader_as: ReaderAs) -> None:
    page = offender_manager_page(reader_as("spo1"), "M1")
    assert sum(case.points for case in page.cases) == page.unit.case_points
    assert page.hidden_cases == 0
    assert page.subjects == (Subject("offender_manager", "M1"),)


def test_the_cases_with_most_overdue_come_first_each_with_what_is_known_of_it(reader_as: ReaderAs) -> None:
    page = offender_manager_page(reader_as("spo1"), "M1")
    urgency = [(-details.case.overdue, -details.case.points) for details in page.by_urgency]
    assert urgency == sorted(urgency)
    assert sum(len(details.late) for details in page.by_urgency) == len(page.late) == page.unit.overdue
    assert {finding.finding for details in page.by_urgency for finding in details.findings} == {
        finding.finding for finding in page.findings
    }
    for details in page.by_urgency:
        assert {fact.crn for fact in (*details.late, *details.soon, *details.findings)} <= {details.case.crn}


def test_cases_in_posts_that_the_reader_may_not_see_are_counted_and_not_listed(reader_as: ReaderAs) -> None:
    reader = reader_as("spo2")
    sight = replace(reader.sight, person=replace(reader.sight.person, teams=("T2",)))
    page = offender_manager_page(replace(reader, sight=sight), "M1")
    assert (page.cases, page.hidden_cases, page.unit.cases) == ((), 32, 32)


def test_someone_of_others_is_forbidden_and_no_one_not_found(reader_as: ReaderAs) -> None:
    with pytest.raises(Forbidden):
        offender_manager_page(reader_as("spo2"), "M5")
    with pytest.raises(NotFound, match="There is no offender manager M9"):
        offender_manager_page(reader_as("planner"), "M9")


def test_the_posts_are_offered_with_their_columns_in_the_order_of_the_file(reader_as: ReaderAs) -> None:
    posts = offender_manager_page(reader_as("planner"), "M1").tables["posts"]()
    assert list(posts) == POST_COLUMNS
    assert posts["team_code"].tolist() == ["T1", "T2"]
