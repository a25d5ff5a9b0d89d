"""The whole thing on a synthetic London: extracts, weekly snapshots, digests in the outbox folder, what was found."""

from collections.abc import Callable
from datetime import datetime

from monitor.mail.sender import deliver
from monitor.run import SYNTHETIC, Request, take_snapshot
from monitor.sample import write_sample
from monitor.settings import Settings
from monitor.snapshots.store import Store, summary_of
from monitor.snapshots.tables import Snapshot
from tiering.policy import PolicyFault


def run_demo(
    settings: Settings, weeks: int, cases: int, seed: int, clock: Callable[[], datetime], say: Callable[[str], None]
) -> tuple[Store, Snapshot]:
    """Take every snapshot of the sample and deliver the digests; returns the store and the last snapshot.

    The digests go to the outbox folder whatever mail server is set: nobody real is to read made-up figures.
    Raises PolicyFault where the store already holds figures of a real service: the two must never mix.
    """
    settings = settings.model_copy(update={"smtp_host": None})
    store = Store(settings.database_url, settings.archive)
    newest = store.newest()
    if newest is not None and newest.source != SYNTHETIC:
        raise PolicyFault([f"{settings.home}: holds snapshots of a real service; set HOTSPOTS_HOME to another folder"])
    folder = settings.home / "sample"
    say(f"writing {weeks} weekly extracts of {cases:,} cases to {folder}")
    written = write_sample(folder, weeks=weeks, cases=cases, seed=seed)
    for week in written:
        if week.folder is None:
            say(f"{week.as_at}  no extract came this week")
            continue
        request = Request(str(week.folder), week.as_at, settings.policy, accept_swing=True)
        newest = take_snapshot(request, settings, store, clock())
        say(_line(newest))
        for _ in deliver(store, settings, clock):
            pass
    if newest is None:
        raise PolicyFault(["--weeks: not one extract was written; ask for more weeks"])
    return store, newest


def _line(snapshot: Snapshot) -> str:
    found = summary_of(snapshot)
    hotspots = found["hotspots"]
    return (
        f"{snapshot.as_at}  {found['capacity_percentage']:.1f}% of capacity, hotspots {hotspots['new']} new, "
        f"{hotspots['continuing']} continuing, {hotspots['cleared']} cleared; {found['overdue']:,} assessments overdue"
    )
