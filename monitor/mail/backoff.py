"""Decide when to try again: growing pauses with full jitter, for one recipient and for the mail server as a whole."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from monitor.clock import LONGEST_WAIT
from monitor.mail.outbox import write_transaction
from monitor.snapshots.mail_tables import MailServer
from monitor.snapshots.store import Store

GIVE_UP_AFTER = timedelta(hours=24)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
# Shorter than for a recipient: every reader waits for the server, so a try that is an hour late delays them all.
SERVER_PAUSES = PAUSES[:3]


def pause(attempts: int, jitter: Callable[[], float], pauses: tuple[timedelta, ...] = PAUSES) -> timedelta:
    """How long to wait after ``attempts`` attempts: at random from nothing up to the pause of that attempt.

    jitter: gives a number from 0 to 1. Full jitter, so that messages that failed together do not all return together.
    """
    return pauses[min(max(attempts, 1), len(pauses)) - 1] * jitter()


def is_given_up(queued_at: datetime, now: datetime) -> bool:
    """Whether a message that has just failed again has been tried for a day and is given up."""
    return now >= queued_at + GIVE_UP_AFTER


def give_up_reason(detail: str) -> str:
    """Why a message is not tried any more, with the server's last reply."""
    return f"not taken within {GIVE_UP_AFTER.total_seconds() / 3600:g} hours: {detail}"


def server_pause(store: Store, server: str, now: datetime) -> MailServer | None:
    """The row of a mail server that senders leave alone after a fault; None if it may be tried."""
    until = col(MailServer.not_before)
    query = select(MailServer).where(MailServer.name == server, until > now, until <= now + LONGEST_WAIT)
    with Session(store.engine) as session:
        return session.exec(query).first()


def pause_server(store: Store, server: str, reason: str, now: datetime, jitter: Callable[[], float]) -> None:
    """Keep every sender away from a server for a while, longer with every fault in a row.

    If several senders meet the same fault at once, only the first one's report counts.
    """
    ours = col(MailServer.name) == server
    with suppress(IntegrityError), write_transaction(store) as connection:
        known = connection.execute(select(MailServer.faults, MailServer.not_before).where(ours)).first()
        faults = 1 if known is None else known.faults + 1
        values = {"faults": faults, "not_before": now + pause(faults, jitter, SERVER_PAUSES), "reason": reason}
        if known is None:
            connection.execute(insert(MailServer).values(name=server, **values))
        elif not now < known.not_before <= now + LONGEST_WAIT:
            connection.execute(update(MailServer).where(ours).values(values))


def forget_faults(store: Store, server: str) -> None:
    """Forget the faults of a server that has answered."""
    with store.engine.begin() as connection:
        connection.execute(delete(MailServer).where(col(MailServer.name) == server))
