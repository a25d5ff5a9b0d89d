"""What came of decisions, from the stored weeks, against the exports of these weeks."""

from dataclasses import dataclass
from statistics import median
from typing import Any

import pytest

from alerts.follow_through.like_units import FEWEST_LIKE
from monitor.snapshots.contracts.follow_through import DECISION_OUTCOMES
from monitor.snapshots.exports.export import table_of
from monitor.snapshots.follow_through.decision_outcomes import read_decision_outcomes
from monitor.snapshots.follow_through.decisions import add_decision
from monitor.snapshots.tables import Snapshot

from ...conftest import Home
from .test_decisions import a_row


def first_of(home: Home) -> Snapshot:
    snapshot = home.store.newest(min(home.store.dates()))
    assert snapshot is not None
    return snapshot


def decide_early(home: Home, code: str = "O1", level: str = "office", **more: object) -> None:
    """A decision about the first week of the home."""
    early = first_of(home)
    row = a_row(home, code, level=level, snapshot_id=early.id, as_at=early.as_at, decided_on=early.as_at, **more)
    assert add_decision(home.store.engine, row, "")


@dataclass(frozen=True)
class Expected:
    """What the exports of two weeks say of a unit and of units like it."""

    figures: list[Any]
    moves: list[float]


def from_exports(home: Home, level: str, code: str, decided: set[str]) -> Expected:
    """The figures of a unit then and now, and the moves of like units, by loops over exported rows."""
    then, now = (
        {
            row["code"]: row
            for row in table_of(home.store, snapshot, "workload").to_dict("records")
            if row["level"] == level and row["capacity_percentage"] == row["capacity_percentage"]
        }
        for snapshot in (first_of(home), home.newest)
    )
    own = then[code]
    near = sorted(
        (abs(row["capacity_percentage"] - own["capacity_percentage"]), other)
        for other, row in then.items()
        if other not in decided | {code}
        and other in now
        and abs(row["capacity_percentage"] - own["capacity_percentage"]) <= 5
        and row["offender_managers"].bit_length() == own["offender_managers"].bit_length()
    )
    names = ("capacity_percentage", "high_risk_overdue", "offender_managers_over")
    figures = [week[code][name] for name in names for week in (then, now)]
    return Expected(
        figures,
        [now[other]["capacity_percentage"] - then[other]["capacity_percentage"] for _, other in near[:10]],
    )


FIGURES = [
    "capacity_then", "capacity_now", "high_risk_overdue_then", "high_risk_overdue_now", "offender_managers_over_then",
    "offender_managers_over_now",
]  # fmt: skip


@pytest.mark.both_databases
def test_an_outcome_is_what_the_exports_of_both_weeks_say(home: Home) -> None:
    decide_early(home)
    decide_early(home, "T1", "team", episode="over_threshold:team:T1:2026-W45")
    table = table_of(home.store, home.newest, "decision_outcomes")
    assert table.dtypes.to_dict() == DECISION_OUTCOMES.dtypes
    assert table["code"].tolist() == ["O1", "T1"]
    for row in table.to_dict("records"):
        expected = from_exports(home, row["level"], row["code"], {"O1", "T1"})
        assert [row[name] for name in FIGURES] == pytest.approx(expected.figures)
        assert row["like_units"] == len(expected.moves)
        if len(expected.moves) >= FEWEST_LIKE:
            assert row["like_middle"] == pytest.approx(median(expected.moves))
        assert (row["since"].date(), row["as_at"].date()) == (first_of(home).as_at, home.newest.as_at)
        assert row["kind"] == "recruit"


def test_a_week_without_an_earlier_decision_has_no_outcome(home: Home) -> None:
    decide_early(home)
    assert read_decision_outcomes(home.store, first_of(home)).empty
    assert add_decision(home.store.engine, a_row(home, "O3"), "")
    assert read_decision_outcomes(home.store, home.newest)["code"].tolist() == ["O1"]


def test_a_snapshot_from_before_weeks_of_units_were_stored_has_no_outcome(home: Home) -> None:
    decide_early(home)
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS archived_frame_no_delete")
        connection.exec_driver_sql("DELETE FROM archived_frame WHERE name = 'unit_weeks'")
    assert read_decision_outcomes(home.store, home.newest).empty
