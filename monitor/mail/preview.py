"""Write the page and the text of a stored digest as files, to look at before it goes; send and store nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

from alerts.people import Cadence
from monitor.mail.folder import write_to_folder
from monitor.mail.outbox import DIGESTS, codes_in, load_message, messages
from monitor.mail.sender import name_of
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.store import Store


@dataclass(frozen=True)
class Preview:
    """One stored digest as files.

    size, html_size: bytes of the whole message, and of its HTML part.
    text: its text part.
    """

    message: OutboxMessage
    subject: str
    paths: list[Path]
    size: int
    html_size: int
    text: str


def select_digests(store: Store, as_at: date | None, to: str | None, scope: str | None) -> list[OutboxMessage]:
    """Select the latest revision of each reader's digest for a date, without its bytes.

    as_at: the date; None for the latest, and for each reader's last monthly digest.
    to: only the digest of that reader.
    scope: only digests for the unit of that code.
    """
    digests = [message for message in messages(store, as_at=as_at) if message.digest in DIGESTS]
    newest: dict[str, OutboxMessage] = {}
    for message in digests:
        known = newest.get(message.recipient)
        is_current = message.period == digests[0].period or message.digest == Cadence.MONTHLY
        if is_current and (known is None or _version(message) > _version(known)):
            newest[message.recipient] = message
    return [
        message
        for message in newest.values()
        if (to is None or message.recipient.casefold() == to.casefold())
        and (scope is None or scope in codes_in(message.scope_code))
    ]


def _version(message: OutboxMessage) -> tuple[date, int]:
    return message.period, message.revision


def text_of(message: bytes) -> str:
    """The text part of a message; empty if it has none."""
    text = message_from_bytes(message, policy=policy.default).get_body(("plain",))
    return "" if text is None else str(text.get_content()).replace("\r\n", "\n")


def write_previews(store: Store, chosen: list[OutboxMessage], folder: Path) -> Iterator[Preview]:
    """Write each digest as .eml, .html with its images inside, and .txt; skip those without bytes."""
    for listed in chosen:
        message = None if listed.id is None else load_message(store, listed.id)
        if message is None or not message.message:
            continue
        mail = message_from_bytes(message.message, policy=policy.default)
        html, words = mail.get_body(("html",)), text_of(message.message)
        name = name_of(message)
        paths = write_to_folder(folder, name, message.message)
        page = folder / f"{name}.txt"
        page.write_text(words, encoding="utf-8")
        html_size = 0 if html is None else len(html.get_content().encode())
        yield Preview(listed, message.subject, [*paths, page], len(message.message), html_size, words)
