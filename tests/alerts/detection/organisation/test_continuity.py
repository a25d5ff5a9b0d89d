"""Histories over changes of the organisation: what goes on, what starts again, and what compares like for like."""

from typing import Any

import pandas as pd
import pytest

from alerts.detection.hotspots import detect_hotspots
from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.continuity import (
    continue_past,
    continue_people,
    continue_week,
    continue_weeks,
    follow_codes,
)
from alerts.detection.organisation.model import ChangeKind, OrganisationChange, OrganisationWeek
from alerts.detection.trends.unit_weeks import WeeksByLevel
from tests.alerts.detection.test_hotspots import FRIDAY, RULES, WEEK, frame, past, unit
from tiering.terms import Level

from .weeks import team, week

WEEKS = 16
Hotspots = dict[tuple[str, str], dict[Any, Any]]
LOADS = {"T1": 130.0, "T2": 80.0, "T3": 100.0, "T4": 90.0}
STAYS = (team("T2", "O1"), team("T3", "O3"), team("T4", "O5"))
BEFORE = week(team("T1", "O1"), *STAYS)


def units_of(organisation: OrganisationWeek, loads: dict[str, float]) -> list[dict[str, Any]]:
    """Every unit of an organisation, each team with 1,000 available points."""
    levels = ("team", "office", "cluster", "area")
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for teams in organisation.teams.to_dict("records"):
        for level, above in zip(levels, (*levels[1:], "all"), strict=True):
            code, parent = teams[f"{level}_code"], teams.get(f"{above}_code", "all")
            row = rows.setdefault((level, code), {"parent_code": parent, "load": 0.0, "available": 0.0, "people": 0})
            row["load"] += 10 * loads[teams["team_code"]]
            row["available"] += 1000.0
            row["people"] += 8
    return [
        unit(level, code, 100 * row["load"] / row["available"], row["available"], parent_code=row["parent_code"],
             offender_managers=row["people"])
        for (level, code), row in rows.items()
    ]  # fmt: skip


def history(organisation: OrganisationWeek = BEFORE, loads: dict[str, float] = LOADS) -> pd.DataFrame:
    """The same organisation and loads in every week before this one; each team moves a little from week to week."""
    return past(
        *(
            (FRIDAY - back * WEEK, units_of(organisation, {code: load + back % 2 for code, load in loads.items()}))
            for back in reversed(range(1, WEEKS))
        )
    )


def judged(now: OrganisationWeek, loads: dict[str, float], *rules: str, carry_over: bool = True) -> Hotspots:
    """This week's hotspots by some rules, by level and code."""
    earlier = history()
    if carry_over:
        earlier = continue_past(earlier, now.teams, {FRIDAY: find_changes(BEFORE, now)})
    wanted = [rule for rule in RULES if rule.name in rules]
    rows: list[dict[Any, Any]] = detect_hotspots(
        wanted, WeeksByLevel(frame(*units_of(now, loads)), earlier, FRIDAY)
    ).to_dict("records")
    return {(row["level"], row["code"]): row for row in rows}


def test_a_team_that_moved_keeps_its_weeks_as_a_hotspot() -> None:
    moved = judged(week(team("T1", "O3"), *STAYS), LOADS, "over_threshold")["team", "T1"]
    assert (moved["status"], moved["weeks"]) == ("continuing", WEEKS)
    assert moved["change"] == -1


def test_assessments_that_were_overdue_in_a_team_count_where_its_work_is_now() -> None:
    now = week(team("T1", "O3"), *STAYS)
    earlier = history().assign(high_risk_overdue=lambda rows: rows["code"].isin(["T1", "O1"]) * 4.0)
    alike = continue_weeks(earlier, now.teams, {FRIDAY: find_changes(BEFORE, now)})
    overdue = alike[alike["as_at"].eq(pd.Timestamp(FRIDAY - WEEK))].set_index(["level", "code"])["high_risk_overdue"]
    assert (overdue["office", "O1"], overdue["office", "O3"], overdue["team", "T1"]) == (0, 4, 4)


def test_a_team_under_another_code_keeps_its_weeks_as_a_hotspot() -> None:
    own = [f"T1{number}" for number in range(4)]
    now = week({**team("X1", "O1"), "people": " ".join(own), "cases": " ".join(own)}, *STAYS)
    hotspots = judged(now, {**LOADS, "X1": 130.0}, "over_threshold")
    assert (hotspots["team", "X1"]["status"], hotspots["team", "X1"]["weeks"]) == ("continuing", WEEKS)
    assert ("team", "T1") not in hotspots


def test_a_code_used_again_starts_its_weeks_again_and_clears_nothing() -> None:
    now = week(team("T1", "O1", people="abcd", cases="efgh"), *STAYS)
    assert ("team", "T1") in judged(now, LOADS, "over_threshold", carry_over=False)
    assert ("team", "T1") not in judged(now, LOADS, "over_threshold")
    watched = judged(now, LOADS, "watch")["team", "T1"]
    assert (watched["status"], watched["weeks"]) == ("new", 1)
    assert pd.isna(watched["change"])


def test_a_cluster_that_received_a_team_has_not_risen_and_a_rise_of_its_teams_is_found() -> None:
    now = week(team("T1", "O3"), *STAYS)
    risen = ("cluster", "C2")
    assert risen in judged(now, {**LOADS, "T1": 130.0}, "rising", carry_over=False)
    assert risen not in judged(now, LOADS, "rising")
    assert risen in judged(now, {**LOADS, "T1": 160.0, "T3": 130.0}, "rising")


def test_the_week_before_is_that_of_the_teams_of_now() -> None:
    now, last = week(team("T1", "O3"), *STAYS), frame(*units_of(BEFORE, LOADS))
    alike = continue_week(last, FRIDAY - WEEK, now.teams, {FRIDAY: find_changes(BEFORE, now)})
    capacity = alike.set_index(["level", "code"])["capacity_percentage"]
    assert capacity["office", "O3"] == capacity["cluster", "C2"] == pytest.approx(115)
    assert capacity["office", "O1"] == capacity["cluster", "C1"] == pytest.approx(80)
    assert capacity["area", "A1"] == pytest.approx((130 + 80 + 100) / 3)
    assert continue_week(last, FRIDAY - WEEK, now.teams, {FRIDAY: ()}) is last


def test_an_office_that_lost_all_its_teams_and_got_others_is_compared_by_those() -> None:
    now = week(team("T1", "O3"), team("T2", "O3"), team("T3", "O1"), team("T4", "O5"))
    alike = continue_week(
        frame(*units_of(BEFORE, LOADS)), FRIDAY - WEEK, now.teams, {FRIDAY: find_changes(BEFORE, now)}
    )
    assert alike.set_index(["level", "code"]).loc[("office", "O1"), "capacity_percentage"] == pytest.approx(100)


def test_a_split_leaves_the_units_it_parted_without_comparison_and_no_others() -> None:
    own = [f"T1{number}" for number in range(4)]
    rest, part = " ".join(own[:2]), " ".join(own[2:])
    now = week(
        {**team("T1", "O1"), "people": rest, "cases": rest}, {**team("X1", "O3"), "people": part, "cases": part}, *STAYS
    )
    earlier = continue_past(history(), now.teams, {FRIDAY: find_changes(BEFORE, now)})
    known = earlier.groupby(["level", "code"])["comparable_percentage"].count()
    parted = {("team", "T1"), ("office", "O1"), ("cluster", "C1"), ("office", "O3"), ("cluster", "C2")}
    assert set(known.index[known.eq(0)]) == parted
    assert earlier["capacity_percentage"].notna().all()
    hotspots = judged(now, {**LOADS, "X1": 130.0}, "over_threshold")
    assert hotspots["team", "T1"]["weeks"] == WEEKS
    assert "weights" not in hotspots["team", "T1"]["reason"]


def test_changes_of_several_weeks_are_followed_one_after_the_other() -> None:
    own = [f"T1{number}" for number in range(4)]
    second = week({**team("X1", "O3"), "people": " ".join(own), "cases": " ".join(own)}, *STAYS)
    third = week({**team("Y1", "O5"), "people": " ".join(own), "cases": " ".join(own)}, *STAYS)
    middle = FRIDAY - WEEK
    earlier = past((middle - WEEK, units_of(BEFORE, LOADS)), (middle, units_of(second, {**LOADS, "X1": 131.0})))
    changes = {middle: find_changes(BEFORE, second), FRIDAY: find_changes(second, third)}
    alike = continue_past(earlier, third.teams, changes)
    figures = alike.groupby(["level", "code"])["comparable_percentage"].agg(list)
    assert figures["team", "Y1"] == [130, 131]
    assert figures["cluster", "C3"] == [pytest.approx(110), pytest.approx(110.5)]
    assert figures["cluster", "C2"] == [100, 100]
    assert figures["cluster", "C1"] == [80, 80]


def test_without_changes_the_past_is_the_past() -> None:
    earlier = history()
    assert continue_past(earlier, BEFORE.teams, {FRIDAY: ()}) is earlier


def a_change(kind: ChangeKind, level: Level, code: str, previous_code: str) -> OrganisationChange:
    return OrganisationChange(kind=kind, level=level, code=code, name=code, previous_code=previous_code)


CHANGES = (
    a_change(ChangeKind.RECODED, Level.TEAM, "T9", "T1"),
    a_change(ChangeKind.MERGED, Level.TEAM, "T2", "T3"),
    a_change(ChangeKind.REUSED, Level.TEAM, "T4", "T4"),
    a_change(ChangeKind.RECODED, Level.OFFICE, "O9", "O1"),
)


def test_people_are_followed_under_the_codes_of_now() -> None:
    people = pd.DataFrame(
        {
            "om_code": ["A", "B", "C", "D"],
            "team_code": ["T1", "T2", "T3", "T4"],
            "office_code": ["O1", "O1", "O2", "O2"],
            "cluster_code": "C1",
            "area_code": "N",
        }
    )
    followed = continue_people(people, CHANGES)
    assert followed["team_code"].tolist() == ["T9", "T2", "T2", ""]
    assert followed["office_code"].tolist() == ["O9", "O9", "O2", "O2"]
    assert followed["om_code"].tolist() == ["A", "B", "C", "D"]
    assert continue_people(people, ()) is people


def test_rows_of_units_are_followed_and_those_of_a_code_used_again_left_out() -> None:
    rows = pd.DataFrame({"as_at": pd.Timestamp(FRIDAY - WEEK), "level": "team", "code": ["T1", "T3", "T4", "T5"]})
    assert follow_codes(rows, {FRIDAY: CHANGES})["code"].tolist() == ["T9", "T3", "T5"]
    assert follow_codes(rows, {FRIDAY: ()}) is rows
