"""The rows of the API's lists: those that a reader may see, narrowed by the filters."""

import numpy as np
import pandas as pd

from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.web.api.schemas import SnapshotRow
from monitor.web.dependencies import Reader
from monitor.web.pages.service.runs import shows_details
from monitor.web.read_model.history import list_snapshots
from monitor.web.read_model.index import Flags
from tiering.terms import Level


def visible_rows(reader: Reader, name: str) -> pd.DataFrame:
    """The rows of a frame of units that the reader may see. name: units, hotspots, timeliness or team_types."""
    person, frame = reader.sight.person, reader.week.frame_if_stored(name)
    key = ("seen", name, person.role, reader.sight.units, person.om_code)
    return frame[reader.week.recent.get(key, lambda: _are_visible(reader, frame))]


def _are_visible(reader: Reader, frame: pd.DataFrame) -> Flags:
    places = zip(frame["level"].tolist(), frame["code"].tolist(), strict=True)
    return np.array([level != Level.POST and reader.sight.may_see(level, code) for level, code in places], dtype=bool)


def explain(reader: Reader, hotspots: pd.DataFrame) -> pd.DataFrame:
    """The hotspots without the names of units above them that the reader may not see."""
    if reader.sight.everything:
        return hotspots
    above = zip(hotspots["explained_by_level"], hotspots["explained_by"], strict=True)
    may = np.array([pd.notna(code) and reader.sight.may_see(level, code) for level, code in above], dtype=bool)
    columns = ["explained_by", "explained_by_level"]
    return hotspots.assign(**{column: hotspots[column].where(may) for column in columns})


def narrow(frame: pd.DataFrame, **wanted: str | None) -> pd.DataFrame:
    """The rows whose columns hold what is wanted; None wants everything."""
    for column, value in wanted.items():
        if value is not None:
            frame = frame[frame[column].eq(value).fillna(False)]
    return frame


def snapshot_list(reader: Reader) -> pd.DataFrame:
    """Every snapshot, newest first; counts and source for those to whom the page shows them."""
    detailed = shows_details(reader.sight)
    rows = [_snapshot_values(stored, detailed) for stored in list_snapshots(reader.snapshots)]
    return pd.DataFrame(rows, columns=list(SnapshotRow.model_fields), dtype=object)


def _snapshot_values(stored: Snapshot, detailed: bool) -> dict[str, object]:
    summary = RunSummary.of_snapshot(stored) if detailed else None
    values = {name: getattr(stored, name) for name in SnapshotRow.model_fields if hasattr(stored, name)}
    counts = {name: getattr(summary, name, None) for name in ("cases", "rejected")}
    return {**values, **counts, "source": stored.source if detailed else None}
