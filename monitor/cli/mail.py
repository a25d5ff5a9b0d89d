"""Commands for messages: send, list, preview, resend."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from alerts.wording import count_of
from monitor import signals
from monitor.cli import session
from monitor.cli.options import (
    AsAt,
    ClockIsRight,
)
from monitor.snapshots.message_state import MessageState

if TYPE_CHECKING:
    from monitor.snapshots.store import Store

app = typer.Typer()


@app.command()
def deliver(
    context: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing; write what would be sent to the folder dry-run.")
    ] = False,
    redirect_to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Send copies of what is due to this address only.")
    ] = None,
    at_once: Annotated[bool, typer.Option("--now", help="Also send what is waiting for its next attempt.")] = False,
    clock_is_right: ClockIsRight = False,
) -> None:
    """Send every digest that is due.

    Digests go out by SMTP if a server is set, otherwise to the outbox folder.

    Example: hotspots deliver --redirect-to operator@example.org
    """
    from monitor import logs
    from monitor.mail.due import pause_in_words
    from monitor.mail.due import write_dry_run as write_all
    from monitor.mail.outbox import switch_off_reason
    from monitor.mail.sender import deliver as send_all

    if dry_run and (redirect_to is not None or at_once):
        raise typer.BadParameter("use --dry-run alone: it changes nothing and sends nothing")
    settings = session.load(context)
    store = session.open_store(settings)
    off = switch_off_reason(settings)
    if off is not None:
        typer.echo(f"{off}; nothing is sent")
    if dry_run:
        outcomes = list(write_all(store, settings, session.now()))
        for outcome in outcomes:
            typer.echo(f"{outcome.state}  {outcome.recipient}  {outcome.detail}")
        if not outcomes:
            typer.echo("nothing is due")
        return
    session.hold_if_the_clock_jumped(store, settings, clock_is_right)
    if off is not None:
        return
    unsent = 0
    if redirect_to is not None:
        from monitor.mail.trial_copies import queue_copies

        for refused in queue_copies(store, settings, redirect_to, session.now()):
            typer.echo(f"no copy  {refused.recipient}  {refused.state}: {refused.detail}")
    held = None if at_once else pause_in_words(store, settings, session.now())
    if held is not None:
        typer.echo(f"{held}; to try now: hotspots deliver --now", err=True)
        raise typer.Exit(session.Exit.INTERNAL)
    with signals.note_signals() as stopping:
        for outcome in send_all(store, settings, session.now, at_once=at_once, copies_to=redirect_to):
            typer.echo(f"{outcome.state}  {outcome.recipient}  {outcome.detail}")
            logs.log_delivery(outcome.number, outcome.digest, outcome.state, outcome.detail)
            unsent += outcome.state not in (MessageState.SENT, MessageState.SUPERSEDED)
            if stopping.is_set():
                break
    if unsent:
        typer.echo(f"{count_of(unsent, 'message')} not sent; see: hotspots status", err=True)
        raise typer.Exit(session.Exit.INTERNAL)


@app.command()
def digests(
    context: typer.Context,
    state: Annotated[
        list[MessageState] | None,
        typer.Option(help="Only messages in this state. You can give this option several times."),
    ] = None,
    as_at: AsAt = None,
    show: Annotated[
        int | None,
        typer.Option(metavar="MESSAGE", help="Print this message, and what was found in it if it was stopped."),
    ] = None,
) -> None:
    """List every message: its date, recipient and state; or print one.

    Example: hotspots digests --state failed --state in_doubt
    """
    from monitor.mail.held import load_releases, release_in_words
    from monitor.mail.outbox import messages

    if show is not None and (state or as_at is not None):
        raise typer.BadParameter("use --show alone: it prints one message")
    store = session.open_store(session.load(context))
    if show is not None:
        _show_message(store, show)
        return
    releases = load_releases(store)
    for message in messages(store, [chosen.value for chosen in state or ()], as_at):
        parts = [f"{message.period}", f"revision {message.revision}", message.state, message.recipient]
        parts += [f"message {message.id}", message.digest, count_of(message.attempts, "attempt")]
        if message.state == MessageState.QUEUED:
            parts.append(f"next {message.send_after:%Y-%m-%d %H:%M} UTC")
        release = None if message.id is None else releases.get(message.id)
        # Until it is sent, the reason holds the release as well.
        if release is not None and release_in_words(release) not in (message.reason or ""):
            parts.append(release_in_words(release))
        typer.echo("  ".join([*parts, *([message.reason] if message.reason else [])]))


def _show_message(store: "Store", number: int) -> None:
    """Print one message with its states, and what the check for personal data found in it."""
    from monitor.mail.held import load_held
    from monitor.mail.outbox import history, load_message
    from monitor.mail.preview import text_of

    message = load_message(store, number)
    if message is None:
        raise typer.BadParameter(f"there is no message {number}; see: hotspots digests")
    held = load_held(store, number)
    typer.echo(f"message {number}  {message.digest}  {message.period}  revision {message.revision}  {message.state}")
    typer.echo(f"to: {message.recipient}")
    if message.reason:
        typer.echo(f"why: {message.reason}")
    for event in history(store, number):
        typer.echo(
            f"{event.at:%Y-%m-%d %H:%M} UTC  {event.from_state} -> {event.to_state}  {event.by}  {event.reason or ''}"
        )
    for leak in held.leaks if held is not None else ():
        typer.echo(f"found: {leak.place}: {leak.words}")
    content = message.message if held is None else held.content
    if not content:
        typer.echo("its content is not stored")
        return
    typer.echo(f"subject: {message.subject if held is None else held.subject}\n\n{text_of(content)}")
    if held is not None:
        typer.echo("This holds personal data, or may hold it. To send it as it is, once:")
        typer.echo(f'  hotspots release {number} --reason "why it may go"')


@app.command()
def release(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="MESSAGE", help="Number of a suppressed message.")],
    reason: Annotated[str, typer.Option(help="Why it may go. It is recorded with your account and the time.")],
) -> None:
    """Queue a message that the check for personal data stopped; `deliver` sends it.

    Look at it first with `hotspots digests --show MESSAGE`. A message is released once.

    Example: hotspots release 12 --reason "Stone is the team, not the person"
    """
    from monitor.mail.release import Decision, ReleasedBefore, release_message

    settings = session.load(context)
    store = session.open_store(settings)
    try:
        message = release_message(store, settings, number, Decision(session.account(), session.now(), reason))
    except ReleasedBefore as before:
        typer.echo(str(before), err=True)
        raise typer.Exit(session.Exit.DONE_BEFORE) from None
    typer.echo(f"message {number} to {message.recipient} queued; to send: hotspots deliver")


@app.command()
def preview(
    context: typer.Context,
    to: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this reader's digest.")] = None,
    scope: Annotated[str | None, typer.Option(metavar="CODE", help="Only digests about this unit.")] = None,
    as_at: AsAt = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write to; default: preview in the home.")] = None,
    as_text: Annotated[bool, typer.Option("--text", help="Also print the text version.")] = False,
) -> None:
    """Write stored digests as files that you can open. This sends and stores nothing.

    Example: hotspots preview --to north@example.org --text
    """
    from monitor.mail.preview import select_digests, write_previews

    settings = session.load(context)
    store = session.open_store(settings)
    chosen = select_digests(store, as_at, to, scope)
    if not chosen:
        raise typer.BadParameter("no stored digest matches; see: hotspots digests, hotspots who-receives CODE")
    shown = set()
    for page in write_previews(store, chosen, settings.home / "preview" if out is None else out):
        shown.add(page.message.id)
        typer.echo(f"{page.message.recipient}  {page.message.state}  {page.subject}")
        typer.echo(f"  {page.size:,} bytes, HTML {page.html_size:,} bytes, {len(page.text):,} characters of text")
        for path in page.paths:
            typer.echo(f"  {path}")
        if as_text:
            typer.echo(f"\n{page.text}")
    for message in chosen:
        if message.id not in shown:
            reason = message.reason or "its content has been removed"
            typer.echo(f"{message.recipient}  {message.state}  nothing to show: {reason}")


@app.command()
def resend(
    context: typer.Context,
    numbers: Annotated[list[int] | None, typer.Argument(metavar="[MESSAGE]...", help="Message numbers.")] = None,
    in_doubt: Annotated[bool, typer.Option("--in-doubt", help="Every message in doubt.")] = False,
    failed: Annotated[bool, typer.Option("--failed", help="Every message that failed.")] = False,
    suppressed: Annotated[
        bool, typer.Option("--suppressed-now-allowed", help="Every suppressed message that its reader may have now.")
    ] = False,
    even_if_sent: Annotated[
        bool, typer.Option("--even-if-sent", help="Also messages that were sent: the reader gets them twice.")
    ] = False,
    settled: Annotated[
        bool, typer.Option("--settled", help="Do not send: the reader has the message, or no longer needs it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Queue the same messages again; `deliver` sends them. Your account and the time are recorded.

    Example: hotspots resend 17 --yes
    """
    from monitor.mail.resend import queue_again, resend_candidates, settle_candidates, settle_message

    wanted = {MessageState.IN_DOUBT: in_doubt, MessageState.FAILED: failed, MessageState.SUPPRESSED: suppressed}
    states = [state for state, is_wanted in wanted.items() if is_wanted]
    if not states and not numbers:
        raise typer.BadParameter(
            "say which messages: give their numbers (see: hotspots digests), --in-doubt or --failed"
        )
    settings = session.load(context)
    store = session.open_store(settings)
    if settled:
        matches = settle_candidates(store, numbers or [], states)
    else:
        matches = resend_candidates(store, settings, numbers or [], states, even_if_sent=even_if_sent)
    refused = [match for match in matches if match.against is not None]
    for match in refused:
        typer.echo(f"message {match.number}: {match.against}", err=True)
    by_number = [match for match in refused if match.number in (numbers or [])]
    if by_number:
        raise typer.Exit(session.Exit.DONE_BEFORE if all(match.done for match in by_number) else session.Exit.INPUT)
    chosen = [match.message for match in matches if match.against is None and match.message is not None]
    for message in chosen:
        typer.echo(f"message {message.id}  {message.period}  {message.state}  {message.recipient}")
    if not chosen:
        typer.echo("nothing to settle" if settled else "nothing to send again")
        return
    messages = count_of(len(chosen), "message")
    question = f"Settle {messages}?" if settled else f"Send {messages} again?"
    if not yes and not (sys.stdin.isatty() and typer.confirm(question)):
        typer.echo("nothing was changed; to go ahead, add --yes", err=True)
        raise typer.Exit(session.Exit.INPUT)
    decide = settle_message if settled else queue_again
    done = sum(decide(store, message, session.account(), session.now()) for message in chosen)
    finished = count_of(done, "message")
    typer.echo(f"{finished} settled" if settled else f"{finished} queued again; to send: hotspots deliver")
    if done < len(chosen):
        typer.echo(
            f"{count_of(len(chosen) - done, 'message')} changed in the meantime; see: hotspots digests", err=True
        )
        raise typer.Exit(session.Exit.INTERNAL)


@app.command("who-receives")
def who_receives(context: typer.Context, code: Annotated[str, typer.Argument(help="Code of a unit.")]) -> None:
    """List who receives the figures of a unit by email.

    A unit is an area, cluster, office or team.

    Example: hotspots who-receives F021
    """
    from alerts.people import Cadence, load_people
    from alerts.recipients import who_receives as receivers

    settings = session.load(context)
    store, snapshot = session.snapshot_of(context, None)
    organisation = store.archived_frame(session.number_of(snapshot), "extract_organisation")
    codes = {
        "all",
        *(code for level in ("area", "cluster", "office", "team") for code in organisation[f"{level}_code"]),
    }
    if code not in codes:
        raise typer.BadParameter(f"there is no area, cluster, office or team {code!r} in the latest snapshot")
    people = receivers(code, load_people(settings.people_file, settings.mail_domains), organisation)
    for person in people:
        how_often = "" if person.digest == Cadence.WEEKLY else f", {person.digest}"
        typer.echo(f"{person.email}  {person.name}, {person.role.value}{how_often}")
    if not people:
        typer.echo("no one receives it by email")
