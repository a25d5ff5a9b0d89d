"""Reads one extract each time a line comes in, and prints the processor seconds: a script, run in one source tree.

Arguments: the source, its date and, to compare with last week, the folder and date of last week's extract.
"""

import sys
import time
from collections.abc import Mapping
from datetime import date
from typing import Any

from monitor.extracts import read_extract

TIERS = ("1", "2", "3", "4")


def measure(source: str, as_at: date, also: Mapping[str, Any]) -> float:
    """Processor seconds of reading and checking an extract up to its acceptance."""
    began = time.process_time()
    read_extract(source, as_at, TIERS, **also)
    return time.process_time() - began


if __name__ == "__main__":
    source, as_at, *last = sys.argv[1:]
    also = {}
    if last:
        # A tree from before the comparison with last week has no such module, and is not asked for it.
        from monitor.snapshots.weeks.last_intake import last_week_of

        last_day = date.fromisoformat(last[1])
        also["last"] = last_week_of(last_day, read_extract(last[0], last_day, TIERS))
    for _ in sys.stdin:
        sys.stdout.write(f"{measure(source, date.fromisoformat(as_at), also)}\n")
        sys.stdout.flush()
