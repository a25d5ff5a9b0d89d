"""A mail server of the tests, and what they do with messages."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import insert, select, update

from monitor.mail.outbox import (
    load_message,
    messages,
)
from monitor.mail.sender import Delivery, deliver
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.store import Store

from ..conftest import AS_AT, NOW, PEOPLE, Home
from .real_server import HOST, on_a_port

NORTH, SOUTH = "north@example.org", "south@example.org"


MINUTE = timedelta(minutes=1)


OUTBOX = OutboxMessage.__table__  # type: ignore[attr-defined]


class Mailbox:
    """A mail server's mind: keeps what arrives, answers as told, and calls back before it answers."""

    def __init__(
        self,
        rcpt: Callable[[str], str] = lambda address: "250 OK",
        data: Callable[[], str] = lambda: "250 2.0.0 queued",
    ) -> None:
        self.rcpt = rcpt
        self.data = data
        self.arrived: list[tuple[str, bytes]] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await asyncio.to_thread(self.rcpt, address)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await asyncio.to_thread(self.data)
        if answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.arrived.append((envelope.rcpt_tos[0], envelope.content))
        return answer


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[int]:
    """The port of a real mail server on a thread of its own."""
    with on_a_port(lambda loop: SMTP(mailbox, loop=loop, hostname="mail.test")) as port:
        yield port


def by_smtp(home: Home, port: int) -> Settings:
    return home.with_settings(smtp_host=HOST, smtp_port=port, smtp_tls="none", mail_from="hotspots@example.org")


def sent_by(store: Store, settings: Settings, now: datetime = NOW, **how: Any) -> list[Delivery]:
    """What one round of delivery does, with the longest of all pauses unless told otherwise."""
    # More than there can ever be: a delivery that never ends is to fail, not to hang.
    return list(islice(deliver(store, settings, lambda: now, **{"jitter": lambda: 1.0} | how), 100))


def states(home: Home) -> dict[str, str]:
    return {one.recipient: one.state for one in messages(home.store) if one.period == AS_AT}


def message_to(home: Home, recipient: str) -> OutboxMessage:
    found = next(one for one in messages(home.store) if (one.period, one.recipient) == (AS_AT, recipient))
    assert found.id is not None
    whole = load_message(home.store, found.id)
    assert whole is not None
    return whole


def change(home: Home, recipient: str, **values: Any) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(
            update(OUTBOX).where(OUTBOX.c.recipient == recipient, OUTBOX.c.period == AS_AT).values(values)
        )


def write_people(home: Home, people: str) -> None:
    assert home.settings.people is not None
    home.settings.people.write_text(people, encoding="utf-8")


def queue_more(home: Home, count: int) -> None:
    """As many messages as asked for, to recipients of their own, beside those that are queued."""
    with home.store.engine.begin() as connection:
        row = dict(connection.execute(select(OUTBOX).where(OUTBOX.c.period == AS_AT)).mappings().first() or {})
        del row["id"]
        more = [{**row, "recipient": f"reader{number:02d}@example.org"} for number in range(count)]
        connection.execute(insert(OUTBOX), more)
    entries = [f"  - {{email: {one['recipient']}, name: A, role: director, area: N, digest: weekly}}\n" for one in more]
    write_people(home, PEOPLE + "".join(entries))


def closed_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        return listener.getsockname()[1]
