"""Tiering and weighing whole caseloads at once against a plain loop: ``python -m tests.benchmarks.tiers [--smoke]``."""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.oracle import tiers as oracle
from tiering.caseload import OFFENDER_MANAGERS
from tiering.points import weigh_cases
from tiering.policies.policy_files import load_policy
from tiering.tiers.columns import (
    BANDS,
    MAPPA_CATEGORIES,
    MAPPA_LEVELS,
    NEEDS,
    POINTS_COLUMNS,
    PREDICTOR_TYPES,
    ROSH,
    SEVERITIES,
    STEPS_COLUMNS,
    need_column,
)
from tiering.tiers.schemes import PointsNumbers, StepsNumbers
from tiering.tiers.v2 import calculate_v2
from tiering.tiers.v3 import calculate_v3

LAST = date(2026, 11, 20)
FULL, SMOKE = (250_000, 5_000), (2_000, 200)
"""How many cases at once, and how many one by one."""

WORDS: dict[str, Sequence[str]] = {
    "rosh": ROSH,
    "mappa_level": MAPPA_LEVELS,
    "mappa_category": MAPPA_CATEGORIES,
    "arp_type": PREDICTOR_TYPES,
    "csrp_type": PREDICTOR_TYPES,
    "dc_srp_band": BANDS,
    **{need_column(need): SEVERITIES for need in NEEDS},
}


def made_up(columns: dict[str, Any], size: int) -> pd.DataFrame:
    """So many cases with random values in the columns of a calculator."""
    rng = np.random.default_rng(2026)
    days = pd.Timestamp("2018-01-01") + pd.to_timedelta(rng.integers(0, 3_200, size), unit="D")
    values: dict[str, Callable[[str], Any]] = {
        "bool": lambda _: rng.integers(0, 2, size).astype(bool),
        "int64": lambda _: rng.integers(0, 4, size),
        "float64": lambda _: rng.uniform(0, 100, size).round(2),
        "datetime64[s]": lambda _: days,
        "str": lambda name: rng.choice(np.array([*WORDS[name], None], dtype=object), size),
    }
    return pd.DataFrame({name: pd.Series(values[dtype](name), dtype=dtype) for name, dtype in columns.items()})


def steps_inputs(row: Any) -> dict[str, Any]:
    """One case of v3 as the plain loop reads it."""
    days = (row.released_on.date() - LAST).days
    return {
        "has_active_event": row.active_event,
        "predictors_present": True,
        "arp": {"score": str(row.arp), "type": row.arp_type},
        "csrp": {"score": str(row.csrp), "type": row.csrp_type},
        "dc_srp": {"score": str(row.dc_srp), "band": row.dc_srp_band if isinstance(row.dc_srp_band, str) else None},
        "mappa_category": row.mappa_category if isinstance(row.mappa_category, str) else None,
        "rosh": row.rosh if isinstance(row.rosh, str) else None,
        "lifer_ipp": row.lifer_ipp,
        "latest_release": {"relative_to": "today", "years": 0, "days": days},
        "domestic_abuse": row.domestic_abuse,
        "stalking": row.stalking,
        "child_protection": row.child_protection,
        "ever_committed_sexual_offence": row.sexual_offences,
    }


def seconds(work: Callable[[], Any]) -> float:
    """Processor seconds of some work, the least of three times."""
    times = []
    for _ in range(3):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main(at_once: int, one_by_one: int) -> None:
    """Print the seconds and the ratios."""
    policy = load_policy(Path("config"), "modern", LAST)
    v2, v3 = (part.numbers for part in policy.tier_calculations)
    if not isinstance(v2, PointsNumbers) or not isinstance(v3, StepsNumbers):
        raise TypeError("the policy calculates other tiers")
    points, steps = made_up(POINTS_COLUMNS, at_once), made_up(STEPS_COLUMNS, at_once)
    few = [steps_inputs(row) for row in steps.head(one_by_one).itertuples()]
    calculated = calculate_v3(steps.head(one_by_one), v3, LAST)
    for case, row in zip(few, calculated.to_dict("records"), strict=True):
        expected = oracle.v3(case, LAST)
        if expected != {"error": True} and (row["tier"], row["provisional"]) != tuple(expected.values()):
            raise ValueError(f"{case} is {expected}")
    cases = pd.DataFrame(
        {
            "crn": np.arange(at_once).astype(str),
            "om_code": None,
            "team_code": "T",
            "tier": calculate_v2(points, v2)["tier"].astype("str"),
            "rosh": steps["rosh"].str.lower(),
            "setting": "community",
            "activity": "active",
            "number_of_cases": 1,
        }
    ).astype({"om_code": "str"})
    spent = {
        "v2, all at once": seconds(lambda: calculate_v2(points, v2)),
        "v3, all at once": seconds(lambda: calculate_v3(steps, v3, LAST)),
        "weighing, all at once": seconds(lambda: weigh_cases(cases, OFFENDER_MANAGERS.empty(), policy)),
    }
    loop = seconds(lambda: [oracle.v3(case, LAST) for case in few]) / one_by_one * at_once
    sys.stdout.write(f"{at_once:,} cases; processor seconds, the least of three\n\n")
    for name, value in spent.items():
        sys.stdout.write(f"{name:<44}{value:8.3f} s\n")
    ratio = loop / spent["v3, all at once"]
    sys.stdout.write(f"\n{'a plain loop over cases : v3, all at once':<44}{ratio:8.1f}\n")


if __name__ == "__main__":
    main(*(SMOKE if "--smoke" in sys.argv[1:] else FULL))
