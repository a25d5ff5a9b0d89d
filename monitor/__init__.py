"""The outside world: files, database, clock, terminal. Read monitor/run.py first."""
