"""What is kept: SQLModel tables, the store, the archive of case-level Parquet files, Alembic migrations."""
