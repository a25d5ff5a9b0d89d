"""How large a table may be, and how long it may take to read: bounds that hold before anything is read whole."""

import time
from dataclasses import dataclass
from typing import Final

from monitor.extracts.refusal import ExtractRefused

MOST_COLUMNS: Final = 16_384
"""Columns of a table: as many as a spreadsheet has."""

MOST_BROKEN: Final = 100_000
"""Rows of a table that cannot be parted into columns, each of which is listed."""

MOST_FAULTS: Final = 200_000
"""Faults of a table that are listed one by one."""


@dataclass(frozen=True)
class Bounds:
    """What one table may be at most; the defaults are ten times what the whole country needs.

    megabytes: of 1,048,576 bytes, unpacked; of a workbook and of a packed file as a whole. rows: lines of a file, rows
    of anything else. values: rows by columns. seconds: to read a sheet or a database table.
    """

    megabytes: int = 1_024
    rows: int = 20_000_000
    values: int = 200_000_000
    seconds: float = 300

    @property
    def bytes(self) -> int:
        """Bytes of one table."""
        return self.megabytes << 20

    def check_bytes(self, shown: str, count: int, does: str = "has") -> None:
        """Raise ExtractRefused where a file is larger."""
        if count > self.bytes:
            raise _too_much(f"{shown}: {does} {count:,} bytes, more than the {self.bytes:,} allowed", "MB")

    def check_text(self, shown: str, count: int) -> None:
        """Raise ExtractRefused where the text of a table, as far as it is read, is larger."""
        if count > self.bytes:
            raise _too_much(f"{shown}: holds more than the {self.bytes:,} bytes of text allowed", "MB")

    def check_rows(self, shown: str, count: int, what: str = "rows") -> None:
        """Raise ExtractRefused where a table has more rows."""
        if count > self.rows:
            raise _too_much(f"{shown}: has {count:,} {what}, more than the {self.rows:,} allowed", "ROWS")

    def check_values(self, shown: str, count: int) -> None:
        """Raise ExtractRefused where a table has more values."""
        if count > self.values:
            raise _too_much(f"{shown}: has {count:,} values, more than the {self.values:,} allowed", "VALUES")

    def check_columns(self, shown: str, count: int) -> None:
        """Raise ExtractRefused where a table has more columns."""
        if count > MOST_COLUMNS:
            raise ExtractRefused(
                [
                    f"{shown}: has {count:,} headings, more than the {MOST_COLUMNS:,} allowed: export the table with "
                    "the columns that are needed"
                ]
            )


USUAL_BOUNDS = Bounds()


class ReadingTime:
    """How long the reading of one table takes; ``start`` it for each."""

    def __init__(self, bounds: Bounds) -> None:
        self._seconds = bounds.seconds
        self.start("")

    def start(self, shown: str) -> None:
        """Begin with the table of that name."""
        self._shown, self._ends = shown, time.monotonic() + self._seconds

    @property
    def over(self) -> bool:
        """Whether the time has passed."""
        return time.monotonic() > self._ends

    def check(self) -> None:
        """Raise ExtractRefused where the time has passed."""
        if self.over:
            raise self.refusal()

    def refusal(self) -> ExtractRefused:
        """The refusal of a table that takes too long."""
        return _too_much(f"{self._shown}: takes longer to read than the {self._seconds:,g} seconds allowed", "SECONDS")


def _too_much(fault: str, setting: str) -> ExtractRefused:
    return ExtractRefused([f"{fault}: export the table without what is not needed, or raise HOTSPOTS_TABLE_{setting}"])
