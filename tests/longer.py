"""How much of what chance draws is tried: a little at every test run, ten times as much with ``make test-longer``."""

import os

_TIMES = int(os.environ.get("TRY_TIMES", "1"))


def examples(count: int) -> int:
    """How many examples to draw: ``count`` at every test run."""
    return count * _TIMES
