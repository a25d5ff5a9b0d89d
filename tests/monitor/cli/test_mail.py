"""The mail commands in the terminal: deliver, digests, preview, resend."""

import getpass
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.mail.outbox import history

from ...clock import clock
from ..conftest import AS_AT, Answer, Home, little_london
from ..extracts.small import a_case, write_csv
from ..mail.mailbox import HOST, NORTH, SOUTH, Mailbox, change, closed_port, message_to, serving, states

Program = Callable[..., Answer]


def smtp(port: int) -> dict[str, object]:
    return {"smtp_host": HOST, "smtp_port": port, "smtp_tls": "none", "mail_from": "hotspots@example.org"}


def columns(answer: Answer, count: int) -> list[list[str]]:
    return [line.split("  ")[:count] for line in answer.out.splitlines()]


@pytest.mark.parametrize("switch", ["setting", "file"])
def test_while_mail_is_switched_off_delivery_says_so_and_ends_well(home: Home, hotspots: Program, switch: str) -> None:
    home.settings.mail_off_file.touch() if switch == "file" else None
    answer = hotspots("deliver", home=home, **({"mail": "off"} if switch == "setting" else {}))
    why = "HOTSPOTS_MAIL=off" if switch == "setting" else f"{home.settings.mail_off_file} is there"
    assert answer == Answer(0, f"email is switched off: {why}; nothing is sent\n", "")
    assert set(states(home).values()) == {"queued"}


def test_a_dry_run_tells_what_would_go_and_sends_nothing(home: Home, hotspots: Program) -> None:
    with serving(mailbox := Mailbox()) as port:
        answer = hotspots("deliver", "--dry-run", home=home, **smtp(port))
    assert (answer.status, answer.err) == (0, "")
    assert columns(answer, 2) == [["would go", NORTH], ["would go", SOUTH]]
    assert str(home.settings.dry_run) in answer.out
    assert mailbox.arrived == []
    assert hotspots("deliver", "--dry-run", "--now", home=home).status == 2


def test_a_trial_to_the_operators_address_leaves_the_real_ones_to_be_sent(home: Home, hotspots: Program) -> None:
    with serving(mailbox := Mailbox()) as port:
        trial = hotspots("deliver", "--redirect-to", "me@example.org", home=home, **smtp(port))
        refused = hotspots("deliver", "--redirect-to", "me@elsewhere.org", home=home, **smtp(port))
        real = hotspots("deliver", home=home, **smtp(port))
    assert [columns(trial, 2), columns(real, 2)] == [
        [["sent", "me@example.org"]] * 2,
        [["sent", NORTH], ["sent", SOUTH]],
    ]
    assert (trial.status, refused.status, real.status) == (0, 2, 0)
    assert "elsewhere.org is not one of the domains" in refused.err
    assert [recipient for recipient, _ in mailbox.arrived] == ["me@example.org"] * 2 + [NORTH, SOUTH]


@pytest.mark.reads_clock
def test_a_server_that_was_not_there_is_left_alone_until_somebody_says_now(home: Home, hotspots: Program) -> None:
    port = closed_port()
    assert hotspots("deliver", home=home, **smtp(port)).status == 1
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE mail_server SET not_before = '2026-11-22 20:00:00'")
    waiting = hotspots("deliver", home=home, **smtp(port))
    assert (waiting.status, waiting.out) == (1, "")
    assert "left alone until 2026-11-22 20:00:00 UTC after 1 fault" in waiting.err
    assert "hotspots deliver --now" in waiting.err
    assert columns(hotspots("deliver", "--now", home=home, **smtp(port)), 1) == [["queued"]]


def test_digests_are_listed_by_state_and_date_with_number_attempts_next_try_and_reason(
    home: Home, hotspots: Program
) -> None:
    change(home, NORTH, state="failed", reason="at RCPT: 550 no such user", attempts=1)
    number = message_to(home, NORTH).id
    answer = hotspots("digests", "--state", "failed", "--state", "in_doubt", home=home)
    assert answer.out == (
        f"2026-11-20  revision 1  failed  {NORTH}  message {number}  weekly  1 attempt  at RCPT: 550 no such user\n"
    )
    (waiting,) = hotspots("digests", "--state", "queued", "--as-at", AS_AT, home=home).out.splitlines()
    assert "  next 2026-11-22 09:00 UTC" in waiting
    assert hotspots("digests", "--as-at", AS_AT + timedelta(days=1), home=home).out == ""
    assert hotspots("digests", "--state", "lost", home=home).status == 2


def test_a_preview_tells_where_it_wrote_and_how_large_it_is(home: Home, hotspots: Program, tmp_path: Path) -> None:
    folder = tmp_path / "look"
    answer = hotspots("preview", "--to", NORTH, "--out", folder, "--text", home=home)
    lines = answer.out.splitlines()
    assert lines[0].split("  ") == [NORTH, "queued", message_to(home, NORTH).subject]
    assert f"{len(message_to(home, NORTH).message):,} bytes" in lines[1]
    assert [line.strip() for line in lines[2:5]] == [
        str(folder / f"weekly_2026-11-20_{NORTH}.{ending}") for ending in ("eml", "html", "txt")
    ]
    assert (folder / f"weekly_2026-11-20_{NORTH}.txt").read_text(encoding="utf-8").strip() in answer.out
    assert states(home) == {NORTH: "queued", SOUTH: "queued"}


def test_a_preview_of_what_is_not_there_says_where_to_look(home: Home, hotspots: Program) -> None:
    change(home, NORTH, message=b"", state="suppressed", reason="not sent, it would give away a surname in the subject")
    answer = hotspots("preview", "--scope", "N", home=home)
    assert answer.out == (
        f"{NORTH}  suppressed  nothing to show: not sent, it would give away a surname in the subject\n"
    )
    nobody = hotspots("preview", "--scope", "C77", home=home)
    assert (nobody.status, "hotspots who-receives" in nobody.err) == (2, True)


def test_what_is_in_doubt_is_sent_again_on_a_persons_word_which_is_kept(home: Home, hotspots: Program) -> None:
    change(home, NORTH, state="in_doubt", reason="no answer after the final dot")
    number = message_to(home, NORTH).id
    assert number is not None
    asked = hotspots("resend", "--in-doubt", home=home)
    assert (asked.status, "--yes" in asked.err) == (2, True)
    assert states(home)[NORTH] == "in_doubt"
    done = hotspots("resend", "--in-doubt", "--yes", home=home)
    assert (done.status, done.err) == (0, "")
    assert done.out == (
        f"message {number}  2026-11-20  in_doubt  {NORTH}\n1 message queued again; to send: hotspots deliver\n"
    )
    assert [one.by for one in history(home.store, number)] == [getpass.getuser()]
    assert getpass.getuser() in hotspots("digests", "--state", "queued", home=home).out
    with serving(mailbox := Mailbox()) as port:
        hotspots("deliver", home=home, **smtp(port))
    assert sorted(recipient for recipient, _ in mailbox.arrived) == [NORTH, SOUTH]


def test_what_was_sent_is_refused_with_status_3_and_goes_twice_only_when_told_to(home: Home, hotspots: Program) -> None:
    hotspots("deliver", home=home)
    number = message_to(home, NORTH).id
    refused = hotspots("resend", number, "--yes", home=home)
    assert refused == Answer(3, "", f"message {number}: was sent; send it twice with --even-if-sent\n")
    assert hotspots("resend", number, "--yes", "--even-if-sent", home=home).status == 0
    assert states(home) == {NORTH: "queued", SOUTH: "sent"}


def test_a_number_that_cannot_go_again_stops_them_all(home: Home, hotspots: Program) -> None:
    change(home, NORTH, state="failed")
    answer = hotspots("resend", message_to(home, NORTH).id, 4711, "--yes", home=home)
    assert (answer.status, answer.err) == (2, "message 4711: there is no such message\n")
    assert states(home)[NORTH] == "failed"
    assert hotspots("resend", "--yes", home=home).status == 2
    assert hotspots("resend", "--in-doubt", "--yes", home=home).out == "nothing to send again\n"


def test_what_the_reader_has_after_all_is_settled(home: Home, hotspots: Program) -> None:
    change(home, NORTH, state="in_doubt", reason="no answer after the final dot")
    answer = hotspots("resend", message_to(home, NORTH).id, "--settled", "--yes", home=home)
    assert (answer.status, answer.out.splitlines()[-1]) == (0, "1 message settled")
    assert states(home)[NORTH] == "sent"
    assert hotspots("resend", message_to(home, NORTH).id, "--settled", "--yes", home=home).status == 2


def test_a_sender_that_is_asked_to_stop_ends_after_the_message_on_its_way(home: Home) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def wait() -> str:
        reached.set()
        go_on.wait(60)
        return "250 2.0.0 queued"

    with serving(mailbox := Mailbox(data=wait)) as port:
        command = [sys.executable, *clock.program("deliver")]
        environment = os.environ | home.environment(**smtp(port))
        sender = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert reached.wait(60)
        sender.send_signal(signal.SIGTERM)
        go_on.set()
        said, _ = sender.communicate(timeout=60)
    assert (sender.returncode, said.count("sent  ")) == (0, 1)
    assert states(home) == {NORTH: "sent", SOUTH: "queued"}
    assert [recipient for recipient, _ in mailbox.arrived] == [NORTH]


def test_messages_are_counted_in_the_singular_and_the_plural(home: Home, hotspots: Program) -> None:
    for number, readers in enumerate([(), (NORTH,), (NORTH, SOUTH)]):
        for reader in readers:
            change(home, reader, state="in_doubt")
        last = hotspots("resend", "--in-doubt", "--settled", "--yes", home=home).out.splitlines()[-1]
        assert last == ["nothing to settle", "1 message settled", "2 messages settled"][number]


def test_delivery_is_told_line_by_line_and_done_again_does_nothing(home: Home, hotspots: Program) -> None:
    first = hotspots("deliver", home=home)
    assert (first.status, first.err) == (0, "")
    assert [line.split("  ")[:2] for line in first.out.splitlines()] == [
        ["sent", "north@example.org"],
        ["sent", "south@example.org"],
    ]
    assert hotspots("deliver", home=home) == Answer(0, "", "")


@pytest.mark.reads_clock
def test_delivery_that_does_not_succeed_ends_with_status_1(home: Home, hotspots: Program) -> None:
    answer = hotspots("deliver", home=home, smtp_host="127.0.0.1", smtp_port=closed_port(), smtp_tls="none")
    assert (answer.status, answer.err) == (1, "1 message not sent; see: hotspots status\n")
    assert answer.out.startswith("queued  north@example.org  127.0.0.1:")


def test_digests_are_listed_with_what_became_of_them(home: Home, hotspots: Program) -> None:
    lines = hotspots("digests", home=home).out.splitlines()
    assert [line.split("  ")[:4] for line in lines[:3]] == [
        ["2026-11-20", "revision 1", "queued", "north@example.org"],
        ["2026-11-20", "revision 1", "queued", "south@example.org"],
        ["2026-11-13", "revision 1", "superseded", "north@example.org"],
    ]
    assert len(lines) == 6


def test_who_receives_the_figures_of_a_unit_can_be_asked(home: Home, hotspots: Program) -> None:
    north, south = ("north@example.org  Director North, director\n", "south@example.org  Director South, director\n")
    nobody = "no one receives it by email\n"
    for code, receives in (("N", north), ("C1", north), ("O2", north), ("T4", south), ("all", nobody)):
        assert hotspots("who-receives", code, home=home) == Answer(0, receives, "")
    unknown = hotspots("who-receives", "C9", home=home)
    assert (unknown.status, unknown.out, "C9" in unknown.err) == (2, "", True)


def test_a_stopped_digest_is_shown_released_once_and_stays_on_record(
    new_home: Home, hotspots: Program, tmp_path: Path
) -> None:
    extract = write_csv(tmp_path / "telling", little_london(cases=[a_case("NORTH")]))
    run = hotspots("run", "--extract", extract, "--as-at", AS_AT, home=new_home)
    assert run.status == 0
    assert f"{NORTH}: the digest was suppressed; see: hotspots digests --state suppressed" in run.out
    assert "1 notice about this queued" in run.out
    number = message_to(new_home, NORTH).id
    shown = hotspots("digests", "--show", number, home=new_home).out
    assert "found: a CRN of the snapshot in the text part: NORTH\n" in shown
    assert "Weekly workload digest" in shown
    assert f'hotspots release {number} --reason "' in shown
    assert f"not sent to {NORTH}" in hotspots("status", home=new_home).err
    assert hotspots("digests", "--show", 4711, home=new_home).status == 2
    assert hotspots("digests", "--show", number, "--as-at", AS_AT, home=new_home).status == 2
    assert [hotspots("release", *words, home=new_home).status for words in ([number], [number, "--reason", " "])] == [
        2,
        2,
    ]
    assert hotspots("release", number, "--reason", "North is the area", home=new_home).status == 0
    assert hotspots("release", number, "--reason", "again", home=new_home).status == 3
    hotspots("deliver", home=new_home)
    line = next(line for line in hotspots("digests", home=new_home).out.splitlines() if f"message {number} " in line)
    assert "  sent  " in line
    assert "UTC: North is the area" in line
    assert "suppressed -> queued" in hotspots("digests", "--show", number, home=new_home).out
    assert f"released after a look: 1 message; last: message {number}" in hotspots("status", home=new_home).out
