"""Give the rows of teams to the units above them, all levels at once, because each frame takes time of its own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tiering.terms import Level


def by_level(rows: pd.DataFrame, levels: Sequence[Level], columns: Sequence[str]) -> pd.DataFrame:
    """The rows once for each level, in the order of the levels, each with level and code before its own columns.

    - rows: for each level but the whole service, with the code of their unit in the column ``<level>_code``
    - columns: of the rows, to be given to every unit

    Only for what is counted, or summed exactly: the last digit of a sum of floats depends on what is summed with it.
    """
    whole = pd.Series(_repeated([Level.ALL.value], len(rows)), index=rows.index)
    codes = [whole if level is Level.ALL else rows[f"{level}_code"] for level in levels]
    repeated = pd.concat([rows[list(columns)]] * len(levels), ignore_index=True)
    repeated.insert(0, "level", _repeated([level.value for level in levels], len(rows)))
    repeated.insert(1, "code", pd.concat(codes, ignore_index=True))
    return repeated


def _repeated(words: Sequence[str], times: int) -> Any:
    """Each word ``times`` times; a text made once and taken again is made much faster than a text of each row."""
    return pd.array(words, dtype="str").take(np.repeat(np.arange(len(words)), times))
