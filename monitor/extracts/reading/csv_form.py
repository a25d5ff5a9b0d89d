"""How a CSV file is written: its encoding and its delimiter, as found in its bytes or stated in the heading map."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from monitor.extracts.refusal import ExtractRefused

DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
"""The signs that may part the values of a row, with their names."""

UTF_8_MARK: Final = b"\xef\xbb\xbf"
_MARKS = {b"\xff\xfe\x00\x00": "utf-32", b"\x00\x00\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_FIRST_LINES = 1 << 16


@dataclass(frozen=True)
class CsvForm:
    """How a CSV file is written, None where nothing is stated: commas and UTF-8 then."""

    delimiter: str | None = None
    encoding: str | None = None


OUR_FORM: Final = CsvForm()
Forms = Callable[[str, bytes], CsvForm]
"""How CSV files are written, by the name of their table in the source and their content."""


def our_form(_name: str, _content: bytes) -> CsvForm:
    """The form of every file of a source that is written as we ask for it."""
    return OUR_FORM


@dataclass(frozen=True)
class CsvBody:
    """A CSV file as the parser takes it.

    * content: UTF-8 without a mark, from the heading row on.
    * delimiter: the sign that parts its values.
    * first_line: the line of the heading row; 2 below a line ``sep=``.
    """

    content: bytes
    delimiter: str = ","
    first_line: int = 1


def csv_body(name: str, content: bytes, form: CsvForm) -> CsvBody:
    """The file ``name`` in UTF-8; raises ExtractRefused where it is not written as stated, and says what it is."""
    text = _utf_8(name, content, form)
    first, line_end, rest = _first_line(text)
    body, first_line = text, 1
    stated = form.delimiter
    if first.lower().startswith("sep=") and len(first) == len("sep=,"):
        sign = first[-1]
        if sign != (stated or ","):
            raise ExtractRefused([f"{name}: line 1 is {first!r}, a note to Excel: {_way_out(sign)}"])
        body, first_line = text[len(first.encode()) + len(line_end) :], 2
        first = rest
    wanted = stated or ","
    found = _delimiter_of(first, wanted)
    if found != wanted:
        raise ExtractRefused(
            [f"{name}: its values are divided by {DELIMITERS[found]}s, not {DELIMITERS[wanted]}s: {_way_out(found)}"]
        )
    return CsvBody(body, wanted, first_line)


def guess_form(content: bytes) -> CsvForm:
    """The form that a file seems to have, for a draft of the heading map; None for what is our own."""
    encoding = _stated_by_mark(content) or (None if _is_utf_8(content) else _guess_encoding(content))
    text = content.decode(encoding or "utf-8", "replace")[:_FIRST_LINES].removeprefix("\ufeff")
    first, _, rest = _first_line(text.encode())
    if first.lower().startswith("sep=") and len(first) == len("sep=,"):
        first = rest
    delimiter = _delimiter_of(first, ",")
    return CsvForm(None if delimiter == "," else delimiter, encoding)


def _way_out(sign: str) -> str:
    if sign == ",":
        return "remove delimiter from the heading map (--columns)"
    shown = DELIMITERS.get(sign)
    if shown is None:
        return "delete the line, and divide the values by commas"
    return f"save it as CSV with commas, or set delimiter: {shown} in the heading map (--columns)"


def _utf_8(name: str, content: bytes, form: CsvForm) -> bytes:
    """The file in UTF-8, without its mark."""
    mark = _stated_by_mark(content)
    if mark is None and form.encoding in (None, "utf-8", "utf-8-sig") and b"\x00" in content[:_FIRST_LINES]:
        mark = _guess_wide(content)
    if form.encoding in (None, "utf-8", "utf-8-sig"):
        if mark is not None:
            says = f"set encoding: {mark} in the heading map (--columns)"
            raise ExtractRefused([f"{name}: is written in {mark.upper()}: save it as CSV UTF-8, or {says}"])
        return content.removeprefix(UTF_8_MARK)
    return _decoded(name, content, form.encoding, mark)


def _decoded(name: str, content: bytes, encoding: str, mark: str | None) -> bytes:
    """The file, read as the map states; raises ExtractRefused where its bytes say otherwise."""
    is_plain = content.isascii()
    if content.startswith(UTF_8_MARK) or (not is_plain and mark is None and _is_utf_8(content)):
        raise ExtractRefused(
            [f"{name}: is written in UTF-8, not in {encoding}: remove encoding from the heading map (--columns)"]
        )
    if mark is not None and not encoding.replace("_", "-").startswith(mark):
        raise ExtractRefused([f"{name}: is written in {mark.upper()}: set encoding: {mark} in the heading map"])
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ExtractRefused(
            [f"{name}: line {line} is not {encoding}, which the heading map states: correct encoding there"]
        ) from None
    return text.removeprefix("\ufeff").encode()


def _stated_by_mark(content: bytes) -> str | None:
    return next((encoding for mark, encoding in _MARKS.items() if content.startswith(mark)), None)


def _guess_wide(content: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of plain text is 0."""
    start = content[:400]
    for places, encoding in ((start[1::2], "utf-16-le"), (start[::2], "utf-16-be")):
        if places and places.count(0) > 0.6 * len(places):
            return encoding
    return None


def _guess_encoding(content: bytes) -> str:
    return _guess_wide(content) or "cp1252"


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in content[:_FIRST_LINES]


def _first_line(content: bytes) -> tuple[str, bytes, str]:
    """The first line, its end, and the second line."""
    start = content[:_FIRST_LINES]
    lines = start.decode("utf-8", "ignore").splitlines()
    first = lines[0] if lines else ""
    behind = start[len(first.encode()) :]
    line_end = b"\r\n" if behind.startswith(b"\r\n") else behind[:1]
    return first, line_end, lines[1] if len(lines) > 1 else ""


def _delimiter_of(heading_row: str, wanted: str) -> str:
    """The sign that parts the headings: another than ``wanted`` only if that one parts nothing."""
    widths = {sign: _width(heading_row, sign) for sign in DELIMITERS}
    if widths[wanted] > 1:
        return wanted
    widest = max(widths, key=lambda sign: widths[sign])
    return widest if widths[widest] > 1 else wanted


def _width(heading_row: str, sign: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(heading_row), delimiter=sign), []))
    except csv.Error:
        return 0
