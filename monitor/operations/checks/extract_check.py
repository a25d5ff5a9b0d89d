"""Judge an extract without taking a snapshot of it."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path, PurePosixPath

import pandas as pd

from alerts.intake_gaps import describe_first_extract, describe_gaps
from alerts.wording import count_of
from monitor.extracts import NO_WEEK, Extract, ExtractRefused, Insistence
from monitor.extracts.reading.manifest import read_manifest
from monitor.extracts.reading.sources import open_source
from monitor.operations.checks.check import existing_store
from monitor.run import read_judged
from monitor.settings import Settings
from monitor.snapshots.parameters import load_numbers
from monitor.snapshots.weeks.last_intake import read_last_week
from monitor.table_bounds import table_bounds
from tiering.caseload import TABLES

_ISO_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_DETAILS = ("rejected because", "mapped", "heading", "unused heading", "date format", "delimiter", "encoding")


def judge_extract(
    source: str, as_at: date, settings: Settings, headings: Path | None, insistence: Insistence
) -> Extract:
    """Read and check an extract as a run would, against the last snapshot if there is one.

    Raises ExtractRefused or ConfigFault, each with every fault found.
    """
    store = existing_store(settings)
    policy = load_numbers(settings.config, settings.policy, as_at).policy
    last = NO_WEEK if store is None else read_last_week(store, as_at)
    return read_judged(source, as_at, policy, settings, headings, insistence, last=last)


def date_of(source: str, settings: Settings, today: date) -> date:
    """The date that an extract is of: by its manifest, its name or, without either, today."""
    with suppress(ExtractRefused), open_source(source, table_bounds(settings)) as opened:
        if (stated := read_manifest(opened.manifest).as_at) is not None:
            return stated
    for written in _ISO_DATE.findall(PurePosixPath(source).name):
        with suppress(ValueError):
            return date.fromisoformat(written)
    return today


def describe_intake(extract: Extract) -> Iterator[str]:
    """What an accepted extract brought, in lines: each table, and what is left out, mapped, missing or rejected."""
    report = extract.intake.report
    for name, table in TABLES.items():
        of_table = report[report["table"].eq(name)]
        if table.added and of_table.empty:
            continue
        counts = dict(zip(of_table["measure"], of_table["count"].astype(int), strict=True))
        if "read" not in counts:
            yield f"{name}: not there"
            continue
        yield f"{name}: {count_of(counts['accepted'], 'row')} accepted, {counts['rejected']:,} rejected"
        absent = of_table[of_table["measure"].eq("missing column") | _is_empty(of_table)]
        if len(absent):
            yield f"  without values: {', '.join(absent['column'])}"
        for measure in _DETAILS:
            rows = of_table[of_table["measure"].eq(measure)]
            for column, detail, count in zip(rows["column"], rows["detail"], rows["count"].astype(int), strict=True):
                yield f"  {measure}: {column and f'{column}: '}{detail} ({count_of(count, 'row')})"
    gaps = extract.intake.gaps
    yield from (f"note: {gap}" for gap in [*describe_gaps(gaps), *describe_first_extract(gaps)])


def _is_empty(report: pd.DataFrame) -> "pd.Series[bool]":
    return report["measure"].eq("filled") & report["count"].eq(0) & report["out_of"].gt(0)
