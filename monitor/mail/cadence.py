"""Decide whose digest is due after a snapshot: every week, once a month, or if there is something new."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlmodel import Session, col, func, select

from alerts.detection.organisation.model import stored_organisation
from alerts.digest.news import LastDigest, find_news
from alerts.digest.privacy import name_scope
from alerts.digest.week_facts import WeekFacts
from alerts.people import Cadence, Person
from alerts.recipients import scope_of
from monitor.mail.outbox import scope_codes
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.organisation import changes_of

# A reader who may not have got a digest does not know what was in it.
_REACHED = (MessageState.QUEUED, MessageState.SENDING, MessageState.SENT, MessageState.IN_DOUBT)


def due_readers(store: Store, readers: Sequence[Person], as_at: date) -> list[Person]:
    """The readers whose digest is due with the snapshot of a date, in their order.

    A monthly digest is due with the first snapshot of a month after the last one, and with a correction of that
    snapshot. Whether a daily digest has anything to say is for ``readers_without_news`` to decide.
    """
    if not any(reader.digest == Cadence.MONTHLY for reader in readers):
        return list(readers)
    last = _last_monthly_digests(store)
    return [
        reader
        for reader in readers
        if reader.digest != Cadence.MONTHLY or _is_month_due(last.get(reader.email.casefold()), as_at)
    ]


def readers_without_news(
    store: Store,
    readers: Sequence[Person],
    picture: WeekFacts,
    *,
    rules: Collection[str],
    red_line: float,
    small_team: int,
) -> frozenset[str]:
    """The addresses of the daily readers for whom there is nothing new since the last digest that reached them.

    rules: names of the hotspot rules that go by email.
    """
    daily = [reader for reader in readers if reader.digest == Cadence.DAILY]
    snapshots = {reader.email: _last_snapshot(store, reader, picture.as_at) for reader in daily}
    last = {number: _last_digest(store, number, rules) for number in set(snapshots.values()) if number is not None}
    return frozenset(
        reader.email
        for reader in daily
        if (number := snapshots[reader.email]) is not None
        and not find_news(
            picture,
            name_scope([(level.value, code) for level, code in scope_of(reader)], picture.organisation),
            last[number],
            red_line=red_line,
            small_team=small_team,
        )
    )


def _is_month_due(last: date | None, as_at: date) -> bool:
    return last is None or last == as_at or (last.year, last.month) < (as_at.year, as_at.month)


def _last_monthly_digests(store: Store) -> dict[str, date]:
    """The date of the last monthly digest to each address."""
    query = (
        select(col(OutboxMessage.recipient), func.max(OutboxMessage.period))
        .where(col(OutboxMessage.digest) == Cadence.MONTHLY)
        .group_by(col(OutboxMessage.recipient))
    )
    last: dict[str, date] = {}
    with Session(store.engine) as session:
        for recipient, period in session.exec(query):
            address = recipient.casefold()
            last[address] = max(period, last.get(address, period))
    return last


def _last_snapshot(store: Store, reader: Person, as_at: date) -> int | None:
    """The snapshot of the last digest about the same units that reached a reader, of any cadence; None without one."""
    level, codes = scope_codes(reader)
    query = (
        select(col(OutboxMessage.snapshot_id))
        .where(
            col(OutboxMessage.digest).in_(tuple(Cadence)),
            func.lower(col(OutboxMessage.recipient)) == reader.email.casefold(),
            col(OutboxMessage.scope_level) == level,
            col(OutboxMessage.scope_code) == codes,
            col(OutboxMessage.period) <= as_at,
            col(OutboxMessage.state).in_(_REACHED),
            col(OutboxMessage.snapshot_id).is_not(None),
        )
        .order_by(col(OutboxMessage.period).desc(), col(OutboxMessage.revision).desc())
    )
    with Session(store.engine) as session:
        return session.exec(query).first()


def _last_digest(store: Store, number: int, rules: Collection[str]) -> LastDigest:
    """What a digest of that snapshot was about."""
    with Session(store.engine) as session:
        snapshot = session.get_one(Snapshot, number)
    summary, units, hotspots = RunSummary.of_snapshot(snapshot), store.units(number), store.hotspots(number)
    return LastDigest(
        as_at=snapshot.as_at,
        policy_fingerprint=snapshot.policy_fingerprint,
        units=units,
        hotspots=hotspots[hotspots["rule"].isin(rules)],
        organisation=stored_organisation(units, None).teams,
        changes=changes_of(snapshot),
        gaps=summary.gaps,
        teams_without_data=summary.teams_without_data,
    )
