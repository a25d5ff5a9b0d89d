"""What a request says, read so that nothing in it can break a page."""

import math

import pytest
from starlette.requests import Request

from monitor.web.requests import body_length, is_in_utf8, whole_number


def request_with(name: str, value: str) -> Request:
    return Request({"type": "http", "headers": [(name.encode(), value.encode())]})


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0", 0), ("", 0), ("-1", 0), ("1e3", 0), ("\u0661", 0), ("9" * 9, 999_999_999), ("9" * 10, 0)],
)
def test_what_is_no_number_that_a_database_takes_is_0(text: str, number: int) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(("given", "length"), [("17", 17), ("many", 0), ("9" * 10, math.inf)])
def test_a_length_that_is_too_long_to_read_is_infinite(given: str, length: float) -> None:
    assert body_length(request_with("content-length", given)) == length


@pytest.mark.parametrize(
    ("kind", "readable"),
    [("text/plain", True), ("text/plain; charset=UTF-8", True), ("text/plain; charset=utf-16", False)],
)
def test_only_utf_8_is_read(kind: str, readable: bool) -> None:
    assert is_in_utf8(request_with("content-type", kind)) is readable
