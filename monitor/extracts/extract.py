"""One extract, read and checked: what a snapshot is computed from."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from alerts.wording import count_of
from monitor.extracts.heading_map import HeadingMap, load_heading_map
from monitor.extracts.headings import Choice, choose_columns, choose_name
from monitor.extracts.intake import Intake, TableIntake, intake_gaps, intake_report
from monitor.extracts.judgement.acceptance import (
    NO_INSISTENCE,
    AcceptanceLimits,
    Insistence,
    age_faults,
    empty_faults,
    minor_rejections,
    rejection_faults,
    swing_faults,
)
from monitor.extracts.judgement.canonical import content_hash
from monitor.extracts.judgement.checks import Checked, check_rows
from monitor.extracts.judgement.last_week import NO_WEEK, LastWeek, Loss, column_losses, other_changes
from monitor.extracts.judgement.look_alikes import MOST_TRIED, look_alikes, may_hold
from monitor.extracts.judgement.officers import (
    Unmatched,
    hours_faults,
    signer_faults,
    unmatched_faults,
    unmatched_officers,
)
from monitor.extracts.reading.manifest import Manifest, manifest_faults, read_manifest
from monitor.extracts.reading.rows import NotCalculated, Sheet, Source
from monitor.extracts.reading.sources import open_source
from monitor.extracts.reading.workbook import CALCULATE
from monitor.extracts.refusal import ExtractRefused, Quoting, join_alike
from monitor.extracts.wmt.limits import sheet_faults
from monitor.extracts.wmt.source import CONTRACT, adapt, list_intake
from monitor.extracts.wmt.workbook import is_workbook
from monitor.safe_text import list_names, printable, shorten, without_secrets
from tiering.caseload import CASES, TABLES, Caseload, Column, Table
from tiering.policies.policy import Policy

USUAL_LIMITS = AcceptanceLimits()


@dataclass(frozen=True)
class Extract:
    """An extract that may become a snapshot.

    - rejected: one row per fault with table, line, column, value and reason, sorted so; line 1 is the heading row, and
      row n of a Parquet file or database table is line n + 1.
    - rows: rows read of each table present, accepted or rejected; an identical row of a keyed table counts once.
    - unused: headings kept out, by table.
    - content_hash: the same for the same data in any format and order.
    - source_hashes: sha256 by file, or of the content of a database table.
    - as_at_stated, source_name: from the manifest.
    - intake: what came in, for people to read.
    """

    caseload: Caseload
    rejected: pd.DataFrame
    rows: dict[str, int]
    unused: dict[str, list[str]]
    content_hash: str
    source_hashes: dict[str, str]
    as_at_stated: date | None
    source_name: str | None
    intake: Intake


@dataclass(frozen=True)
class _Found:
    """The result of reading one table.

    - shown: its name in messages; file: the file its hash is of; both empty where it is not there.
    - checked: None where its rows could not be read.
    """

    table: Table
    shown: str = ""
    file: str = ""
    faults: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    choice: Choice = field(default_factory=Choice)
    sha256: str | None = None
    checked: Checked | None = None
    left_over: Mapping[str, Any] = field(default_factory=dict)

    @property
    def filled(self) -> Mapping[str, int]:
        """How many rows have a value, by column."""
        return self.checked.filled if self.checked else {}

    def losses(self, last: LastWeek) -> Iterator[Loss]:
        """What it had last week and has not any more; nothing where that cannot be known."""
        name = self.table.name
        if self.checked or not (self.shown or self.faults):
            rows = self.checked.rows if self.checked else 0
            choice = self.choice
            yield from column_losses(name, self.shown, rows, self.filled, choice.missing, choice.unused, last)
        if self.checked and name not in last.rows:
            yield from self._renamed()

    def _renamed(self) -> Iterator[Loss]:
        """Columns that may be there under another heading; asked only where there is no last week to compare with."""
        for column in [self.table.column(name) for name in self.choice.missing]:
            if alike := look_alikes(column, self.table.column_names, self.left_over):
                name = f"{self.table.name}.{column.name}"
                says = f"the column is missing in {self.shown}, which has {list_names(alike)}"
                way_out = f"map the heading with --columns or run again with --accept-missing {name}"
                yield Loss(self.table.name, column.name, f"{name}: {says}: {way_out}")


def read_extract(
    source: str,
    as_at: date,
    tiers: Sequence[str],
    *,
    headings: Path | None = None,
    limits: AcceptanceLimits = USUAL_LIMITS,
    last: LastWeek = NO_WEEK,
    insistence: Insistence = NO_INSISTENCE,
    policy: Policy | None = None,
) -> Extract:
    """Read and check the extract at ``source`` (folder, zip, workbook, fsspec or SQLAlchemy URL) for one date.

    - tiers: the tiers of the policy's scheme.
    - policy: whose numbers a workbook of the Workload Management Tool is read with; without one it is refused.
    - headings: a heading map.
    - last: what the last snapshot was taken from.
    - insistence: what is accepted although it would be refused.
    - Raises ExtractRefused with every fault found when it may not become a snapshot.
    """
    insistence.check()
    mapping = load_heading_map(headings)
    with open_source(source, limits.bounds, mapping.form_of) as opened:
        manifest, faults = _manifest(opened)
        workbook = adapt(opened, mapping, policy, as_at) if policy and is_workbook(opened) else None
        contract = TABLES if workbook is None else CONTRACT
        if workbook is not None:
            opened, mapping = workbook.source, workbook.mapping
        found = _find_tables(opened, contract, mapping, as_at, tiers, last)
    checked = {name: table.checked for name, table in found.items() if table.checked is not None}
    tables = {name: checked[name].accepted if name in checked else table.empty() for name, table in contract.items()}
    losses = [loss for table in found.values() for loss in table.losses(last)]
    unmatched = unmatched_officers(tables["cases"], tables["offender_managers"])
    too_many = list(_unmatched_faults(unmatched, checked, limits, last))
    faults += [fault for table in found.values() for fault in table.faults]
    faults += _manifest_faults(manifest, as_at, found, mapping)
    faults += [loss.says for loss in losses if not insistence.accepts(loss.table, loss.column)]
    rejections = {name: list(_rejection_faults(table, tables, limits)) for name, table in found.items()}
    if not insistence.swing and len(checked) == len([table for table in found.values() if table.shown]):
        # Where too many rows are rejected, codes and rows are gone for that reason, which must come first.
        whole = {name: frame for name, frame in tables.items() if not rejections[name]}
        faults += other_changes(whole, last, Decimal(str(limits.swing_share)))
    for name, table in found.items():
        faults += [*rejections[name], *_ambiguous_faults(table)]
    signers = signer_faults(tables["assessments"], tables["offender_managers"])
    faults += [] if insistence.unmatched else [*too_many, *signers]
    faults += [*hours_faults(tables["offender_managers"]), *empty_faults(tables, checked)]
    if not insistence.swing:
        faults += swing_faults(tables[CASES.name], last, limits)
    dated = manifest.as_at or (workbook.rows.dated if workbook else None)
    faults += age_faults(tables, dated, as_at, limits)
    faults += list(sheet_faults(workbook.rows, limits)) if workbook else []
    if faults:
        raise ExtractRefused(
            join_alike(faults) + [note for table in found.values() for note in _notes(table, tables, limits)]
        )
    # Without last week's share: a warning stays as long as there are too many, however many there were before.
    still_many = list(_unmatched_faults(unmatched, checked, limits, NO_WEEK))
    brought = {name: _intake(found[name]) for name in checked}
    lost = [loss.name for loss in losses]
    apart = [] if workbook is None else [workbook.rows.rejected]
    rejected = pd.concat([*(checked[name].rejected for name in sorted(checked)), *apart], ignore_index=True)
    rejected = rejected.sort_values(list(rejected.columns), ignore_index=True) if apart else rejected
    return Extract(
        Caseload(**tables),
        rejected,
        {name: table.rows for name, table in checked.items()},
        {name: table.choice.unused for name, table in found.items() if table.choice.unused},
        content_hash(Caseload(**tables).tables(), rejected),
        {table.file: table.sha256 for table in found.values() if table.sha256},
        manifest.as_at,
        manifest.source and shorten(printable(without_secrets(manifest.source))),
        Intake(
            intake_report(brought, mapping.tables, unmatched, last, list_intake(workbook.rows) if workbook else ()),
            intake_gaps(brought, lost, unmatched, last, unmatched_accepted=bool(still_many)),
        ),
    )


def _manifest(opened: Source) -> tuple[Manifest, list[str]]:
    try:
        return read_manifest(opened.manifest), []
    except ExtractRefused as refused:
        return Manifest(), refused.faults


def _find_tables(
    opened: Source,
    contract: Mapping[str, Table],
    mapping: HeadingMap,
    as_at: date,
    tiers: Sequence[str],
    last: LastWeek,
) -> dict[str, _Found]:
    """Every table of the contract, in an order in which each follows those it refers to."""
    found: dict[str, _Found] = {}
    accepted: dict[str, pd.DataFrame] = {}
    for name, table in contract.items():
        known = name in last.rows
        found[name] = _find_table(opened, _with_tiers(table, tiers), mapping, as_at, accepted, was_there=known)
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
    opened: Source,
    table: Table,
    mapping: HeadingMap,
    as_at: date,
    accepted: Mapping[str, pd.DataFrame],
    *,
    was_there: bool,
) -> _Found:
    name = mapping.name_of(table.name)
    place = _Found(table)
    mapped = mapping.table(table.name)
    try:
        sheet = opened.find(choose_name(name, opened.names))
        if sheet is None:
            missing = f"{name}: the table is missing; add it, or map its name with --columns; here are {opened.holds}"
            return replace(place, faults=[missing] if table.required else [])
        choice = choose_columns(sheet.shown, sheet.headings, table, mapped)
        place = _Found(table, sheet.shown, sheet.file, choice.faults, sheet.headings, choice)
        if not choice.wanted:
            return place
        rows = sheet.read(choice.wanted)
        left_over = {} if was_there else _left_over(sheet, table, choice)
    except ExtractRefused as refused:
        return replace(place, faults=[*place.faults, *refused.faults])
    except NotCalculated as formulas:
        counts = formulas.counts.items()
        says = [f"{table.name}.{column}: {count_of(count, 'formula')} {CALCULATE}" for column, count in counts]
        return replace(place, faults=[*place.faults, *says])
    # The sheet may hold the whole file in memory, which is not needed any more.
    del sheet
    checked = None if choice.faults else check_rows(rows, table, as_at, accepted, mapped)
    return replace(place, sha256=rows.sha256, checked=checked, left_over=left_over)


def _left_over(sheet: Sheet, table: Table, choice: Choice) -> dict[str, Any]:
    """What the headings left over hold, where a column is missing that its values would give away."""
    left_over: dict[str, Any] = dict.fromkeys(choice.unused)
    places = [place for place, heading in enumerate(sheet.headings) if place not in choice.wanted and heading.strip()]
    if not any(may_hold(table.column(name)) for name in choice.missing) or not places:
        return left_over
    asked = {place: Column(f"left over {place}") for place in places[:MOST_TRIED]}
    # What cannot be read as text holds no words of ours.
    with suppress(ExtractRefused, NotCalculated):
        columns = sheet.read(asked).columns
        left_over |= {sheet.headings[place].strip(): columns[column.name] for place, column in asked.items()}
    return left_over


def _manifest_faults(
    manifest: Manifest, as_at: date, found: Mapping[str, _Found], mapping: HeadingMap
) -> Iterator[str]:
    there = {
        name: (table.checked.read if table.checked else None, table.sha256)
        for name, table in found.items()
        if table.shown or table.faults
    }
    return manifest_faults(manifest, as_at, {name: mapping.name_of(name) for name in TABLES}, there)


def _unmatched_faults(
    unmatched: Unmatched, checked: Mapping[str, Checked], limits: AcceptanceLimits, last: LastWeek
) -> Iterator[str]:
    if {"cases", "offender_managers"} <= checked.keys():
        share = Decimal(str(limits.unmatched_share))
        yield from unmatched_faults(unmatched, share, limits.rejected_rows, last.unmatched_share, last.day)


def _rejection_faults(found: _Found, tables: Mapping[str, pd.DataFrame], limits: AcceptanceLimits) -> Iterator[Quoting]:
    if found.checked:
        yield from rejection_faults(found.shown, found.table, found.checked, tables, limits)


def _ambiguous_faults(found: _Found) -> Iterator[Quoting]:
    """Posts that share a code: no figure of either could be trusted, so none is computed."""
    if not found.checked:
        return
    for code, rows in found.checked.ambiguous.groupby("post_code"):
        named = [
            f"line {line} (team_code {team!r}, om_code {om!r})"
            for line, team, om in zip(rows["line"], rows["team_code"], rows["om_code"], strict=True)
        ]
        way_out = "write the codes without '/', so that every post has a code of its own"
        lines = ", ".join(str(line) for line in rows["line"])
        yield Quoting.of(
            f"{found.shown}: {', '.join(named)} have the same post code {code!r}; {way_out}",
            [f"{found.shown}: lines {lines} have the same post code; {way_out}"],
            len(rows),
        )


def _notes(found: _Found, tables: Mapping[str, pd.DataFrame], limits: AcceptanceLimits) -> Iterator[Quoting]:
    if found.checked:
        yield from minor_rejections(found.shown, found.table, found.checked, tables, limits)


def _intake(found: _Found) -> TableIntake:
    if found.checked is None:
        raise ValueError(f"{found.table.name} was not read")
    headings = {column.name: found.headings[place].strip() for place, column in found.choice.wanted.items()}
    return TableIntake(found.checked, headings, found.choice.missing, found.choice.unused)
