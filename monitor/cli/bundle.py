"""``hotspots bundle``: a week of one scope as one file, and the check of such a file on any machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.wording import count_of
from monitor.cli import session
from monitor.cli.options import AsAt, Revision
from monitor.cli.output import put_file

if TYPE_CHECKING:
    from alerts.digest.privacy import ReaderScope
    from monitor.bundles.make import Made
    from monitor.snapshots.store import Store
    from monitor.snapshots.tables import Snapshot

app = typer.Typer()


def _public_key(text: str) -> str:
    from monitor.bundles.signature import is_key

    if not is_key(text.lower()):
        raise typer.BadParameter("write the 64 hexadecimal digits that hotspots bundle showed when it signed")
    return text.lower()


@app.callback(invoke_without_command=True)
def bundle(
    context: typer.Context,
    as_at: AsAt = None,
    revision: Revision = None,
    scope: Annotated[
        str,
        typer.Option(metavar="SCOPE", help="Which units: team:CODE, office:CODE, cluster:CODE, area:CODE or all."),
    ] = "all",
    out: Annotated[
        Path | None, typer.Option(help="File to write; default: bundle-DATE-SCOPE.zip in this folder.")
    ] = None,
) -> None:
    """Write the inputs, policy and figures of a week as one file that anyone can check.

    People have pseudonyms in it. It is signed if HOTSPOTS_BUNDLE_KEY is set.

    Example: hotspots bundle --as-at 2026-11-20 --scope cluster:C01 --out week.zip
    """
    if context.invoked_subcommand is not None:
        return
    import secrets

    from monitor.bundles.make import Secrets, make_bundle

    settings = session.load(context)
    store, snapshot = session.snapshot_of(context, as_at, revision)
    asked = _scope_in(store, snapshot, scope)
    key = None if settings.bundle_key is None else settings.bundle_key.get_secret_value()
    path = out or Path(f"bundle-{snapshot.as_at}-{_in_a_file_name(asked.level, asked.code)}.zip")
    with session.busy(f"deriving the figures of {scope}"):
        made = make_bundle(
            store, snapshot, asked, settings.small_team, Secrets(secrets.token_bytes(32), key), session.now()
        )
    put_file(path, made.content, "--out")
    _describe(path, made)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The bundle to check.")],
    public_key: Annotated[
        str | None,
        typer.Option(
            parser=_public_key, metavar="KEY", help="The key that must have signed it; default: any key, or none."
        ),
    ] = None,
) -> None:
    """Derive every figure of a bundle again from its inputs and list each one that differs.

    Needs no settings, no home and no network.

    Example: hotspots bundle check week.zip
    """
    from monitor.bundles.check import check_bundle

    with session.busy(f"deriving the figures of {file} again"):
        checked = check_bundle(file, public_key)
    for line in checked.lines():
        typer.echo(line)
    manifest, figures = checked.manifest, count_of(checked.figures, "figure")
    typer.echo(f"signed by {checked.signed_by}" if checked.signed_by else "not signed: it may be from anyone")
    if not checked.is_same_program:
        made_by = f"version {manifest.program.version}, {manifest.program.sha256[:12]}"
        typer.echo(f"made by another version of the program than this one ({made_by})", err=True)
    title = f"{_title(manifest.as_at.isoformat(), manifest.revision, manifest.level, manifest.code)}"
    if checked.differences:
        typer.echo(f"no: {title}: {count_of(len(checked.differences), 'difference')} in {figures}")
        raise typer.Exit(session.Exit.INTERNAL)
    typer.echo(f"yes: {title}: {figures} derived again, all agree with the inputs")


def _scope_in(store: "Store", snapshot: "Snapshot", text: str) -> "ReaderScope":
    """The scope that the command asks for, which must have teams in the snapshot."""
    from alerts.digest.privacy import name_scope
    from monitor.redistribution.results.who import read_scope
    from tiering.terms import Level

    read_scope(text)
    level, _, code = text.partition(":")
    teams = store.archived_frame(session.number_of(snapshot), "extract_organisation")
    scope = name_scope([(level, code or Level.ALL.value)], teams)
    if scope.teams(teams).empty:
        known = ", ".join(sorted(teams[f"{level}_code"].unique())[:10])
        raise typer.BadParameter(
            f"there is no {level} {code} in the snapshot for {snapshot.as_at}; the first ones are {known}",
            param_hint="--scope",
        )
    return scope


def _describe(path: Path, made: "Made") -> None:
    manifest = made.manifest
    typer.echo(f"{path}: {_title(manifest.as_at.isoformat(), manifest.revision, manifest.level, manifest.code)}")
    figures = sum(file.figures for file in manifest.agreement)
    same = sum(file.same for file in manifest.agreement)
    if same == figures:
        typer.echo(f"all {figures:,} numbers are those of the snapshot")
    else:
        typer.echo(f"{same:,} of {figures:,} numbers are those of the whole snapshot; manifest.json names the others")
    if made.public_key:
        typer.echo(f"signed; tell its readers your public key: {made.public_key}")
    else:
        typer.echo("not signed, because HOTSPOTS_BUNDLE_KEY is not set")


def _title(as_at: str, revision: int, level: str, code: str) -> str:
    scope = "the whole service" if level == "all" else f"{level} {code}"
    return f"snapshot for {as_at}, revision {revision}, {scope}"


def _in_a_file_name(level: str, code: str) -> str:
    """A scope as a part of a file name."""
    safe = "".join(letter if letter.isalnum() else "-" for letter in code)
    return level if level == "all" else f"{level}-{safe}"
