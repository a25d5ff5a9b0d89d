"""The draft of a heading map as a person reads and corrects it: YAML that loads as it is, with every guess marked."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
import pyarrow.compute as pc

from alerts.wording import count_of
from monitor.extracts.draft.dates import DateGuess, guess_dates, settle_by
from monitor.extracts.draft.lists import MOST_VALUES, choices_of, guess_values, list_share
from monitor.extracts.draft.matching import TableMatch
from monitor.extracts.draft.profile import MOST_ROWS, ColumnProfile
from monitor.extracts.reading.csv_form import DELIMITERS, OUR_FORM, CsvForm
from monitor.safe_text import list_names, mask_secrets, printable, shorten, without_secrets
from tiering.caseload import Column, Kind, Table

MOST_SHOWN: Final = 30
"""Values of a column that are listed."""

_CHECK = "guessed: please check"
_LONGEST_VALUE = 60
_MOST_UNKNOWN = 12
_CODE = re.compile(r"@|[0-9]{4,}")
"""What no word of a list has, and a case number, a telephone number or an address does."""


_TOTAL = r"(?i)^((grand|sub)[ -]?)?totals?\b|\btotals?:?$"


@dataclass(frozen=True)
class Draft:
    """What was found in a source.

    - address: of the source; its secrets are not shown.
    - tables: ours, with the tiers of the policy.
    - matches: the table of the source for each of ours.
    - unused: the tables of the source that are none of ours.
    - titled: those of them whose first row may be a title instead of headings.
    - unread: the tables of the source that could not be read, and why.
    - forms: how CSV files are written, by their table.
    """

    address: str
    tables: Sequence[Table]
    matches: Mapping[str, TableMatch]
    unused: Sequence[str]
    titled: Sequence[str]
    unread: Mapping[str, str]
    forms: Mapping[str, CsvForm]


def draft_text(draft: Draft) -> str:
    """The heading map, line by line."""
    blocks = [_header(draft), _names(draft)]
    dates = {
        (name, column): guess
        for name, match in draft.matches.items()
        for column, guess in _date_guesses(draft, name, match).items()
    }
    for table in draft.tables:
        if table.name in draft.matches:
            match = draft.matches[table.name]
            form = draft.forms.get(match.sheet.name, OUR_FORM)
            blocks.append(_table(table, match, _settled(table.name, dates), form))
    return "\n\n".join("\n".join(block) for block in blocks)


def _header(draft: Draft) -> Iterator[str]:
    shown = without_secrets(draft.address)
    named = shlex.quote(shown) if shown == draft.address else "SOURCE"
    yield "# A draft of a heading map: what this source calls our tables, columns and values."
    yield f"# Source: {_quoted(shown)}"
    yield '# 1. Check every line marked "guessed". Correct it, or put # in front of it.'
    yield '# 2. A line with "?" has no answer yet. To answer it, write the answer for the ? and remove the # in front.'
    yield "#    Lines that are needed must have an answer; the others may stay as they are."
    yield f"# 3. Run: hotspots check --extract {_one_line(named)} --columns headings.yaml"
    for match in draft.matches.values():
        if match.sheet.rows >= MOST_ROWS:
            yield f"# Only the first {MOST_ROWS:,} rows of {_quoted(match.sheet.name)} were read for this draft."
    for name in draft.titled:
        yield f"# No headings in the first row of {_quoted(shorten(name))}. If it is one of our tables, delete every"
        yield "#    row above its headings in the source (a title, a blank row), and run hotspots columns again."
    for name, reason in draft.unread.items():
        yield f"# Could not be read: {_quoted(shorten(name))}: {_one_line(reason)}"


def _names(draft: Draft) -> Iterator[str]:
    """What the source calls our tables."""
    left = list_names(map(_quoted, draft.unused)) or "none"
    yield "tables:"
    for table in draft.tables:
        match = draft.matches.get(table.name)
        if match is None:
            yield f"  # {table.name}: ?   # {'needed' if table.required else 'optional'}; tables left: {left}"
        elif match.is_own_name:
            yield f"  # {table.name}: has our name"
        else:
            yield f"  {table.name}: {_quoted(match.sheet.name)}   # {_CHECK}"
    if draft.unused:
        yield f"  # tables not used: {left}"


def _table(table: Table, match: TableMatch, dates: Mapping[str, DateGuess], form: CsvForm) -> Iterator[str]:
    """What is said about one table."""
    yield f"{table.name}:"
    yield from _warnings(table, match)
    left = list_names(_quoted(theirs.heading) for theirs in match.left) or "none"
    if match.own:
        yield f"  # our own headings: {', '.join(name for name in table.column_names if name in match.own)}"
    for column in table.columns:
        if column.name in match.guessed:
            yield f"  {column.name}: {_quoted(match.guessed[column.name].heading)}   # {_CHECK}"
    for column in table.columns:
        if column.name not in match.columns:
            yield f"  # {column.name}: ?   # {f'needed; headings left: {left}' if column.required else 'optional'}"
    if match.left:
        yield f"  # headings not used: {left}"
    values = list(chain.from_iterable(_values(column, match) for column in table.columns))
    yield from ["  values:", *values] if values else []
    yield from _dates(dates)
    if form.delimiter:
        yield f"  delimiter: {DELIMITERS[form.delimiter]}   # {_CHECK}"
    if form.encoding:
        yield f"  encoding: {_quoted(form.encoding)}   # {_CHECK}"


def _warnings(table: Table, match: TableMatch) -> Iterator[str]:
    """Rows that would be rejected whatever the map says: totals, and empty cells where a value is needed."""
    totals = max((_totals(theirs) for theirs in match.columns.values()), default=0)
    if totals:
        yield f"  # {count_of(totals, 'row')} of totals: delete them in the source; they are no rows of this table"
    empty = [
        f"{column.name} in {theirs.rows - theirs.filled:,} of {theirs.rows:,} rows"
        for column in table.columns
        if column.required
        and (theirs := match.columns.get(column.name)) is not None
        and theirs.filled + totals < theirs.rows
    ]
    if empty:
        yield f"  # needed, but empty: {', '.join(empty)}; fill them in the source (merged cells: each cell)"


def _totals(theirs: ColumnProfile) -> int:
    """In how many rows a column says "Total", "Grand total" or "Norwich total"."""
    return int(theirs.counts[np.asarray(pc.match_substring_regex(theirs.texts, _TOTAL), dtype=bool)].sum())


def _values(column: Column, match: TableMatch) -> list[str]:
    """The values of one column that are not ours."""
    theirs = match.columns.get(column.name)
    choices = choices_of(column)
    if theirs is None or not choices:
        return []
    if not _is_list(column, theirs):
        return [f"    # {column.name}: {theirs.different:,} different values, hardly any is ours: check its heading"]
    lines, hidden = [], 0
    for guess in guess_values(column, theirs)[:MOST_SHOWN]:
        rows = count_of(guess.rows, "row")
        if guess.ours is not None:
            lines.append(f"      {_quoted(guess.theirs)}: {_quoted(guess.ours)}   # {rows}; {_CHECK}")
        elif _may_be_shown(guess.theirs):
            lines.append(f"      # {_quoted(guess.theirs)}: ?   # {rows}; ours: {', '.join(choices)}")
        else:
            hidden += 1
    hidden += max(len(guess_values(column, theirs)) - MOST_SHOWN, 0)
    if hidden:
        lines.append(f"      # values not shown: {hidden:,}")
    return [f"    {column.name}:", *lines] if lines else []


def _is_list(column: Column, theirs: ColumnProfile) -> bool:
    """Whether a column holds a list of words; with many values that are none of ours it may hold names."""
    share = list_share(column, theirs)
    return theirs.different <= (MOST_VALUES if share else _MOST_UNKNOWN) or share >= 0.5


def _may_be_shown(text: str) -> bool:
    """Whether a value that is none of ours looks like a word of a list, and not like a code or a note on a person."""
    return len(text) <= _LONGEST_VALUE and _CODE.search(text) is None


def _date_guesses(draft: Draft, name: str, match: TableMatch) -> dict[str, DateGuess]:
    """The date formats of one table, by column; ISO dates need none."""
    table = next(table for table in draft.tables if table.name == name)
    columns = {column.name: match.columns.get(column.name) for column in table.columns if column.kind is Kind.DATE}
    guesses = {column: guess_dates(theirs) for column, theirs in columns.items() if theirs is not None}
    return {column: guess for column, guess in guesses.items() if guess is not None and guess.formats}


def _settled(name: str, dates: Mapping[tuple[str, str], DateGuess]) -> dict[str, DateGuess]:
    """The date formats of a table; where a column leaves it open, the other columns of the table and the source say."""
    own = {column: guess for (table, column), guess in dates.items() if table == name}
    return {
        column: guess if guess.is_sure or guess.is_mixed else settle_by(settle_by(guess, dates.values()), own.values())
        for column, guess in own.items()
    }


def _dates(guesses: Mapping[str, DateGuess]) -> Iterator[str]:
    """One format for the table where all its columns have it, else one for each column."""
    notes = {column: (guess.formats[0], _doubt(guess)) for column, guess in guesses.items()}
    if len({form for form, _ in notes.values()}) == 1:
        form, _ = next(iter(notes.values()))
        # The least certain column has the most to say.
        yield f"  dates: {_quoted(form)}   # {max((doubt for _, doubt in notes.values()), key=len)}"
    elif notes:
        yield "  dates:"
        for column, (form, doubt) in notes.items():
            yield f"    {column}: {_quoted(form)}   # {doubt}"


def _doubt(guess: DateGuess) -> str:
    says = _CHECK
    if guess.is_mixed:
        says = f"guessed: some rows can only be {guess.formats[1]}, so ask how the dates were written"
    elif not guess.is_sure:
        says = f"guessed: could be {guess.formats[1]} too"
    return says if guess.share == 1 else f"{says}; {1 - guess.share:.1%} of the rows are no such dates"


def _quoted(text: str) -> str:
    """A text that YAML reads as this text and as nothing else, on one line, without a character that acts."""
    return printable(json.dumps(text, ensure_ascii=False))


def _one_line(text: str) -> str:
    return printable(mask_secrets(" ".join(text.split())))
