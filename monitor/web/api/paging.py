"""Long lists in parts: which part is asked for, its rows as the API answers them, and where the next part is."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import urlencode

import pandas as pd
from fastapi import Depends, Query, Request

from monitor.web.api.schemas import DatedPart, PagedList, UnitFigures
from monitor.web.formatting import is_missing
from monitor.web.read_model.snapshot import SnapshotView

MOST: Final = 1000
"""Items in one answer; more are in the next part."""

Row = TypeVar("Row", bound=UnitFigures)


class Paging:
    """Which part of a list is asked for."""

    def __init__(
        self,
        request: Request,
        limit: Annotated[int, Query(ge=1, le=MOST, description="At most so many items.")] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="Leave out so many items.")] = 0,
    ) -> None:
        self._request = request
        self._limit = limit
        self._offset = offset

    def part(self, kind: type[Row], frame: pd.DataFrame) -> PagedList[Row]:
        """The part of a list that belongs to no snapshot."""
        return PagedList[kind](  # type: ignore[valid-type]
            total=len(frame),
            limit=self._limit,
            offset=self._offset,
            next=self._next(len(frame), None),
            items=self._items(kind, frame),
        )

    def dated(self, kind: type[Row], frame: pd.DataFrame, week: SnapshotView) -> DatedPart[Row]:
        """The part of a list of one snapshot; the next part is of the same."""
        return DatedPart[kind](  # type: ignore[valid-type]
            total=len(frame),
            limit=self._limit,
            offset=self._offset,
            next=self._next(len(frame), week.as_at),
            items=self._items(kind, frame),
            as_at=week.as_at,
            revision=week.snapshot.revision,
        )

    def _items(self, kind: type[Row], frame: pd.DataFrame) -> list[Row]:
        return rows_of_frame(kind, frame.iloc[self._offset : self._offset + self._limit])

    def _next(self, length: int, as_at: date | None) -> str | None:
        end = self._offset + self._limit
        words = dict(self._request.query_params) | {"offset": str(end)}
        words |= {} if as_at is None else {"as_at": as_at.isoformat()}
        return f"{self._request.scope['path']}?{urlencode(words)}" if end < length else None


Paged = Annotated[Paging, Depends()]


def rows_of_frame(kind: type[Row], frame: pd.DataFrame) -> list[Row]:
    """The columns that a kind of row has, row by row, None for what is missing."""
    names = list(kind.model_fields)
    columns = [frame[name].tolist() for name in names]
    return [_row(kind, names, values) for values in zip(*columns, strict=True)]


def rows_of_page(kind: type[Row], rows: Iterable[object]) -> list[Row]:
    """The rows of a page model as the API answers them, None for what is missing."""
    names = list(kind.model_fields)
    return [_row(kind, names, [getattr(row, name) for name in names]) for row in rows]


def _row(kind: type[Row], names: list[str], values: Iterable[Any]) -> Row:
    return kind.model_validate(dict(zip(names, map(_plain, values), strict=True)))


def _plain(value: Any) -> Any:
    """A value as JSON has it: None for what is missing, a day for a moment of the extract."""
    if is_missing(value):
        return None
    return value.date() if isinstance(value, pd.Timestamp) else value
