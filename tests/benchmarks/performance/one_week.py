"""Take one week in a process of its own, and print what it took as JSON: a script with one argument, a JSON object.

Keys: extract, as_at, home, people, database (empty for SQLite in the home).
"""

import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any


def main(asked: dict[str, Any]) -> dict[str, float]:
    """Processor seconds of the imports and of the run with its children, seconds of the clock, and its peak in MB."""
    began = processor()
    from monitor.extracts import Insistence
    from monitor.run import Request, take_snapshot
    from monitor.settings import load_settings
    from monitor.snapshots.store import Store

    imported, since = processor(), time.monotonic()
    settings = load_settings(home=Path(asked["home"]), people=Path(asked["people"]))
    store = Store(asked["database"] or settings.database_url, settings.archive)
    # The proposals have targets and a measurement of their own: tests.benchmarks.proposals.
    request = Request(
        asked["extract"], date.fromisoformat(asked["as_at"]), insistence=Insistence(swing=True), proposes=False
    )
    take_snapshot(request, settings, store, datetime.now(UTC))
    store.engine.dispose()
    return {
        "imports": imported - began,
        "seconds": processor() - imported,
        "clock": time.monotonic() - since,
        "memory": peak_memory(),
    }


def peak_memory() -> float:
    """The peak memory of this process in MB; what getrusage says includes the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


def processor() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.loads(sys.argv[1]))))
