"""Look at a stored digest before it goes: its page and its text as files; sends nothing and stores nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

from monitor.mail.outbox import WEEKLY, codes_in, messages, with_bytes
from monitor.mail.sender import name_of
from monitor.mail.smtp import write_to_folder
from monitor.snapshots.store import Store
from monitor.snapshots.tables import OutboxMessage


@dataclass(frozen=True)
class Preview:
    """One stored digest as files. sizes in bytes: of the whole message and of its HTML part; text: its text part."""

    message: OutboxMessage
    subject: str
    paths: list[Path]
    size: int
    html_size: int
    text: str


def digests_to_show(store: Store, as_at: date | None, to: str | None, scope: str | None) -> list[OutboxMessage]:
    """The newest revision of each reader's weekly digest of a date, the newest date by default, without its bytes.

    to: only that reader's. scope: only those written for the unit of that code.
    """
    weekly = [one for one in messages(store, as_at=as_at) if one.digest == WEEKLY]
    newest: dict[str, OutboxMessage] = {}
    for one in weekly:
        known = newest.get(one.recipient)
        if one.period == weekly[0].period and (known is None or one.revision > known.revision):
            newest[one.recipient] = one
    return [
        one
        for one in newest.values()
        if (to is None or one.recipient.casefold() == to.casefold())
        and (scope is None or scope in codes_in(one.scope_code))
    ]


def text_of(message: bytes) -> str:
    """The text part of a message; empty where it has none."""
    text = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    return "" if text is None else str(text.get_content()).replace("\r\n", "\n")


def write_previews(store: Store, chosen: list[OutboxMessage], folder: Path) -> Iterator[Preview]:
    """Write each digest as .eml, .html with its images inside, and .txt; passes over those without bytes."""
    for one in chosen:
        message = None if one.id is None else with_bytes(store, one.id)
        if message is None or not message.message:
            continue
        mail = message_from_bytes(message.message, policy=policy.default)
        html, words = mail.get_body(("html",)), text_of(message.message)
        name = name_of(message)
        paths = write_to_folder(folder, name, message.message)
        page = folder / f"{name}.txt"
        page.write_text(words, encoding="utf-8")
        html_size = 0 if html is None else len(html.get_content().encode())
        yield Preview(one, message.subject, [*paths, page], len(message.message), html_size, words)
