"""The command that drafts a heading map."""

from typing import Annotated

import typer

from monitor.cli import session
from monitor.safe_text import without_secrets

app = typer.Typer()


@app.command()
def columns(
    context: typer.Context,
    extract: Annotated[str, typer.Option(help="Folder, zip, .xlsx, fsspec URL or database URL.")],
    policy: Annotated[
        str | None, typer.Option(help="Policy whose tiers the extract has; default: HOTSPOTS_POLICY.")
    ] = None,
) -> None:
    """Draft a heading map from an extract that is not in our words. Every guess is marked; correct it before use.

    Example: hotspots columns --extract caseload.xlsx > headings.yaml
    """
    from monitor.extracts.draft import draft_heading_map
    from monitor.operations.due_times import today_in
    from monitor.table_bounds import table_bounds
    from tiering.policies.policy_files import load_policy

    settings = session.load(context)
    weights = load_policy(settings.config, policy or settings.policy, today_in(settings, session.now()))
    with session.busy(f"reading {without_secrets(extract)}"):
        draft = draft_heading_map(extract, weights.tiers, table_bounds(settings))
    typer.echo(draft)
