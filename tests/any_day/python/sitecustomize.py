"""What every Python process does first on another day.

``time.sleep`` waits for a moment of the monotonic clock, and libfaketime 0.9.10 moves that moment to the other day even
where it is to leave this clock alone: the call fails. Waiting for nothing to happen takes a span of time instead.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
