"""The tables below the moves of a plan: long ones a page at a time, whole as files."""

import re
from dataclasses import replace

import pandas as pd

from alerts.people import Person, Role
from monitor.redistribution.results.record import PlanRecord
from monitor.web.auth.permissions import Visibility
from monitor.web.dependencies import Reader
from monitor.web.what_if.pages.move_list import AT_ONCE
from monitor.web.what_if.pages.plan import record_in
from monitor.web.what_if.pages.plan_rows import ChangedMove
from monitor.web.what_if.pages.plan_tables import (
    CHANGED,
    changes_shown,
    people_in_order,
    people_shown,
    units_shown,
    unmoved_shown,
)

from ..planner import Planner


def reader_asking(planner: Planner, **query: str) -> Reader:
    """A planner of everything who asks for a page."""
    snapshots = planner.app.state.service.snapshots
    week = snapshots.week()
    person = Person("planner@example.org", "A Planner", Role.PLANNER, area="all")
    return Reader(
        snapshots,
        week,
        None,
        sight=Visibility(person, week.places),
        query=query,
        path="/",
        config=planner.home.settings.config,  # type: ignore[arg-type]
    )


def larger(record: PlanRecord, table: str, key: str, count: int) -> PlanRecord:
    """The record with one table grown to so many rows."""
    rows = record.tables[table]
    many = pd.concat([rows] * (count // len(rows) + 1), ignore_index=True).iloc[:count]
    many[key] = [f"Z{place:03}" for place in range(count)]
    return replace(record, tables={**record.tables, table: many})


def test_people_come_a_page_at_a_time_hottest_first(planner: Planner) -> None:
    record = larger(record_in(planner.plan(planner.solved(planner.new("all/")))), "people", "om_code", 60)
    pages = [people_shown(record, reader_asking(planner, people=str(page))) for page in (1, 2, 3)]
    ordered = people_in_order(record.tables["people"])["om_code"].tolist()
    assert [person.om_code for page in pages for person in page.rows] == ordered
    assert [len(page.rows) for page in pages] == [AT_ONCE, AT_ONCE, 60 - 2 * AT_ONCE]
    assert pages[0].count == 60
    assert pages[0].givers == int(record.tables["people"]["given"].gt(0).sum()) > 0
    assert pages[0].takers == int(record.tables["people"]["taken"].gt(0).sum()) > 0


def test_the_people_are_folded_until_their_pages_are_turned(planner: Planner) -> None:
    record = record_in(planner.plan(planner.solved(planner.new("all/"))))
    assert not people_shown(record, reader_asking(planner)).is_open
    assert people_shown(record, reader_asking(planner, people="1")).is_open


def test_cases_that_stay_come_a_page_at_a_time_those_without_a_place_first(planner: Planner) -> None:
    record = larger(record_in(planner.plan(planner.solved(planner.new("all/")))), "unmoved", "crn", 60)
    stays = record.tables["unmoved"].assign(could_move=False, unplaced=False)
    waiting = stays.assign(unplaced=stays["crn"].eq("Z059"))
    folded, shown = (
        unmoved_shown(replace(record, tables={"unmoved": table}), reader_asking(planner)) for table in (stays, waiting)
    )
    assert (folded.count, len(folded.rows), folded.is_open) == (60, AT_ONCE, False)
    assert (shown.rows[0].crn, shown.is_open) == ("Z059", True)
    assert unmoved_shown(replace(record, tables={"unmoved": stays}), reader_asking(planner, unmoved="2")).is_open


def test_the_page_shows_how_many_give_and_take(planner: Planner) -> None:
    page = planner.get(planner.solved(planner.new("all/")))
    assert re.search(r"\d+ people before and after: \d+ give cases, \d+ take some", page)


def test_what_changed_since_the_plan_before_is_said_without_what_was_settled(planner: Planner) -> None:
    record = record_in(planner.plan(planner.solved(planner.new("all/"))))
    names = {("offender_manager", "M1"): "Ann Arbuthnot"}
    assert changes_shown(record, names) is None
    rows = [("X1", "M1", "M9", "someone else takes it now", False), ("X2", "M1", None, "it no longer moves", False)]
    rows.append(("X3", "M1", "M2", "it was named", True))
    changed = pd.DataFrame(rows, columns=["crn", "was_to", "is_to", "why", "asked"])
    assert changes_shown(replace(record, tables={**record.tables, CHANGED: changed}), names) == (
        ChangedMove("X1", "was to Ann Arbuthnot (M1), now to M9: someone else takes it now", moves=True),
        ChangedMove("X2", "was to Ann Arbuthnot (M1), now to no one: it no longer moves", moves=False),
    )


def test_units_have_the_people_over_the_line_of_the_whole_plan(planner: Planner) -> None:
    # M1 is away, and so keeps points of a duty without any hours: over the line, without a percentage.
    what_if = planner.new("area/N")
    planner.send(f"{what_if}/add/absent", om_code="M1", reason="other")
    record = record_in(planner.plan(planner.solved(what_if)))
    clusters = units_shown(record, "cluster")
    assert record.tables["units"]["without_hours"].gt(0).any()
    assert record.figures.before.over_line == sum(one.before_over_line for one in clusters)
    assert record.figures.after.over_line == sum(one.after_over_line for one in clusters)
