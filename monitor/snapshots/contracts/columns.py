"""The column contract of a derived frame, in the style of ``tiering.caseload.TABLES``."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pandas as pd

from tiering.caseload import Kind


@dataclass(frozen=True)
class FrameColumn:
    """One column of a derived frame.

    * unit: what a number counts or measures; empty if the column is not a number.
    * optional: whether a value may be missing. It is missing in snapshots from before the figure existed.
    """

    name: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    optional: bool = False

    @property
    def dtype(self) -> Any:
        """The dtype of the column when it is read back."""
        if not self.optional and self.kind in _WITHOUT_GAPS:
            return _WITHOUT_GAPS[self.kind]
        return self.kind.dtype


_WITHOUT_GAPS: Final = {Kind.WHOLE: "int64", Kind.FLAG: "bool"}
"""The plain dtypes for columns without missing values, so that what is calculated from them is as it was before."""


@dataclass(frozen=True)
class DerivedFrame:
    """One derived frame: its columns in the order of storage, and those that form its key.

    * archived: stored as a file of the archive, not in a table of the database or only for an export.
    * derived: can be calculated again from the rows of the extract, so verify compares it.
    """

    name: str
    columns: tuple[FrameColumn, ...]
    key: tuple[str, ...]
    archived: bool = True
    derived: bool = True

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> FrameColumn:
        return next(column for column in self.columns if column.name == name)

    @property
    def dtypes(self) -> dict[str, Any]:
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pd.DataFrame:
        """A frame of no rows with these columns and dtypes."""
        return self._no_rows.copy()

    @cached_property
    def _no_rows(self) -> pd.DataFrame:
        return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in self.dtypes.items()})


def texts(*names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, optional=optional) for name in names)


def dates(*names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.DATE, optional=optional) for name in names)


def numbers(unit: str, *names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.NUMBER, unit, optional) for name in names)


def counts(unit: str, *names: str, optional: bool = False) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.WHOLE, unit, optional) for name in names)


def flags(*names: str) -> tuple[FrameColumn, ...]:
    return tuple(FrameColumn(name, Kind.FLAG) for name in names)


PLACES: Final = texts("om_code", optional=True) + texts("team_code", "office_code", "cluster_code")
"""Where a case is: its offender manager, if it has one, and the units above."""
