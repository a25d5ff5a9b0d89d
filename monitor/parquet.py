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


def open_parquet(source: Any) -> Any:
    """The file (``pyarrow.parquet.ParquetFile``) in a stream or buffer; raises ArrowException when it is none."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(source, pre_buffer=False)


def read_columns(file: Any, columns: Sequence[str] | None = None) -> Any:
    """The rows of an opened file as a table of Arrow; only some columns where these are named."""
    return file.read(columns=columns, use_threads=False)


def read_frame(content: bytes) -> pd.DataFrame:
    """The rows of a file, given as its bytes."""
    frame: pd.DataFrame = read_columns(open_parquet(io.BytesIO(content))).to_pandas(use_threads=False)
    return frame


def read_rows(source: IO[bytes], batch: int) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The names of the columns, and row by row their values, never more than ``batch`` rows in memory."""
    file = open_parquet(source)
    batches = file.iter_batches(batch_size=batch, use_threads=False)
    rows = (row for held in batches for row in zip(*(one.to_pylist() for one in held.columns), strict=True))
    return file.schema_arrow.names, rows
