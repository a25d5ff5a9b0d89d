"""Stored data: SQLModel tables, the store, the archive of case-level Parquet files, Alembic migrations."""
