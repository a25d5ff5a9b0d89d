"""Read Parquet without any thread of Arrow, so that the program also ends well.

Arrow's thread pools outlive the last line of a program: on a busy machine about one reader in a hundred aborted at
exit (status 134) after its output was complete. ``use_threads=False`` alone still leaves the pool for input and output,
which everything that reads ahead uses (``pre_buffer``, and ``read_table``, which goes through a dataset). One thread
reads frames of this size faster than several do.
"""

import io
from collections.abc import Iterator, Sequence
from typing import IO, Any

import pandas as pd


def open_parquet(source: Any, **how: Any) -> Any:
    """Open a stream or buffer as ``pyarrow.parquet.ParquetFile`` with the options ``how``; raises ArrowException."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(source, pre_buffer=False, **how)


def read_frame(content: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the rows of a file from its bytes; only ``columns``, if given."""
    frame: pd.DataFrame = read_columns(content, columns).to_pandas(use_threads=False)
    return frame


def read_columns(content: bytes, columns: Sequence[str] | None = None) -> Any:
    """Read a file from its bytes as a table of Arrow; only ``columns``, if given."""
    return open_parquet(io.BytesIO(content)).read(columns=columns, use_threads=False)


def read_batches(file: Any, batch: int, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """Read the rows of an open file as batches of Arrow, ``batch`` rows at a time; only ``columns``, if given."""
    yield from file.iter_batches(batch_size=batch, columns=columns, use_threads=False)


def read_rows(source: IO[bytes], batch: int) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Read the names of the columns and, row by row, their values; never more than ``batch`` rows are in memory."""
    file = open_parquet(source)
    parts = read_batches(file, batch)
    rows = (row for part in parts for row in zip(*(column.to_pylist() for column in part.columns), strict=True))
    return file.schema_arrow.names, rows
