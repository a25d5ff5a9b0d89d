"""Reading and checking an extract: CSV, Parquet, XLSX, SQL, from a folder, zip file or object store."""

from monitor.extracts.bounds import USUAL_BOUNDS, Bounds
from monitor.extracts.extract import Extract, Limits, read_extract
from monitor.extracts.refusal import ExtractRefused, Told

__all__ = ["USUAL_BOUNDS", "Bounds", "Extract", "ExtractRefused", "Limits", "Told", "read_extract"]
