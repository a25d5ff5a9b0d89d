"""Pages that are made ready beforehand ask the database little, whatever the size of a caseload, and read no file."""

import logging
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from starlette.testclient import TestClient

from monitor.extracts import Insistence
from monitor.operations.retention import apply_retention
from monitor.web.app import make_app
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.warm_up import WarmUp, warm_up
from tests.monitor.conftest import AS_AT, WEEK, Home, HomeLike, Template, little_london
from tests.monitor.extracts.small import a_case, a_post, write_csv

from ..conftest import NOW, PEOPLE, sign_in
from ..half_a_year import six_months

__all__ = ["six_months"]

MOST_STATEMENTS = 13
MOST_OF_THE_START = 20
MOST_OF_THE_STATUS = 21
"""The page of snapshots also shows how the service stands: its run, mail, released mail, absent readers, schema and
clock, each asked for once in a transaction of its own."""
OF_UNITS_AND_CASES = [
    "/",
    "/area/N",
    "/cluster/C1",
    "/office/O1",
    "/team/T1",
    "/team/T1?table=people&format=csv",
    "/offender-manager/M1",
    "/overdue",
    "/search?q=x000",
    "/search?q=T1",
    "/coming",
    "/coming/calendar",
    "/sheet?unit=offender_manager/M1",
    "/sheet?unit=team/T1",
    "/benchmark",
]
PAGES = [
    *OF_UNITS_AND_CASES,
    "/data-quality",
    "/data-quality/intake",
    "/snapshots",
    "/digests",
    "/definitions",
    "/policy",
    "/api/v1/units/office/O1",
    "/api/v1/offender-managers/M1",
]


@contextmanager
def statements(home: Home) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    sqlalchemy.event.listen(home.store.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sqlalchemy.event.remove(home.store.engine, "before_cursor_execute", note)


def readied(home: Home) -> TestClient:
    """The browser of a planner at pages whose newest week is ready."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    app = make_app(home.settings, home.store, lambda: NOW)
    WarmUp(app.state.service.snapshots).look(None)
    return sign_in(app, "planner")


def counted(home: Home) -> dict[str, int]:
    """How many statements each page costs when it is opened for the first time."""
    browser = readied(home)
    found = {}
    for path in PAGES:
        with statements(home) as asked:
            assert browser.get(path).status_code == 200, path
        found[path] = len(asked)
    return found


def take_a_bigger_week(home: Home) -> None:
    """Four times the cases, on twice the people."""
    more = little_london(
        offender_managers=[a_post(f"P{number}", "T1") for number in range(7)],
        cases=[a_case(f"Z{number:06d}", om_code=f"P{number % 7}", rosh="very_high") for number in range(60)],
    )
    day = AS_AT + WEEK
    home.take(write_csv(Path(home.extract).parent / day.isoformat(), more), day, insistence=Insistence(swing=True))


def test_no_page_asks_the_database_once_a_row(home: Home) -> None:
    before = counted(home)
    most = dict.fromkeys(PAGES, MOST_STATEMENTS) | {"/": MOST_OF_THE_START, "/snapshots": MOST_OF_THE_STATUS}
    assert {path: count for path, count in before.items() if not 0 < count <= most[path]} == {}
    take_a_bigger_week(home)
    assert counted(home) == before


def test_a_week_is_shown_once_it_was_made_ready(home: Home) -> None:
    cache = SnapshotCache(home.store)
    warming = WarmUp(cache)
    prepared = warming.look(None)
    take_a_bigger_week(home)
    before = cache.week()
    assert before is not None
    assert before.number == prepared
    newest = warming.look(prepared)
    after = cache.week()
    assert after is not None
    assert after.number == newest != prepared


def test_pages_of_a_ready_week_read_no_file(home: Home) -> None:
    browser = readied(home)
    shutil.rmtree(home.settings.archive)
    assert [browser.get(path).status_code for path in OF_UNITS_AND_CASES] == [200] * len(OF_UNITS_AND_CASES)


def test_a_week_whose_cases_are_not_kept_is_made_ready_as_far_as_it_goes(home: Home) -> None:
    apply_retention(home.store, home.with_settings(keep_cases_weeks=0), NOW + 9 * WEEK)
    cache = SnapshotCache(home.store)
    week = cache.week()
    assert week is not None
    warm_up(week, cache.before(week))
    assert week.unit("office", "O1") is not None


def test_the_first_week_of_all_is_made_ready(new_home: Home) -> None:
    assert WarmUp(SnapshotCache(new_home.store)).look(None) is None
    new_home.take(new_home.extract)
    assert WarmUp(SnapshotCache(new_home.store)).look(None) == new_home.newest.id


def test_what_a_sheet_compares_with_is_made_ready(six_months: Template, home_like: HomeLike) -> None:
    home = home_like(six_months)
    browser = readied(home)
    shutil.rmtree(home.settings.archive)
    sheet = browser.get("/sheet?unit=offender_manager/M1").text
    assert "Compared with the snapshot for 16 October 2026." in sheet


class Noting(SnapshotCache):
    """A cache that cannot be reached at first, and notes who takes a week from it."""

    def __init__(self, home: Home) -> None:
        super().__init__(home.store)
        self.taken: list[SnapshotView] = []
        self.faults = 1

    def before(self, week: SnapshotView) -> SnapshotView | None:
        if self.faults:
            self.faults -= 1
            raise OSError("the disk is away")
        self.taken.append(week)
        return super().before(week)


def until(home: Noting, weeks: int) -> None:
    end = time.monotonic() + 20
    while len(home.taken) < weeks and time.monotonic() < end:
        time.sleep(0.01)


def test_each_snapshot_is_made_ready_once_and_a_fault_does_not_end_the_watch(
    home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    cache = Noting(home)
    with caplog.at_level(logging.WARNING), WarmUp(cache, every_seconds=0.01):
        until(cache, 1)
        take_a_bigger_week(home)
        until(cache, 2)
        time.sleep(0.1)
    assert [week.as_at for week in cache.taken] == [AS_AT, AS_AT + WEEK]
    assert "could not be made ready: the disk is away" in caplog.text
