"""Compare the organisation of two weeks: what moved, changed its name or code, and whose history goes on."""
