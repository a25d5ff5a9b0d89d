"""One extract, read and checked: what a snapshot is computed from."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd

from monitor.extracts.canonical import content_hash
from monitor.extracts.checks import Checked, check_rows
from monitor.extracts.heading_map import HeadingMap, load_heading_map
from monitor.extracts.headings import choose_columns, choose_name
from monitor.extracts.manifest import Manifest, manifest_faults, read_manifest
from monitor.extracts.refusal import MOST_TOLD, ExtractRefused, Quoting
from monitor.extracts.rows import Source
from monitor.extracts.size_limits import MOST_FAULTS, USUAL_BOUNDS, Bounds
from monitor.extracts.sources import open_source
from monitor.safe_text import printable, shortened, without_secrets
from tiering.caseload import CASES, ORGANISATION, TABLES, Caseload, Table

NEVER_EMPTY = (ORGANISATION.name, CASES.name)
_EXAMPLES = 5
_DATES_OF_WORK = (
    ("assessments", "completed_on"),
    ("cases", "sentence_start"),
    ("duties", "starts_on"),
    ("reductions", "starts_on"),
)


@dataclass(frozen=True)
class AcceptanceLimits:
    """When a whole extract is refused.

    A table: more than ``rejected_rows`` rows of it and more than ``rejected_share`` of them rejected. The extract: a
    case count that changed by more than ``swing_share`` since the last snapshot, or an age above ``maximum_age_days``
    (None: any age), by the manifest's date or, without one, the newest date of work in it. A table beyond ``bounds``.
    """

    rejected_share: Decimal | float = 0.02
    rejected_rows: int = 10
    swing_share: Decimal | float = 0.20
    maximum_age_days: int | None = None
    bounds: Bounds = USUAL_BOUNDS


@dataclass(frozen=True)
class Extract:
    """An extract that may become a snapshot.

    ``rejected``: one row a fault, columns table, line, column, value, reason, sorted so; line 1 is the heading row, and
    row n of a Parquet file or database table is line n + 1. ``rows``: rows read of each table present, accepted or
    rejected; an identical row of a keyed table counts once. ``unused``: headings kept out, by table. ``content_hash``:
    the same for the same data in any format and order. ``source_hashes``: sha256 by file, or of the content of a
    database table. ``as_at_stated``, ``source_name``: from the manifest.
    """

    caseload: Caseload
    rejected: pd.DataFrame
    rows: dict[str, int]
    unused: dict[str, list[str]]
    content_hash: str
    source_hashes: dict[str, str]
    as_at_stated: date | None
    source_name: str | None


@dataclass(frozen=True)
class _Found:
    """What came of one table: ``checked`` is None where its rows could not be read.

    ``shown``: its name in messages, ``file``: the file its hash is of, both empty where it is not there.
    """

    shown: str = ""
    file: str = ""
    faults: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    sha256: str | None = None
    checked: Checked | None = None


USUAL_LIMITS = AcceptanceLimits()


def read_extract(
    source: str,
    as_at: date,
    tiers: Sequence[str],
    *,
    headings: Path | None = None,
    limits: AcceptanceLimits = USUAL_LIMITS,
    last_cases: int | None = None,
    accept_swing: bool = False,
) -> Extract:
    """Read and check the extract at ``source`` (folder, zip, workbook, fsspec or SQLAlchemy URL) for one date.

    ``tiers``: the tiers of the policy's scheme; ``headings``: a heading map; ``last_cases``: the case count of the last
    snapshot. Raises ExtractRefused with every fault found when it may not become a snapshot.
    """
    mapping = load_heading_map(headings)
    with open_source(source, limits.bounds, mapping.form_of) as opened:
        manifest, faults = _manifest(opened)
        found = _find_tables(opened, mapping, as_at, tiers)
    checked = {name: one.checked for name, one in found.items() if one.checked is not None}
    tables = {name: checked[name].accepted if name in checked else table.empty() for name, table in TABLES.items()}
    faults += [fault for one in found.values() for fault in one.faults]
    faults += _manifest_faults(manifest, as_at, found, mapping)
    faults += [fault for one in found.values() for fault in _share_faults(one, limits)]
    faults += [fault for one in found.values() for fault in _ambiguous_faults(one)]
    faults += [f"{name}: no row is accepted" for name in NEVER_EMPTY if name in checked and tables[name].empty]
    if not accept_swing:
        faults += _swing_faults(tables[CASES.name], last_cases, limits)
    faults += _age_faults(tables, manifest.as_at, as_at, limits)
    if faults:
        raise ExtractRefused(faults + [note for one in found.values() for note in _notes(one, limits)])
    rejected = pd.concat([checked[name].rejected for name in sorted(checked)], ignore_index=True)
    return Extract(
        Caseload(**tables),
        rejected,
        {name: one.rows for name, one in checked.items()},
        {name: one.unused for name, one in found.items() if one.unused},
        content_hash(tables, rejected),
        {one.file: one.sha256 for one in found.values() if one.sha256},
        manifest.as_at,
        manifest.source and shortened(printable(without_secrets(manifest.source))),
    )


def _manifest(opened: Source) -> tuple[Manifest, list[str]]:
    try:
        return read_manifest(opened.manifest), []
    except ExtractRefused as refused:
        return Manifest(), refused.faults


def _find_tables(opened: Source, mapping: HeadingMap, as_at: date, tiers: Sequence[str]) -> dict[str, _Found]:
    """Every table of the contract, in an order in which each follows those it refers to."""
    found: dict[str, _Found] = {}
    accepted: dict[str, pd.DataFrame] = {}
    for name, table in TABLES.items():
        found[name] = _find_table(opened, _with_tiers(table, tiers), mapping, as_at, accepted)
        checked = found[name].checked
        if checked is not None:
            accepted[name] = checked.accepted
    return found


def _with_tiers(table: Table, tiers: Sequence[str]) -> Table:
    if table.name != CASES.name:
        return table
    columns = [replace(one, choices=tuple(tiers)) if one.name == "tier" else one for one in table.columns]
    return replace(table, columns=tuple(columns))


def _find_table(
    opened: Source, table: Table, mapping: HeadingMap, as_at: date, accepted: Mapping[str, pd.DataFrame]
) -> _Found:
    name = mapping.name_of(table.name)
    place = _Found()
    try:
        sheet = opened.find(choose_name(name, opened.names))
        if sheet is None:
            missing = f"{name}: the table is missing; add it, or map its name with --columns; here are {opened.holds}"
            return _Found(faults=[missing] if table.required else [])
        choice = choose_columns(sheet.shown, sheet.headings, table, mapping.table(table.name))
        place = _Found(sheet.shown, sheet.file, choice.faults, choice.unused)
        if not choice.wanted:
            return place
        rows = sheet.read(choice.wanted)
    except ExtractRefused as refused:
        return replace(place, faults=[*place.faults, *refused.faults])
    # The sheet may hold the whole file in memory, which nobody needs any more.
    del sheet
    checked = None if choice.faults else check_rows(rows, table, as_at, accepted)
    return replace(place, sha256=rows.sha256, checked=checked)


def _manifest_faults(
    manifest: Manifest, as_at: date, found: Mapping[str, _Found], mapping: HeadingMap
) -> Iterator[str]:
    there = {
        name: (one.checked.read if one.checked else None, one.sha256)
        for name, one in found.items()
        if one.shown or one.faults
    }
    return manifest_faults(manifest, as_at, {name: mapping.name_of(name) for name in TABLES}, there)


def _share_faults(one: _Found, limits: AcceptanceLimits) -> Iterator[str]:
    if one.checked and one.checked.faults > MOST_FAULTS:
        why = f"; more than {MOST_FAULTS:,} faults are not listed one by one, and not allowed: correct the extract"
        yield _rejections(one.shown, one.checked, why)
    elif one.checked and _too_many(one.checked, limits):
        why = (
            f"; more than {limits.rejected_rows} rows and {Decimal(str(limits.rejected_share)):.1%} of a table are not "
            "allowed: correct the extract, or map its headings with --columns"
        )
        yield _rejections(one.shown, one.checked, why)


def _ambiguous_faults(one: _Found) -> Iterator[Quoting]:
    """Posts that cannot be told apart by their code: no figure of either could be trusted, so none is computed."""
    if not one.checked:
        return
    for code, rows in one.checked.ambiguous.groupby("post_code"):
        named = [
            f"line {line} (team_code {team!r}, om_code {om!r})"
            for line, team, om in zip(rows["line"], rows["team_code"], rows["om_code"], strict=True)
        ]
        way_out = "write the codes without '/', so that every post has a code of its own"
        lines = ", ".join(str(line) for line in rows["line"])
        yield Quoting.of(
            f"{one.shown}: {', '.join(named)} have the same post code {code!r}; {way_out}",
            [f"{one.shown}: lines {lines} have the same post code; {way_out}"],
            len(rows),
        )


def _notes(one: _Found, limits: AcceptanceLimits) -> Iterator[str]:
    """What else a refusal should say: rejections that would not have been too many."""
    checked = one.checked
    if checked and checked.rejected_rows and checked.faults <= MOST_FAULTS and not _too_many(checked, limits):
        yield _rejections(one.shown, checked)


def _too_many(checked: Checked, limits: AcceptanceLimits) -> bool:
    share = Decimal(str(limits.rejected_share)) * checked.rows
    return checked.rejected_rows > limits.rejected_rows and checked.rejected_rows > share


def _rejections(shown: str, checked: Checked, why: str = "") -> Quoting:
    """How many rows are rejected, with a few of them; without quoting one, each by its line."""
    some = checked.rejected.drop_duplicates("line").head(_EXAMPLES)
    first = checked.rejected.head(MOST_TOLD)
    examples = "; ".join(
        f"line {line}{column and ', '}{column} {value!r} {reason}"
        for line, column, value, reason in zip(some["line"], some["column"], some["value"], some["reason"], strict=True)
    )
    count, rows = checked.rejected_rows, checked.rows
    said = f"{shown}: {count:,} of {rows:,} rows are rejected ({count / rows:.1%})"
    by_line = [
        f"{shown}: line {line}{column and ', '}{column}: {reason}"
        for line, column, reason in zip(first["line"], first["column"], first["reason"], strict=True)
    ]
    return Quoting.of(f"{said}; for example {examples}{why}", [said + why, *by_line], 1 + checked.faults)


def _swing_faults(cases: pd.DataFrame, last_cases: int | None, limits: AcceptanceLimits) -> Iterator[str]:
    count = int(cases["number_of_cases"].sum())
    if not last_cases or not count:
        return
    swing = abs(count - last_cases) / Decimal(last_cases)
    allowed = Decimal(str(limits.swing_share))
    if swing > allowed:
        yield (
            f"cases: {count:,} cases against {last_cases:,} in the last snapshot, a change of {swing:.1%} where "
            f"{allowed:.1%} is allowed; send the whole extract or, if the change is real, run again with --accept-swing"
        )


def _age_faults(
    tables: Mapping[str, pd.DataFrame], stated: date | None, as_at: date, limits: AcceptanceLimits
) -> Iterator[str]:
    if limits.maximum_age_days is None:
        return
    newest = stated or _newest_work(tables, as_at)
    if newest is not None and (as_at - newest).days > limits.maximum_age_days:
        what = "the manifest's as_at" if stated else "the newest date of work in it"
        yield (
            f"the extract is {(as_at - newest).days} days old on {as_at} ({what} is {newest}), more than the "
            f"{limits.maximum_age_days} allowed; send a newer extract"
        )


def _newest_work(tables: Mapping[str, pd.DataFrame], as_at: date) -> date | None:
    """The newest date on or before ``as_at`` on which work is recorded."""
    dates = pd.concat([tables[name][column] for name, column in _DATES_OF_WORK])
    newest = dates[dates <= pd.Timestamp(as_at)].max()
    return None if pd.isna(newest) else newest.date()
