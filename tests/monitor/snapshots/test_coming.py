"""What is coming, read off the archived rows of a snapshot."""

import pandas as pd

from monitor.snapshots.coming import read_coming
from monitor.snapshots.contracts.read_off import COMING

from ..conftest import AS_AT, Home


def test_what_comes_is_read_as_its_contract_says(home: Home) -> None:
    number = home.newest.id
    assert number is not None
    rows = read_coming(home.store, number, AS_AT, 28)
    assert list(rows.columns) == COMING.column_names
    assert rows["on"].between(pd.Timestamp("2026-11-20"), pd.Timestamp("2026-12-18")).all()
    due = home.store.archived_frame(number, "due_soon")
    assert rows["kind"].isin(["assessment", "plan"]).sum() == len(due)
    back = rows[rows["kind"].eq("reduction_end")]
    assert set(zip(back["om_code"], back["team_code"], back["on"].dt.day, strict=True)) == {
        ("M1", "T1", 2), ("M1", "T2", 2), ("M6", "T4", 2)
    }  # fmt: skip
    assert read_coming(home.store, number, AS_AT, 90)["kind"].eq("release").sum() == 1
