"""Say of every office how firm it is that it is over the red line, as every run stores it."""

import hashlib
import json
from datetime import date
from math import ceil
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from tiering.caseload import Caseload
from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.points import WeighedCases
from tiering.policies.policy import Policy
from tiering.sensitivity.draws import draw_weights
from tiering.sensitivity.ranges import Range, load_default_range, ranges_of
from tiering.sensitivity.weighing import weigh_offices
from tiering.terms import Level
from tiering.yaml_files import numbers_in_force, read_yaml

FILE: Final = "firmness.yaml"
SEED: Final = 1
"""The seed of every run, that of ``hotspots sensitivity``: weeks differ by their cases, not by chance."""
MOST_DRAWS: Final = 10_000

COLUMNS: Final = [
    "level",
    "code",
    "name",
    "capacity_percentage",
    "weights",
    "draws",
    "draws_over",
    "over_line_share",
    "draws_needed",
    "is_firm",
]


class FirmnessFile(BaseModel):
    """The file config/firmness.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    draws: Dated[int]
    firm_from: Dated[float]


class FirmnessNumbers(BaseModel):
    """How the assumed weights of a run are drawn.

    * low, high: the range of a weight that states none of its own, as multiples of its value.
    * firm_from: per cent of the draws in which a firm office is over the line.
    """

    model_config = ConfigDict(frozen=True)

    low: float
    high: float
    draws: int
    seed: int
    firm_from: float

    @property
    def range(self) -> Range:
        return Range(self.low, self.high)

    @property
    def draws_needed(self) -> int:
        """In how many draws a firm office is over the line."""
        return ceil(self.draws * self.firm_from / 100)

    def fingerprint_for(self, policy: Policy) -> str:
        """Hash of these numbers and of the range of every weight that is drawn."""
        ranges = {place: [within.low, within.high] for place, within in ranges_of(policy, self.range).items()}
        content = json.dumps([self.model_dump(mode="json"), ranges], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()


def load_firmness_numbers(range_folder: Path, config: Path, as_at: date) -> FirmnessNumbers:
    """The numbers in force on ``as_at``; raises ConfigFault with every fault found.

    * range_folder: the folder that holds sensitivity.yaml. config: the folder that holds firmness.yaml.
    """
    path = config / FILE
    values, _, faults = numbers_in_force(path, read_yaml(path, FirmnessFile), ("draws", "firm_from"), as_at)
    if not 1 <= values.get("draws", 1) <= MOST_DRAWS:
        faults.append(f"{path}: draws: {values['draws']} must be from 1 to {MOST_DRAWS:,}")
    if not 0 < values.get("firm_from", 1) <= 100:
        faults.append(f"{path}: firm_from: {values['firm_from']} must be above 0 and at most 100 per cent of draws")
    if faults:
        raise ConfigFault(faults)
    within = load_default_range(range_folder, as_at)
    return FirmnessNumbers(low=within.low, high=within.high, seed=SEED, **values)


def judge_offices(
    caseload: Caseload,
    weighed: WeighedCases,
    units: pd.DataFrame,
    policy: Policy,
    numbers: FirmnessNumbers | None,
    as_at: date,
) -> pd.DataFrame:
    """Count for each office with available points in how many draws it is over the red line.

    * units: the workload as the policy itself weighs it.
    * numbers: None for a snapshot from before there were any.

    Returns one row per office, in the order of ``units``; columns ``COLUMNS``. No row if no weight is drawn.

    * weights, draws: how many assumed weights were drawn, and how often.
    * draws_over, over_line_share: in how many draws, and in which share of them, the office is over the line.
    * draws_needed, is_firm: in how many it has to be over the line to be firm, and whether it is.
    """
    offices = units["level"].eq(Level.OFFICE) & units["available_points"].gt(0)
    rows = units.loc[offices, COLUMNS[:4]].reset_index(drop=True)
    drawn = None if numbers is None else draw_weights(policy, numbers.range, numbers.draws, numbers.seed)
    if numbers is None or drawn is None or not drawn.drawn:
        return _with_counts(rows.iloc[:0], 0, 1, np.zeros(0, dtype=np.int64), 0)
    under = weigh_offices(caseload, weighed, drawn, as_at)
    place = pd.Index(under.keys["code"]).get_indexer(pd.Index(rows["code"]))
    over = (under.percentages[place] > float(policy.bands.red_above)).sum(axis=1)
    return _with_counts(rows, len(drawn.drawn), numbers.draws, over.astype(np.int64), numbers.draws_needed)


def _with_counts(
    rows: pd.DataFrame, weights: int, draws: int, over: "np.ndarray[tuple[int], np.dtype[np.int64]]", needed: int
) -> pd.DataFrame:
    return rows.assign(
        weights=weights,
        draws=draws,
        draws_over=over,
        over_line_share=over / draws,
        draws_needed=needed,
        is_firm=over >= needed,
    )[COLUMNS]
