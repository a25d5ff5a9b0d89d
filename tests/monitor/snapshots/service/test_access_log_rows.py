"""Looks are stored as they were, and found again by time and by who looked."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from monitor.snapshots.reach import OutOfReach
from monitor.snapshots.service.access_log_rows import add_looks, read_looks
from monitor.snapshots.tables import LookedAt

from ...conftest import AS_AT, NOW, Home

pytestmark = pytest.mark.both_databases


def a_look(at: datetime, who: str = "spo@example.org", code: str = "M1") -> LookedAt:
    return LookedAt(at=at, who=who, role="spo", page="/offender-manager/{code}", level="offender_manager", code=code,
                    crn=None, as_at=AS_AT, allowed=True)  # fmt: skip


def test_looks_are_found_by_time_and_by_who_looked_oldest_first(home: Home) -> None:
    engine, hour = home.store.engine, timedelta(hours=1)
    add_looks(
        engine,
        [a_look(NOW + 2 * hour, code="M3"), a_look(NOW, code="M1"), a_look(NOW + hour, "Other@example.org", "M2")],
    )
    assert [code for (code,) in read_looks(engine, ["code"])] == ["M1", "M2", "M3"]
    assert read_looks(engine, ["code"], since=NOW + hour) == [("M2",), ("M3",)]
    assert read_looks(engine, ["code"], before=NOW + hour) == [("M1",)]
    assert read_looks(engine, ["who", "code"], who=" OTHER@example.org") == [("Other@example.org", "M2")]


def test_a_look_that_cannot_be_stored_is_no_look(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.execute(text("DROP TABLE looked_at"))
    with pytest.raises(OutOfReach):
        add_looks(home.store.engine, [a_look(NOW)])
