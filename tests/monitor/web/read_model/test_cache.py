"""The newest snapshot is asked for each time; of the snapshots a few stay in memory."""

from pathlib import Path

from monitor.web.read_model.cache import LONGEST_HELD_BACK, SIZE, SnapshotCache
from tests.monitor.conftest import AS_AT, WEEK, Home, HomeLike, Template, little_london
from tests.monitor.extracts.small import a_case, write_csv

from ..half_a_year import DAYS, six_months

__all__ = ["six_months"]


def test_only_a_few_snapshots_stay_in_memory(six_months: Template, home_like: HomeLike) -> None:
    cache = SnapshotCache(home_like(six_months).store)
    first = cache.week(AS_AT)
    assert first is not None
    assert first is cache.week(AS_AT)
    others = DAYS[:-1]
    assert len({cache.week(day) for day in others} - {None}) == len(others) > SIZE
    assert first is not cache.week(AS_AT)


def test_a_snapshot_that_is_stored_later_is_the_newest(home: Home) -> None:
    cache = SnapshotCache(home.store)
    before = cache.week()
    assert before is not None
    corrected = little_london(cases=[a_case("X000110", om_code="M3", team_code="T3")])
    home.take(write_csv(Path(home.extract).parent / "corrected", corrected), AS_AT)
    after = cache.week()
    assert after is not None
    assert (after.as_at, after.snapshot.revision) == (AS_AT, before.snapshot.revision + 1)
    assert cache.week(AS_AT) is after
    assert cache.by_number(before.number) is before


def test_a_new_snapshot_is_held_back_until_it_is_ready_but_not_for_long(home: Home) -> None:
    now = [100.0]
    cache = SnapshotCache(home.store, lambda: now[0])
    before = cache.newest()
    assert before is not None
    cache.declare_ready(before)
    corrected = little_london(cases=[a_case("X000110", om_code="M3", team_code="T3")])
    home.take(write_csv(Path(home.extract).parent / "corrected", corrected), AS_AT)
    after = cache.newest()
    assert after is not None
    assert after.number != before.number
    assert cache.week() is before
    assert cache.week(AS_AT) is after
    now[0] += LONGEST_HELD_BACK - 1
    assert cache.week() is before
    now[0] += 1
    assert cache.week() is after
    now[0] -= 5
    cache.declare_ready(after)
    assert cache.week() is after


def test_a_ready_snapshot_that_is_gone_from_memory_holds_nothing_back(
    six_months: Template, home_like: HomeLike
) -> None:
    cache = SnapshotCache(home_like(six_months).store)
    first = cache.week(DAYS[0])
    assert first is not None
    cache.declare_ready(first)
    assert cache.week() is first
    for day in DAYS[1:]:
        cache.week(day)
    newest = cache.week()
    assert newest is not None
    assert newest.as_at == DAYS[-1]


def test_the_first_snapshot_is_compared_with_none(home: Home) -> None:
    cache = SnapshotCache(home.store)
    first, second = cache.week(AS_AT - 2 * WEEK), cache.week(AS_AT - WEEK)
    assert first is not None
    assert second is not None
    assert cache.before(first) is None
    assert cache.before(second) is first


def test_before_the_first_run_there_is_no_snapshot(new_home: Home) -> None:
    assert SnapshotCache(new_home.store).week() is None
