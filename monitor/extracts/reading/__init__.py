"""Reading the tables of an extract from CSV, Parquet, workbooks and databases, as text."""
