"""Profiles of columns and tables, made from plain lists."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from monitor.extracts.draft.profile import ColumnProfile, SheetProfile, profile_of


def a_profile(heading: str, values: Sequence[str | None], position: int = 0) -> ColumnProfile:
    return profile_of(heading, position, pa.array(values, pa.string()))


def a_sheet(name: str, columns: Mapping[str, Sequence[str | None]]) -> SheetProfile:
    made = [a_profile(heading, values, place) for place, (heading, values) in enumerate(columns.items())]
    return SheetProfile(name, tuple(made))
