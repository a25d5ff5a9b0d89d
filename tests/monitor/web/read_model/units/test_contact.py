"""Suspended and prioritised cases of a unit, from a run to its page."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.units.contact import contact_of

from ....conftest import AS_AT, Answer, Home
from ...conftest import remove_frames, served, sign_in


def test_each_activity_has_a_row_on_the_page_of_the_unit(new_home: Home, hotspots: Callable[..., Answer]) -> None:
    cases = Path(new_home.extract) / "cases.csv"
    rows = pd.read_csv(cases, dtype=str, keep_default_na=False)
    rows.loc[rows.index[:2], "activity"] = ["suspended", "reset"]
    rows.to_csv(cases, index=False)
    assert hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, home=new_home).status == 0
    week = SnapshotCache(new_home.store).week()
    assert week is not None
    found = contact_of(week, "all", "all")
    assert found[["activity", "cases"]].to_numpy().tolist() == [["reset", 1], ["suspended", 1]]
    assert found["points"].tolist() == found["full_points"].tolist()
    area = week.units.loc[week.units["level"].eq("area"), "code"].iloc[0]
    assert len(contact_of(week, "area", area)) == 2
    page = sign_in(served(new_home), "planner").get(f"/area/{area}").text
    assert "Suspended and prioritised contact" in page


def test_a_snapshot_from_before_they_were_counted_has_none(home: Home) -> None:
    remove_frames(home, "contact")
    week = SnapshotCache(home.store).week()
    assert week is not None
    assert contact_of(week, "all", "all").empty
