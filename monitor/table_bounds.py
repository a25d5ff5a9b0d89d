"""The limits on a table of an extract that the settings give."""

from monitor.extracts import Bounds
from monitor.settings import Settings


def table_bounds(settings: Settings) -> Bounds:
    """How large a table of an extract may be, and how long it may take to read."""
    return Bounds(settings.table_mb, settings.table_rows, settings.table_values, settings.table_seconds)
