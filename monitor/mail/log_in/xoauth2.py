"""The log-in with an access token: SASL XOAUTH2, as Exchange Online and Gmail take it."""

import base64
import binascii
import json
import smtplib
from typing import Final

MECHANISM: Final = "XOAUTH2"
NOT_ACCEPTED: Final = 535
_ACCEPTED: Final = 235
_CHALLENGE: Final = 334
_LONGEST_WORDS: Final = 120
_ADVICE: Final = "may this application send by SMTP as HOTSPOTS_SMTP_USERNAME, and is the scope of the token right?"


class LogInRefused(OSError):
    """The mail server took no token; the text holds its words without the token.

    code: the number of its reply; 0 if it was not asked.
    """

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


def log_in_with_token(client: smtplib.SMTP, username: str, token: str) -> None:
    """Log in to the mailbox ``username``; raises LogInRefused, or OSError if the connection breaks.

    There is no second way: a server that does not take the token gets nothing else.
    """
    offered = client.esmtp_features.get("auth", "").upper().split()
    if MECHANISM not in offered:
        names = " ".join(offered) or "no log-in"
        raise LogInRefused(0, f"the mail server does not offer {MECHANISM}, only {names}: is it the right server?")
    first = base64.b64encode(f"user={username}\1auth=Bearer {token}\1\1".encode()).decode()
    code, words = client.docmd("AUTH", f"{MECHANISM} {first}")
    challenge = b""
    if code == _CHALLENGE:
        # The server says what is wrong in a challenge, and refuses after an empty answer.
        challenge = words
        code, words = client.docmd("")
    if code != _ACCEPTED:
        reason = _read_challenge(challenge)
        says = f"{code} {words.decode('utf-8', 'replace')}{f' ({reason})' if reason else ''}"
        for secret in (first, token):
            says = says.replace(secret, "***")
        raise LogInRefused(code, f"the server refuses the token: {_ADVICE} It says: {says}")


def _read_challenge(challenge: bytes) -> str:
    """The words of a challenge: JSON in base64, such as status, schemes and scope; empty if there are none."""
    try:
        text = base64.b64decode(challenge, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
    try:
        parts = json.loads(text)
    except ValueError:
        parts = None
    words = ", ".join(f"{name} {value}" for name, value in parts.items()) if isinstance(parts, dict) else text
    return words[:_LONGEST_WORDS]
