"""The parent explains the child: what folds under what."""

import pandas as pd

from alerts.detection.grouping import explain_by_parents

PARENTS = {
    ("offender_manager", "P"): "T1",
    ("team", "T1"): "F1",
    ("team", "T2"): "F1",
    ("office", "F1"): "C1",
    ("office", "C1"): "C1",  # an office may bear the code of its cluster
    ("cluster", "C1"): "A1",
}


def folded(*hotspots: str) -> list[str | None]:
    """Under which "level code" each hotspot, written "rule level code [cleared]", folds."""
    rows = [hotspot.split() for hotspot in hotspots]
    frame = pd.DataFrame([row[:3] for row in rows], columns=["rule", "level", "code"], index=range(7, 7 + len(rows)))
    frame["status"] = [row[3] if len(row) > 3 else "continuing" for row in rows]
    explained = explain_by_parents(frame, PARENTS)
    assert explained[["rule", "level", "code"]].equals(frame[["rule", "level", "code"]])
    return [
        None if pd.isna(level) else f"{level} {code}"
        for level, code in zip(explained["explained_by_level"], explained["explained_by"], strict=True)
    ]


def test_a_hotspot_folds_under_the_nearest_unit_above_with_the_same_one() -> None:
    assert folded(
        "over_threshold offender_manager P",
        "over_threshold team T1",
        "over_threshold office F1",
        "over_threshold cluster C1",
    ) == ["team T1", "office F1", "cluster C1", None]


def test_a_level_that_is_not_one_is_passed_over() -> None:
    assert folded("over_threshold offender_manager P", "over_threshold cluster C1") == ["cluster C1", None]
    assert folded("hot_and_late offender_manager P", "hot_and_late office F1") == ["office F1", None]


def test_other_units_and_other_rules_explain_nothing() -> None:
    assert folded("over_threshold team T1", "over_threshold team T2") == [None, None]
    assert folded("no_capacity team T1", "over_threshold office F1") == [None, None]
    assert folded("over_threshold offender_manager P", "over_threshold team T2") == [None, None]


def test_codes_are_told_apart_by_their_level() -> None:
    assert folded("over_threshold office C1", "over_threshold cluster C1") == ["cluster C1", None]
    assert folded("over_threshold office C1", "over_threshold team C1") == [None, None]


def test_what_is_watched_folds_under_a_hotspot_over_the_threshold_but_not_the_other_way_round() -> None:
    assert folded("watch team T1", "over_threshold office F1") == ["office F1", None]
    assert folded("watch team T1", "watch office F1") == ["office F1", None]
    assert folded("over_threshold team T1", "watch office F1") == [None, None]


def test_a_cleared_hotspot_folds_under_a_cleared_one_and_a_live_one_under_a_live_one() -> None:
    assert folded("over_threshold team T1 cleared", "over_threshold office F1 cleared") == ["office F1", None]
    assert folded("over_threshold team T1 cleared", "over_threshold office F1 new") == [None, None]
    assert folded("over_threshold team T1 new", "over_threshold office F1 cleared") == [None, None]
    assert folded("over_threshold team T1 new", "over_threshold office F1 continuing") == ["office F1", None]


def test_a_unit_whose_place_is_not_known_folds_under_nothing() -> None:
    assert folded("over_threshold team T9 cleared", "over_threshold office F1 cleared") == [None, None]


def test_without_hotspots_there_is_nothing_to_explain() -> None:
    explained = explain_by_parents(
        pd.DataFrame({name: pd.Series(dtype="str") for name in ("rule", "level", "code", "status")}), {}
    )
    assert list(explained.columns) == ["rule", "level", "code", "status", "explained_by_level", "explained_by"]
    assert len(explained) == 0
