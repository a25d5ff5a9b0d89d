"""What the kinds of workbook share: marks in place of values, the largest area of a sheet, packing anew."""

import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final

from monitor.extracts.refusal import ExtractRefused

LAST_ROW: Final = 1_048_576
MOST_CELLS: Final = 50_000_000
"""Cells in the area of a sheet, empty ones included: about a gigabyte of memory, 47 columns of the longest sheet."""

ERRORS: Final = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Errors of a cell by their code in XLS and XLSB."""

UNKNOWN_ERROR: Final = "#ERROR!"


@dataclass(frozen=True)
class Marks:
    """Texts that stand in for what a sheet cannot say; another for each workbook, so that no file can hold them."""

    sheet: str = field(default_factory=lambda: f"sheet-{secrets.token_hex(8)}")

    @property
    def formula(self) -> str:
        """The value of a formula without a stored result."""
        return f"{self.sheet}-formula"


def check_size(shown: str, last_row: int, last_column: int) -> None:
    """Raise ExtractRefused where memory for every cell up to the last row and column would be too much."""
    if last_row > LAST_ROW:
        raise ExtractRefused([f"{shown}: has rows beyond {LAST_ROW:,}, the last one a sheet can have; save it again"])
    if last_row * last_column > MOST_CELLS:
        raise ExtractRefused(
            [
                f"{shown}: has cells as far as row {last_row:,} and column {last_column:,}, more than the "
                f"{MOST_CELLS:,} cells allowed: delete the cells outside the table and save the workbook"
            ]
        )


def pack(parts: Mapping[str, bytes]) -> BytesIO:
    """A zip file of these parts, not compressed."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as writer:
        for name, part in parts.items():
            writer.writestr(zipfile.ZipInfo(name), part)
    packed.seek(0)
    return packed
