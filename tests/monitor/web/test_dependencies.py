"""What routes ask for: a reader of a snapshot, and the record of what it was refused."""

from contextlib import contextmanager
from datetime import date

import pytest

from monitor.snapshots.service.sessions import Sessions
from monitor.web.access_log import NO_SUBJECT, Subject
from monitor.web.auth.permissions import OPERATIONS, UNIT_FIGURES, People
from monitor.web.auth.seal import Seal
from monitor.web.auth.sign_in import SignIn as Recognition
from monitor.web.dependencies import Reader, Service, admit, snapshot_of
from monitor.web.exceptions import Forbidden, NoSnapshot, NotFound
from monitor.web.read_model.cache import SnapshotCache
from tests.monitor.conftest import Home

from .conftest import NOW, ReaderAs


def service_in(home: Home) -> Service:
    people = People(home.settings.people_file, ())
    sign_in = Recognition(home.settings, people, Sessions(home.store.engine), lambda: NOW)
    return Service(home.settings, SnapshotCache(home.store), sign_in, Seal("secret"), lambda: NOW)


def test_a_reader_keeps_the_words_of_the_query(reader_as: ReaderAs) -> None:
    reader = reader_as("north", q="  a  ", page="3", as_at="2026-11-13")
    assert (reader.text("q"), reader.text("none"), reader.number("page"), reader.number("q")) == ("a", "", 3, 1)
    assert reader.again(page="4", q="") == "/here?page=4&as_at=2026-11-13"
    assert reader.same_week("/digests") == "/digests?as_at=2026-11-13"
    assert reader_as("north").same_week("/digests") == "/digests"


def test_a_visit_names_the_page_and_the_file(reader_as: ReaderAs) -> None:
    visit = reader_as("north", table="cases", format="csv").visit(NOW)
    assert (visit.page, visit.as_at, visit.person.name) == (
        "/here?table=cases&format=csv",
        date(2026, 11, 20),
        "Director North",
    )


def test_the_scope_of_a_reader_is_what_a_list_is_about(reader_as: ReaderAs) -> None:
    assert reader_as("spo3").own_scope == (Subject("team", "T3"), Subject("team", "T4"))
    assert reader_as("operator").own_scope == (NO_SUBJECT,)


def test_a_snapshot_is_the_newest_for_its_date(home: Home, new_home: Home) -> None:
    service = service_in(home)
    assert snapshot_of(service, None).as_at == snapshot_of(service, date(2026, 11, 20)).as_at == date(2026, 11, 20)
    with pytest.raises(NotFound, match="There is no snapshot for 2020-01-01"):
        snapshot_of(service, date(2020, 1, 1))
    with pytest.raises(NoSnapshot):
        snapshot_of(service_in(new_home), None)


def open_team(service: Service, reader: Reader, code: str) -> None:
    with contextmanager(admit)(service, reader, UNIT_FIGURES, Subject("team", code)) as admitted:
        admitted.sight.require("team", code)


@pytest.mark.parametrize("refused_by", ["role", "page"])
def test_a_refusal_is_recorded_whether_the_role_or_the_page_refuses(
    refused_by: str, home: Home, reader_as: ReaderAs
) -> None:
    service, reader = service_in(home), reader_as("officer" if refused_by == "role" else "north")
    with pytest.raises(Forbidden):
        open_team(service, reader, "T4")
    with home.store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT page, level, code, allowed FROM looked_at").all()
    assert [tuple(row) for row in rows] == [("/here", "team", "T4", 0)]


def test_whoever_is_admitted_leaves_no_record_by_that(home: Home, reader_as: ReaderAs) -> None:
    reader = reader_as("operator")
    assert list(admit(service_in(home), reader, OPERATIONS, NO_SUBJECT)) == [reader]
    with home.store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM looked_at").scalar_one() == 0
