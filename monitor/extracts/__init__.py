"""Reading and checking an extract: CSV, Parquet, XLSX, SQL, from a folder, zip file or object store."""

from monitor.extracts.extract import Extract, Limits, read_extract
from monitor.extracts.refusal import ExtractRefused, Told
from monitor.extracts.size_limits import USUAL_BOUNDS, Bounds

__all__ = ["USUAL_BOUNDS", "Bounds", "Extract", "ExtractRefused", "Limits", "Told", "read_extract"]
