"""Retention: remove case-level rows, what-ifs on them and message bytes after their time; figures of units stay."""

import json
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, or_, select, text, update
from sqlmodel import col

from monitor.alternatives.files import folder_of
from monitor.processes import is_left_behind
from monitor.settings import Settings
from monitor.snapshots.archive import PART, Place, StoredFile, list_files, remove_files
from monitor.snapshots.follow_through.tables import AgreedRows, ConcernNote, DecisionNote, SecondReadingPlan
from monitor.snapshots.mail_tables import HeldMail, OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.ownership import own_archive
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame, PlanRow, Removal, ScenarioRow, Snapshot, WebSession

CASE_LEVEL = (
    "cases", "overdue", "due_soon", "findings", "rejected", "first_seen", "people_seen", "cause_rows", "proposed_moves",
    "oversight",
)  # fmt: skip
"""Frames whose rows are single cases or people, in addition to every ``extract_`` frame with single people in it."""

NO_PERSON_IN_IT = "extract_organisation"

NEEDED_NEXT_WEEK = ("first_seen", "people_seen")
"""The frames from which the next snapshot is calculated."""

SETTLED = (MessageState.SENT, MessageState.SUPERSEDED)
"""States of messages that will not be sent again; failed ones and those in doubt keep their bytes until settled."""

WhatIf = type[ScenarioRow] | type[PlanRow]

_NOTES = (ConcernNote, SecondReadingPlan)
"""What goes after the term of notes, whole rows at a time; the notes of decisions are counted one by one."""

_IN_THE_MAKING = timedelta(days=1)
"""The least age of a file to remove: a younger file that no snapshot names may belong to a run in progress."""


@dataclass(frozen=True)
class RemovalCounts:
    """How much was removed, or would be.

    snapshots, frames: snapshots that lost case-level frames, and these frames.
    messages: messages that lost their bytes.
    files, bytes: files of the archive, and their size.
    what_ifs: scenarios and plans that lost their text.
    notes: of decisions and concerns, which themselves stay.
    """

    snapshots: int
    frames: int
    messages: int
    files: int
    bytes: int
    what_ifs: int = 0
    notes: int = 0


def apply_retention(store: Store, settings: Settings, now: datetime, *, dry_run: bool = False) -> RemovalCounts:
    """Remove the case-level rows of snapshots older than ``keep_cases_weeks``, and the bytes of old messages.

    dry_run: change nothing.

    - Returns how much was removed.
    - The latest snapshot stays whole, and so does what the oldest whole one was calculated from.
    - A message that was sent or superseded more than ``keep_mail_days`` ago loses its bytes. Its row stays, with hash
      and state.
    - A file goes if no snapshot needs it: its rows were removed, or a killed run left it more than a day ago.
    - A decision, a concern and an answer lose their note after ``keep_notes_weeks``; they themselves stay. So does a
      second reading, which loses its note and which plan it is of.
    - Scenarios and plans lose text and answer with the rows of their snapshot. Their author, times and figures stay.
      So do the figures of units of an agreed plan; its moves and people go.
    - Expired sessions of the pages are deleted.
    - Raises ArchiveOfAnother, before anything changes, if the archive belongs to another database.
    - Alternative histories stay, as the unit figures of snapshots do. Of them goes only what a killed command left.

    It is safe at any time, from several processes at once, and while a run is being stored. It is cheap if there is
    nothing to do. The scheduler applies it once a day.
    """
    if not dry_run:
        own_archive(store.engine, store.archive)
    with store.engine.connect().execution_options(writes_first=True) as connection, connection.begin() as transaction:
        _lock(connection)
        frames = _expired_frames(connection, settings, now)
        messages = [*_expired_messages(connection, settings, now), *_expired_held_mail(connection, settings, now)]
        what_ifs = _expired_what_ifs(connection, settings, now)
        notes = _expired_notes(connection, settings, now)
        connection.execute(delete(WebSession).where(col(WebSession.until) <= now))
        of_concerns = _count_expired_concerns(connection, settings, now)
        if frames or messages or notes or of_concerns or any(what_ifs.values()):
            _mark(connection, settings, now, frames, messages, what_ifs, notes, of_concerns)
        files = [*_unneeded_files(connection, store.archive, now), *_abandoned_alternatives(store, now)]
        removed = RemovalCounts(
            len({snapshot for snapshot, _ in frames}),
            len(frames),
            len(messages),
            len(files),
            sum(file.size for file in files),
            sum(map(len, what_ifs.values())),
            len(notes) + of_concerns,
        )
        if dry_run:
            transaction.rollback()
            return removed
    # Only after the commit, because deleted files cannot be rolled back.
    with store.engine.connect().execution_options(writes_first=True) as connection, connection.begin():
        _lock(connection)
        remove_files(store.archive, _unneeded_files(connection, store.archive, now))
    remove_files(folder_of(store), _abandoned_alternatives(store, now))
    return removed


def _lock(connection: Connection) -> None:
    """Keep runs from naming files of the archive until the transaction ends; SQLite has only one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE archived_frame IN SHARE ROW EXCLUSIVE MODE"))


def _expired_frames(connection: Connection, settings: Settings, now: datetime) -> list[tuple[int, str]]:
    """The expired case-level frames, by snapshot and name."""
    snapshots = _snapshots(connection)
    over = _expired_snapshots(snapshots, settings, now)
    before_a_kept_one = {
        json.loads(history)[-1] for number, _, history in snapshots if number not in over and json.loads(history)
    }
    case_level = or_(col(ArchivedFrame.name).in_(CASE_LEVEL), col(ArchivedFrame.name).startswith("extract_"))
    there = select(col(ArchivedFrame.snapshot_id), col(ArchivedFrame.name)).where(
        col(ArchivedFrame.snapshot_id).in_(over),
        col(ArchivedFrame.removal_id).is_(None),
        case_level,
        col(ArchivedFrame.name) != NO_PERSON_IN_IT,
    )
    return [
        (number, name)
        for number, name in connection.execute(there)
        if not (name in NEEDED_NEXT_WEEK and number in before_a_kept_one)
    ]


def _snapshots(connection: Connection) -> Sequence[Row[int | None, date, str]]:
    """Id, as-at date and history of every snapshot, the home's own first, and of these the latest first."""
    order = (col(Snapshot.comparison) != "", col(Snapshot.as_at).desc(), col(Snapshot.revision).desc())
    return connection.execute(
        select(col(Snapshot.id), col(Snapshot.as_at), col(Snapshot.history)).order_by(*order)
    ).all()


def _expired_snapshots(
    snapshots: Sequence[Row[int | None, date, str]], settings: Settings, now: datetime
) -> list[int | None]:
    """Ids of the expired snapshots, never the home's latest."""
    oldest_kept = now.date() - timedelta(weeks=settings.keep_cases_weeks)
    return [number for number, as_at, _ in snapshots[1:] if as_at < oldest_kept]


def _expired_what_ifs(connection: Connection, settings: Settings, now: datetime) -> dict[WhatIf, list[int]]:
    """Ids of scenarios and of plans that still name cases of an expired snapshot."""
    over = _expired_snapshots(_snapshots(connection), settings, now)
    expired: dict[WhatIf, list[int]] = {}
    for table in (ScenarioRow, PlanRow):
        query = select(col(table.id)).where(col(table.snapshot_id).in_(over), col(table.removal_id).is_(None))
        expired[table] = [number for number in connection.execute(query).scalars() if number is not None]
    return expired


def _expired_notes(connection: Connection, settings: Settings, now: datetime) -> list[int]:
    """Ids of the decisions whose notes are older than their term."""
    oldest = now - timedelta(weeks=settings.keep_notes_weeks)
    query = select(col(DecisionNote.decision_id)).where(col(DecisionNote.decided_at) < oldest)
    return list(connection.execute(query).scalars())


def _count_expired_concerns(connection: Connection, settings: Settings, now: datetime) -> int:
    """How many notes of concerns, of their answers and of second readings are older than their term."""
    queries = [select(func.count()).select_from(table).where(_is_expired(table, settings, now)) for table in _NOTES]
    return sum(connection.execute(query).scalar_one() for query in queries)


def _is_expired(table: type[ConcernNote | SecondReadingPlan], settings: Settings, now: datetime) -> ColumnElement[bool]:
    return col(table.written_at) < now - timedelta(weeks=settings.keep_notes_weeks)


def _expired_messages(connection: Connection, settings: Settings, now: datetime) -> list[int]:
    """Ids of settled messages that still have their bytes after their time."""
    settled_at = func.coalesce(col(OutboxMessage.sent_at), col(OutboxMessage.queued_at))
    query = select(col(OutboxMessage.id)).where(
        col(OutboxMessage.state).in_(SETTLED),
        col(OutboxMessage.removal_id).is_(None),
        func.length(col(OutboxMessage.message)) > 0,
        settled_at < now - timedelta(days=settings.keep_mail_days),
    )
    return [number for number in connection.execute(query).scalars() if number is not None]


def _expired_held_mail(connection: Connection, settings: Settings, now: datetime) -> list[int]:
    """The ids of messages that were stopped and not released, and whose time is over."""
    query = (
        select(col(HeldMail.outbox_id))
        .join(OutboxMessage, col(OutboxMessage.id) == col(HeldMail.outbox_id))
        .where(
            func.length(col(HeldMail.message)) > 0,
            col(OutboxMessage.queued_at) < now - timedelta(days=settings.keep_mail_days),
        )
    )
    return [number for number in connection.execute(query).scalars() if number is not None]


def _mark(
    connection: Connection,
    settings: Settings,
    now: datetime,
    frames: list[tuple[int, str]],
    messages: list[int],
    what_ifs: dict[WhatIf, list[int]],
    notes: list[int],
    of_concerns: int,
) -> None:
    """Record what goes, when and under which terms; empty messages and what-ifs, and delete the notes.

    of_concerns: number of notes of concerns and second readings.
    """
    removal = insert(Removal).values(
        removed_at=now,
        removed_by=f"{socket.gethostname()}:{os.getpid()}",
        keep_cases_weeks=settings.keep_cases_weeks,
        keep_mail_days=settings.keep_mail_days,
        frames=len(frames),
        messages=len(messages),
        what_ifs=sum(map(len, what_ifs.values())),
        keep_notes_weeks=settings.keep_notes_weeks,
        notes=len(notes) + of_concerns,
    )
    (number,) = connection.execute(removal).inserted_primary_key or (None,)
    frame = update(ArchivedFrame).where(
        col(ArchivedFrame.snapshot_id) == bindparam("of"), col(ArchivedFrame.name) == bindparam("named")
    )
    if frames:
        connection.execute(frame.values(removal_id=number), [{"of": of, "named": named} for of, named in frames])
    mail = update(OutboxMessage).where(col(OutboxMessage.id).in_(messages))
    connection.execute(mail.values(removal_id=number, message=b""))
    held = update(HeldMail).where(col(HeldMail.outbox_id).in_(messages))
    connection.execute(held.values(subject="", message=b"", leaks="[]"))
    connection.execute(delete(DecisionNote).where(col(DecisionNote.decision_id).in_(notes)))
    for table in _NOTES:
        connection.execute(delete(table).where(_is_expired(table, settings, now)))
    for what_if, ids in what_ifs.items():
        gone = {"text": "", "removal_id": number} | ({"answer": b"", "message": None} if what_if is PlanRow else {})
        connection.execute(update(what_if).where(col(what_if.id).in_(ids)).values(gone))
    connection.execute(delete(AgreedRows).where(col(AgreedRows.plan_id).in_(what_ifs[PlanRow])))


def _unneeded_files(connection: Connection, archive: Place, now: datetime) -> list[StoredFile]:
    """The files of the archive that no snapshot needs: their rows were removed, or a killed run left them."""
    of_rows = select(col(ArchivedFrame.sha256)).distinct()
    needed = set(connection.execute(of_rows.where(col(ArchivedFrame.removal_id).is_(None))).scalars())
    removed = set(connection.execute(of_rows.where(col(ArchivedFrame.removal_id).is_not(None))).scalars())
    left_behind = (now - _IN_THE_MAKING).timestamp()
    unneeded = []
    for file in list_files(archive):
        is_old, name = file.changed < left_behind, file.name
        is_loose = name.suffix == ".parquet" and name.stem not in needed and (is_old or name.stem in removed)
        if is_loose or (name.suffix == PART and is_left_behind(name.name, is_old=is_old)):
            unneeded.append(file)
    return unneeded


def _abandoned_alternatives(store: Store, now: datetime) -> list[StoredFile]:
    """What a recompute that was killed left half-written."""
    left_behind = (now - _IN_THE_MAKING).timestamp()
    return [
        file
        for file in list_files(folder_of(store))
        if file.name.suffix == PART and is_left_behind(file.name.name, is_old=file.changed < left_behind)
    ]
