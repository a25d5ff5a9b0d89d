"""The rows of a snapshot as they will be on a later day, dated so that they hold on the as-at date already."""

from datetime import date

import pandas as pd

from tiering.capacity import is_in_force


def managers_on(managers: pd.DataFrame, as_at: date, day: date) -> pd.DataFrame:
    """The posts; a holder who leaves by the day has left on the as-at date."""
    leaves = managers["left_on"].gt(pd.Timestamp(as_at)) & managers["left_on"].le(pd.Timestamp(day))
    return managers.assign(left_on=managers["left_on"].mask(leaves.fillna(False), pd.Timestamp(as_at)))


def reductions_on(reductions: pd.DataFrame, as_at: date, day: date) -> pd.DataFrame:
    """The reductions; one in force on the day begins by the as-at date, one that ends before the day is left out."""
    in_force = is_in_force(reductions, day)
    begins_later = in_force & reductions["starts_on"].gt(pd.Timestamp(as_at))
    rows = reductions.assign(starts_on=reductions["starts_on"].mask(begins_later, pd.Timestamp(as_at)))
    return rows[in_force | ~is_in_force(reductions, as_at)].reset_index(drop=True)
