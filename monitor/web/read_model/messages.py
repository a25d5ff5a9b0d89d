"""The mail as the pages show it: what was sent to whom, and the message itself to those it was written for."""

import re
from typing import Any, Final

import sqlalchemy
from fastapi import Response

from alerts.people import Role
from monitor.mail.folder import page_of
from monitor.mail.outbox import codes_in, load_message
from monitor.snapshots.store import Store
from monitor.snapshots.tables import OutboxMessage
from monitor.web.auth.permissions import LINE, Visibility
from monitor.web.requests import whole_number

FRAME_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; {images}frame-ancestors 'self'; sandbox"
"""A mail has its styles within it. It is shut in: no script, no form, nothing from elsewhere, no page of ours in it."""

_LISTED: Final = (
    "id",
    "digest",
    "period",
    "revision",
    "recipient",
    "scope_level",
    "scope_code",
    "subject",
    "state",
    "reason",
    "queued_at",
    "sent_at",
    "attempts",
)
_PICTURE: Final = re.compile(r"""\ssrc=(["'])data:[^"']*\1""", re.IGNORECASE)


def may_read(sight: Visibility, scope_level: str, scope_code: str) -> bool:
    """Whether somebody may read a message that was written for these units.

    That takes seeing each of them today: a reader whose scope has changed does not read old mail of the former one. A
    message of no unit is for operators; nothing else is, for they see no caseloads.
    """
    if not scope_level:
        return sight.person.role is Role.OPERATOR
    return sight.person.role in LINE and all(sight.may_see(scope_level, code) for code in codes_in(scope_code))


def is_own(sight: Visibility, recipient: str) -> bool:
    """Whether a message went to the reader."""
    return recipient.casefold() == sight.person.email.casefold()


def listed(store: Store, sight: Visibility, most: int) -> list[dict[str, Any]]:
    """The last messages, newest first, without their bytes: all for an operator, else one's own and what one may read.

    Each with ``readable``: whether the message itself may be read.
    """
    columns = OutboxMessage.__table__.columns  # type: ignore[attr-defined]
    scope = (columns["scope_level"], columns["scope_code"])
    query = sqlalchemy.select(*(columns[name] for name in _LISTED)).order_by(
        columns["period"].desc(), columns["queued_at"].desc(), columns["recipient"]
    )
    with store.engine.connect() as connection:
        if sight.person.role is not Role.OPERATOR:
            scopes = [tuple(row) for row in connection.execute(sqlalchemy.select(*scope).distinct())]
            seen = [one for one in scopes if may_read(sight, *one)]
            own = sqlalchemy.func.lower(columns["recipient"]) == sight.person.email.casefold()
            query = query.where(own | sqlalchemy.tuple_(*scope).in_(seen))
        rows = [dict(row._mapping) for row in connection.execute(query.limit(most))]
    return [{**row, "readable": may_read(sight, row["scope_level"], row["scope_code"])} for row in rows]


def opened(store: Store, sight: Visibility, code: str) -> OutboxMessage | None:
    """The message of that number where the reader may know of it; None where not, and where there is none."""
    message = load_message(store, whole_number(code))
    if message is None:
        return None
    known = (
        sight.person.role is Role.OPERATOR
        or is_own(sight, message.recipient)
        or may_read(sight, message.scope_level, message.scope_code)
    )
    return message if known else None


def framed(message: OutboxMessage, *, images: bool) -> Response:
    """The HTML of a message as a document of its own, shut in; without pictures as a reader who blocks them has it."""
    page = page_of(message.message) or ""
    policy = FRAME_POLICY.format(images="img-src data:; " if images else "")
    headers = {"content-security-policy": policy, "x-frame-options": "SAMEORIGIN"}
    return Response(page if images else _PICTURE.sub("", page), media_type="text/html; charset=utf-8", headers=headers)
