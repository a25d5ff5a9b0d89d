"""Commands that export stored tables."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli import session
from monitor.cli.options import (
    AsAt,
    ExportTable,
    Format,
    HistoryTable,
    OfPolicy,
    PlainFormat,
    Revision,
    UnitLevel,
    iso_date,
)

app = typer.Typer()


@app.command()
def export(
    context: typer.Context,
    table: Annotated[ExportTable, typer.Argument(help="Table to export.")],
    as_at: AsAt = None,
    revision: Revision = None,
    policy: OfPolicy = None,
    form: Annotated[Format, typer.Option("--format", help="File format.")] = Format.CSV,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
    of: Annotated[
        HistoryTable | None, typer.Option(help="With history: the table; default: workload.", show_default=False)
    ] = None,
    level: Annotated[
        UnitLevel | None, typer.Option(help="With history or alternative: only units of this level.")
    ] = None,
    unit: Annotated[
        str | None, typer.Option(metavar="CODE", help="With history or alternative: only this unit.")
    ] = None,
    first: Annotated[
        date | None,
        typer.Option(
            "--from", parser=iso_date, metavar="DATE", help="With history or alternative: first day to include."
        ),
    ] = None,
    last: Annotated[
        date | None,
        typer.Option("--to", parser=iso_date, metavar="DATE", help="With history or alternative: last day to include."),
    ] = None,
    every_revision: Annotated[
        bool, typer.Option("--every-revision", help="With history: also figures that were replaced later.")
    ] = False,
    history: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="With alternative: which alternative history.", show_default=False),
    ] = None,
) -> None:
    """Export one table of a snapshot, the latest by default, or the history: every week as one table.

    The table alternative has every week of an alternative history next to what was recorded.

    Example: hotspots export workload --format xlsx --out workload.xlsx
    """
    from monitor.snapshots.exports.export import render_table, table_of

    if (history is not None) is not (table is ExportTable.ALTERNATIVE):
        raise typer.BadParameter("--history is for the table alternative, which needs it")
    levels, codes = [level.value] if level else [], [unit] if unit else []
    if table in (ExportTable.HISTORY, ExportTable.ALTERNATIVE) and (as_at or revision or policy):
        raise typer.BadParameter(
            f"{table.value} has every week: give --from and --to instead of --as-at, --revision, --policy"
        )
    if history is not None:
        if of or every_revision:
            raise typer.BadParameter("--of and --every-revision are for history, not alternative")
        from monitor.alternatives.compare import compare_weeks

        store = session.open_store(session.load(context))
        frame = compare_weeks(store, history, first, last, levels=levels, codes=codes)
    elif table is ExportTable.HISTORY:
        from monitor.snapshots.exports.history_table import history_table

        store = session.open_store(session.load(context))
        of_weeks = (of or HistoryTable.WORKLOAD).value
        frame = history_table(store, of_weeks, first, last, levels=levels, codes=codes, every_revision=every_revision)
    else:
        if of or level or unit or first or last or every_revision:
            raise typer.BadParameter(
                f"--of, --level, --unit, --from, --to and --every-revision are for history, not {table.value}"
            )
        store, snapshot = session.snapshot_of(context, as_at, revision, policy)
        frame = table_of(store, snapshot, table.value)
    content = render_table(frame, form.value)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        out.write_bytes(content)


@app.command()
def access_log(
    context: typer.Context,
    since: Annotated[date | None, typer.Option(parser=iso_date, metavar="DATE", help="First day to include.")] = None,
    until: Annotated[date | None, typer.Option(parser=iso_date, metavar="DATE", help="Last day to include.")] = None,
    who: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only entries for this person.")] = None,
    form: Annotated[PlainFormat, typer.Option("--format", help="File format.")] = PlainFormat.CSV,
) -> None:
    """Export who opened or searched for which person or case.

    The access log also holds requests that were refused. The oldest entry comes first.

    Example: hotspots access-log --since 2026-11-01 --who spo@example.org
    """
    from zoneinfo import ZoneInfo

    from monitor.snapshots.exports.export import render_table
    from monitor.web.access_log import read_access_log

    settings = session.load(context)
    entries = read_access_log(session.open_store(settings).engine, ZoneInfo(settings.timezone), since, until, who)
    sys.stdout.buffer.write(render_table(entries, form.value))
    sys.stdout.flush()
