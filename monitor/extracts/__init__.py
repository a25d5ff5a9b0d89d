"""Reading and checking an extract: CSV, Parquet, XLSX, SQL, from a folder, zip file or object store."""

from monitor.extracts.extract import AcceptanceLimits, Extract, read_extract
from monitor.extracts.refusal import ExtractRefused, FaultLines
from monitor.extracts.size_limits import USUAL_BOUNDS, Bounds

__all__ = ["USUAL_BOUNDS", "AcceptanceLimits", "Bounds", "Extract", "ExtractRefused", "FaultLines", "read_extract"]
