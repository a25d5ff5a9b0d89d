"""What a request says, read so that nothing in it can break a page: its form, its numbers, its size."""

import math
from typing import Final

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

UNREADABLE: Final = "This form could not be read, so nothing was changed. Go back and try again."
LONGEST_CODE: Final = 500
"""Characters of a code: no extract has a longer one."""

LONGEST_UNIT: Final = LONGEST_CODE + 20
"""Characters of a level and a code with / between."""

_LARGEST_DIGITS: Final = 9
"""Digits of a number that every database takes."""


async def form_of(request: Request) -> FormData:
    """The form that a request sends; raises HTTPException (400) if it cannot be read or does not arrive."""
    try:
        return await request.form()
    except (ValueError, ClientDisconnect):
        raise HTTPException(400, UNREADABLE) from None


def is_in_utf8(request: Request) -> bool:
    """Whether the request says nothing about its encoding, or says UTF-8, the only one that these pages send."""
    _, options = parse_options_header(request.headers.get("content-type", ""))
    return options.get(b"charset", b"utf-8").lower() in (b"utf-8", b"utf8")


def body_length(request: Request) -> float:
    """The bytes that a request says it sends; infinite if that is no number of this world."""
    text = request.headers.get("content-length", "0")
    return whole_number(text) if len(text) <= _LARGEST_DIGITS else math.inf


def whole_number(text: str) -> int:
    """The number that a reader typed or that is in an address; 0, which nothing has, if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LARGEST_DIGITS else 0
