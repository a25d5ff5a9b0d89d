"""Notices: the emails that go out when there is no digest to send, or when the operator has to act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from alerts.digest.message.mime import EmailContent
from alerts.digest.message.rendering import render_html, render_text
from alerts.digest.no_figures import Cause
from alerts.digest.sentences.headline import LONGEST_PREHEADER, LONGEST_SUBJECT
from alerts.digest.settings import NO_CONTACT, Contact
from alerts.intake_gaps import IntakeGaps, describe_gaps, name_gaps
from alerts.wording import choose, clean, count_of, long_date, shorten


@dataclass(frozen=True)
class Step:
    """What to do next: in words, with the command to run or the page to open, if there is one."""

    words: str
    command: str = ""
    link: str = ""


@dataclass(frozen=True)
class Notice:
    """What a notice says.

    title: the verdict in a few words.
    about: which week, or which emails.
    lead: the most important sentence, also shown next to the subject.
    steps: what to do next, in order.
    """

    title: str
    about: str
    lead: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


_TO_READERS: Final = {
    Cause.NOT_ARRIVED: "The extract for the figures has not arrived.",
    Cause.REFUSED: "The extract for the figures did not pass the checks and was refused.",
    Cause.BROKEN_OFF: "The weekly run failed, so there are no figures.",
    Cause.NOT_STARTED: "The weekly run has not started, so there are no figures.",
}
_TO_OPERATOR: Final = {
    Cause.NOT_ARRIVED: "No extract for this week has arrived.",
    Cause.REFUSED: "This week's extract is still refused.",
    Cause.BROKEN_OFF: "This week's run still fails.",
    Cause.NOT_STARTED: "This week's run has not started.",
}
_THE_END: Final = (Step("To check that the problem is solved, run:", "hotspots status"),)
_FIX: Final = (
    Step("Follow the steps in the email about the first failure. To list the faults again, run:", "hotspots check"),
    Step("The scheduler then runs the week by itself. To run it now:", "hotspots run --if-due"),
)
_LATE: Final = {
    Cause.NOT_ARRIVED: (Step("Ask the sender of the extract where it is. The scheduler reads it when it arrives."),),
    Cause.NOT_STARTED: (
        Step("Check that the scheduler is running. If not, start it:", "systemctl status hotspots"),
        Step("Or run the week now:", "hotspots run --if-due"),
    ),
    Cause.REFUSED: _FIX,
    Cause.BROKEN_OFF: _FIX,
}
_REAL_CHANGE: Final = (
    Step(
        "If a change is real, run the week again with the option that the fault names, for example:",
        "hotspots run --if-due --accept-swing",
    ),
)
_MOST_FAULTS: Final = 10
_LONGEST_REASON: Final = 70
_BECAME: Final = {
    "failed": ("failed", "failed"),
    "in_doubt": ("is in doubt", "are in doubt"),
    "suppressed": ("was suppressed", "were suppressed"),
}
_MOST_NUMBERS: Final = 12
_STUCK: Final = {
    "failed": "Readers have not received their email. The address or the mail server rejected it, or no server "
    "accepted it for 24 hours.",
    "in_doubt": "Sending began, but the mail server gave no clear answer. The email may have arrived, so it is not "
    "sent again automatically.",
    "suppressed": "The email was not sent. It would have revealed something it must not, it could not be checked, or "
    "its reader is no longer allowed to have it.",
}


def no_figures_notice(due_on: date, last_as_at: date, cause: Cause) -> Notice:
    """To a reader of the digest: there are no figures this week, why, and the date of the last good ones."""
    return Notice(
        title="No figures this week",
        about=f"Due on {due_on:%A} {long_date(due_on)}",
        lead=_TO_READERS[cause],
        paragraphs=(
            f"The last good figures are as at {long_date(last_as_at)}. They are not repeated here, so that old figures "
            "are not mistaken for new ones.",
            "This tells you nothing about your teams, good or bad. You will get your digest as soon as there are "
            "figures.",
        ),
    )


def not_in_figures_notice(as_at: date, absence: str, *, operators_know: bool) -> Notice:
    """To a reader of the digest: none of their units is in the figures, so there is no digest.

    absence: the units in words, without the full stop.
    operators_know: whether an operator gets an email about it.
    """
    next_step = (
        "The people who run this service know that the code is missing. If there is a new code, tell them."
        if operators_know
        else "Tell the people who run this service, and give them the new code if there is one."
    )
    return Notice(
        title="No digest for you this week",
        about=f"Figures as at {long_date(as_at)}",
        lead=f"{absence}, so there is no digest for you this week.",
        paragraphs=(
            f"The extract for {long_date(as_at)} has no such code. This tells you nothing about your caseload, good or "
            "bad.",
            f"{next_step} You will get a digest again as soon as your code is in the figures.",
        ),
    )


def absent_readers_notice(as_at: date, lines: Sequence[str], count: int) -> Notice:
    """To the operator: units of readers are not in the figures of a date.

    lines: who is left without which figures, by address.
    count: how many readers there are, also those that no line names.
    """
    readers = count_of(count, "reader")
    return Notice(
        title=f"{readers} not in the figures for {as_at.isoformat()}",
        about=f"Figures as at {long_date(as_at)}",
        lead=f"The extract does not have the codes that people.yaml gives {readers}.",
        paragraphs=tuple(one_line(line) for line in lines),
        steps=(
            Step("List the codes, and the nearest ones in the extract:", "hotspots check"),
            Step("If people.yaml is wrong, correct it. The pages work at once, the digest comes with the next run."),
            Step("If the extract is wrong, ask for a corrected one and run the week again."),
            Step("Until then, send the reader the figures in another way."),
            *_THE_END,
        ),
    )


def refused_run_notice(
    week: str, what: str, command: str, *, faults: Sequence[str] = (), count: int = 0, page: str = ""
) -> Notice:
    """To the operator: this week's extract was refused, the reason first.

    week: ISO week.
    what: how many faults are where, without quoting a row.
    command: shows them; empty if the extract was not read, because it is not clear which one is meant.
    faults: the most important first, none of them quoting a row.
    count: of all faults, of which ``faults`` may be the first.
    page: URL of the page with the runs; may be empty.
    """
    look = Step("List every fault. The list quotes rows, so make sure only you can see your screen:", command)
    refused = f"The weekly run of {week} was refused"
    reason = one_line(faults[0]) if faults else ""
    listed = tuple(one_line(fault) for fault in faults[1:_MOST_FAULTS])
    rest = count - 1 - len(listed)
    more = (f"And {rest:,} more.",) if rest > 0 else ()
    return Notice(
        title=_first_words(reason) or refused,
        about=f"Week {week}",
        lead=f"{refused}: {reason}" if reason else f"{refused}. The extract did not pass the checks.",
        paragraphs=(
            *listed,
            *more,
            *((one_line(what),) if command or not faults else ()),
            "Nothing was stored. The last good snapshot stays in use.",
        ),
        steps=(
            *((look,) if command else ()),
            *((Step("See the run and its faults on the pages:", link=page),) if page else ()),
            Step(
                "Ask for a corrected extract in the same place, or correct what is there. The scheduler looks again "
                "within 15 minutes."
            ),
            *(_REAL_CHANGE if command else ()),
            *_THE_END,
        ),
    )


def incomplete_figures_notice(as_at: date, revision: int, gaps: IntakeGaps, *, page: str = "") -> Notice:
    """To the operator: the figures of a date were stored although the extract lacked something.

    revision: of the snapshot.
    gaps: at least one.
    page: URL of the intake report; may be empty.
    """
    first, *others = describe_gaps(gaps)
    export = f"hotspots export intake --as-at {as_at.isoformat()} --revision {revision}"
    return Notice(
        title=f"Figures for {as_at.isoformat()} are not complete: {name_gaps(gaps)}",
        about=f"Figures as at {long_date(as_at)}",
        lead=first,
        paragraphs=(*others, "The figures are stored and in use. Every digest and every page says the same."),
        steps=(
            Step("See what the extract brought, next to the last snapshot:", export),
            *((Step("Or open the intake report on the pages:", link=page),) if page else ()),
            Step(
                "If this is wrong, ask for a corrected extract and run the week again. That replaces the figures with "
                "a new revision."
            ),
            *_THE_END,
        ),
    )


def failed_run_notice(week: str, what: str) -> Notice:
    """To the operator: this week's run failed inside, or a setting is at fault.

    week: ISO week.
    what: the fault, without quoting a row.
    """
    return Notice(
        title=f"The weekly run of {week} failed",
        about=f"Week {week}",
        lead="The run failed before anything was stored. The last good snapshot stays in use.",
        paragraphs=(one_line(what),),
        steps=(
            Step("Check the settings, the database, the mail server and the source:", "hotspots check"),
            Step(
                "Fix what it lists. The scheduler tries again every 15 minutes. To run it now:", "hotspots run --if-due"
            ),
            *_THE_END,
        ),
    )


def late_run_notice(week: str, due: str, cause: Cause, what: str, readers: int) -> Notice:
    """To the operator: this week's run has not finished by its time and grace.

    week: ISO week.
    due: when the run was due, in words.
    what: the fault, without quoting a row; may be empty.
    readers: how many get a notice that there are no figures.
    """
    informed = f"{count_of(readers, 'reader')} {choose(readers, 'gets', 'get')}" if readers else "No reader gets"
    return Notice(
        title=f"The weekly run of {week} is late",
        about=f"Week {week}, due {due}",
        lead=f"{_TO_OPERATOR[cause]} {informed} a notice that there are no figures this week.",
        paragraphs=(one_line(what),) if what else (),
        steps=(*_LATE[cause], *_THE_END),
    )


def clock_jump_notice(now: datetime, known: datetime, command: str) -> Notice:
    """To the operator: the clock is too far from the last known run to be trusted. command: confirms the clock."""
    days = abs(now - known).days
    apart = f"{count_of(days, 'day')} {'after' if now > known else 'before'}"
    return Notice(
        title=f"The clock of the service has jumped {'ahead' if now > known else 'back'}",
        about=f"Clock: {now:%A} {long_date(now.date())}, {now:%H:%M} UTC",
        lead="Nothing is deleted, and nothing is sent to readers, until you correct the clock or confirm it.",
        paragraphs=(f"The clock is {apart} the last known run, on {known:%A} {long_date(known.date())}.",),
        steps=(
            Step("Check the server's clock:", "date"),
            Step("If it is wrong, correct it. The scheduler then continues within 15 minutes."),
            Step("If it is right, for example because the service was off for a long time, confirm it:", command),
            *_THE_END,
        ),
    )


def stuck_email_notice(state: str, numbers: Sequence[int], period: date) -> Notice:
    """To the operator: emails for one date failed, are in doubt or were suppressed.

    state: ``failed``, ``in_doubt`` or ``suppressed``.
    numbers: of the emails.
    period: the date of their figures.
    """
    count = len(numbers)
    return Notice(
        title=f"{count_of(count, 'email')} for {period.isoformat()} {choose(count, *_BECAME[state])}",
        about=f"Emails for {long_date(period)}",
        lead=_STUCK[state],
        paragraphs=(
            "You will not get another email about this problem for this date, even if more emails are affected.",
        ),
        steps=(
            Step("List the emails and the reasons:", f"hotspots digests --state {state}"),
            *_resend_steps(state, numbers),
            *_THE_END,
        ),
    )


def _resend_steps(state: str, numbers: Sequence[int]) -> tuple[Step, ...]:
    """What to do about emails that are stuck."""
    shown = " ".join(map(str, numbers[:_MOST_NUMBERS]))
    if state == "failed":
        which = shown if len(numbers) <= _MOST_NUMBERS else "--failed"
        return (
            Step(
                "Correct the address in people.yaml, or fix the mail server. To check the server, run:",
                "hotspots check",
            ),
            Step("Then send the same emails again:", f"hotspots resend {which}"),
        )
    if state == "in_doubt":
        return (
            Step(
                "Ask each reader whether it arrived. Send those that did not again, by number:",
                f"hotspots resend {shown}",
            ),
            Step(
                "Remove from the list those that arrived or are no longer needed:", f"hotspots resend {shown} --settled"
            ),
        )
    return (
        Step("See what was found, where, and the text of the email:", f"hotspots digests --show {numbers[0]}"),
        Step(
            "If that gives no one away, send it as it is. The reason, your account and the time are recorded:",
            f'hotspots release {numbers[0]} --reason "..."',
        ),
        Step("If the email reveals too much, check unit names, the marking and the title of the policy."),
        Step("If people.yaml was wrong, correct it and run:", "hotspots resend --suppressed-now-allowed"),
        Step("Until it is fixed, tell the reader in another way."),
    )


def _first_words(reason: str) -> str:
    """What is wrong, short enough for a subject: without what to do about it."""
    return shorten(reason.partition(";")[0], _LONGEST_REASON)


def write_notice(notice: Notice, reader_name: str, marking: str, contact: Contact = NO_CONTACT) -> EmailContent:
    """The notice for one reader as an email ready to be composed, without images."""
    marked, preheader = clean(marking), shorten(notice.lead, LONGEST_PREHEADER)
    words = {
        "notice": notice,
        "reader": clean(reader_name),
        "marking": marked,
        "preheader": preheader,
        "closing": contact.closing,
    }
    subject = f"{marked}: {notice.title}" if marked else notice.title
    return EmailContent(
        shorten(subject, LONGEST_SUBJECT),
        preheader,
        render_html("notice.html", words),
        render_text("notice.txt", words),
    )


def one_line(text: str) -> str:
    """A text of any length on one line, without control or invisible characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
