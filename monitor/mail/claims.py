"""Claim messages for one sender at a time, for ten minutes, and release the claims of senders that died.

The order of the commits keeps a message from being sent twice, or lost:

1. The claim, before anything is done with the message. A sender that dies here has sent nothing: the message is queued
   again.
2. The phase ``DATA``, when the server has accepted the recipient and before the message itself leaves. A sender that
   dies after this may have sent it, and SMTP has no way to ask: the message is in doubt, for the operator to decide.
3. The outcome, which closes the claim.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, or_, update
from sqlmodel import Session, col, select

from monitor.clock import LONGEST_WAIT
from monitor.mail.backoff import give_up_reason, is_given_up
from monitor.mail.outbox import add_event, load_message, write_transaction
from monitor.processes import for_people, is_gone, this_process
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import ClaimPhase, MessageState
from monitor.snapshots.store import Store

LEASE = timedelta(minutes=10)
"""Longer than the mail server can keep a sender waiting: about ten replies of up to 30 seconds before DATA, and two and
a half minutes for the answer after it. The lease begins again at DATA. It is longer than the five minutes for which
a sender waits for a database that another program holds."""

_CLAIM_TRIES = 20
"""A sender that loses all of these tries is one of many, and the others work through the queue."""


class ClaimLost(Exception):
    """The claim on a message ran out and another sender has it now."""


def sender_name() -> str:
    """The name of this process in the history of a message."""
    return for_people(this_process())


def has_waited(now: datetime) -> ColumnElement[bool]:
    """Condition: a message has waited long enough, or a clock that was ahead put it off."""
    return or_(col(OutboxMessage.send_after) <= now, col(OutboxMessage.send_after) > now + LONGEST_WAIT)


def is_abandoned(store: Store, now: datetime) -> ColumnElement[bool]:
    """Condition: a message is claimed but no sender works on it, as its lease or the sender's process has ended."""
    with Session(store.engine) as session:
        claimed = select(col(OutboxMessage.claimed_by)).where(col(OutboxMessage.state) == MessageState.SENDING)
        senders = [sender for sender in session.exec(claimed.distinct()) if sender is not None]
    # Only processes of this machine can be checked; a sender on another machine has until its lease ends.
    gone = [sender for sender in senders if is_gone(sender)]
    is_over = or_(_is_lapsed(now), col(OutboxMessage.claimed_by).in_(gone))
    return and_(col(OutboxMessage.state) == MessageState.SENDING, is_over)


def claim_next(store: Store, now: datetime, wanted: Sequence[ColumnElement[bool]]) -> OutboxMessage | None:
    """Claim the next message that meets the conditions ``wanted`` for this process alone; None if there is none.

    One statement picks and claims: between two statements, another sender could claim the same message. On PostgreSQL
    it skips messages that another sender is claiming at this moment, instead of waiting for them. It may then find
    nothing although something is left, so it tries again.
    """
    # What was due first goes first; ``send_after`` puts what failed behind the others.
    next_number = (
        select(OutboxMessage.id)
        .where(col(OutboxMessage.state) == MessageState.QUEUED, *wanted)
        .order_by(col(OutboxMessage.send_after), col(OutboxMessage.id))
        .limit(1)
    )
    claim = (
        update(OutboxMessage)
        .where(
            col(OutboxMessage.id) == next_number.with_for_update(skip_locked=True).scalar_subquery(),
            # The condition again: the row may have been claimed after the subquery saw it and before it was locked.
            col(OutboxMessage.state) == MessageState.QUEUED,
        )
        .values(
            state=MessageState.SENDING,
            phase=ClaimPhase.CLAIMED,
            claimed_by=this_process(),
            claims=col(OutboxMessage.claims) + 1,
            lease_until=now + LEASE,
        )
        .returning(col(OutboxMessage.id))
    )
    for _ in range(_CLAIM_TRIES):
        with write_transaction(store, patient=True) as connection:
            number = connection.execute(claim).scalar()
            if number is not None:
                add_event(connection, number, now, (MessageState.QUEUED, MessageState.SENDING), sender_name())
        if number is not None:
            return load_message(store, number)
        with Session(store.engine) as session:
            if session.exec(next_number).first() is None:
                return None
    return None


def begin_data(store: Store, message: OutboxMessage, now: datetime) -> None:
    """Record that the message itself leaves next, and extend the lease.

    Raises ClaimLost if another sender has taken the message over: this sender must then send nothing of it.
    """
    ours = _of_this_claim(message).where(col(OutboxMessage.state) == MessageState.SENDING)
    with store.engine.begin() as connection:
        if connection.execute(ours.values(phase=ClaimPhase.DATA, lease_until=now + LEASE)).rowcount != 1:
            raise ClaimLost(f"message {message.id} was taken over by another sender")


def close_claim(
    store: Store, message: OutboxMessage, state: MessageState, reason: str, now: datetime, **values: Any
) -> bool:
    """Record the outcome of a claimed message; False if it has since been claimed again, or an operator has decided.

    If a slow sender's message was meanwhile held as in doubt, the sender knows best, so its outcome counts.
    """
    with write_transaction(store, patient=True) as connection:
        before = connection.execute(
            select(OutboxMessage.state)
            .where(col(OutboxMessage.id) == message.id, col(OutboxMessage.claims) == message.claims)
            .with_for_update()
        ).scalar()
        if before not in (MessageState.SENDING, MessageState.IN_DOUBT):
            return False
        connection.execute(_of_this_claim(message).values(state=state, reason=reason, phase=None, **values))
        add_event(connection, message.id, now, (before, state), sender_name(), reason)
    return True


def release_expired(store: Store, now: datetime) -> None:
    """Queue again what a dead sender had claimed but not begun to send; hold what it had begun as in doubt.

    What is queued again goes behind the others: a message that kills its senders must not block the queue, and after a
    day it fails like any other.
    """
    expired = (
        select(OutboxMessage.id, OutboxMessage.phase, OutboxMessage.queued_at)
        .where(is_abandoned(store, now))
        # A row that another process holds is being closed, or released, at this moment.
        .with_for_update(skip_locked=True)
    )
    stopped = "the sender stopped before it could record the outcome"
    with write_transaction(store, patient=True) as connection:
        for number, phase, queued_at in connection.execute(expired).all():
            state, reason = MessageState.QUEUED, stopped
            if phase == ClaimPhase.DATA:
                state = MessageState.IN_DOUBT
            elif is_given_up(queued_at, now):
                state, reason = MessageState.FAILED, give_up_reason(stopped)
            values = {"state": state, "reason": reason, "phase": None, "send_after": now}
            connection.execute(update(OutboxMessage).where(col(OutboxMessage.id) == number).values(values))
            add_event(connection, number, now, (MessageState.SENDING, state), sender_name(), reason)


def _is_lapsed(now: datetime) -> ColumnElement[bool]:
    """Condition: the claim on a message has run out, or a clock that was ahead made it."""
    return or_(col(OutboxMessage.lease_until) < now, col(OutboxMessage.lease_until) > now + LONGEST_WAIT)


def _of_this_claim(message: OutboxMessage) -> Update:
    """An update of the message that takes effect only under its present claim.

    The process alone does not identify a claim, because it may have lost this message and claimed it again. The count
    of claims does.
    """
    return update(OutboxMessage).where(
        col(OutboxMessage.id) == message.id,
        col(OutboxMessage.claimed_by) == message.claimed_by,
        col(OutboxMessage.claims) == message.claims,
    )
