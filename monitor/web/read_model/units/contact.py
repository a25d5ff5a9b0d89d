"""The cases of a unit with suspended or prioritised contact, read from the archive."""

import pandas as pd

from monitor.web.read_model.snapshot import SnapshotView


def contact_of(week: SnapshotView, level: str, code: str) -> pd.DataFrame:
    """The rows of a unit, one per activity counted apart; none in a snapshot from before they were counted."""
    rows = week.frame_if_stored("contact")
    return rows[rows["level"].eq(level) & rows["code"].eq(code)]
