"""Email addresses that are safe in a header."""

import re

# "%" and "!" are not allowed before the "@": relays read them as a route to another host.
_ATOM = r"[A-Za-z0-9#$&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:localhost|{_LABEL}(?:\.{_LABEL})+)")
# The limits of RFC 5321, which mail servers enforce.
_LONGEST_ADDRESS = 254
_LONGEST_LOCAL_PART = 64


def address_in(text: str) -> str:
    """The first plain email address in a text, empty if there is none."""
    words = (word.strip(".,;:()<>") for word in text.split())
    return next((word for word in words if "@" in word and address_fault(word) is None), "")


def address_fault(address: str) -> str | None:
    """What is wrong with an email address and what to write; None for one plain address that is safe in a header."""
    if not address.isascii() or not address.isprintable():
        return "holds a line break or a character outside plain ASCII; write one plain address"
    if address.count("@") > 1 or re.search(r"[\s,;<>\"()]", address):
        return "is not one plain address; write only user@domain, without a name or a second address"
    local = address.partition("@")[0]
    if len(address) > _LONGEST_ADDRESS or len(local) > _LONGEST_LOCAL_PART or not _ADDRESS.fullmatch(address):
        return "is not an email address; write user@domain, for example north@example.org"
    return None
