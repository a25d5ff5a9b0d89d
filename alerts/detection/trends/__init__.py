"""The course of a unit over its weeks and months: rises, runs and process charts."""
