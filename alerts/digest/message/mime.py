"""Compose the final bytes of an email: text, HTML and images in one message, the same bytes for the same digest."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Final

from alerts.addresses import address_fault
from alerts.people import Cadence


@dataclass(frozen=True)
class EmailContent:
    """A digest ready to be composed.

    images: PNGs by content id.
    alternative_texts: what each image says, by content id.
    cadence: of the list that the message belongs to; a notice belongs to the weekly one.
    """

    subject: str
    preheader: str
    html: str
    text: str
    images: dict[str, bytes] = field(default_factory=dict)
    alternative_texts: dict[str, str] = field(default_factory=dict)
    cadence: Cadence = Cadence.WEEKLY


_LONGEST_HEADER: Final = 150
_POLICY: Final = policy.SMTP.clone(max_line_length=998)


def list_name(cadence: Cadence) -> str:
    """What a digest of that cadence is called."""
    return f"{cadence.capitalize()} workload digest"


def compose(
    digest: EmailContent,
    sender: str,
    recipient: str,
    message_id: str,
    sent_date: datetime,
    reason: str,
    reply_to: str = "",
) -> bytes:
    """The message for one recipient, as it goes to the server: CRLF line ends, 7-bit, fixed boundaries.

    message_id: in angle brackets.
    sent_date: with a time zone.
    reason: why this person receives it, for ``X-Digest-Reason``.
    reply_to: one plain address for answers; without it the message has no such header.

    Raises ValueError for a line break in a header, more or less than one recipient, a date without a time zone, or a
    subject too long to read.
    """
    faults = [*_email_faults(digest, sender, recipient, message_id, sent_date, reason), *_reply_faults(reply_to)]
    if faults:
        raise ValueError("; ".join(faults))
    message = EmailMessage(policy=_POLICY)
    for name, value in _headers(digest, sender, recipient, message_id, sent_date, reason).items():
        message[name] = value
    if reply_to:
        message["Reply-To"] = reply_to
    message.set_content(digest.text, cte="quoted-printable")
    message.add_alternative(digest.html, subtype="html", cte="quoted-printable")
    html = message.get_payload(1)
    if not isinstance(html, MIMEPart):
        raise TypeError("the HTML is the second part of the message")
    for content_id, png in sorted(digest.images.items()):
        name = f"{content_id.partition('@')[0]}.png"
        html.add_related(png, "image", "png", cid=f"<{content_id}>", disposition="inline", filename=name)
    if digest.images:
        html.set_param("type", "text/html")
    for place, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(_boundary(message_id, place))
        if part is not message:
            del part["MIME-Version"]
    return message.as_bytes()


def readdress(content: bytes, recipient: str, message_id: str) -> tuple[bytes, str]:
    """Make a trial copy of a message for another recipient; everything else stays as it is.

    Returns the copy and its subject, which names the original reader.
    Raises ValueError for a recipient or message id that ``compose`` would refuse.
    """
    faults = list(_header_faults({"recipient": recipient, "message id": message_id}))
    faults += list(_address_faults(recipient, message_id))
    if faults:
        raise ValueError("; ".join(faults))
    mail = message_from_bytes(content, policy=_POLICY)
    subject = f"[for {mail['To']}] {mail['Subject']}"
    for name, value in {"To": recipient, "Subject": subject, "Message-ID": message_id}.items():
        mail.replace_header(name, value)
    return mail.as_bytes(), subject


def _headers(
    digest: EmailContent, sender: str, recipient: str, message_id: str, sent_date: datetime, reason: str
) -> dict[str, str]:
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return {
        "From": sender,
        "To": recipient,
        "Subject": digest.subject,
        "Date": format_datetime(sent_date),
        "Message-ID": message_id,
        "List-Id": f"{list_name(digest.cadence)} <{digest.cadence}-digest.{domain}>",
        "Auto-Submitted": "auto-generated",
        # Not All: that would hide bounces too.
        "X-Auto-Response-Suppress": "OOF, AutoReply, RN, NRN",
        "X-Digest-Reason": reason,
    }


def _email_faults(
    digest: EmailContent, sender: str, recipient: str, message_id: str, sent_date: datetime, reason: str
) -> Iterator[str]:
    named = {"subject": digest.subject, "sender": sender, "recipient": recipient, "message id": message_id}
    yield from _header_faults(named | {"reason": reason})
    yield from _address_faults(recipient, message_id)
    if sent_date.tzinfo is None:
        yield "the date has no time zone"
    if len(digest.subject) > _LONGEST_HEADER:
        yield f"the subject has more than {_LONGEST_HEADER} characters"


def _reply_faults(reply_to: str) -> Iterator[str]:
    yield from _header_faults({"address for answers": reply_to})
    if reply_to and address_fault(reply_to):
        yield "the address for answers is not one plain address"


def _header_faults(named: Mapping[str, str]) -> Iterator[str]:
    for name, value in named.items():
        # Every line break that a server or mail program might honour, not only CR and LF.
        if len(value.splitlines()) > 1 or re.search(r"[\x00-\x1f\x7f]", value):
            yield f"the {name} holds a line break or a control character"


def _address_faults(recipient: str, message_id: str) -> Iterator[str]:
    if not re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+", recipient):
        yield "the recipient is not one plain address"
    if not re.fullmatch(r"<[^\s<>@]+@[^\s<>@]+>", message_id):
        yield "the message id is not of the form <something@domain>"


def _boundary(message_id: str, place: int) -> str:
    return f"=_{sha256(f'{place} {message_id}'.encode()).hexdigest()[:40]}"
