"""The tests on other days than today."""
