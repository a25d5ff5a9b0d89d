"""Reference data that is not part of an extract: known events and inspections."""
