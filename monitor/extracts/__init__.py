"""Reading and checking an extract: CSV, Parquet, XLSX, SQL, from a folder, zip file or object store."""

from monitor.extracts.extract import Extract, read_extract
from monitor.extracts.judgement.acceptance import NO_INSISTENCE, AcceptanceLimits, Insistence
from monitor.extracts.judgement.last_week import NO_WEEK, LastWeek
from monitor.extracts.reading.size_limits import USUAL_BOUNDS, Bounds
from monitor.extracts.refusal import ExtractRefused, FaultLines

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
