"""The heading map: what a source calls its tables, columns and values, and how it writes dates and files.

A map is a YAML file, named with ``--columns`` or HOTSPOTS_COLUMNS. What it does not name is read as our own::

    tables: {cases: caseload export}          # our table: file (without ending), sheet or database table
    cases:
      crn: Case Ref No                        # our column: the heading there
      rosh: Risk
      values: {rosh: {High Risk: high}}       # our column: their value: ours
      dates: dd/mm/yyyy                       # or, for single columns, {sentence_start: dd/mm/yyyy}
      delimiter: ";"                          # of a CSV file
      encoding: cp1252                        # of a CSV file

``values``, ``dates``, ``delimiter`` and ``encoding`` may also stand at the top, for all tables or by table.
"""

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import RootModel

from monitor.extracts.reading.csv_form import DELIMITERS, OUR_FORM, CsvForm
from monitor.extracts.refusal import ExtractRefused
from monitor.extracts.wording import folded
from monitor.safe_text import shorten
from tiering.caseload import TABLES, Column, Kind, Table
from tiering.faults import ConfigFault
from tiering.yaml_files import read_yaml

NAMES: Final = "tables"
SETTINGS: Final = ("values", "dates", "delimiter", "encoding")
EXCEL_SERIALS: Final = "excel"
"""The date format of a column that holds Excel's day numbers: 1 is 1 January 1900."""

_TOKENS = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "m": "%m", "dd": "%d", "d": "%d"}
_TOKEN = re.compile("|".join(_TOKENS), re.IGNORECASE)
_DATE_FORMAT = re.compile(r"(?:yyyy|yy|m{1,4}|d{1,2})(?:[ ./,-]*(?:yyyy|yy|m{1,4}|d{1,2})){2}", re.IGNORECASE)


@dataclass(frozen=True)
class TableMap:
    """What a heading map says about one table.

    * headings: the heading there, by our column.
    * values: our value by theirs, by our column.
    * dates: the date format by our column, as the map writes it.
    * form: how a CSV file of it is written.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    form: CsvForm = OUR_FORM

    def column(self, name: str) -> "ColumnMap":
        """What is said about the values of one column."""
        return ColumnMap(self.values.get(name, {}), self.dates.get(name))


@dataclass(frozen=True)
class ColumnMap:
    """What a heading map says about the values of one column.

    * values: our value by theirs.
    * dates: the format of its dates, as the map writes it; ISO dates are read with any.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    dates: str | None = None


@dataclass(frozen=True)
class HeadingMap:
    """A heading map: the names that the source gives to our tables, and what it says about each table."""

    names: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, TableMap] = field(default_factory=dict)

    def name_of(self, table: str) -> str:
        """What the source calls a table."""
        return self.names.get(table, table)

    def form_of(self, name: str, _content: bytes) -> CsvForm:
        """How a CSV file is written that holds the table of that name in the source."""
        forms = {folded(self.name_of(table)): mapped.form for table, mapped in self.tables.items()}
        return forms.get(folded(name), OUR_FORM)

    def table(self, name: str) -> TableMap:
        """What is mapped in one table."""
        return self.tables.get(name, NOTHING)


NOTHING: Final = TableMap()
OUR_OWN: Final = HeadingMap()


class _File(RootModel[dict[str, Any]]):
    """A heading map as the file holds it; ``_Reader`` judges what stands in it."""


def load_heading_map(path: Path | None) -> HeadingMap:
    """The heading map of a file; our own headings without one.

    Raises ExtractRefused with every fault of the file.
    """
    if path is None:
        return OUR_OWN
    try:
        content = read_yaml(path, _File).root
    except ConfigFault as fault:
        raise ExtractRefused(fault.faults) from None
    reader = _Reader()
    mapped = reader.read_map(content)
    if reader.faults:
        raise ExtractRefused([f"{path}: {fault}" for fault in reader.faults])
    return mapped


def strptime_format(written: str) -> str:
    """A date format such as dd/mm/yyyy in the words of ``datetime.strptime``."""
    return _TOKEN.sub(lambda token: _TOKENS[token.group().lower()], written)


class _Reader:
    """Reads the content of a map and collects what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def read_map(self, content: Mapping[str, Any]) -> HeadingMap:
        """The map; wrong entries are left out and reported in ``faults``."""
        known = (NAMES, *TABLES, *SETTINGS)
        for name in content:
            if name not in known:
                self.faults.append(f"{shorten(str(name))}: is not one of {', '.join(known)}")
        names = self._texts(NAMES, content.get(NAMES) or {}, list(TABLES))
        everywhere = {key: content[key] for key in SETTINGS if key in content}
        wanted = [name for name in TABLES if name in content or everywhere]
        return HeadingMap(
            names, {name: self._table(TABLES[name], content.get(name) or {}, everywhere) for name in wanted}
        )

    def _table(self, table: Table, content: Any, everywhere: Mapping[str, Any]) -> TableMap:
        if not isinstance(content, dict):
            self.faults.append(f"{table.name}: is not a list of columns, each with its heading")
            return NOTHING
        headings = {key: value for key, value in content.items() if key not in SETTINGS}
        own = {key: content.get(key, _for_table(everywhere.get(key), table.name)) for key in SETTINGS}
        mapped = self._texts(table.name, headings, [*table.column_names])
        for heading, times in Counter(mapped.values()).items():
            if times > 1:
                both = ", ".join(column for column, used in mapped.items() if used == heading)
                self.faults.append(f"{table.name}: {both} are mapped to one heading {heading!r}; each needs its own")
        return TableMap(
            mapped,
            self._values(table, own["values"] or {}),
            self._dates(table, own["dates"], shared="dates" not in content),
            CsvForm(self._delimiter(table.name, own["delimiter"]), self._encoding(table.name, own["encoding"])),
        )

    def _texts(self, place: str, content: Any, known: list[str]) -> dict[str, str]:
        """Texts by a known key."""
        if not isinstance(content, dict):
            self.faults.append(f"{place}: is not a list of names, each with a text")
            return {}
        texts = {}
        for key, value in content.items():
            if key not in known:
                also = f" or {', '.join(SETTINGS)}" if place in TABLES else ""
                self.faults.append(f"{place}.{shorten(str(key))}: is not one of {', '.join(known)}{also}")
            elif not isinstance(value, str) or not value.strip():
                self.faults.append(f"{place}.{key}: give the heading as a text, in quotes if it is a number")
            else:
                texts[str(key)] = value.strip()
        return texts

    def _values(self, table: Table, content: Any) -> dict[str, dict[str, str]]:
        place = f"{table.name}.values"
        if not isinstance(content, dict):
            self.faults.append(f"{place}: give our column, and under it their value and ours, such as {{High: high}}")
            return {}
        read = {}
        for name, pairs in content.items():
            if name not in table.column_names:
                self.faults.append(f"{place}.{shorten(str(name))}: is not one of {', '.join(table.column_names)}")
            elif not isinstance(pairs or {}, dict):
                self.faults.append(f"{place}.{name}: give their value and ours, such as {{High: high}}")
            else:
                read[str(name)] = self._pairs(f"{place}.{name}", table.column(name), pairs or {})
        return read

    def _pairs(self, place: str, column: Column, pairs: Mapping[Any, Any]) -> dict[str, str]:
        read: dict[str, str] = {}
        for theirs, ours in pairs.items():
            value = _as_written(ours)
            key = _as_written(theirs)
            choices = ("true", "false") if column.kind is Kind.FLAG else column.choices
            if value and choices and value not in choices:
                self.faults.append(f"{place}: {shorten(value)!r} is not one of {', '.join(choices)}")
            read[key] = value
        return read

    def _dates(self, table: Table, content: Any, *, shared: bool) -> dict[str, str]:
        """The date format of each date column; a format ``shared`` by all tables may meet a table without dates."""
        place = f"{table.name}.dates"
        dates = [column.name for column in table.columns if column.kind is Kind.DATE]
        if content is None:
            return {}
        if not isinstance(content, dict):
            if not dates and not shared:
                self.faults.append(f"{place}: the table has no column of dates")
            content = dict.fromkeys(dates, content)
        read = {}
        for name, written in content.items():
            if name not in dates:
                self.faults.append(f"{place}.{shorten(str(name))}: is not one of {', '.join(dates)}")
            elif not _is_date_format(written):
                says = f"{shorten(str(written))!r} is not a date format: write it such as dd/mm/yyyy, dd-mmm-yyyy"
                self.faults.append(f"{place}: {says} or {EXCEL_SERIALS}")
                break
            else:
                read[str(name)] = str(written).strip().lower()
        return read

    def _delimiter(self, table: str, content: Any) -> str | None:
        known = {**{word: sign for sign, word in DELIMITERS.items()}, **{sign: sign for sign in DELIMITERS}}
        if content is None or content in known:
            return known.get(content) if content else None
        self.faults.append(
            f"{table}.delimiter: {shorten(str(content))!r} is not one of {', '.join(DELIMITERS.values())}"
        )
        return None

    def _encoding(self, table: str, content: Any) -> str | None:
        if content is None:
            return None
        try:
            # Refuses what does not make text of bytes, such as base64; of no bytes at all, it would not look.
            b"a".decode(str(content), "ignore")
        except (LookupError, ValueError):
            says = f"{shorten(str(content))!r} is not an encoding: write it such as cp1252, utf-16 or utf-8"
            self.faults.append(f"{table}.encoding: {says}")
            return None
        return codecs.lookup(str(content)).name


def _for_table(content: Any, table: str) -> Any:
    """What an entry at the top says about one table: it may stand there once for all, or by table."""
    if isinstance(content, dict) and content.keys() <= TABLES.keys():
        return content.get(table)
    return content


def _as_written(value: Any) -> str:
    """A text, or what YAML made of one."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer():
            return str(int(value))
    return str(value).strip()


def _is_date_format(written: Any) -> bool:
    if not isinstance(written, str):
        return False
    tokens = sorted(token.lower()[0] for token in _TOKEN.findall(written))
    return written.strip().lower() == EXCEL_SERIALS or (
        _DATE_FORMAT.fullmatch(written.strip()) is not None and tokens == ["d", "m", "y"]
    )
