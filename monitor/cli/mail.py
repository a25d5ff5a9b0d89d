"""Commands for the messages: send, list, preview, send again."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import signals
from monitor.cli import session
from monitor.cli.options import (
    AsAt,
    ClockIsRight,
)
from monitor.snapshots.message_state import MessageState

app = typer.Typer()


@app.command()
def deliver(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only write what would go to the folder dry-run.")] = False,
    redirect_to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Send copies of what is due to this address instead.")
    ] = None,
    at_once: Annotated[bool, typer.Option("--now", help="Also try what waits for its next attempt.")] = False,
    clock_is_right: ClockIsRight = False,
) -> None:
    """Send every digest that is due: to the outbox folder, or by SMTP when a server is set.

    Example: hotspots deliver --redirect-to operator@example.org
    """
    from monitor import logs
    from monitor.mail.due import pause_in_words
    from monitor.mail.due import write_dry_run as write_all
    from monitor.mail.outbox import switch_off_reason
    from monitor.mail.sender import deliver as send_all

    if dry_run and (redirect_to is not None or at_once):
        raise typer.BadParameter("--dry-run goes alone: it changes nothing and sends nothing")
    settings = session.load(context)
    store = session.open_store(settings)
    off = switch_off_reason(settings)
    if off is not None:
        typer.echo(f"{off}; nothing leaves")
    if dry_run:
        found = list(write_all(store, settings, session.now()))
        for one in found:
            typer.echo(f"{one.state}  {one.recipient}  {one.detail}")
        if not found:
            typer.echo("nothing is due")
        return
    session.hold_if_the_clock_jumped(store, settings, clock_is_right)
    if off is not None:
        return
    unsent = 0
    if redirect_to is not None:
        from monitor.mail.trial_copies import queue_copies

        for one in queue_copies(store, settings, redirect_to, session.now()):
            typer.echo(f"no copy  {one.recipient}  {one.state}: {one.detail}")
    held = None if at_once else pause_in_words(store, settings, session.now())
    if held is not None:
        typer.echo(f"{held}; try it now with: hotspots deliver --now", err=True)
        raise typer.Exit(session.Exit.INTERNAL)
    with signals.noted() as stopping:
        for one in send_all(store, settings, session.now, at_once=at_once, copies_to=redirect_to):
            typer.echo(f"{one.state}  {one.recipient}  {one.detail}")
            logs.log_delivery(one.number, one.digest, one.state, one.detail)
            unsent += one.state not in (MessageState.SENT, MessageState.SUPERSEDED)
            if stopping.is_set():
                break
    if unsent:
        typer.echo(f"{unsent} not sent; see: hotspots status", err=True)
        raise typer.Exit(session.Exit.INTERNAL)


@app.command()
def digests(
    context: typer.Context,
    state: Annotated[
        list[MessageState] | None, typer.Option(help="Only those in this state; may be given several times.")
    ] = None,
    as_at: AsAt = None,
) -> None:
    """List every message: for which date, to whom, and what became of it.

    Example: hotspots digests --state failed --state in_doubt
    """
    from monitor.mail.outbox import messages

    for one in messages(session.open_store(session.load(context)), [chosen.value for chosen in state or ()], as_at):
        parts = [f"{one.period}", f"revision {one.revision}", one.state, one.recipient, f"message {one.id}", one.digest]
        parts.append(f"{one.attempts} attempt(s)")
        if one.state == MessageState.QUEUED:
            parts.append(f"next {one.send_after:%Y-%m-%d %H:%M} UTC")
        typer.echo("  ".join([*parts, *([one.reason] if one.reason else [])]))


@app.command()
def preview(
    context: typer.Context,
    to: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this reader's digest.")] = None,
    scope: Annotated[str | None, typer.Option(metavar="CODE", help="Only those written for this unit.")] = None,
    as_at: AsAt = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write into; default: preview in the home.")] = None,
    as_text: Annotated[bool, typer.Option("--text", help="Print the text part too.")] = False,
) -> None:
    """Write stored digests as pages and texts to look at; sends nothing, stores nothing.

    Example: hotspots preview --to north@example.org --text
    """
    from monitor.mail.preview import select_digests, write_previews

    settings = session.load(context)
    store = session.open_store(settings)
    chosen = select_digests(store, as_at, to, scope)
    if not chosen:
        raise typer.BadParameter("no digest is stored for that; see: hotspots digests, hotspots who-receives CODE")
    shown = set()
    for one in write_previews(store, chosen, settings.home / "preview" if out is None else out):
        shown.add(one.message.id)
        typer.echo(f"{one.message.recipient}  {one.message.state}  {one.subject}")
        typer.echo(f"  {one.size:,} bytes, HTML {one.html_size:,} bytes, {len(one.text):,} characters of text")
        for path in one.paths:
            typer.echo(f"  {path}")
        if as_text:
            typer.echo(f"\n{one.text}")
    for kept in chosen:
        if kept.id not in shown:
            typer.echo(f"{kept.recipient}  {kept.state}  nothing to show: {kept.reason or 'its bytes are gone'}")


@app.command()
def resend(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[MESSAGE]...", help="Numbers of messages.")] = None,
    in_doubt: Annotated[bool, typer.Option("--in-doubt", help="Every message in doubt.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Every message that failed.")] = False,
    suppressed: Annotated[
        bool, typer.Option("--suppressed-now-allowed", help="Those suppressed whose reader may have them now.")
    ] = False,
    even_if_sent: Annotated[bool, typer.Option("--even-if-sent", help="Also what was sent: it goes twice.")] = False,
    settled: Annotated[
        bool, typer.Option("--settled", help="Do not send: the reader has it, or does not need it any more.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Queue messages again, the same bytes: your decision, kept with your account and the time. `deliver` sends them.

    Example: hotspots resend 17 --yes
    """
    from monitor.mail.resend import queue_again, resend_candidates, settle_candidates, settle_message

    wanted = {MessageState.IN_DOUBT: in_doubt, MessageState.FAILED: failed, MessageState.SUPPRESSED: suppressed}
    states = [state for state, is_wanted in wanted.items() if is_wanted]
    if not states and not numbers:
        raise typer.BadParameter("which? give numbers (see: hotspots digests), --in-doubt, --failed or both")
    settings = session.load(context)
    store = session.open_store(settings)
    if settled:
        found = settle_candidates(store, numbers or [], states)
    else:
        found = resend_candidates(store, settings, numbers or [], states, even_if_sent=even_if_sent)
    refused = [one for one in found if one.against is not None]
    for one in refused:
        typer.echo(f"message {one.number}: {one.against}", err=True)
    asked_by_number = [one for one in refused if one.number in (numbers or [])]
    if asked_by_number:
        raise typer.Exit(session.Exit.DONE_BEFORE if all(one.done for one in asked_by_number) else session.Exit.INPUT)
    chosen = [one.message for one in found if one.against is None and one.message is not None]
    for message in chosen:
        typer.echo(f"message {message.id}  {message.period}  {message.state}  {message.recipient}")
    if not chosen:
        typer.echo("nothing to settle" if settled else "nothing to send again")
        return
    question = f"Settle {len(chosen)} message(s)?" if settled else f"Send {len(chosen)} message(s) again?"
    if not yes and not (sys.stdin.isatty() and typer.confirm(question)):
        typer.echo("nothing was changed; to go ahead: --yes", err=True)
        raise typer.Exit(session.Exit.INPUT)
    decide = settle_message if settled else queue_again
    done = sum(decide(store, message, session.account(), session.now()) for message in chosen)
    typer.echo(f"{done} settled" if settled else f"{done} queued again; send with: hotspots deliver")
    if done < len(chosen):
        typer.echo(f"{len(chosen) - done} changed in between; see: hotspots digests", err=True)
        raise typer.Exit(session.Exit.INTERNAL)


@app.command("who-receives")
def who_receives(context: typer.Context, code: Annotated[str, typer.Argument(help="Code of a unit.")]) -> None:
    """Who receives the figures of an area, cluster, office or team by mail."""
    from alerts.people import load_people
    from alerts.people import who_receives as receivers

    settings = session.load(context)
    store, snapshot = session.snapshot_of(context, None)
    organisation = store.archived(session.number_of(snapshot), "extract_organisation")
    codes = {
        "all",
        *(code for level in ("area", "cluster", "office", "team") for code in organisation[f"{level}_code"]),
    }
    if code not in codes:
        raise typer.BadParameter(f"there is no area, cluster, office or team {code!r} in the newest snapshot")
    people = receivers(code, load_people(settings.people_file, settings.mail_domains), organisation)
    for person in people:
        typer.echo(f"{person.email}  {person.name}, {person.role.value}")
    if not people:
        typer.echo("nobody receives it by mail")
