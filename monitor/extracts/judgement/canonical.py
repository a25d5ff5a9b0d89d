"""One hash for the same data, whatever file, format or order it came in."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from tiering.caseload import TABLES


def content_hash(tables: Mapping[str, pd.DataFrame], rejected: pd.DataFrame) -> str:
    """Sha256 of accepted tables, each in its own order, and of rejected rows without their lines.

    A table or column that was added to the contract counts only where it has a value: an extract without it has the
    hash that it had before.
    """
    digest = hashlib.sha256()
    without_lines = rejected.drop(columns="line")
    faults = without_lines.sort_values(list(without_lines.columns), ignore_index=True)
    for name, frame in [*_as_known(tables), ("", faults)]:
        digest.update(f"{name}\n{len(frame)}\n".encode())
        for column in frame.columns:
            digest.update(f"{column}\n".encode())
            for part in _bytes_of(frame[column]):
                digest.update(part)
    return digest.hexdigest()


def _as_known(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, pd.DataFrame]]:
    """The tables without what was added to the contract and has no value here."""
    for name, frame in tables.items():
        table = TABLES[name]
        if table.added and frame.empty:
            continue
        unused = [
            column.name
            for column in table.columns
            if column.added and column.name in frame and frame[column.name].isna().all()
        ]
        yield name, frame.drop(columns=unused)


def _bytes_of(values: "pd.Series[Any]") -> tuple[bytes, Any]:
    """Which values are there, and what they are; the same on every machine."""
    missing = values.isna().to_numpy(dtype=bool)
    if isinstance(values.dtype, pd.StringDtype):
        texts = _texts_of(values)
        lengths = pc.utf8_length(texts).to_numpy().astype("<i8")
        whole = pc.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts), pa.scalar("", pa.large_string()))
        return missing.tobytes() + lengths.tobytes(), whole[0].as_buffer()
    there = values[~missing]
    if values.dtype.kind == "M":
        return missing.tobytes(), there.to_numpy().astype("datetime64[s]").astype("<i8").tobytes()
    return missing.tobytes(), there.to_numpy(dtype="<f8" if values.dtype.kind == "f" else "<i8").tobytes()


def _texts_of(values: "pd.Series[Any]") -> Any:
    """The texts of a column as one Arrow array, without the missing ones."""
    texts = pc.drop_null(pa.array(values, pa.large_string(), from_pandas=True))
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
