"""Final bytes of emails to scan."""

from datetime import UTC, datetime

from alerts.digest.message.mime import EmailContent, compose

SENT = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def bytes_of(digest: EmailContent) -> bytes:
    return compose(digest, "hotspots@example.org", "north@example.org", "<1@example.org>", SENT, "a reader")
