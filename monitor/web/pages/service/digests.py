"""The pages of digests: what was sent to whom, and one message with its state and how it looks."""

from collections.abc import Callable
from typing import Final

from fastapi import Response

from alerts.people import Cadence, Role
from monitor.mail.outbox import history
from monitor.mail.preview import text_of
from monitor.mail.resend import Candidate
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.web.auth.permissions import Visibility
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages import tables
from monitor.web.pages.view_models.models import DigestPage, DigestsPage
from monitor.web.pages.view_models.page import Link
from monitor.web.read_model import messages

MOST_LISTED: Final = 200
LOOKS: Final = {"600": "600 pixels", "360": "360 pixels", "plain": "Plain text", "no-images": "Images off"}
"""How a message is shown: as wide as a desk's screen or a phone, as text, and to readers who block pictures."""

_KINDS: Final = {str(cadence): f"{cadence.capitalize()} digest" for cadence in Cadence}


def digests_page(reader: Reader) -> DigestsPage:
    """The last messages: all for an operator, else the reader's own and those about units they see."""
    listed = tuple(messages.list_messages(reader.snapshots.store, reader.sight, MOST_LISTED))
    everyones = _is_operator(reader.sight)
    return DigestsPage(
        title="Digests",
        messages=listed,
        everyones=everyones,
        most=MOST_LISTED,
        tables={"digests": lambda: tables.message_table(listed, everyones)},
    )


def digest_page(reader: Reader, code: str, candidate_of: Callable[[int], Candidate]) -> DigestPage:
    """One message: its state; its look for its readers; for an operator, sending it again.

    candidate_of: the message of a number, and what speaks against sending it again. Raises Forbidden or NotFound.
    """
    sight, store = reader.sight, reader.snapshots.store
    message = messages.open_message(store, sight, code)
    if message is None:
        raise _unknown_message(sight)
    asked = reader.text("as")
    shown = asked if asked in LOOKS else next(iter(LOOKS))
    readable = messages.may_read(sight, message.scope_level, message.scope_code)
    operator = _is_operator(sight)
    kind = _KINDS.get(message.digest, message.digest.replace("-", " ").capitalize())
    return DigestPage(
        title=f"{kind} to {message.recipient}",
        message=message,
        readable=readable,
        subject=message.subject if readable else "",
        shown=shown,
        ways=LOOKS,
        text=text_of(message.message) if readable and shown == "plain" else "",
        events=tuple(history(store, int(code))) if operator else (),
        candidate=candidate_of(int(code)) if operator else None,
        operator=operator,
        seen=version_of(message),
        trail=(Link("Digests", reader.same_week("/digests")),),
    )


def message_document(reader: Reader, code: str) -> Response:
    """The HTML of one message, as a document of its own; raises Forbidden or NotFound."""
    message = messages.open_message(reader.snapshots.store, reader.sight, code)
    if message is None and not _is_operator(reader.sight):
        raise _unknown_message(reader.sight)
    # An operator reads no digest of units, whether there is one of that number or not.
    if message is None or not messages.may_read(reader.sight, message.scope_level, message.scope_code):
        raise Forbidden("message")
    if not message.message:
        raise NotFound("This message is no longer stored.")
    return messages.frame_message(message, images=reader.text("images") != "off")


def version_of(message: OutboxMessage) -> str:
    """What of a message changes with everything that happens to it."""
    return f"{message.state} {message.claims}"


def _is_operator(sight: Visibility) -> bool:
    return sight.person.role is Role.OPERATOR


def _unknown_message(sight: Visibility) -> Exception:
    """Why there is no such message; those who do not know of every number learn nothing from it."""
    if sight.everything or _is_operator(sight):
        return NotFound("There is no such message.")
    return Forbidden("message")
