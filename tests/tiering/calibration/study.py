"""A made-up time study with known hours of each tier and RoSH."""

import numpy as np
import pandas as pd

HOURS = {"1": 0.5, "2": 0.9, "3": 1.6, "4": 2.4}
UPLIFT = {"low": 0.0, "medium": 0.2, "high": 0.7, "very_high": 1.3}
AN_HOUR = 2176 / 37
"""Points: the nominal target over the default hours."""


def a_study(rows: int, noise: float, seed: int = 1, setting: str = "community") -> pd.DataFrame:
    """Cases of every tier and RoSH by chance; noise: the standard deviation of the hours as a share of them."""
    chance = np.random.default_rng(seed)
    tier, rosh = chance.choice(list(HOURS), rows), chance.choice(list(UPLIFT), rows)
    true = np.array([HOURS[one] + UPLIFT[other] for one, other in zip(tier, rosh, strict=True)])
    hours = true * (chance.gamma(noise**-2, noise**2, rows) if noise else 1.0)
    return pd.DataFrame({"tier": tier, "rosh": rosh, "setting": setting, "hours": hours, "cases": 1})
