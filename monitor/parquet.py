"""Reading Parquet without any thread of Arrow, so that a program that has done its work also ends well.

Arrow's pools outlive the last line of a program. On a busy machine about one reader in a hundred aborted at exit
(status 134) after its output was complete. ``use_threads=False`` alone leaves the pool for input and output: what reads
ahead (``pre_buffer``, and ``read_table``, which goes through a dataset) uses it. One thread reads frames of this size
faster than several do.
"""

import io
from collections.abc import Iterator, Sequence
from typing import IO, Any

import pandas as pd


def open_parquet(source: Any, **how: Any) -> Any:
    """The file (``pyarrow.parquet.ParquetFile``) in a stream or buffer, read as ``how`` says; raises ArrowException."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(source, pre_buffer=False, **how)


def read_frame(content: bytes) -> pd.DataFrame:
    """The rows of a file, given as its bytes."""
    table = open_parquet(io.BytesIO(content)).read(use_threads=False)
    frame: pd.DataFrame = table.to_pandas(use_threads=False)
    return frame


def read_batches(file: Any, batch: int, columns: Sequence[str] | None = None) -> Iterator[Any]:
    """The rows of an opened file, ``batch`` at a time, as batches of Arrow; only some columns where these are named."""
    yield from file.iter_batches(batch_size=batch, columns=columns, use_threads=False)


def read_rows(source: IO[bytes], batch: int) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The names of the columns, and row by row their values, never more than ``batch`` rows in memory."""
    file = open_parquet(source)
    parts = read_batches(file, batch)
    rows = (row for part in parts for row in zip(*(one.to_pylist() for one in part.columns), strict=True))
    return file.schema_arrow.names, rows
