"""Messages as the pages show them: what was sent to whom, and the message itself for those it was written for."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Response

from alerts.people import Role
from monitor.mail.folder import page_of
from monitor.mail.listing import MessageLine, latest_messages, latest_messages_for, scopes_in_outbox
from monitor.mail.outbox import codes_in, load_message
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.store import Store
from monitor.web.auth.permissions import LINE, Visibility
from monitor.web.requests import whole_number

FRAME_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; {images}frame-ancestors 'self'; sandbox"
"""What a message may do in its frame: use its own styles. No script, no form, nothing from elsewhere."""

_PICTURE: Final = re.compile(r"""\ssrc=(["'])data:[^"']*\1""", re.IGNORECASE)


@dataclass(frozen=True)
class ListedMessage(MessageLine):
    """One message of the list. readable: whether the reader may open the message itself."""

    readable: bool


def may_read(sight: Visibility, scope_level: str, scope_code: str) -> bool:
    """Return whether the reader may read a message that was written for these units.

    That takes seeing each of them today: a reader whose scope has changed does not read messages of the former one. A
    message for no unit is for operators; nothing else is, because they see no caseloads.
    """
    if not scope_level:
        return sight.person.role is Role.OPERATOR
    return sight.person.role in LINE and all(sight.may_see(scope_level, code) for code in codes_in(scope_code))


def is_own(sight: Visibility, recipient: str) -> bool:
    """Return whether a message went to the reader."""
    return recipient.casefold() == sight.person.email.casefold()


def list_messages(store: Store, sight: Visibility, most: int) -> list[ListedMessage]:
    """Return the last messages, newest first: all for an operator, else the reader's own and those they may read."""
    if sight.person.role is Role.OPERATOR:
        lines = latest_messages(store.engine, most)
    else:
        # Whether a scope may be read is a question of the organisation and not for SQL; there are only as many scopes
        # as readers of digests, so each is asked about, and the database picks the messages.
        readable = [scope for scope in scopes_in_outbox(store.engine) if may_read(sight, *scope)]
        lines = latest_messages_for(store.engine, sight.person.email, readable, most)
    return [ListedMessage(**vars(line), readable=may_read(sight, line.scope_level, line.scope_code)) for line in lines]


def open_message(store: Store, sight: Visibility, code: str) -> OutboxMessage | None:
    """Return the message of a number if there is one and the reader may know of it, else None."""
    message = load_message(store, whole_number(code))
    if message is None:
        return None
    known = (
        sight.person.role is Role.OPERATOR
        or is_own(sight, message.recipient)
        or may_read(sight, message.scope_level, message.scope_code)
    )
    return message if known else None


def frame_message(message: OutboxMessage, *, images: bool) -> Response:
    """Return the HTML of a message as a document of its own that can do nothing.

    images: False shows it as readers see it whose mail program blocks pictures.
    """
    page = page_of(message.message) or ""
    policy = FRAME_POLICY.format(images="img-src data:; " if images else "")
    headers = {"content-security-policy": policy, "x-frame-options": "SAMEORIGIN"}
    return Response(page if images else _PICTURE.sub("", page), media_type="text/html; charset=utf-8", headers=headers)
