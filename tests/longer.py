"""How much of what chance draws is tried: a little at every test run, ten times as much with ``make test-longer``.

Every test run draws the same, so that it ends the same on every day and every machine. What is new is looked for with
``make test-longer``, which draws anew each time.
"""

import os

_TIMES = int(os.environ.get("TRY_TIMES", "1"))

DRAWS_THE_SAME = _TIMES == 1


def examples(count: int) -> int:
    """How many examples to draw: ``count`` at every test run."""
    return count * _TIMES
