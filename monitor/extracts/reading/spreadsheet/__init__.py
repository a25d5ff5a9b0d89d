"""What a workbook holds, looked at before the library reads it: its kind, its size, what the library would lose."""
