"""Addresses of pages, and the way back to one after signing in."""

import pytest
from starlette.requests import Request

from monitor.web.urls import address, file_part, path_asked, safe_path, with_query


@pytest.mark.parametrize(
    ("level", "code", "as_at", "path"),
    [
        ("all", "all", "", "/"),
        ("all", "all", "2026-11-20", "/?as_at=2026-11-20"),
        ("team", "T1", "", "/team/T1"),
        ("offender_manager", "M1", "2026-11-20", "/offender-manager/M1?as_at=2026-11-20"),
        ("cluster", ".", "2026-11-20", "/cluster/?code=.&as_at=2026-11-20"),
    ],
)
def test_a_unit_has_an_address_in_every_week(level: str, code: str, as_at: str, path: str) -> None:
    assert address(level, code, as_at) == path


@pytest.mark.parametrize(
    ("path", "safe"), [("/overdue?rosh=high", "/overdue?rosh=high"), ("//evil", "/"), ("/\\evil", "/"), ("evil", "/")]
)
def test_only_a_path_of_these_pages_is_safe(path: str, safe: str) -> None:
    assert safe_path(path) == safe


def test_a_path_is_taken_as_it_was_written_with_its_query() -> None:
    request = Request({"type": "http", "path": "/team/a b", "query_string": b"as_at=2026-11-20", "headers": []})
    assert with_query(path_asked(request), request) == "/team/a%20b?as_at=2026-11-20"
    request = Request({"type": "http", "path": "/", "query_string": b"", "headers": []})
    assert with_query("/", request) == "/"


@pytest.mark.parametrize(
    ("level", "name", "part"),
    [
        ("office", "Mare Street", "office-mare-street"),
        ("office", "Office O1", "office-o1"),
        ("offender_manager", "00002", "offender-manager-00002"),
        ("team", '=HYPERLINK("http://x.example")/../\u202eÖ', "team-hyperlink-http-x-example-o"),
        ("team", "", "team"),
        ("team", "a" * 100, "team-" + "a" * 55),
    ],
)
def test_the_name_of_a_file_says_the_unit_in_letters_that_every_system_takes(level: str, name: str, part: str) -> None:
    assert file_part(level, name) == part
