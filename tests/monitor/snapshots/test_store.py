"""The store: whole snapshots or none, kept side by side, read back as they were."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy.exc import IntegrityError, NoResultFound

from monitor.mail.outbox import messages
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.message_state import MessageState
from monitor.snapshots.store import Store, StoredFigures, next_revision, same_input
from monitor.snapshots.tables import HotspotRow, Snapshot, TimelinessRow, UnitWorkload

from ..databases import Databases

pytestmark = pytest.mark.both_databases
MONDAY = date(2026, 11, 16)
FRIDAY = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def a_snapshot(as_at: date = FRIDAY, revision: int = 1, **change: Any) -> Snapshot:
    texts = dict.fromkeys(
        ("policy", "policy_fingerprint", "weights_fingerprint", "rules_fingerprint", "content_hash", "source"), ""
    )
    documents = dict.fromkeys(
        ("source_hashes", "policy_json", "rules_json", "forecast_json", "history", "summary"), "{}"
    )
    return Snapshot(as_at=as_at, revision=revision, created_at=NOW, **texts | documents | change)


def frame_of(table: type[Any], *rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=[name for name in table.model_fields if name != "snapshot_id"])


def a_unit(level: str, code: str, percentage: float | None, **change: Any) -> dict[str, Any]:
    counts = {name: 0 for name, one in UnitWorkload.model_fields.items() if one.annotation in (int, float)}
    return counts | {
        "level": level,
        "code": code,
        "name": f"Unit {code}",
        "parent_code": None if level == "all" else "all",
        "total_points": 0.1 + 0.2,
        "capacity_percentage": percentage,
        "band": None if percentage is None else "green",
        **change,
    }


def figures(*units: dict[str, Any], **archived: pd.DataFrame) -> StoredFigures:
    hotspot = {
        "rule": "watch",
        "level": "team",
        "code": "T1",
        "name": "Unit T1",
        "status": "new",
        "weeks": 1,
        "since": pd.Timestamp(FRIDAY),
        "threshold": 110.0,
        "overdue": 2,
        "high_risk_overdue": 1,
        "running": 1,
        "escalated": 4,
        "reason": '=HYPERLINK("x"), "quoted"\nand 😀',
    }
    timely = {
        "level": "all",
        "code": "all",
        "rule": "home_visit",
        "fell_due": 3,
        "on_time": 1,
        "percentage": 100 / 3,
        "band": "red",
    }
    hotspots = frame_of(HotspotRow, hotspot, hotspot | {"code": "T0", "since": pd.NaT, "escalated": None})
    return StoredFigures(
        frame_of(UnitWorkload, *(units or (a_unit("team", "T1", 95.5), a_unit("all", "all", None)))),
        hotspots.astype({"since": "datetime64[s]", "escalated": "Int64"}),
        frame_of(TimelinessRow, timely),
        archived,
    )


def a_message(period: date = FRIDAY, revision: int = 1, **change: Any) -> OutboxMessage:
    return OutboxMessage(
        **{
            "digest": "weekly",
            "period": period,
            "revision": revision,
            "recipient": "north@example.org",
            "snapshot_id": 0,
            "scope_level": "area",
            "scope_code": "N",
            "subject": "",
            "message_id": "",
            "message": b"\r\n",
            "sha256": "",
            "state": MessageState.QUEUED,
            "queued_at": NOW,
            "send_after": NOW,
            **change,
        }
    )


@pytest.fixture
def store(databases: Databases, tmp_path: Path) -> Iterator[Store]:
    made = Store(databases.ready(tmp_path / "hotspots.db"), tmp_path / "archive")
    yield made
    made.engine.dispose()


def number(snapshot: Snapshot) -> int:
    assert snapshot.id is not None
    return snapshot.id


def test_figures_come_back_exactly_sorted_by_their_key(store: Store) -> None:
    snapshot_id = number(store.save(a_snapshot(), figures(cases=pd.DataFrame({"crn": ["007", None]}, dtype="str")), []))
    units = store.units(snapshot_id)
    assert list(zip(units["level"], units["code"], strict=True)) == [("all", "all"), ("team", "T1")]
    assert list(units["total_points"]) == [0.30000000000000004] * 2
    assert units["capacity_percentage"].isna().tolist() == [True, False]
    assert units["band"].isna().tolist() == [True, False]
    assert units.dtypes[["code", "cases", "total_points"]].astype(str).tolist() == ["str", "int64", "float64"]
    hotspots = store.hotspots(snapshot_id)
    assert hotspots["code"].tolist() == ["T0", "T1"]
    assert hotspots["since"].dtype == "datetime64[s]"
    assert (hotspots["since"][1], hotspots["escalated"][1]) == (pd.Timestamp(FRIDAY), 4)
    assert hotspots.loc[0, ["since", "escalated", "value", "rank"]].isna().all()
    assert hotspots["reason"][1] == '=HYPERLINK("x"), "quoted"\nand 😀'
    assert store.timeliness(snapshot_id)["percentage"].tolist() == [100 / 3]
    assert store.archived_frame(snapshot_id, "cases")["crn"].fillna("missing").tolist() == ["007", "missing"]


def test_a_snapshot_without_any_row_can_be_kept(store: Store) -> None:
    empty = StoredFigures(frame_of(UnitWorkload), frame_of(HotspotRow), frame_of(TimelinessRow))
    key = number(store.save(a_snapshot(), empty, []))
    assert [len(store.units(key)), len(store.hotspots(key)), len(store.timeliness(key))] == [0, 0, 0]


def test_a_snapshot_that_cannot_be_kept_whole_is_not_kept_at_all(store: Store) -> None:
    store.save(a_snapshot(FRIDAY - WEEK), figures(), [a_message(FRIDAY - WEEK)])
    doubled = [a_message(), a_message()]
    with pytest.raises(IntegrityError):
        store.save(a_snapshot(), figures(cases=pd.DataFrame({"crn": ["X1"]})), doubled)
    assert store.dates() == [FRIDAY - WEEK]
    assert [(one.period, one.state) for one in messages(store)] == [(FRIDAY - WEEK, MessageState.QUEUED)]
    with store.engine.connect() as connection:
        for table in ("unit_workload", "hotspot", "timeliness", "archived_frame"):
            owners = connection.exec_driver_sql(f"SELECT DISTINCT snapshot_id FROM {table}").scalars().all()
            assert owners in ([], [1]), table


def test_a_row_that_is_refused_among_many_takes_the_whole_week_with_it(store: Store) -> None:
    store.save(a_snapshot(FRIDAY - WEEK), figures(), [a_message(FRIDAY - WEEK)])
    whole = figures(*(a_unit("team", f"T{place}", 95.5) for place in range(500)))
    # The units and hotspots are written before it.
    refused = replace(whole, timeliness=pd.concat([whole.timeliness] * 2, ignore_index=True))
    with pytest.raises(IntegrityError):
        store.save(a_snapshot(), refused, [a_message()])
    assert store.dates() == [FRIDAY - WEEK]
    with store.engine.connect() as connection:
        for table in ("unit_workload", "hotspot", "timeliness"):
            owners = connection.exec_driver_sql(f"SELECT DISTINCT snapshot_id FROM {table}").scalars().all()
            assert owners == [1], table
    assert [one.period for one in messages(store)] == [FRIDAY - WEEK]
    assert len(store.units(number(store.save(a_snapshot(), whole, [])))) == 500


def test_a_revision_of_a_date_is_kept_once(store: Store) -> None:
    store.save(a_snapshot(), figures(), [])
    with pytest.raises(IntegrityError):
        store.save(a_snapshot(), figures(), [])
    second = store.save(a_snapshot(revision=next_revision(store.newest(FRIDAY))), figures(), [])
    assert (second.revision, next_revision(store.newest(FRIDAY)), next_revision(store.newest(MONDAY))) == (2, 3, 1)


def test_the_newest_snapshot_is_that_of_the_latest_date_and_revision(store: Store) -> None:
    assert store.newest() is None
    assert store.newest_before(FRIDAY, inclusive=True) is None
    for as_at, revision in ((FRIDAY, 1), (FRIDAY, 2), (FRIDAY - 2 * WEEK, 1), (FRIDAY - WEEK, 1), (FRIDAY - WEEK, 2)):
        store.save(a_snapshot(as_at, revision), figures(), [])

    def found(snapshot: Snapshot | None) -> tuple[date, int] | None:
        return None if snapshot is None else (snapshot.as_at, snapshot.revision)

    assert found(store.newest()) == (FRIDAY, 2)
    assert found(store.newest(FRIDAY - 2 * WEEK)) == (FRIDAY - 2 * WEEK, 1)
    assert found(store.newest(MONDAY)) is None
    assert found(store.newest_before(FRIDAY)) == (FRIDAY - WEEK, 2)
    assert found(store.newest_before(FRIDAY, inclusive=True)) == (FRIDAY, 2)
    assert found(store.newest_before(FRIDAY - 2 * WEEK)) is None
    assert store.dates() == [FRIDAY - 2 * WEEK, FRIDAY - WEEK, FRIDAY]


def test_a_frame_that_was_never_archived_is_not_found(store: Store) -> None:
    snapshot_id = number(store.save(a_snapshot(), figures(), []))
    with pytest.raises(NoResultFound):
        store.archived_frame(snapshot_id, "cases")


def test_two_snapshots_share_what_is_the_same_in_the_archive(store: Store) -> None:
    for as_at in (FRIDAY - WEEK, FRIDAY):
        store.save(a_snapshot(as_at), figures(organisation=pd.DataFrame({"team_code": ["T1"]})), [])
    assert len([path for path in store.archive.rglob("*") if path.is_file()]) == 1


def test_waiting_mail_of_the_same_digest_is_superseded_and_no_other(store: Store) -> None:
    store.save(
        a_snapshot(FRIDAY - WEEK),
        figures(),
        [
            a_message(FRIDAY - WEEK),
            a_message(FRIDAY - WEEK, recipient="south@example.org"),
            a_message(FRIDAY - WEEK, recipient="sent@example.org", state=MessageState.SENT),
            a_message(FRIDAY - WEEK, digest="run-refused"),
            a_message(FRIDAY - WEEK, digest="monthly", recipient="changed@example.org"),
            a_message(FRIDAY - WEEK, recipient="quiet@example.org"),
            a_message(FRIDAY + WEEK, revision=7),
        ],
    )
    quiet = a_message(recipient="quiet@example.org", state=MessageState.NOTHING_NEW)
    changed = a_message(recipient="changed@example.org")
    store.save(a_snapshot(), figures(), [a_message(), a_message(recipient="sent@example.org"), quiet, changed])
    found = {(one.digest, one.period, one.recipient): (one.state, one.reason) for one in messages(store)}
    assert found.pop(("weekly", FRIDAY - WEEK, "north@example.org")) == ("superseded", "a newer digest was queued")
    assert found.pop(("weekly", FRIDAY - WEEK, "sent@example.org")) == (MessageState.SENT, None)
    assert found.pop(("monthly", FRIDAY - WEEK, "changed@example.org"))[0] == "superseded"
    assert found.pop(("weekly", FRIDAY, "quiet@example.org")) == (MessageState.NOTHING_NEW, None)
    assert set(found.values()) == {(MessageState.QUEUED, None)}
    assert {one.snapshot_id for one in messages(store) if one.period == FRIDAY} == {2}


def test_input_is_the_same_when_rows_policy_and_rules_are() -> None:
    snapshot = a_snapshot(content_hash="rows", policy_fingerprint="policy", rules_fingerprint="rules")
    assert same_input(snapshot, "rows", "policy", "rules")
    for other in (("?", "policy", "rules"), ("rows", "?", "rules"), ("rows", "policy", "?")):
        assert not same_input(snapshot, *other)
    assert not same_input(None, "rows", "policy", "rules")


def test_a_snapshot_can_be_read_after_its_session_has_closed(store: Store) -> None:
    snapshot = store.save(a_snapshot(summary=json.dumps({"cases": 4})), figures(), [])
    assert (snapshot.as_at, snapshot.revision, json.loads(snapshot.summary)) == (FRIDAY, 1, {"cases": 4})
