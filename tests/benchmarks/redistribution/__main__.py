"""Calls the tables: worker processes look for their work in a module of its own name, which this one has not."""

from tests.benchmarks.redistribution.tables import main

main()
