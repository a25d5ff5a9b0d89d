"""The columns that the tier calculators read, one row per case, and how text becomes positions in a list."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]

NEEDS = (
    "ACCOMMODATION",
    "EDUCATION_TRAINING_AND_EMPLOYABILITY",
    "RELATIONSHIPS",
    "LIFESTYLE_AND_ASSOCIATES",
    "DRUG_MISUSE",
    "ALCOHOL_MISUSE",
    "THINKING_AND_BEHAVIOUR",
    "ATTITUDES",
    "FINANCIAL_MANAGEMENT_AND_INCOME",
    "EMOTIONAL_WELL_BEING",
)
SEVERITIES = ("NO_NEED", "STANDARD", "SEVERE")
ROSH = ("LOW", "MEDIUM", "HIGH", "VERY_HIGH")
MAPPA_LEVELS = ("M1", "M2", "M3")
MAPPA_CATEGORIES = ("M1", "M2", "M3", "M4")
BANDS = ("LOW", "MEDIUM", "HIGH", "VERY_HIGH", "NOT_APPLICABLE")
STATIC, DYNAMIC = "STATIC", "DYNAMIC"
PREDICTOR_TYPES = (STATIC, DYNAMIC)

STEPS = (
    "REOFFENDING",
    "SEXUAL_REOFFENDING",
    "MAPPA_ROSH",
    "LIFER_IPP",
    "DOMESTIC_ABUSE",
    "STALKING",
    "CHILD_PROTECTION",
    "SEXUAL_OFFENCES",
)


def need_column(need: str) -> str:
    """The column that holds the severity of a need."""
    return f"need_{need.lower()}"


POINTS_COLUMNS: dict[str, Any] = {
    "female": "bool",
    "rsr": "float64",
    "ogrs": "float64",
    "rosh": "str",
    "mappa_level": "str",
    "complexity_factors": "int64",
    "iom": "bool",
    "unsupervised": "bool",
    "mandate": "bool",
    "assessed": "bool",
    "assessment_age": "float64",
    "parental_responsibilities": "bool",
    "impulsivity_or_temper_control": "bool",
    "previous_enforcement_activity": "bool",
    **{need_column(need): "str" for need in NEEDS},
}
"""What v2 reads: a missing number is NaN, a missing text None; ``assessment_age`` is in days, ``complexity_factors`` a
count of distinct factors."""

STEPS_COLUMNS: dict[str, Any] = {
    "active_event": "bool",
    "arp": "float64",
    "arp_type": "str",
    "csrp": "float64",
    "csrp_type": "str",
    "dc_srp": "float64",
    "dc_srp_band": "str",
    "mappa_category": "str",
    "rosh": "str",
    "lifer_ipp": "bool",
    "released_on": "datetime64[s]",
    "domestic_abuse": "bool",
    "stalking": "bool",
    "child_protection": "bool",
    "sexual_offences": "bool",
}
"""What v3 reads: a missing number is NaN, a missing text None, a missing date NaT."""


def frame_of(rows: Sequence[Mapping[str, object]], columns: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of some rows with the columns and dtypes of a calculator."""
    return pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=dtype) for name, dtype in columns.items()})


def positions(words: pd.Series, known: Sequence[str]) -> Integers:
    """The position of each word in a list; -1 for a missing word and for one that is not in it."""
    # Few words stand in many rows: each is looked up once.
    codes, distinct = pd.factorize(words)
    places = [known.index(word) if word in known else -1 for word in distinct]
    return np.array([*places, -1], dtype=np.int64)[codes]


def look_up(words: pd.Series, values: Mapping[str, int], otherwise: int = 0) -> Integers:
    """The value of each word in a table."""
    # A missing word has position -1, which is the last value.
    return np.array([*values.values(), otherwise], dtype=np.int64)[positions(words, list(values))]


def flags(cases: pd.DataFrame, column: str) -> Flags:
    """A column of yes and no."""
    return cases[column].to_numpy(dtype=np.bool_)


def texts(codes: Integers, words: Sequence[str]) -> "pd.Categorical[str]":
    """The word at each position of a list; missing for -1."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(list(words)))
