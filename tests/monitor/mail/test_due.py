"""What is due, and dry runs of it; nothing is sent and nothing changes."""

from monitor.mail.backoff import pause_server
from monitor.mail.claims import LEASE
from monitor.mail.due import pause_in_words, write_dry_run
from monitor.mail.sender import server_name

from ..conftest import NOW, PEOPLE, WEEK, Home, everything_in
from .mailbox import NORTH, SOUTH, change, message_to, write_people


def test_a_dry_run_writes_what_would_go_now_and_says_what_would_not(home: Home) -> None:
    write_people(home, "\n".join(line for line in PEOPLE.splitlines() if "south@" not in line))
    home.settings.dry_run.mkdir()
    (home.settings.dry_run / "of_last_week.eml").write_text("old", encoding="utf-8")
    before = everything_in(home)
    told = list(write_dry_run(home.store, home.settings, NOW))
    assert [(one.recipient, one.state) for one in told] == [(NORTH, "would go"), (SOUTH, "would be suppressed")]
    assert sorted(path.name for path in home.settings.dry_run.iterdir()) == [
        f"weekly_2026-11-20_{NORTH}.eml",
        f"weekly_2026-11-20_{NORTH}.html",
    ]
    assert (home.settings.dry_run / f"weekly_2026-11-20_{NORTH}.eml").read_bytes() == message_to(home, NORTH).message
    assert everything_in(home) == before
    assert not home.settings.outbox.exists()


def test_a_dry_run_counts_what_a_dead_sender_had_not_begun_and_leaves_out_what_waits(home: Home) -> None:
    gone = {"state": "sending", "claimed_by": "gone:1", "claims": 1, "lease_until": NOW - WEEK}
    change(home, NORTH, **gone, phase="claimed")
    change(home, SOUTH, send_after=NOW + LEASE)
    assert [one.recipient for one in write_dry_run(home.store, home.settings, NOW)] == [NORTH]
    change(home, NORTH, **gone, phase="data")
    assert list(write_dry_run(home.store, home.settings, NOW)) == []


def test_the_pause_of_a_server_is_told_only_while_a_message_waits_for_it(home: Home) -> None:
    server = server_name(home.settings)
    pause_server(home.store, server, "no answer", NOW, lambda: 1.0)
    until = "2026-11-22 09:01:00 UTC"
    assert pause_in_words(home.store, home.settings, NOW) == (
        f"the mail server is left alone until {until} after 1 fault: no answer"
    )
    for reader in (NORTH, SOUTH):
        change(home, reader, state="sent")
    assert pause_in_words(home.store, home.settings, NOW) is None
