"""Where an extract comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from monitor.extracts.reading.csv_form import Forms, our_form
from monitor.extracts.reading.files import open_path, open_store
from monitor.extracts.reading.rows import Source
from monitor.extracts.reading.size_limits import Bounds
from monitor.extracts.reading.spreadsheet.kind import SUFFIXES
from monitor.safe_text import without_secrets

PACKED_SUFFIXES: Final = frozenset((".zip", *SUFFIXES))
"""Of a file that holds a whole extract, in lower case: a zip file, or a workbook of a kind that is read or refused."""


@contextmanager
def open_source(address: str, bounds: Bounds, forms: Forms = our_form) -> Iterator[Source]:
    """A path, an fsspec URL or a SQLAlchemy URL, open for reading.

    - forms: how its CSV files are written.
    - Raises ExtractRefused when it cannot be read.
    """
    scheme, divider, _ = address.partition("://")
    if not divider:
        with open_path(Path(address), bounds, forms) as source:
            yield source
        return
    from fsspec import available_protocols

    if scheme.split("::")[0] in available_protocols():
        with open_store(address, without_secrets(address), bounds, forms) as source:
            yield source
        return
    from monitor.extracts.reading.database import open_database

    with open_database(address, bounds) as source:
        yield source
