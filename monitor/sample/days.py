"""Dates as whole days since 1970, so that whole columns of them can be calculated at once."""

from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
NEVER: Final = 2**31  # far beyond any date: there is no date, or it is not yet known
_FRIDAY: Final = 4


def day(when: date) -> int:
    """A date as a day number."""
    return int(np.datetime64(when, "D").astype(np.int64))


def last_friday(today: date) -> date:
    """The last Friday before ``today``: on a Friday the one before, as an extract is as at the end of its day."""
    return today - timedelta(days=(today.weekday() - _FRIDAY - 1) % 7 + 1)


def add_months(days: Days, months: int) -> Days:
    """The same day of a later month, or the last day of a month without that day."""
    dates = days.astype("datetime64[D]")
    month = dates.astype("datetime64[M]")
    later = month + np.timedelta64(months, "M")
    longest = ((later + 1).astype("datetime64[D]") - later.astype("datetime64[D]")).astype(np.int64)
    place = np.minimum((dates - month.astype("datetime64[D]")).astype(np.int64), longest - 1)
    added: Days = later.astype("datetime64[D]").astype(np.int64) + place
    return added


def add_weekdays(days: Days, count: Any) -> Days:
    """Add ``count`` days, counting Mondays to Fridays, from the day itself or, at a weekend, the Monday after it."""
    added: Days = np.busday_offset(days.astype("datetime64[D]"), count, roll="forward").astype(np.int64)
    return added


def weekday_before(days: Days) -> Days:
    """The day itself, or the Friday before a weekend."""
    rolled: Days = np.busday_offset(days.astype("datetime64[D]"), 0, roll="backward").astype(np.int64)
    return rolled
