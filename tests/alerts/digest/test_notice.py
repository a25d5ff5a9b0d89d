"""Notices: what readers and operator are told when there is no digest, in HTML and in text alike."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from typer.main import get_command

from alerts.digest.digest import write_digest
from alerts.digest.disclosure.leak_check import find_leaks
from alerts.digest.message.mime import EmailContent, compose
from alerts.digest.no_figures import Cause
from alerts.digest.notice import (
    Notice,
    absent_readers_notice,
    clock_jump_notice,
    failed_run_notice,
    incomplete_figures_notice,
    late_run_notice,
    no_figures_notice,
    not_in_figures_notice,
    refused_run_notice,
    stuck_email_notice,
    write_notice,
)
from alerts.digest.privacy import ReaderScope
from alerts.digest.settings import DigestSettings
from alerts.intake_gaps import IntakeGaps
from monitor.cli.main import app
from tests.alerts.pictures import Team, picture
from tests.alerts.reading import numbers_in, parts_of, words_of

DUE, LAST = date(2026, 11, 23), date(2026, 11, 13)
SEEN = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LOOK = "hotspots run --extract /srv/extracts/2026-11-20 --as-at 2026-11-20"
SWING = "cases: 21 cases against 53 in the last snapshot, a change of 60.4%; send the whole extract"
GAPS = IntakeGaps(("cases.rosh",), 412, 1000, 0.01, unmatched_accepted=True)
STUCK = ("failed", "in_doubt", "suppressed")
NOTICES: dict[str, Notice] = {
    **{f"no figures, {cause}": no_figures_notice(DUE, LAST, cause) for cause in Cause},
    **{
        f"late, {cause}": late_run_notice("2026-W48", "Monday 23 November 2026, 06:00", cause, "", 2) for cause in Cause
    },
    **{f"mail {state}": stuck_email_notice(state, [17, 18], date(2026, 11, 20)) for state in STUCK},
    "refused": refused_run_notice("2026-W48", "3 faults in /srv/extracts/2026-11-20", LOOK),
    "refused, with its faults": refused_run_notice(
        "2026-W48",
        "13 faults in /srv/extracts/2026-11-20",
        LOOK,
        faults=[SWING, *(f"cases.csv: fault {number}" for number in range(2, 14))],
        count=13,
        page="https://hotspots.example.org/snapshots",
    ),
    "not clear": refused_run_notice("2026-W48", "two; faults", "", faults=["two", "faults"], count=2),
    "clock ahead": clock_jump_notice(datetime(2036, 1, 1, 9, 0, tzinfo=UTC), SEEN, "hotspots deliver --clock-is-right"),
    "clock back": clock_jump_notice(datetime(2020, 1, 1, 9, 0, tzinfo=UTC), SEEN, "hotspots deliver --clock-is-right"),
    "not complete": incomplete_figures_notice(
        date(2026, 11, 20), 2, GAPS, page="https://hotspots.example.org/data-quality/intake?as_at=2026-11-20"
    ),
    "broken off": failed_run_notice("2026-W48", "FileNotFoundError: /srv/extracts"),
}


def written(notice: Notice, marking: str = "OFFICIAL-SENSITIVE") -> EmailContent:
    return write_notice(notice, "Director North", marking)


def sent(digest: EmailContent) -> bytes:
    now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
    return compose(digest, "hotspots@example.org", "north@example.org", "<no-figures.1@example.org>", now, "director")


@pytest.mark.parametrize("which", NOTICES)
def test_html_and_text_say_the_same(which: str) -> None:
    notice, mail = NOTICES[which], written(NOTICES[which])
    html, text = words_of(mail.html), " ".join(mail.text.split())
    steps = chain.from_iterable((step.words, step.command) for step in notice.steps)
    for said in (notice.title, notice.about, notice.lead, *notice.paragraphs, *steps, "Written for Director North"):
        assert said in html
        assert said in text
    assert numbers_in(html) <= numbers_in(text)


@pytest.mark.parametrize("which", NOTICES)
def test_a_notice_is_marked_short_and_fit_to_be_sent(which: str) -> None:
    mail = written(NOTICES[which])
    assert mail.subject.startswith("OFFICIAL-SENSITIVE: ")
    assert len(mail.subject) <= 90
    assert 0 < len(mail.preheader) <= 110
    assert mail.text.count("OFFICIAL-SENSITIVE") == 2
    assert mail.text.startswith("OFFICIAL-SENSITIVE\n")
    assert mail.text.endswith("\nOFFICIAL-SENSITIVE\n")
    assert words_of(mail.html).count("OFFICIAL-SENSITIVE") == 2
    assert len(mail.html.encode()) < 20_000
    assert set(parts_of(sent(mail))) == {"text/plain", "text/html"}
    assert find_leaks(sent(mail), surnames=(), crns=(), other_names=(), allowed_words=()) == []


def test_without_a_marking_there_is_none() -> None:
    mail = written(NOTICES["refused"], marking="")
    assert mail.subject == "The weekly run of 2026-W48 was refused"
    assert mail.text.startswith("The weekly run of 2026-W48 was refused\n")


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (Cause.NOT_ARRIVED, "has not arrived"),
        (Cause.REFUSED, "was refused"),
        (Cause.BROKEN_OFF, "failed, so"),
        (Cause.NOT_STARTED, "has not started"),
    ],
)
def test_readers_are_told_why_and_of_when_the_last_good_figures_are(cause: Cause, why: str) -> None:
    mail = written(no_figures_notice(DUE, LAST, cause))
    assert mail.subject == "OFFICIAL-SENSITIVE: No figures this week"
    assert "Due on Monday 23 November 2026" in mail.text
    assert why in mail.text
    assert "The last good figures are as at 13 November 2026. They are not repeated here" in mail.text
    assert "%" not in mail.text + words_of(mail.html)
    assert "hotspots " not in mail.text


def test_the_operator_of_a_refused_run_reads_the_command_that_shows_every_fault() -> None:
    text = written(NOTICES["refused"]).text
    assert "3 faults in /srv/extracts/2026-11-20" in text
    assert f"\n   {LOOK}\n" in text
    assert "\n   hotspots run --if-due --accept-swing\n" in text


def test_the_operator_of_a_refused_run_reads_the_reason_first_and_is_led_to_the_page() -> None:
    mail = written(NOTICES["refused, with its faults"])
    reason = "cases: 21 cases against 53 in the last snapshot, a change of 60.4%"
    assert mail.subject == f"OFFICIAL-SENSITIVE: {reason}"
    assert mail.text.splitlines()[2] == reason
    assert f"The weekly run of 2026-W48 was refused: {SWING}" in mail.text
    assert "cases.csv: fault 10\n\nAnd 3 more.\n\n13 faults in /srv/extracts/2026-11-20\n" in mail.text
    assert "\n   https://hotspots.example.org/snapshots\n" in mail.text
    assert re.search(r'<a href="https://hotspots\.example\.org/snapshots"[^>]*>https://hotspots', mail.html)


def test_if_it_is_not_clear_which_extract_is_meant_every_fault_is_there_once() -> None:
    text = written(NOTICES["not clear"]).text
    assert "two; faults" not in text
    assert "2026-W48 was refused: two\n\nfaults\n\nNothing was stored." in text
    assert " more." not in text
    assert "accept-swing" not in text
    one_more = written(refused_run_notice("2026-W48", "", LOOK, faults=["two"], count=2)).text
    assert "\nAnd 1 more.\n" in one_more


@pytest.mark.parametrize(
    ("days", "said"), [(1, "1 day after"), (2, "2 days after"), (4_000, "4,000 days after"), (-36, "36 days before")]
)
def test_the_operator_reads_how_far_the_clock_has_jumped_and_how_to_confirm_it(days: int, said: str) -> None:
    mail = written(clock_jump_notice(SEEN + timedelta(days=days), SEEN, "hotspots deliver --clock-is-right"))
    assert f"The clock is {said} the last known run, on Monday 23 November 2026." in mail.text
    assert mail.subject.endswith("has jumped ahead" if days > 0 else "has jumped back")
    assert "\n   hotspots deliver --clock-is-right\n" in mail.text


def test_where_nothing_can_be_shown_no_command_is_given_for_it() -> None:
    text = written(refused_run_notice("2026-W48", "the extract is dated in the future", "")).text
    assert "every fault" not in text
    assert "1. Ask for a corrected extract" in text


@pytest.mark.parametrize(("readers", "told"), [(0, "No reader gets"), (1, "1 reader gets"), (12, "12 readers get")])
def test_the_operator_of_a_late_run_reads_how_many_readers_are_told(readers: int, told: str) -> None:
    text = written(late_run_notice("2026-W48", "Monday 23 November 2026, 06:00", Cause.NOT_ARRIVED, "", readers)).text
    assert f"No extract for this week has arrived. {told} a notice that there are no figures this week." in text


@pytest.mark.parametrize(
    ("state", "numbers", "title", "command"),
    [
        ("failed", [17], "1 email for 2026-11-20 failed", "hotspots resend 17"),
        ("failed", list(range(13)), "13 emails for 2026-11-20 failed", "hotspots resend --failed"),
        ("in_doubt", [17], "1 email for 2026-11-20 is in doubt", "hotspots resend 17"),
        ("in_doubt", [17, 18], "2 emails for 2026-11-20 are in doubt", "hotspots resend 17 18 --settled"),
        ("suppressed", [3, 4], "2 emails for 2026-11-20 were suppressed", "hotspots resend --suppressed-now-allowed"),
    ],
)
def test_the_operator_reads_which_mail_is_stuck_and_what_to_call(
    state: str, numbers: list[int], title: str, command: str
) -> None:
    mail = written(stuck_email_notice(state, numbers, date(2026, 11, 20)))
    assert f"\n   {command}\n" in mail.text
    assert mail.subject == f"OFFICIAL-SENSITIVE: {title}"
    assert f"\n   hotspots digests --state {state}\n" in mail.text


@pytest.mark.parametrize("which", NOTICES)
def test_every_command_that_a_notice_names_is_one(which: str) -> None:
    group: Any = get_command(app)
    for words in (step.command.split() for step in NOTICES[which].steps if step.command.startswith("hotspots ")):
        options = {option for one in group.commands[words[1]].params for option in one.opts}
        assert [word for word in words if word.startswith("--") and word not in options] == []


@pytest.mark.parametrize("which", NOTICES)
def test_every_notice_to_the_operator_ends_with_how_to_know_that_all_is_well(which: str) -> None:
    steps = NOTICES[which].steps
    assert bool(steps) != which.startswith("no figures")
    assert not steps or steps[-1].command == "hotspots status"


def test_what_comes_from_elsewhere_stays_text_on_one_line() -> None:
    mail = written(failed_run_notice("2026-W48", "OSError: <b>no\nspace</b>\u202e left"))
    assert "OSError: <b>no space</b> left" in words_of(mail.html)
    assert "<b>" not in mail.html
    assert "OSError: <b>no space</b> left" in mail.text


def test_a_quiet_week_gets_an_all_clear_and_no_notice() -> None:
    calm = picture([Team("T1", "F1", "C1", load=90, over=0, high_risk_overdue=0)])
    digest = write_digest(calm, ReaderScope("area", "N", "North"), "Director North", DigestSettings())
    assert "All clear: " in digest.subject
    for said in (words_of(digest.html), digest.text):
        assert "All clear: North at 90.0%, not over 110%" in said


@pytest.mark.parametrize(
    ("operators_know", "says"), [(True, "know that the code is missing"), (False, "Tell the people")]
)
def test_a_reader_without_figures_is_told_which_code_is_missing_and_when(operators_know: bool, says: str) -> None:
    notice = not_in_figures_notice(
        date(2026, 11, 20), "Your area N is not in these figures", operators_know=operators_know
    )
    text = write_notice(notice, "Director North", "OFFICIAL").text
    assert "Your area N is not in these figures, so there is no digest for you this week." in text
    assert "The extract for 20 November 2026 has no such code." in text
    assert says in text


def test_operators_are_told_which_readers_are_left_out() -> None:
    notice = absent_readers_notice(date(2026, 11, 20), ["n@example.org: area N is not\nin the figures"], 1)
    text = write_notice(notice, "On Call", "").text
    assert "1 reader not in the figures for 2026-11-20" in text
    assert "n@example.org: area N is not in the figures" in text


def test_the_operator_reads_what_is_not_complete_first_and_where_the_report_is() -> None:
    mail = written(NOTICES["not complete"])
    assert mail.subject.startswith("OFFICIAL-SENSITIVE: Figures for 2026-11-20 are not complete: lacks cases.rosh;")
    text = " ".join(mail.text.split())
    assert "Unlike earlier weeks, the extract has no values or far fewer for cases.rosh." in text
    assert "412 cases (41.2%, 1.0% last time) name an officer who has no post in the team." in text
    assert "hotspots export intake --as-at 2026-11-20 --revision 2" in text
    assert "https://hotspots.example.org/data-quality/intake?as_at=2026-11-20" in text


def test_without_pages_the_notice_of_figures_that_are_not_complete_names_none() -> None:
    assert not any(step.link for step in incomplete_figures_notice(date(2026, 11, 20), 1, GAPS).steps)
