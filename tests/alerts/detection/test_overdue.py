"""Lateness joined to load: counted for every unit, and ranked where a caseload is both too hot and too late."""

from typing import Any

import pandas as pd

from alerts.detection.overdue import (
    OVERSIGHT_COUNTS,
    count_high_risk_due_soon,
    count_late,
    count_late_oversight,
    rank_hot_and_late,
)

PLACES = {
    "T1": {"team_code": "T1", "office_code": "F1", "cluster_code": "C1", "area_code": "A1"},
    "T2": {"team_code": "T2", "office_code": "F2", "cluster_code": "C1", "area_code": "A1"},
}


def items(*rows: tuple[str | None, str, bool]) -> pd.DataFrame:
    """Assessments of (offender manager, team, high RoSH)."""
    columns = ["om_code", "team_code", "office_code", "cluster_code", "area_code", "high_risk"]
    found = [{"om_code": om_code, "high_risk": high} | PLACES[team] for om_code, team, high in rows]
    frame = pd.DataFrame(found, columns=columns)
    return frame.astype(dict.fromkeys(columns[:-1], "str") | {"high_risk": bool})


def counts(late: pd.DataFrame, soon: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """Overdue, overdue with high RoSH, due soon of every unit."""
    units = [
        *("post T1/P", "post T2/P", "offender_manager P", "offender_manager Q", "team T1", "team T2", "team T3"),
        *("office F1", "office F2", "cluster C1", "area A1", "all all"),
    ]
    frame = pd.DataFrame([unit.split() for unit in units], columns=["level", "code"])
    joined = count_late(frame, late, soon)
    assert joined[["level", "code"]].equals(frame)
    numbers = joined[["overdue", "high_risk_overdue", "due_soon"]]
    assert (numbers.dtypes == "int64").all()
    return {unit: tuple(row) for unit, row in zip(units, numbers.to_numpy().tolist(), strict=True)}


def test_lateness_is_counted_for_every_unit_and_of_nobodys_cases_only_above_people() -> None:
    late = items(("P", "T1", True), ("P", "T1", False), ("P", "T2", False), (None, "T1", True))
    soon = items(("P", "T2", True), (None, "T2", False))
    assert counts(late, soon) == {
        "post T1/P": (2, 1, 0),
        "post T2/P": (1, 0, 1),
        "offender_manager P": (3, 1, 1),
        "offender_manager Q": (0, 0, 0),
        "team T1": (3, 2, 0),
        "team T2": (1, 0, 2),
        "team T3": (0, 0, 0),
        "office F1": (3, 2, 0),
        "office F2": (1, 0, 2),
        "cluster C1": (4, 2, 2),
        "area A1": (4, 2, 2),
        "all all": (4, 2, 2),
    }


def test_where_nothing_is_late_every_count_is_nought() -> None:
    assert set(counts(items(), items()).values()) == {(0, 0, 0)}


def ranked(*units: tuple[str, str, int, int, float], **beyond: list[int]) -> pd.DataFrame:
    """Units of (level, code, overdue with high RoSH, overdue, points over 1,000 available) with their ranks."""
    rows: list[dict[str, Any]] = [
        {"level": level, "code": code, "high_risk_overdue": high, "overdue": late, "total_points": 1000.0 + over}
        for level, code, high, late, over in units
    ]
    frame = pd.DataFrame(rows).assign(available_points=1000.0, oversight_overdue=0, oversight_high_risk_overdue=0)
    return rank_hot_and_late(frame.assign(**beyond))


def ranks(*units: tuple[str, str, int, int, float]) -> dict[str, int]:
    frame = ranked(*units)
    return dict(zip(frame["code"], frame["rank"], strict=True))


def test_most_overdue_high_risk_assessments_come_first_then_most_points_over_then_most_overdue_then_the_code() -> None:
    assert ranks(
        ("office", "F6", 1, 1, 100),
        ("office", "F5", 1, 1, 100),
        ("office", "F4", 1, 2, 100),
        ("office", "F3", 1, 9, 99),
        ("office", "F2", 1, 1, 300),
        ("office", "F1", 2, 2, 1),
    ) == {"F1": 1, "F2": 2, "F4": 3, "F5": 4, "F6": 5, "F3": 6}


def test_offices_and_offender_managers_are_ranked_apart() -> None:
    assert ranks(
        ("office", "F1", 1, 1, 100), ("offender_manager", "P", 5, 5, 10), ("offender_manager", "Q", 4, 4, 10)
    ) == {"P": 1, "Q": 2, "F1": 1}


def test_the_reason_for_a_rank_is_given_in_words() -> None:
    frame = ranked(("office", "F1", 3, 9, 234.4), ("office", "F2", 12, 20, 1234.5))
    assert dict(zip(frame["code"], frame["rank_reason"], strict=True)) == {
        "F2": "rank 1 of 2: 12 overdue assessments of high RoSH cases, 1,234 points over capacity",
        "F1": "rank 2 of 2: 3 overdue assessments of high RoSH cases, 234 points over capacity",
    }
    assert "points_over" not in frame


def test_what_is_due_soon_of_high_rosh_is_counted_for_every_unit() -> None:
    soon = items(("P", "T1", True), ("P", "T1", False), ("P", "T2", True), (None, "T2", True))
    keys = [("post", "T1/P"), ("offender_manager", "P"), ("team", "T2"), ("team", "T3"), ("area", "A1"), ("all", "all")]
    counted = count_high_risk_due_soon(pd.DataFrame(keys, columns=["level", "code"]), soon)
    assert counted["high_risk_due_soon"].tolist() == [1, 2, 2, 0, 3, 3]


def test_what_is_late_beyond_assessments_counts_as_they_do() -> None:
    units = (("office", "F1", 2, 3, 100.0), ("office", "F2", 1, 1, 100.0))
    frame = ranked(*units, oversight_high_risk_overdue=[0, 2], oversight_overdue=[0, 2]).set_index("code")
    assert frame["rank"].to_dict() == {"F1": 2, "F2": 1}
    assert frame.at["F2", "rank_reason"] == (
        "rank 1 of 2: 1 overdue assessment and 2 other overdue items of high RoSH cases, 100 points over capacity"
    )
    assert frame.at["F1", "rank_reason"].startswith("rank 2 of 2: 2 overdue assessments of high RoSH cases, ")


def beyond(*given: dict[str, Any]) -> pd.DataFrame:
    places = {"om_code": "P", "team_code": "T1", "office_code": "F1", "cluster_code": "C1", "area_code": "A1"}
    return pd.DataFrame([places | row for row in given], columns=[*places, "overdue", "high_risk"])


def test_what_is_late_beyond_assessments_is_counted_in_every_unit() -> None:
    late, soon = {"overdue": True, "high_risk": True}, {"overdue": False, "high_risk": True}
    items = beyond(late, late | {"high_risk": False}, soon)
    units = pd.DataFrame({"level": ["post", "team", "all", "team"], "code": ["T1/P", "T1", "all", "T2"]})
    counted = count_late_oversight(units, items, judged=True)
    assert counted[OVERSIGHT_COUNTS].to_numpy().tolist() == [[2, 1, 1]] * 3 + [[0, 0, 0]]


def test_a_service_that_records_nothing_beyond_assessments_has_no_figure() -> None:
    units = pd.DataFrame({"level": ["all"], "code": ["all"]})
    assert count_late_oversight(units, beyond(), judged=False)[OVERSIGHT_COUNTS].isna().all(axis=None)
