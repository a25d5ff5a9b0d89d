"""Reading and checking an extract: CSV, Parquet, XLSX, SQL, from a folder, zip file or object store."""

from monitor.extracts.acceptance import NO_INSISTENCE, AcceptanceLimits, Insistence
from monitor.extracts.extract import Extract, read_extract
from monitor.extracts.last_week import NO_WEEK, LastWeek
from monitor.extracts.refusal import ExtractRefused, FaultLines
from monitor.extracts.size_limits import USUAL_BOUNDS, Bounds

__all__ = [
    "NO_INSISTENCE",
    "NO_WEEK",
    "USUAL_BOUNDS",
    "AcceptanceLimits",
    "Bounds",
    "Extract",
    "ExtractRefused",
    "FaultLines",
    "Insistence",
    "LastWeek",
    "read_extract",
]
