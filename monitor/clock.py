"""Check the clock against what is stored, before anything is removed or sent because of the time."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from monitor.settings import Settings
from monitor.snapshots.database import patiently
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ClockLook, Snapshot

NOTICE = "clock-find_jump"
"""The kind of message that warns the operators; it alone is sent while the clock is in doubt."""

CONFIRM = "hotspots deliver --clock-is-right"

LONGEST_WAIT = timedelta(days=1)
"""No lease and no pause is as long as this: a wrong clock set any end that is further ahead, so it counts as over."""

_ONLY = 1


@dataclass(frozen=True)
class Jump:
    """The clock, and the last moment at which the service is known to have run: too far apart to be true."""

    now: datetime
    known: datetime

    @property
    def ahead(self) -> bool:
        """Whether the clock is ahead; else it went back."""
        return self.now > self.known

    @property
    def days(self) -> int:
        """How far apart the two are, in whole days."""
        return abs(self.now - self.known).days

    def __str__(self) -> str:
        days = f"{self.days:,} day{'' if self.days == 1 else 's'} {'after' if self.ahead else 'before'}"
        return (
            f"the clock says {self.now:%Y-%m-%d %H:%M} UTC, {days} the last known run of {self.known:%Y-%m-%d}: "
            f"nothing is removed and nothing is sent to readers; correct the clock, or confirm it: {CONFIRM}"
        )


def clock_jump(now: datetime, known: datetime | None, most: timedelta) -> Jump | None:
    """A Jump if ``now`` is more than ``most`` from ``known``, in either direction; else None.

    known: the last moment at which the service is known to have run; if it is None, every clock is accepted.
    """
    return None if known is None or abs(now - known) <= most else Jump(now, known)


def find_jump(store: Store, settings: Settings, now: datetime) -> Jump | None:
    """Find out whether the clock has jumped since the last moment that is stored; store nothing."""
    return clock_jump(now, _last_known(store), timedelta(days=settings.clock_jump_days))


def check_clock(store: Store, settings: Settings, now: datetime, *, confirmed_by: str | None = None) -> Jump | None:
    """Find out whether the clock has jumped; if not, store this moment as the last known run.

    confirmed_by: the account that says that the clock is right. It then counts as right, however far it has jumped.
    """
    if confirmed_by is not None:
        _remember(store, at=now, snapshot_id=_newest_number(store), confirmed_at=now, confirmed_by=confirmed_by)
        return None
    jump = find_jump(store, settings, now)
    if jump is None:
        remember(store, now)
    return jump


def remember(store: Store, now: datetime) -> None:
    """Store this moment as the last known run, because the clock was right."""
    _remember(store, at=now)


def _last_known(store: Store) -> datetime | None:
    with Session(store.engine) as session:
        last = session.get(ClockLook, _ONLY)
        # The clock is checked before anything is sent, so messages count only in a home older than that check.
        sent = select(func.max(OutboxMessage.sent_at)).where(col(OutboxMessage.digest) != NOTICE)
        at = session.exec(sent).one() if last is None else last.at
        taken = list(_snapshots(session, 0 if last is None else last.snapshot_id or 0))
    return max([*taken, *([] if at is None else [at])], default=None)


def _snapshots(session: Session, after: int) -> Iterator[datetime]:
    """The latest time at which each snapshot can have been taken.

    A snapshot is as at a day that does not depend on the clock, unless that day was still to come.

    after: the number of the latest snapshot when the clock was last confirmed; only later ones count.
    """
    query = select(col(Snapshot.as_at), col(Snapshot.created_at)).where(col(Snapshot.id) > after)
    for as_at, created_at in session.exec(query):
        yield min(datetime.combine(as_at, time(), UTC), created_at)


def _newest_number(store: Store) -> int | None:
    with Session(store.engine) as session:
        return session.exec(select(func.max(Snapshot.id))).one()


def _remember(store: Store, **values: Any) -> None:
    """Store the last check; if two processes check for the first time at once, one row is enough."""
    with patiently(store.engine).begin() as connection:
        is_there = connection.execute(update(ClockLook).where(col(ClockLook.id) == _ONLY).values(**values)).rowcount
    if not is_there:
        with suppress(IntegrityError), patiently(store.engine).begin() as connection:
            connection.execute(insert(ClockLook).values(id=_ONLY, **values))
