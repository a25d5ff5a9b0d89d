"""Changes since last week that add up, whatever happened, and a load that is the sum of its parts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from monitor.extracts import Insistence
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.units.changes import LoadChange, explain_change, load_split, pair_posts
from tests.monitor.conftest import AS_AT, WEEK, Home, Template, little_london
from tests.monitor.extracts.small import a_post, a_reduction, a_team, write_csv

from ...conftest import copied
from ...next_week import take_next_week

UNITS = [
    ("all", "all"),
    ("area", "N"),
    ("cluster", "C1"),
    ("office", "O1"),
    ("team", "T1"),
    ("team", "T3"),
    ("team", "T4"),
    ("offender_manager", "M1"),
    ("offender_manager", "M3"),
]


def change_of(cache: SnapshotCache, level: str, code: str) -> LoadChange:
    week = cache.week()
    assert week is not None
    found = explain_change(week, cache.before(week), level, code)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def cache(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnapshotCache]:
    with copied(_three_weeks, tmp_path_factory.mktemp("cases")) as home:
        take_next_week(
            home,
            X000001=None,
            X000002={"tier": "1"},
            X000003={"rosh": "low"},
            X000004={"setting": "community"},
            X000005={"activity": "warrant"},
            X000006={"tier": "2", "rosh": "low"},
            X000007={"om_code": "M3", "team_code": "T3"},
            X000008={"om_code": None},
            X000105={"om_code": "M3", "team_code": "T3", "tier": "1"},
        )
        yield SnapshotCache(home.store)


def test_the_parts_of_a_change_add_up_to_it(cache: SnapshotCache) -> None:
    week = cache.week()
    assert week is not None
    for level, code in UNITS:
        found, unit = change_of(cache, level, code), week.unit(level, code)
        assert unit is not None
        assert found.now == unit.total_points
        assert sum(part.points for part in found.parts) == pytest.approx(found.total, abs=1e-9)
        assert not [part for part in found.parts if part.name.startswith("Rounding")]


def test_every_case_is_under_the_one_thing_that_changed_about_it(cache: SnapshotCache) -> None:
    found = {part.name.partition(":")[0]: part.points for part in change_of(cache, "team", "T1").parts}
    # Tier 4 licence is 130, tier 1 25; very high RoSH is 60, low 0.
    assert found["Cases that ended"] == -190
    assert found["Tier changed"] == 25 - 130
    assert found["RoSH changed"] == -60
    assert found["Setting changed (for example released)"] == 120 - 130
    assert found["Activity changed (for example a warrant)"] == -190
    assert found["Several of these at once"] == 50 - 130 - 60
    assert found["Moved out to elsewhere"] == -190
    assert "Moved in from elsewhere" not in found


def test_a_case_that_moves_inside_a_unit_changes_nothing_there(cache: SnapshotCache) -> None:
    assert "Moved out to elsewhere" not in {part.name for part in change_of(cache, "area", "N").parts}
    inward = {part.name: part.cases for part in change_of(cache, "team", "T3").parts}
    assert inward["Moved in from elsewhere"] == 2
    assert inward["New cases"] == 1


def test_posts_of_two_weeks_are_paired_by_both_codes() -> None:
    figures = {"level": "post", "available_points": 2176.0, "contracted_hours": 37.0, "reduction_hours": 0.0}
    now = pd.DataFrame([{"code": "A/B/C", "parent_code": "A/B", **figures}])
    before = pd.DataFrame([{"code": "A/B/C", "parent_code": "A", **figures}])
    paired = pair_posts(now, before)
    assert list(zip(paired["team_code"], paired["om_code"], strict=True)) == [("A", "B/C"), ("A/B", "C")]
    assert paired["available_points_now"].tolist() == [0, 2176]
    assert paired["available_points_before"].tolist() == [2176, 0]


@pytest.fixture(scope="module")
def staff_changed(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnapshotCache]:
    """The cache after a week in which no post but M1's stayed what it was, and a team went to another office."""
    tables = little_london()
    changes: dict[str, dict[str, Any]] = {
        "M2": {"left_on": AS_AT + WEEK},
        "M3": {"contracted_hours": 22.2},
        "M4": {"grade": "SPO"},
        "M5": {"contracted_hours": 30.0},
    }
    tables["offender_managers"] = [
        *(post | changes.get(post["om_code"], {}) for post in tables["offender_managers"]),
        a_post("M7", "T2"),
    ]
    tables["reductions"] = [tables["reductions"][0], a_reduction(om_code="M5", hours=3.0)]
    tables["organisation"] = [
        a_team("T2", "O3", cluster_code="C2", cluster_name="Cluster 2", area_code="S", area_name="South")
        if team["team_code"] == "T2"
        else team
        for team in tables["organisation"]
    ]
    with copied(_three_weeks, tmp_path_factory.mktemp("staff")) as home:
        extract = write_csv(Path(home.extract).parent / "staff", tables)
        home.take(extract, AS_AT + WEEK, insistence=Insistence(swing=True))
        yield SnapshotCache(home.store)


def test_the_parts_of_a_change_of_available_points_add_up_to_it(staff_changed: SnapshotCache) -> None:
    week = staff_changed.week()
    assert week is not None
    for level, code in [*UNITS, ("office", "O3"), ("team", "T2"), ("offender_manager", "M5")]:
        found, unit = change_of(staff_changed, level, code), week.unit(level, code)
        assert unit is not None
        assert found.available_now == unit.available_points
        difference = found.available_now - found.available_before
        assert sum(part.points for part in found.available_parts) == pytest.approx(difference, abs=1e-9), (level, code)
        assert "Rounding" not in {part.name for part in found.available_parts}


def test_every_post_is_under_the_one_thing_that_changed_about_it(staff_changed: SnapshotCache) -> None:
    def parts(level: str, code: str) -> dict[str, tuple[int, float]]:
        return {part.name: (part.posts, part.points) for part in change_of(staff_changed, level, code).available_parts}

    whole = parts("all", "all")
    assert {name: posts for name, (posts, _) in whole.items()} == {
        "Posts that began, or came with their team": 1,
        "Posts that ended, or left with their team": 1,
        "Contracted hours changed": 1,
        "Reductions began, changed or ended": 1,
        "Contracted hours and reductions changed": 1,
        "Grade, kind of team or target changed": 1,
    }
    full = whole["Posts that began, or came with their team"][1]
    assert whole["Contracted hours changed"] == (1, pytest.approx(-full * (37 - 22.2) / 37))
    assert whole["Contracted hours and reductions changed"] == (1, pytest.approx(-full * 10 / 37))
    assert whole["Reductions began, changed or ended"] == (1, pytest.approx(full))
    assert whole["Posts that ended, or left with their team"] == (1, pytest.approx(-full))
    # Team T2 went from O1 to O3, with what is left of M1's second post and of the new one.
    assert set(parts("office", "O1")) == {"Posts that ended, or left with their team"}
    assert parts("office", "O3")["Posts that began, or came with their team"][0] == 2


def test_there_is_no_change_to_tell_of_the_first_week(home: Home) -> None:
    cache = SnapshotCache(home.store)
    first = cache.week(AS_AT - 2 * WEEK)
    assert first is not None
    assert explain_change(first, cache.before(first), "area", "N") is None


def test_the_load_by_tier_rosh_and_setting_is_the_whole_load(home: Home) -> None:
    week = SnapshotCache(home.store).week()
    assert week is not None
    for level, code in UNITS:
        unit = week.unit(level, code)
        assert unit is not None
        for parts in load_split(week, level, code).values():
            assert sum(part.points for part in parts) == pytest.approx(unit.case_points + unit.unallocated_points)
            assert sum(part.cases for part in parts) == unit.cases
