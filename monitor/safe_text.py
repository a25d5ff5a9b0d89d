"""Make text safe to show: no secret of an address, no character that acts on a terminal, no endless text.

Faults, logs, emails and pages quote other people's files and settings, and use these functions to do it.
"""

import io
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from sqlalchemy import URL

MOST_LISTED: Final = 20
"""The most faults or names of one kind that a message lists; it gives the number of the others."""

LONGEST_SHOWN: Final = 200
"""The most characters of a value that a message quotes."""

_HIDDEN = "***"
_NAMES = r"[\w.-]*(?:passw?(?:or)?d|passphrase|pwd|secret|token|credentials?|signature|sig|key)"
_TO_THE_END = re.compile(rf"({_NAMES}\s*(?:=|%3D)).*", re.IGNORECASE | re.DOTALL)
_NO_PORT = re.compile(r"(?<!/):(?!\d*(?:/|$))[^/]*")
_UP_TO_A_BLANK = re.compile(
    rf"({_NAMES}\s*(?:=|%3D)\s*)(?:'(?:[^'\\]|\\.)*'?|\"(?:[^\"\\]|\\.)*\"?|[^\s&;,'\"]+)", re.IGNORECASE
)
_ADDRESS_IN_A_TEXT = re.compile(r"[a-z][a-z0-9+.:-]*://[^\s'\"<>]*[^\s'\"<>.,;:)]", re.IGNORECASE)


_NO_URL = "is not a database URL; in a password write @ : / ? # as %40 %3A %2F %3F %23"


def without_secrets(address: str) -> str:
    """A path, URL or connection string without its log-in, its query, and anything behind ``password=``.

    A password may hold any character, even those that divide a URL into its parts. If it is not clear where the
    password ends, only the scheme is shown.
    """
    scheme, divider, rest = address.partition("://")
    # A password in a connection string may itself hold "://": the text before it is then not a scheme.
    if not divider or _TO_THE_END.search(scheme):
        return _TO_THE_END.sub(rf"\1{_HIDDEN}", address)
    place, _, query = rest.partition("?")
    host = place.partition("/")[0]
    if "@" in query and (":" in host or "@" in place):
        return f"{scheme}://{_HIDDEN}"
    if ":" in host.partition("@")[0]:
        # If this is not a port, it may be the end of a password, or all of it.
        place = _NO_PORT.sub(f":{_HIDDEN}", place.rpartition("@")[2])
    elif "@" in host:
        place = place.partition("@")[2]
    return f"{scheme}://" + _TO_THE_END.sub(rf"\1{_HIDDEN}", place)


def database_url(address: str) -> "URL":
    """Split a database URL into its parts; raises ValueError in words that do not quote it.

    An unescaped ``@`` in a password would make the end of the password a part of the host, which drivers quote.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    try:
        url = make_url(address)
        url.get_dialect()
    except NoSuchModuleError:
        raise ValueError("this kind of database is not known here, or its driver is not installed") from None
    except (ArgumentError, ValueError, ImportError):
        raise ValueError(_NO_URL) from None
    behind = address.partition("@")[2].partition("?")[0]
    if url.password is not None and "@" in behind:
        raise ValueError(_NO_URL)
    return url


def mask_secrets(text: str) -> str:
    """Remove the secrets from a text with addresses and settings in it, such as a message of a library."""
    without = _ADDRESS_IN_A_TEXT.sub(lambda address: without_secrets(address.group()), text)
    return _UP_TO_A_BLANK.sub(rf"\1{_HIDDEN}", without)


def printable(text: str) -> str:
    """Escape every invisible character that acts: control, bidirectional and the like.

    Line ends and tabs stay as they are.
    """
    return text if text.isprintable() else "".join(_escape(character) for character in text)


def shorten(text: str, longest: int = LONGEST_SHOWN) -> str:
    """Cut the text to ``longest`` characters."""
    return text if len(text) <= longest else text[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def list_names(names: Iterable[str], most: int = MOST_LISTED) -> str:
    """Join the first names, and say how many more there are."""
    every = list(names)
    more = f" and {len(every) - most:,} more" if len(every) > most else ""
    return ", ".join(shorten(name) for name in every[:most]) + more


@contextmanager
def printable_output() -> Iterator[None]:
    """Escape the text written to standard output and standard error inside the block; bytes stay as they are.

    Colours and the like go to the stream ``beneath``.
    """
    replaced = {name: stream for name in ("stdout", "stderr") if hasattr(stream := getattr(sys, name), "buffer")}
    escaping = {name: _Escaping(stream) for name, stream in replaced.items()}
    for name, stream in escaping.items():
        setattr(sys, name, stream)
    try:
        yield
    finally:
        for name, stream in escaping.items():
            # If the reader of the output has gone away, another stream has taken this place.
            if getattr(sys, name) is stream:
                setattr(sys, name, replaced[name])


def beneath(stream: TextIO) -> TextIO:
    """The stream to which control characters may go, for code that draws on a terminal."""
    return stream.beneath if isinstance(stream, _Escaping) else stream


class _Escaping(io.TextIOWrapper):
    """A text stream that escapes. It claims not to be a terminal, so that no library writes colours to it."""

    def __init__(self, stream: TextIO) -> None:
        stream.flush()
        super().__init__(stream.buffer, encoding=stream.encoding, errors=stream.errors, write_through=True)
        self.beneath = stream

    def write(self, text: str) -> int:
        super().write(printable(text))
        return len(text)

    def isatty(self) -> bool:
        return False

    def close(self) -> None:
        """Leave the stream of bytes open, because it belongs to the other text stream."""


def _escape(character: str) -> str:
    """Escape a control, format, private or unassigned character or a line separator; leave any other as it is."""
    acts = character not in "\n\t" and (unicodedata.category(character)[0] == "C" or character in "\u2028\u2029")
    return character.encode("unicode_escape").decode("ascii") if acts else character
