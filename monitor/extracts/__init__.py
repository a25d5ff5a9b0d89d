"""Reading and checking an extract: CSV, Parquet, XLSX, SQL, from a folder, zip file or object store."""

from monitor.extracts.extract import Extract, Limits, read_extract
from monitor.extracts.refusal import ExtractRefused, Told

__all__ = ["Extract", "ExtractRefused", "Limits", "Told", "read_extract"]
