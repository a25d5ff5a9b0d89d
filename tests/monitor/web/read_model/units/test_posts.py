"""Posts with their load, reductions in force, and how the people of a unit are spread."""

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.extracts import Insistence
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.rows import Reduction
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.posts import Spread, post_table, posts_of, reduction_table, reductions_of, spread_of
from tests.monitor.conftest import AS_AT, WEEK, Home, Template, little_london
from tests.monitor.extracts.small import a_reduction, write_csv

from ...conftest import copied


def newest(home: Home) -> SnapshotView:
    week = SnapshotCache(home.store).week()
    assert week is not None
    return week


def test_the_posts_of_a_person_add_up_to_the_person(service: Home) -> None:
    week = newest(service)
    posts, unit = posts_of(week, "M1"), week.unit("offender_manager", "M1")
    assert unit is not None
    assert posts["team_code"].tolist() == ["T1", "T2"]
    assert posts["team_name"].tolist() == ["Team T1", "Team T2"]
    assert posts["total_points"].sum() == pytest.approx(unit.total_points)
    assert not posts["left"].any()
    assert len(post_table(week).frame) == len(week.posts)


@pytest.fixture(scope="module")
def reduced(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SnapshotView]:
    """A week with a reduction that ends soon, one that is over, and one about every post of its holder."""
    tables = little_london()
    tables["reductions"] = [
        a_reduction(om_code="M3", team_code="T3", reason="training", ends_on=AS_AT + 2 * WEEK),
        a_reduction(om_code="M3", team_code="T3", reason="other", ends_on=AS_AT - WEEK),
        a_reduction(om_code="M1", team_code=None, reason="union", ends_on=None),
        a_reduction(om_code="M5", team_code="T4", reason="sickness", ends_on=AS_AT + 8 * WEEK),
    ]
    with copied(_three_weeks, tmp_path_factory.mktemp("reduced")) as home:
        extract = write_csv(Path(home.extract).parent / "reduced", tables)
        home.take(extract, AS_AT + WEEK, insistence=Insistence(swing=True))
        yield newest(home)


def reasons(week: SnapshotView, *teams: str) -> list[str]:
    return [row.reason for row in reduction_table(week).rows(Reduction, reductions_of(week, frozenset(teams)))]


def test_reductions_in_force_come_in_the_order_of_their_ends(reduced: SnapshotView) -> None:
    table = reduction_table(reduced).frame
    assert table["reason"].tolist() == ["training", "sickness", "union"]
    assert table["soon"].tolist() == [True, False, False]
    assert table["om_name"].tolist() == [reduced.names[code] for code in ("M3", "M5", "M1")]


def test_a_reduction_of_every_post_is_found_in_each_team_of_its_holder(reduced: SnapshotView) -> None:
    assert reasons(reduced, "T3") == ["training"]
    assert reasons(reduced, "T1") == ["union"]
    assert reasons(reduced, "T2") == ["union"]
    assert reasons(reduced, "T1", "T2", "T3", "T4") == ["training", "sickness", "union"]
    assert reasons(reduced) == []


def test_the_people_of_a_unit_are_spread_over_the_bands(service: Home) -> None:
    week = newest(service)
    unit = week.unit("office", "O1")
    assert unit is not None
    people = week.people(week.places.teams_of["office", "O1"])
    spread = spread_of(week, people, unit)
    bands = week.units["band"].iloc[people]
    assert (spread.people, spread.over) == (len(people), bands.eq("red").sum())
    assert spread.spare == bands.eq("spare").sum()
    assert spread.share_over == pytest.approx(100 * spread.over / spread.people)


def test_a_unit_of_nobody_has_no_share_over() -> None:
    assert math.isnan(Spread(people=0, over=0, spare=0, without_hours=0).share_over)
