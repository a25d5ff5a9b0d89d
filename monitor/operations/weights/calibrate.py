"""Fit the points of a policy to a time study, and say in words and as a table what came of it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd

from alerts.wording import count_of
from monitor.reference.time_study import TimeStudy, load_time_study
from tiering.calibration.fit import Calibration, fit_points
from tiering.calibration.proposal import Study, propose_policy
from tiering.faults import UserFault
from tiering.policies.policy_files import load_policy


def calibrate(
    config: Path, policy: str, timings: Path, on: date, draws: int, seed: int
) -> tuple[TimeStudy, Calibration]:
    """Fit a policy as in force on a day to a file.

    Raises ConfigFault with the faults of either, and UserFault if nothing can be fitted.
    """
    numbers = load_policy(config, policy, on)
    study = load_time_study(timings, list(numbers.tier_points))
    calibration = fit_points(study.rows, numbers, draws, seed)
    if not calibration.fitted:
        raise UserFault([f"{timings}: {part.setting.value}: {part.reason}" for part in calibration.unfitted])
    return study, calibration


def write_proposal(config: Path, policy: str, out: Path, calibration: Calibration, study: Study, starts: date) -> str:
    """The text of the policy file ``out``; raises UserFault if it can be none."""
    if out.suffix != ".yaml":
        raise UserFault([f"{out}: a policy file ends in .yaml"])
    return propose_policy(config / "weightings" / f"{policy}.yaml", out.stem, calibration, study, starts)


def fitted_table(calibration: Calibration) -> pd.DataFrame:
    """One row per number that was fitted: where it stands, from how many rows, and its interval."""
    return pd.DataFrame(
        [
            {
                "table": points.table,
                "name": points.name,
                "setting": points.setting.value,
                "rows": points.rows,
                "points_now": points.now,
                "points": points.points,
                "points_low": points.low,
                "points_high": points.high,
            }
            for points in calibration.fitted
        ]
    )


def calibration_lines(calibration: Calibration) -> Iterator[str]:
    """The same in words, and what was not fitted."""
    yield (
        f"{count_of(calibration.rows, 'row')} fitted; an hour a week is {calibration.points_an_hour:.1f} points; "
        "95% intervals"
    )
    for points in calibration.fitted:
        yield (
            f"  {points.table}.{points.name}.{points.setting.value}: {points.points:g}, {points.low:g} to "
            f"{points.high:g} (now {points.now:g}; {count_of(points.rows, 'row')})"
        )
    for part in calibration.unfitted:
        place = f"{part.table}.{part.name}.{part.setting.value}" if part.name else part.setting.value
        yield f"not fitted, as before: {place}: {part.reason}"
