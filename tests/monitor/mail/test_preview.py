"""Looking at what would go: stored digests as pages, and dry runs; nothing is sent and nothing changes."""

from pathlib import Path

from sqlalchemy import insert, select

from alerts.people import Person, Role
from monitor.mail.claims import LEASE
from monitor.mail.due import write_dry_run
from monitor.mail.outbox import write_messages
from monitor.mail.preview import select_digests, write_previews
from tests.alerts.pictures import london

from ..conftest import AS_AT, NOW, PEOPLE, WEEK, Home, everything_in
from .mailbox import NORTH, OUTBOX, SOUTH, change, message_to, write_people


def test_a_stored_digest_is_written_as_page_text_and_mail(home: Home, tmp_path: Path) -> None:
    reader = Person(NORTH, "Director North", Role.DIRECTOR, area="N", digest="weekly")
    (with_pictures,) = write_messages(london(), [reader], home.settings, 110.0, NOW)
    change(home, NORTH, message=with_pictures.message, subject=with_pictures.subject)
    before = everything_in(home)
    (shown,) = write_previews(home.store, select_digests(home.store, None, NORTH, None), tmp_path / "look")
    stored = message_to(home, NORTH)
    assert sorted(path.name for path in shown.paths) == [
        f"weekly_2026-11-20_{NORTH}.{ending}" for ending in ("eml", "html", "txt")
    ]
    by_ending = {path.suffix: path.read_bytes() for path in shown.paths}
    assert by_ending[".eml"] == stored.message
    assert b"data:image/png;base64," in by_ending[".html"]
    assert b"cid:" not in by_ending[".html"]
    assert by_ending[".txt"].decode() == shown.text
    assert shown.text.startswith("OFFICIAL-SENSITIVE")
    assert (shown.subject, shown.size) == (stored.subject, len(stored.message))
    assert 1_000 < shown.html_size < shown.size
    assert everything_in(home) == before


def test_readers_units_and_dates_are_chosen_and_the_newest_date_is_the_default(home: Home) -> None:
    def readers(as_at: object = None, to: str | None = None, scope: str | None = None) -> list[tuple[object, str]]:
        return [(one.period, one.recipient) for one in select_digests(home.store, as_at, to, scope)]  # type: ignore[arg-type]

    assert readers() == [(AS_AT, NORTH), (AS_AT, SOUTH)]
    assert readers(to="North@Example.org") == [(AS_AT, NORTH)]
    assert readers(scope="S") == [(AS_AT, SOUTH)]
    assert readers(as_at=AS_AT - WEEK, scope="S") == [(AS_AT - WEEK, SOUTH)]
    assert readers(scope="C1") == []


def test_the_newest_revision_of_the_newest_date_is_shown(home: Home) -> None:
    of_north = select(OUTBOX).where(OUTBOX.c.period == AS_AT, OUTBOX.c.recipient == NORTH)
    with home.store.engine.begin() as connection:
        row = dict(connection.execute(of_north).mappings().one())
        del row["id"]
        connection.execute(insert(OUTBOX), [row | {"revision": 2}, row | {"revision": 9, "period": AS_AT - WEEK}])
    shown = select_digests(home.store, None, NORTH, None)
    assert [(one.period, one.revision) for one in shown] == [(AS_AT, 2)]


def test_a_digest_without_bytes_is_passed_over(home: Home, tmp_path: Path) -> None:
    change(home, NORTH, message=b"", state="suppressed")
    shown = list(write_previews(home.store, select_digests(home.store, None, None, None), tmp_path))
    assert [one.message.recipient for one in shown] == [SOUTH]


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
