"""Compare the figures that a bundle holds with those derived again, cell by cell."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from math import isclose
from typing import Final

from tiering.faults import UserFault

NEAR: Final = 1e-9
"""How far two numbers may differ, as a share of the larger or in their own unit: another processor may add floats in
another order."""

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?(e[+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class Difference:
    """One place where the stored and the derived figure differ.

    * line: in the stored file, 1 the headings; 0 for a row that it lacks.
    * row: the key of the row; empty for text. column: empty for a whole row or line.
    * stored, derived: None if only the other side has it.
    """

    file: str
    line: int
    row: str
    column: str
    stored: str | None
    derived: str | None

    def describe(self) -> str:
        """The difference in one line."""
        line = f", line {self.line}" if self.line else ""
        row = f" ({self.row})" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        if self.stored is None or self.derived is None:
            only = "derived but not stored" if self.stored is None else "stored but not derived"
            return f"{self.file}{line}{row}{column}: {only}"
        return f"{self.file}{line}{row}{column}: stored {self.stored or 'nothing'}, derived {self.derived or 'nothing'}"


@dataclass(frozen=True)
class Comparison:
    """How many figures of a file were compared, and where they differ."""

    figures: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Row:
    """One row of a table: its line in the file, and its values by column."""

    line: int
    values: dict[str, str]


Table = dict[tuple[str, ...], Row]


def compare_tables(file: str, key: Sequence[str], stored: bytes, derived: bytes) -> Comparison:
    """Compare two CSV files by the key of their rows."""
    (names, ours), (columns, theirs) = _table_in(file, key, stored), _table_in(file, key, derived)
    differences = [Difference(file, 1, "", name, name, None) for name in names if name not in columns]
    differences += [Difference(file, 1, "", name, None, name) for name in columns if name not in names]
    differences += [Difference(file, row.line, _show(at), "", "", None) for at, row in ours.items() if at not in theirs]
    for at, row in theirs.items():
        if at not in ours:
            differences.append(Difference(file, 0, _show(at), "", None, ""))
            continue
        own = ours[at]
        differences += [
            Difference(file, own.line, _show(at), name, own.values[name], value)
            for name, value in row.values.items()
            if name in own.values and not is_same(own.values[name], value)
        ]
    return Comparison(len(theirs) * len(columns), tuple(differences))


def compare_texts(file: str, stored: bytes, derived: bytes) -> Comparison:
    """Compare two texts line by line; each line counts as a figure."""
    ours, theirs = _text(file, stored).split("\n"), _text(file, derived).split("\n")
    lines = enumerate(zip_longest(ours, theirs), start=1)
    differences = [Difference(file, line, "", "", own, other) for line, (own, other) in lines if own != other]
    return Comparison(len(theirs), tuple(differences))


def is_same(stored: str, derived: str) -> bool:
    """Whether two values are the same: as text, or as numbers but for what adding floats in another order makes."""
    if stored == derived:
        return True
    are_numbers = _NUMBER.fullmatch(stored) and _NUMBER.fullmatch(derived)
    return bool(are_numbers) and isclose(float(stored), float(derived), rel_tol=NEAR, abs_tol=NEAR)


def _table_in(file: str, key: Sequence[str], content: bytes) -> tuple[list[str], Table]:
    """The headings of a CSV file, and its rows by their key and by how often the key came before."""
    try:
        rows = list(csv.reader(io.StringIO(_text(file, content), newline=""), strict=True))
    except csv.Error as error:
        raise UserFault([f"{file}: is not a CSV file: {error}"]) from None
    names = rows[0] if rows else []
    table: Table = {}
    seen: dict[tuple[str, ...], int] = {}
    for line, values in enumerate(rows[1:], start=2):
        if len(values) != len(names):
            raise UserFault([f"{file}, line {line}: has {len(values)} values for {len(names)} columns"])
        row = dict(zip(names, values, strict=True))
        at = tuple(row.get(name, "") for name in key)
        seen[at] = seen.get(at, 0) + 1
        table[(*at, str(seen[at]))] = Row(line, row)
    return names, table


def _show(at: tuple[str, ...]) -> str:
    """The key of a row in words; how often it came before only matters from the second row on."""
    *key, count = at
    return " ".join(part for part in key if part) + ("" if count == "1" else f", row {count} of this key")


def _text(file: str, content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise UserFault([f"{file}: is not text in UTF-8"]) from None
