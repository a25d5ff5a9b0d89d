"""The identity of an episode never changes while it lasts, and never serves another."""

from datetime import date

import pandas as pd
import pytest

from alerts.detection.episodes import COLUMNS, Episode, first_identity, iso_week, name_episodes, places_of

WEEKS = [date(2026, 10, 30), date(2026, 11, 6), date(2026, 11, 13), date(2026, 11, 20)]
NONE = pd.DataFrame(columns=COLUMNS)


def week_of(*rows: tuple[str, str, str, date | None], level: str = "office") -> pd.DataFrame:
    """Hotspots (rule, code, status, since) of one week."""
    frame = pd.DataFrame(rows, columns=["rule", "code", "status", "since"])
    return frame.assign(level=level, since=pd.to_datetime(frame["since"]))


def named(hotspots: pd.DataFrame, before: pd.DataFrame = NONE, as_at: date = WEEKS[3]) -> pd.DataFrame:
    return name_episodes(hotspots, before, as_at).assign(as_at=pd.Timestamp(as_at))


def test_an_episode_is_named_by_rule_level_code_and_first_week() -> None:
    hotspots = named(week_of(("over_threshold", "O1", "new", WEEKS[1])))
    assert hotspots["episode"].tolist() == ["over_threshold:office:O1:2026-W45"]


def test_the_weeks_of_watch_and_the_weeks_over_the_threshold_are_one_life() -> None:
    first = named(week_of(("watch", "O1", "new", WEEKS[0])), as_at=WEEKS[0])
    second = named(week_of(("watch", "O1", "continuing", WEEKS[0])), first, WEEKS[1])
    third = named(week_of(("over_threshold", "O1", "new", WEEKS[0])), second, WEEKS[2])
    assert {*first["episode"], *second["episode"], *third["episode"]} == {"over_threshold:office:O1:2026-W44"}


def test_an_episode_keeps_its_name_when_the_history_no_longer_reaches_back_to_its_first_week() -> None:
    before = named(week_of(("over_threshold", "O1", "continuing", WEEKS[0])), as_at=WEEKS[2])
    now = named(week_of(("over_threshold", "O1", "continuing", WEEKS[1])), before)
    assert now["episode"].tolist() == before["episode"].tolist()


def test_a_cleared_episode_is_named_a_last_time_and_the_next_one_is_another() -> None:
    live = named(week_of(("over_threshold", "O1", "continuing", WEEKS[0])), as_at=WEEKS[1])
    cleared = named(week_of(("over_threshold", "O1", "cleared", WEEKS[0])), live, WEEKS[2])
    again = named(week_of(("watch", "O1", "new", WEEKS[3])), cleared)
    assert cleared["episode"].tolist() == live["episode"].tolist()
    assert again["episode"].tolist() == ["over_threshold:office:O1:2026-W47"]


def test_a_week_before_without_names_gives_the_name_by_its_own_first_week() -> None:
    before = named(week_of(("over_threshold", "O1", "continuing", WEEKS[0])), as_at=WEEKS[2]).assign(episode=None)
    now = named(week_of(("over_threshold", "O1", "continuing", WEEKS[1])), before)
    assert now["episode"].tolist() == ["over_threshold:office:O1:2026-W44"]


def test_the_rules_of_one_unit_have_a_life_each() -> None:
    hotspots = named(week_of(("hot_and_late", "O1", "new", WEEKS[3]), ("over_threshold", "O1", "new", WEEKS[1])))
    assert hotspots["episode"].nunique() == 2


def test_without_a_first_week_the_week_itself_names_it() -> None:
    assert (
        first_identity({"rule": "rising", "level": "team", "code": "T1", "since": None, "as_at": WEEKS[3]})
        == "rising:team:T1:2026-W47"
    )


@pytest.mark.parametrize("code", ["O1", "a:b:c", ""])
def test_an_identity_is_read_back_whatever_the_code(code: str) -> None:
    episode = Episode("over_threshold", "office", code, "2026-W44")
    assert Episode.of_identity(episode.identity) == episode


def test_what_is_no_identity_is_refused() -> None:
    with pytest.raises(ValueError, match="unpack"):
        Episode.of_identity("over_threshold:office")


def test_the_first_week_of_a_year_may_lie_in_the_year_before() -> None:
    assert iso_week(date(2025, 12, 29)) == "2026-W01"


def test_an_episode_has_the_unit_of_now_whatever_its_name_says() -> None:
    row = {"rule": "over_threshold", "level": "team", "code": "T2", "since": None}
    rows = pd.DataFrame([row | {"episode": "over_threshold:team:T1:2026-W40"}, row | {"episode": None}])
    assert places_of(rows, date(2026, 11, 20)) == {
        "over_threshold:team:T1:2026-W40": ("team", "T2"),
        "over_threshold:team:T2:2026-W47": ("team", "T2"),
    }
