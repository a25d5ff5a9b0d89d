"""Run everything on a synthetic London: extracts, weekly snapshots, digests in the outbox folder, and the findings."""

import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, func, select

from alerts.people import load_people
from alerts.wording import count_of
from monitor.extracts import Insistence
from monitor.mail.sender import deliver
from monitor.operations.demonstration.demo_decisions import DECIDED_AFTER, decide_in_sample
from monitor.operations.demonstration.demo_plan import agree_in_sample, carry_out_in_sample
from monitor.run import Request, take_snapshot
from monitor.sample import write_sample
from monitor.settings import Settings
from monitor.snapshots.archive import remove_archive
from monitor.snapshots.ownership import own_archive
from monitor.snapshots.store import Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import SYNTHETIC, Snapshot
from tiering.faults import ConfigFault


def run_demo(
    settings: Settings,
    weeks: int,
    cases: int,
    seed: int,
    last_as_at: date,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> tuple[Store, Snapshot]:
    """Take every snapshot of the sample up to ``last_as_at`` and deliver the digests.

    - Returns the store and the last snapshot.
    - The digests go to the outbox folder even if a mail server is set: no real reader may get made-up figures.
    - An earlier demonstration as at another date is replaced, because its weeks show another part of the same story.
    - Raises ConfigFault if the store already holds figures of a real service: the two must never mix.
    """
    settings = settings.model_copy(update={"smtp_host": None})
    store = Store(settings.database_url, settings.archive, settings.alternatives)
    folder = settings.home / "sample"
    if _is_real(store):
        raise ConfigFault([f"{settings.home}: holds snapshots of a real service; set HOTSPOTS_HOME to another folder"])
    newest = store.newest()
    if newest is not None and newest.as_at != last_as_at:
        say(f"replacing the demonstration as at {newest.as_at}")
        _empty(store, [settings.outbox, folder, settings.alternatives])
    say(f"writing {weeks} weekly extracts of {cases:,} cases to {folder}")
    written = write_sample(folder, weeks=weeks, cases=cases, seed=seed, last_as_at=last_as_at)
    people = load_people(settings.people_file, settings.mail_domains)
    for week in written:
        if week.folder is None:
            say(f"{week.as_at}  no extract came this week")
            continue
        moved = carry_out_in_sample(store, week.folder, week.as_at)
        if moved:
            say(f"{week.as_at}  {count_of(moved, 'move')} of the agreed plan carried out")
        # Proposals take most of the time of a run, and those of earlier weeks are out of date.
        proposes = week.as_at == last_as_at
        request = Request(
            str(week.folder), week.as_at, settings.policy, insistence=Insistence(swing=True), proposes=proposes
        )
        newest = take_snapshot(request, settings, store, clock()).snapshot
        say(_line(newest))
        weeks_left = (last_as_at - week.as_at).days // 7
        decided = decide_in_sample(store, newest, people, weeks_left)
        if decided:
            say(f"{week.as_at + DECIDED_AFTER}  {count_of(decided, 'decision')} recorded")
        moves = agree_in_sample(store, newest, people, settings.config, weeks_left)
        if moves:
            say(f"{week.as_at + DECIDED_AFTER}  a plan with {count_of(moves, 'move')} agreed")
        for _ in deliver(store, settings, clock):
            pass
    if newest is None:
        raise ConfigFault(["--weeks: not one extract was written; ask for more weeks"])
    return store, newest


def _is_real(store: Store) -> bool:
    """Whether any snapshot, even an old one, is of a real service."""
    real = select(func.count()).select_from(Snapshot).where(col(Snapshot.source) != SYNTHETIC)
    with Session(store.engine) as session:
        return session.exec(real).one() > 0


def _empty(store: Store, folders: list[Path]) -> None:
    """Remove every row of the store but those that are only ever added to, then the archive and the folders."""
    own_archive(store.engine, store.archive)
    record = [SQLModel.metadata.tables[name] for name in ("looked_at", "mail_release", "database_identity")]
    with store.engine.begin() as connection:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table not in record:
                connection.execute(delete(table))
    remove_archive(store.archive)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _line(snapshot: Snapshot) -> str:
    summary = RunSummary.of_snapshot(snapshot)
    hotspots = summary.hotspots
    return (
        f"{snapshot.as_at}  {summary.capacity_percentage:.1f}% of capacity, hotspots {hotspots.new} new, "
        f"{hotspots.continuing} continuing, {hotspots.cleared} cleared; {summary.overdue:,} assessments overdue"
    )
