"""Stored digests as pages, before they go; nothing is sent and nothing changes."""

from pathlib import Path

from sqlalchemy import insert, select

from alerts.people import Person, Role
from monitor.mail.preview import select_digests, write_previews
from monitor.mail.writing import write_messages
from tests.alerts.pictures import london

from ..conftest import AS_AT, NOW, WEEK, Home, everything_in
from .mailbox import NORTH, OUTBOX, SOUTH, change, message_to


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


def test_a_monthly_digest_is_shown_weeks_later(home: Home) -> None:
    change(home, SOUTH, digest="monthly", period=AS_AT - 3 * WEEK)
    shown = select_digests(home.store, None, None, None)
    assert [(one.period, one.recipient) for one in shown] == [(AS_AT, NORTH), (AS_AT - 3 * WEEK, SOUTH)]
    assert [one.recipient for one in select_digests(home.store, AS_AT, None, None)] == [NORTH]


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
