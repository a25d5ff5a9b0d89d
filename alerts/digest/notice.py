"""Notices: what goes by mail when there is no digest to send, or when somebody has to see to something."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from alerts.digest.mime import EmailContent
from alerts.digest.rendering import render_html, render_text
from alerts.digest.sentences.headline import LONGEST_PREHEADER, LONGEST_SUBJECT
from alerts.wording import clean, long_date, shorten


class Cause(StrEnum):
    """Why a week has no figures."""

    NOT_ARRIVED = "not arrived"
    REFUSED = "refused"
    BROKEN_OFF = "broken off"
    NOT_STARTED = "not started"


@dataclass(frozen=True)
class Step:
    """What to do next: in words, and the command to type where there is one."""

    words: str
    command: str = ""


@dataclass(frozen=True)
class Notice:
    """What a notice says: ``title`` is the verdict in a few words, ``about`` what it is about, ``steps`` in order."""

    title: str
    about: str
    lead: str
    paragraphs: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


_TO_READERS: Final = {
    Cause.NOT_ARRIVED: "The extract that the figures are made from has not arrived.",
    Cause.REFUSED: "The extract that the figures are made from did not pass the checks and was refused.",
    Cause.BROKEN_OFF: "The figures could not be made: the weekly run broke off.",
    Cause.NOT_STARTED: "The figures could not be made: the weekly run has not been started.",
}
_TO_OPERATOR: Final = {
    Cause.NOT_ARRIVED: "No extract for this week has arrived.",
    Cause.REFUSED: "This week's extract is still refused.",
    Cause.BROKEN_OFF: "This week's run still fails.",
    Cause.NOT_STARTED: "Nobody has started this week's run.",
}
_THE_END: Final = (Step("When it is done, this says that all is well:", "hotspots status"),)
_MEND: Final = (
    Step("The mail of the first failure says what to do. To look for faults again:", "hotspots check"),
    Step("Once it is mended, the scheduler takes the week by itself; or at once:", "hotspots run --if-due"),
)
_LATE: Final = {
    Cause.NOT_ARRIVED: (Step("Ask whoever sends the extract where it is. It is taken by itself when it comes."),),
    Cause.NOT_STARTED: (
        Step("See whether the scheduler runs, and start it:", "systemctl status hotspots"),
        Step("Or run the week at once:", "hotspots run --if-due"),
    ),
    Cause.REFUSED: _MEND,
    Cause.BROKEN_OFF: _MEND,
}
_BECAME: Final = {
    "failed": ("failed", "failed"),
    "in_doubt": ("is in doubt", "are in doubt"),
    "suppressed": ("was suppressed", "were suppressed"),
}
_MOST_NUMBERS: Final = 12
_STUCK: Final = {
    "failed": "Readers are without their mail: their address or the mail server refused it for good, or nobody took it "
    "for 24 hours.",
    "in_doubt": "The mail had begun to leave and no clear answer came. It may have arrived, so it is not sent again by "
    "itself.",
    "suppressed": "The mail was not sent: it would have given something away, it could not be checked, or its reader "
    "may not have it any more.",
}


def no_figures_notice(due_on: date, last_as_at: date, cause: Cause) -> Notice:
    """To a reader of the digest: that there are no figures this week, why, and of when the last good ones are."""
    return Notice(
        title="No figures this week",
        about=f"Due on {due_on:%A} {long_date(due_on)}",
        lead=_TO_READERS[cause],
        paragraphs=(
            f"The last good figures are as at {long_date(last_as_at)}. They are not repeated here, so that nobody "
            "takes old numbers for new ones.",
            "This says nothing about your teams, neither good nor bad. Your digest comes as usual as soon as the "
            "figures are there.",
        ),
    )


def refused_run_notice(week: str, what: str, command: str) -> Notice:
    """To the operator: this week's extract was refused.

    what: how many faults where, without a row of it. command: shows them; empty where there is nothing to show.
    """
    look = Step("See every fault, on a screen that only you can read, since it quotes rows:", command)
    return Notice(
        title=f"The weekly run of {week} was refused",
        about=f"Week {week}",
        lead="The extract did not pass the checks. Nothing of it was stored, and the last good snapshot stands.",
        paragraphs=(one_line(what),),
        steps=(
            *((look,) if command else ()),
            Step("Ask for a corrected extract in the same place; the scheduler takes it by itself within 15 minutes."),
            Step("Only if the number of cases has jumped, and really has:", "hotspots run --if-due --accept-swing"),
            *_THE_END,
        ),
    )


def failed_run_notice(week: str, what: str) -> Notice:
    """To the operator: this week's run broke off inside, or what is set is at fault. ``what``: without a row."""
    return Notice(
        title=f"The weekly run of {week} failed",
        about=f"Week {week}",
        lead="The run broke off before anything was stored. The last good snapshot stands.",
        paragraphs=(one_line(what),),
        steps=(
            Step("Look for faults of what is set, of the database, the mail server and the source:", "hotspots check"),
            Step("Mend what it says. The scheduler tries again every 15 minutes; or at once:", "hotspots run --if-due"),
            *_THE_END,
        ),
    )


def late_run_notice(week: str, due: str, cause: Cause, what: str, readers: int) -> Notice:
    """To the operator: this week's run has not happened by its time and grace.

    due: when it was, in words. readers: how many are told that there are no figures.
    """
    told = f"{readers} reader{' is' if readers == 1 else 's are'} told" if readers else "No reader is told"
    return Notice(
        title=f"The weekly run of {week} is late",
        about=f"Week {week}, due {due}",
        lead=f"{_TO_OPERATOR[cause]} {told} that there are no figures this week.",
        paragraphs=(one_line(what),) if what else (),
        steps=(*_LATE[cause], *_THE_END),
    )


def clock_jump_notice(now: datetime, known: datetime, command: str) -> Notice:
    """To the operator: the clock is too far from the last known run to be believed; command: confirms the clock."""
    days = abs(now - known).days
    apart = f"{days:,} day{'' if days == 1 else 's'} {'after' if now > known else 'before'}"
    return Notice(
        title=f"The clock of the service has jumped {'ahead' if now > known else 'back'}",
        about=f"Clock: {now:%A} {long_date(now.date())}, {now:%H:%M} UTC",
        lead="Nothing is removed and nothing is sent to readers until the clock is corrected or you confirm it.",
        paragraphs=(f"The clock is {apart} the last known run, on {known:%A} {long_date(known.date())}.",),
        steps=(
            Step("Look at the clock of the server:", "date"),
            Step("If it is wrong, correct it. The scheduler then goes on by itself within 15 minutes."),
            Step("If it is right, because the service was off for a long time, confirm it:", command),
            *_THE_END,
        ),
    )


def stuck_email_notice(state: str, numbers: Sequence[int], period: date) -> Notice:
    """To the operator: mails of one date ``failed``, are ``in_doubt`` or were ``suppressed``; numbers: which ones."""
    count = len(numbers)
    return Notice(
        title=f"{count} mail{'' if count == 1 else 's'} of {period.isoformat()} {_BECAME[state][count != 1]}",
        about=f"Mail for {long_date(period)}",
        lead=_STUCK[state],
        paragraphs=("No other mail comes about this date and this kind of trouble, even if more mails join these.",),
        steps=(
            Step("See which, and why:", f"hotspots digests --state {state}"),
            *_resend_steps(state, numbers),
            *_THE_END,
        ),
    )


def _resend_steps(state: str, numbers: Sequence[int]) -> tuple[Step, ...]:
    """What to do about mail that is stuck."""
    these = " ".join(map(str, numbers[:_MOST_NUMBERS]))
    if state == "failed":
        which = these if len(numbers) <= _MOST_NUMBERS else "--failed"
        return (
            Step("Mend the address in people.yaml, or the mail server. Whether the server answers:", "hotspots check"),
            Step("Then send the same mail again:", f"hotspots resend {which}"),
        )
    if state == "in_doubt":
        return (
            Step("Ask each reader whether it came. Send again what did not, by number:", f"hotspots resend {these}"),
            Step("Take off the list what came, or is no longer needed:", f"hotspots resend {these} --settled"),
        )
    return (
        Step("If the people file was wrong, mend it, and then:", "hotspots resend --suppressed-now-allowed"),
        Step("If the mail says too much: look at unit names, the marking and the title of the policy."),
        Step("Tell the reader by other means until it is mended."),
    )


def write_notice(notice: Notice, reader_name: str, marking: str) -> EmailContent:
    """The notice for one reader as a mail ready to be composed: subject, preheader, HTML and text, no pictures."""
    marked, preheader = clean(marking), shorten(notice.lead, LONGEST_PREHEADER)
    words = {"notice": notice, "reader": clean(reader_name), "marking": marked, "preheader": preheader}
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
