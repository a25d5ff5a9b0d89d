"""Which rows of which frames are the figures of a scope."""

import pandas as pd

from alerts.digest.privacy import name_scope
from monitor.bundles.derive import derived_frames, own_rows
from monitor.bundles.narrow import Inside
from monitor.snapshots.contracts.frames import FRAMES
from monitor.snapshots.store import StoredFigures
from tests.tiering.rows import team

from .conftest import Bundle

TEAMS = pd.DataFrame([team(), team("T2", "F2")]).astype("str")


def test_every_frame_that_verify_compares_is_among_the_figures(bundle: Bundle) -> None:
    number = bundle.home.newest.id or 0
    archived = {
        name for name, frame in FRAMES.items() if frame.derived and bundle.home.store.has_archived(number, name)
    }
    wanted = {f"figures/{name}.csv" for name in archived | {"units", "hotspots", "timeliness"}}
    assert {name for name in bundle.members if name.startswith("figures/")} == wanted | {"figures/digest.txt"}


def test_frames_are_sorted_by_their_key_and_others_are_left_out() -> None:
    cases = FRAMES["cases"].empty().reindex(range(2)).assign(crn=["X2", "X1"], other=1)
    figures = StoredFigures(
        *(FRAMES[name].empty() for name in ("units", "hotspots", "timeliness")),
        {"cases": cases, "rejected": FRAMES["rejected"].empty()},
    )
    frames = derived_frames(figures)
    assert list(frames) == ["units", "hotspots", "timeliness", "cases"]
    assert list(frames["cases"]["crn"]) == ["X1", "X2"]
    assert list(frames["cases"].columns) == FRAMES["cases"].column_names


def test_rows_of_units_above_the_scope_are_left_out() -> None:
    rows = pd.DataFrame({"level": ["all", "office", "offender_manager"], "points": [1, 2, 3]})
    office = Inside.of(name_scope([("office", "F1")], TEAMS), TEAMS)
    whole = Inside.of(name_scope([("all", "all")], TEAMS), TEAMS)
    assert list(own_rows(rows, office)["points"]) == [2, 3]
    assert list(own_rows(rows, whole)["points"]) == [1, 2, 3]
    assert own_rows(rows[["points"]], office).equals(rows[["points"]])
