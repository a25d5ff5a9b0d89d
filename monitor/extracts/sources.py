"""Where an extract comes from."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.extracts.csv_form import Forms, our_form
from monitor.extracts.files import open_path, open_store
from monitor.extracts.rows import Source
from monitor.extracts.size_limits import Bounds
from monitor.safe_text import without_secrets


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
    from monitor.extracts.database import open_database

    with open_database(address, bounds) as source:
        yield source
