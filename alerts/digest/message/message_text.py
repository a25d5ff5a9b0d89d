"""Every text in the final bytes of a message, each cell of a table on its own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote

_SPOKEN: Final = {"alt", "title", "href", "src", "content", "summary", "id", "name", "background"}
_UNSCANNED_HEADERS: Final = {"from", "to", "date", "message-id", "content-type", "content-transfer-encoding"}
_INLINE: Final = (
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd mark q s samp small span strike strong sub sup time "
    "tt u var wbr"
)
"""Elements that stand within a line: a name may run on through them. Any other one begins and ends a cell."""


@dataclass(frozen=True)
class Passage:
    """One text of a message.

    * part: where it is, such as ``the subject`` or ``the HTML part``
    * cells: the text of each line, or cell of a table: a code or number ends with its cell
    """

    part: str
    cells: tuple[str, ...]

    @property
    def whole(self) -> str:
        """All cells in a row."""
        return " ".join(self.cells)


def read_passages(mail: EmailMessage) -> Iterator[Passage]:
    """Read headers, texts, alternative texts, addresses of links and file names, after decoding."""
    yield Passage("the subject", (str(mail["Subject"] or ""),))
    for part in mail.walk():
        for name, value in part.items():
            if name.lower() not in _UNSCANNED_HEADERS | {"subject"}:
                yield Passage(f"the header {name}", (str(value),))
        if file := part.get_filename():
            yield Passage("a file name", (file,))
        if part.get_content_type() == "text/html":
            yield from _html_passages(part.get_content())
        elif part.get_content_maintype() == "text":
            yield Passage("the text part", tuple(re.split(r"[\r\n|\t]+| {2,}", part.get_content())))


def _html_passages(html: str) -> Iterator[Passage]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    # Without spaces between the elements of a cell, so that a name with a tag inside it is found; and with them.
    for between in ("", " "):
        yield Passage("the HTML part", tuple(between.join(texts) for texts in reader.cells if texts))
    yield from reader.attributes


class _Reader(HTMLParser):
    """Collects what an HTML part says: texts by cell, comments, and the attributes that hold words or addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.cells: list[list[str]] = [[]]
        self.attributes: list[Passage] = []
        self._style_is_open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style_is_open = tag == "style"
        self._end_cell(tag)
        for name, value in attrs:
            if value and (name in _SPOKEN or name.startswith(("aria-", "data-"))):
                self.attributes.append(Passage(_attribute_name(name), (unquote(value),)))

    def handle_endtag(self, tag: str) -> None:
        self._style_is_open = self._style_is_open and tag != "style"
        self._end_cell(tag)

    def handle_data(self, data: str) -> None:
        if not self._style_is_open:
            self.cells[-1].append(data)

    def handle_comment(self, data: str) -> None:
        self.attributes.append(Passage("a comment of the HTML part", tuple(re.split(r"<[^>]*>", data))))

    def _end_cell(self, tag: str) -> None:
        if tag not in _INLINE.split():
            self.cells.append([])


def _attribute_name(attribute: str) -> str:
    return {"alt": "an alternative text", "href": "the address of a link"}.get(attribute, f"the attribute {attribute}")
