"""Who looked at which person or case: every look and refusal is on record before the answer, and stays there."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from monitor.operations.backup import back_up, restore
from monitor.operations.retention import apply_retention
from monitor.web.app import make_app

from ..conftest import Answer, Home
from .conftest import NOW, PEOPLE, sign_in

Program = Callable[..., Answer]
both_databases = pytest.mark.both_databases

Open = Callable[[str], TestClient]


@pytest.fixture
def opens(home: Home) -> Open:
    """The pages of the home, for a person who has signed in."""
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    pages = make_app(home.settings, home.store, lambda: NOW)
    return lambda name: sign_in(pages, name)


def looks(home: Home) -> list[tuple[object, ...]]:
    """Who, page, level, code, CRN and whether it was allowed, of every look, oldest first."""
    with home.store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT who, page, level, code, crn, allowed FROM looked_at ORDER BY id")
        return [(str(row[0]).partition("@")[0], *row[1:5], bool(row[5])) for row in rows]


@both_databases
def test_a_look_at_an_offender_manager_is_on_record_with_who_when_and_what(home: Home, opens: Open) -> None:
    assert opens("spo1").get("/offender-manager/M1").status_code == 200
    with home.store.engine.connect() as connection:
        (row,) = connection.execute(sqlalchemy.text("SELECT * FROM looked_at")).mappings()
    assert {name: row[name] for name in ("who", "role", "page", "level", "code", "crn")} == {
        "who": "spo1@example.org",
        "role": "spo",
        "page": "/offender-manager/{code}",
        "level": "offender_manager",
        "code": "M1",
        "crn": None,
    }
    assert (str(row["at"])[:16], str(row["as_at"]), bool(row["allowed"])) == ("2026-11-22 09:00", "2026-11-20", True)


@pytest.mark.parametrize(
    ("name", "path", "about"),
    [
        ("officer", "/offender-manager/M1", [("/offender-manager/{code}", "offender_manager", "M1", None)]),
        (
            "spo1",
            "/offender-manager/M2?table=cases&format=csv",
            [("/offender-manager/{code}?table=cases&format=csv", "offender_manager", "M2", None)],
        ),
        ("north", "/overdue", [("/overdue", "area", "N", None)]),
        ("planner", "/overdue?format=xlsx", [("/overdue?format=xlsx", "all", "all", None)]),
        ("north", "/overdue?unit=office/O2", [("/overdue", "office", "O2", None)]),
        ("spo3", "/overdue", [("/overdue", "team", "T3", None), ("/overdue", "team", "T4", None)]),
        (
            "aco1",
            "/data-quality?table=findings&format=csv",
            [("/data-quality?table=findings&format=csv", "cluster", "C1", None)],
        ),
        ("operator", "/data-quality", [("/data-quality", "", "", None)]),
        (
            "planner",
            "/search?q=x000102",
            [("/search", "search", "x000102", "X000102"), ("/search", "offender_manager", "M2", "X000102")],
        ),
        ("south", "/search?q=X000102", [("/search", "search", "X000102", "X000102")]),
        ("planner", "/search?q=Arbuth", [("/search", "search", "Arbuth", None)]),
        ("planner", "/search?q=%00M1", [("/search", "search", "\ufffdM1", None)]),
    ],
)
def test_every_look_at_people_and_cases_is_on_record(
    name: str, path: str, about: list[tuple[object, ...]], home: Home, opens: Open
) -> None:
    assert opens(name).get(path).status_code == 200
    assert looks(home) == [(name, *one, True) for one in about]


@pytest.mark.parametrize(
    ("name", "path", "about"),
    [
        ("spo2", "/offender-manager/M3", ("/offender-manager/{code}", "offender_manager", "M3", None)),
        (
            "officer",
            "/offender-manager/M5?format=csv",
            ("/offender-manager/{code}?format=csv", "offender_manager", "M5", None),
        ),
        ("south", "/cluster/C1", ("/cluster/{code}", "cluster", "C1", None)),
        ("spo1", "/overdue?unit=team/T3", ("/overdue", "team", "T3", None)),
        ("officer", "/overdue", ("/overdue", "", "", None)),
        ("operator", "/search?q=X000102", ("/search", "search", "X000102", "X000102")),
    ],
)
def test_every_refusal_by_role_or_scope_is_on_record(
    name: str, path: str, about: tuple[object, ...], home: Home, opens: Open
) -> None:
    assert opens(name).get(path).status_code == 403
    assert looks(home) == [(name, *about, False)]


@pytest.mark.parametrize("path", ["/", "/office/O1", "/snapshots", "/digests", "/definitions", "/search", "/nowhere"])
def test_pages_of_no_person_and_no_case_leave_no_record(path: str, home: Home, opens: Open) -> None:
    opens("planner").get(path)
    assert looks(home) == []


@pytest.mark.parametrize(
    ("name", "path"), [("spo1", "/offender-manager/M1"), ("spo1", "/overdue?format=csv"), ("spo2", "/team/T4")]
)
def test_no_look_is_given_that_cannot_be_put_on_record(name: str, path: str, home: Home, opens: Open) -> None:
    browser = opens(name)
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE looked_at RENAME TO lost")
    answer = browser.get(path)
    assert answer.status_code == 503
    assert "could not be done" in answer.text
    assert "X0000" not in answer.text
    assert browser.get("/office/O1").status_code == (200 if name == "spo1" else 503)


@both_databases
@pytest.mark.parametrize("change", ["UPDATE looked_at SET who = 'nobody'", "DELETE FROM looked_at"])
def test_the_database_refuses_to_change_or_remove_a_look(change: str, home: Home, opens: Open) -> None:
    opens("spo1").get("/offender-manager/M1")
    before = looks(home)
    with pytest.raises(DBAPIError, match="only ever added to"), home.store.engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert looks(home) == before


def test_retention_leaves_the_looks(home: Home, opens: Open) -> None:
    opens("spo1").get("/offender-manager/M1")
    before = looks(home)
    apply_retention(home.store, home.settings, NOW + timedelta(weeks=520), dry_run=False)
    assert len(looks(home)) == len(before) == 1
    assert looks(home) == before


@both_databases
def test_a_restore_puts_the_looks_back_and_keeps_those_since_and_the_refusal_to_change_them(
    home: Home, opens: Open, tmp_path: Path
) -> None:
    opens("spo1").get("/offender-manager/M1")
    taken_at = NOW + timedelta(hours=1)
    file, manifest = back_up(home.store, tmp_path / "backup.zip", taken_at)
    assert manifest.tables["looked_at"].rows == 1
    later = make_app(home.settings, home.store, lambda: taken_at + timedelta(minutes=5))
    sign_in(later, "north").get("/offender-manager/M2")
    both = looks(home)
    assert [one[3] for one in both] == ["M1", "M2"]
    restore(home.store, file, taken_at + timedelta(hours=1), replace=True)
    assert looks(home) == both
    with pytest.raises(DBAPIError, match="only ever added to"), home.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM looked_at")
    opens("spo1").get("/offender-manager/M1")
    assert len(looks(home)) == 3


def test_words_that_were_searched_for_are_no_formula_in_the_file(home: Home, opens: Open, hotspots: Program) -> None:
    opens("planner").get("/search", params={"q": '=HYPERLINK("http://evil.example")'})
    (row,) = csv.DictReader(io.StringIO(hotspots("access-log", home=home).out))
    assert row["code"] == '\'=HYPERLINK("http://evil.example")'
