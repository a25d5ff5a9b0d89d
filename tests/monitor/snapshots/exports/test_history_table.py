"""Every week as one table: the same figures as week by week."""

from datetime import date, timedelta

import pandas as pd
import pytest
from sqlmodel import Session

from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.exports.export import table_of
from monitor.snapshots.exports.history_table import FRAMES, history_table
from monitor.snapshots.follow_through.tables import DecisionRow
from monitor.snapshots.tables import Snapshot, TimelinessRow

from ...conftest import AS_AT, NOW, WEEK, Home

SAYS = ["as_at", "revision", "policy", "weights_fingerprint"]


@pytest.mark.parametrize("table", FRAMES)
def test_the_weeks_are_those_of_the_exports(home: Home, table: str) -> None:
    every = history_table(home.store, table)
    assert list(every.columns[:4]) == SAYS
    assert set(every.columns[4:]) == set(EXPORTS[table].frame.column_names)
    assert every["as_at"].nunique() == 3
    assert set(zip(every["revision"], every["policy"], strict=True)) == {(1, "london-2009")}
    weeks = [home.store.newest(AS_AT - back * WEEK) for back in (2, 1, 0)]
    alone = pd.concat([table_of(home.store, week, table) for week in weeks if week], ignore_index=True)
    pd.testing.assert_frame_equal(every[alone.columns], alone)


@pytest.mark.both_databases
def test_the_table_is_narrowed_to_dates_levels_and_units(home: Home) -> None:
    areas = history_table(home.store, "workload", AS_AT - WEEK, AS_AT - WEEK, levels=["area"])
    assert areas[["level", "code"]].to_numpy().tolist() == [["area", "N"], ["area", "S"]]
    assert set(areas["as_at"]) == {pd.Timestamp(AS_AT - WEEK)}
    office = history_table(home.store, "workload", codes=["O1"])
    assert office["level"].tolist() == ["office"] * 3
    none = history_table(home.store, "hotspots", date(2030, 1, 1))
    assert (len(none), list(none.columns[:4])) == (0, SAYS)


def test_replaced_figures_are_there_on_request(home: Home) -> None:
    values = home.newest.model_dump(exclude={"id"}) | {"revision": 2}
    with Session(home.store.engine) as session, session.begin():
        session.add(corrected := Snapshot(**values))
        session.flush()
        session.add(
            TimelinessRow(
                snapshot_id=corrected.id, level="office", code="O1", rule="rosh_review", fell_due=3, on_time=1,
                percentage=100 / 3, band="red",
            )
        )  # fmt: skip
    newest = history_table(home.store, "timeliness", AS_AT)
    assert newest[["revision", "code", "fell_due"]].to_numpy().tolist() == [[2, "O1", 3]]
    every = history_table(home.store, "timeliness", AS_AT, every_revision=True)
    assert set(every["revision"]) == {1, 2}
    assert every["revision"].is_monotonic_increasing


def test_decisions_have_their_own_dates(home: Home) -> None:
    number = home.newest.id
    assert number is not None
    with Session(home.store.engine) as session, session.begin():
        for back, code in ((2, "O1"), (1, "O1"), (0, "O2")):
            day = AS_AT - back * WEEK
            session.add(
                DecisionRow(
                    episode=f"over_threshold:office:{code}:{back}", number=1, rule="over_threshold", level="office",
                    code=code, first_week="2026-W40", unit_name=code, snapshot_id=number, as_at=day,
                    decided_by="north@example.org", role="director", decided_at=NOW, decided_on=day, kind="recruit",
                    owner="ACO", has_note=False, review_on=day + timedelta(weeks=4), plan_id=None, is_made_up=False,
                )
            )  # fmt: skip
    assert history_table(home.store, "decisions")["code"].tolist() == ["O1", "O1", "O2"]
    narrowed = history_table(home.store, "decisions", AS_AT - WEEK, AS_AT, levels=["office"], codes=["O1"])
    assert narrowed["as_at"].tolist() == [pd.Timestamp(AS_AT - WEEK)]
