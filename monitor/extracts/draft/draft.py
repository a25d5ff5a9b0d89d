"""Drafting a heading map from what a source holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from monitor.extracts.draft.lists import with_tiers
from monitor.extracts.draft.matching import TableMatch, match_tables, rank_sheets
from monitor.extracts.draft.profile import ColumnProfile, SheetProfile, headings_only, profile_of, read_profile
from monitor.extracts.draft.text import Draft, draft_text
from monitor.extracts.headings import may_be_title
from monitor.extracts.reading.csv_form import CsvForm, guess_form
from monitor.extracts.reading.rows import Sheet, Source
from monitor.extracts.reading.size_limits import USUAL_BOUNDS, Bounds
from monitor.extracts.reading.sources import open_source
from monitor.extracts.refusal import ExtractRefused
from monitor.safe_text import without_secrets
from tiering.caseload import TABLES, Kind, Table

_MOST_READ = 12
"""Tables of a source that are all read; of more, those whose names and headings are the likeliest."""

_NUMBERS_OF_FLAGS = {"0", "1"}


def draft_heading_map(address: str, tiers: Sequence[str], bounds: Bounds = USUAL_BOUNDS) -> str:
    """A heading map for the source at ``address``, as the text of a YAML file with every guess marked.

    - tiers: the tiers of the policy's scheme.
    - Raises ExtractRefused when no table of the source can be read.
    """
    forms: dict[str, CsvForm] = {}

    def form_of(name: str, content: bytes) -> CsvForm:
        forms[name] = guess_form(content)
        return forms[name]

    tables = [with_tiers(table, tiers) for table in TABLES.values() if not table.seldom]
    with open_source(address, bounds, form_of) as opened:
        names, unread = _likeliest(opened, tables)
        sheets = []
        for name in names:
            sheet = _find(opened, name, unread)
            if sheet is not None:
                sheets.append(read_profile(name, sheet))
        if not sheets:
            raise ExtractRefused([*unread.values()] or [_nothing(address, opened)])
        matches = match_tables(tables, sheets)
        matches = {name: _read_flags(opened, TABLES[name], match) for name, match in matches.items()}
    unread |= {sheet.name: sheet.unread for sheet in sheets if sheet.unread}
    used = {match.sheet.name for match in matches.values()}
    unused = [name for name in opened.names if name not in used]
    titled = [sheet.name for sheet in sheets if sheet.name in unused and may_be_title(_headings(sheet))]
    return draft_text(Draft(address, tables, matches, unused, titled, unread, forms))


def _headings(sheet: SheetProfile) -> list[str]:
    return [column.heading for column in sheet.columns]


def _nothing(address: str, opened: Source) -> str:
    return f"{without_secrets(address)}: there is no table in it; here are {opened.holds}"


def _likeliest(opened: Source, tables: Sequence[Table]) -> tuple[list[str], dict[str, str]]:
    """The tables to read, and those that cannot be read, with the reason."""
    unread: dict[str, str] = {}
    if len(opened.names) <= _MOST_READ:
        return list(opened.names), unread
    found = [(name, _find(opened, name, unread)) for name in opened.names]
    sheets = [headings_only(name, sheet) for name, sheet in found if sheet is not None]
    return [sheet.name for sheet in rank_sheets(tables, sheets)], unread


def _find(opened: Source, name: str, unread: dict[str, str]) -> Sheet | None:
    """A table of the source; one that cannot be read is noted in ``unread``."""
    try:
        return opened.find(name)
    except ExtractRefused as refused:
        unread[name] = refused.faults[0]
        return None


def _read_flags(opened: Source, table: Table, match: TableMatch) -> TableMatch:
    """The same match with its flags read as flags: some databases store them as 0 and 1, which are read as flags."""
    flags = [column for column in table.columns if column.kind is Kind.FLAG and column.name in match.columns]
    asked = {
        match.columns[column.name].position: column
        for column in flags
        if match.columns[column.name].filled
        and set(match.columns[column.name].texts.slice(0, 3).to_pylist()) <= _NUMBERS_OF_FLAGS
    }
    sheet = opened.find(match.sheet.name) if asked else None
    if sheet is None:
        return match
    rows = sheet.read(asked)
    read = {
        column.name: profile_of(sheet.headings[place], place, rows.columns[column.name])
        for place, column in asked.items()
    }
    return replace(match, own=_changed(match.own, read), guessed=_changed(match.guessed, read))


def _changed(columns: Mapping[str, ColumnProfile], read: Mapping[str, ColumnProfile]) -> dict[str, ColumnProfile]:
    return {name: read.get(name, theirs) for name, theirs in columns.items()}
