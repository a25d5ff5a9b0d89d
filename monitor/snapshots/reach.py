"""The database for callers that pass it on and write no SQL: its type, and the one error that they can handle."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

Database: TypeAlias = Engine
"""The argument of every repository function."""


class OutOfReach(Exception):
    """The database could not be reached, read or written."""


@contextmanager
def out_of_reach_on_error() -> Iterator[None]:
    """Raise OutOfReach for any error of the database inside the block."""
    try:
        yield
    except SQLAlchemyError as error:
        raise OutOfReach from error
