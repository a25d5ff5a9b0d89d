"""How the load lies: the figures of a plan before and after, person by person, and what no plan can give."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from alerts.wording import clean, count_of, join_list, number
from monitor.redistribution.problem.loads import carried
from monitor.redistribution.problem.problem import Problem
from tiering.terms import HIGH_ROSH, Grade
from tiering.workload import band

Integers = npt.NDArray[np.int64]


def measure(problem: Problem, holder: Integers) -> dict[str, float]:
    """The figures of ``holder`` over the people in scope.

    peak, max_over_mean and gini: of the capacity percentages of those with available points. over_100, over_110: people
    above, those who hold points, be it of duties only, without available points included (no hours, or a target of 0);
    without_hours: how many those are
    (``held_without_hours`` says what they hold). points_over: points above what each can carry.
    """
    pairs = list(zip(carried(problem, holder), problem.people["available"], strict=True))
    shares = [load / able for load, able in pairs if able > 0]
    stranded = sum(1 for load, able in pairs if able == 0 and load > 0)
    percentages = np.sort(np.array([float(100 * share) for share in shares]))
    mean = percentages.mean() if len(percentages) else 0.0
    ranks = 2 * np.arange(1, len(percentages) + 1) - len(percentages) - 1
    return {
        "peak": float(percentages[-1]) if len(percentages) else 0.0,
        "over_100": float(sum(share > 1 for share in shares) + stranded),
        "over_110": float(sum(share > Fraction(11, 10) for share in shares) + stranded),
        "points_over": float(sum((max(load - able, Fraction(0)) for load, able in pairs), Fraction(0))),
        "max_over_mean": float(percentages[-1] / mean) if mean else 0.0,
        "gini": float((ranks * percentages).sum() / (len(percentages) ** 2 * mean)) if mean else 0.0,
        "without_hours": float(stranded),
    }


def by_person(problem: Problem, holder: Integers) -> pd.DataFrame:
    """Everybody in scope under ``holder``, over all their posts, by code.

    Columns om_code, name, team_code (main post), cases, points, available_points, capacity_percentage, band,
    high_rosh_points, high_rosh_cases (high and very high RoSH as OASys has it).
    """
    people, cases = problem.people, problem.cases
    held = np.flatnonzero(holder >= 0)
    person = problem.posts["person"].to_numpy(dtype=np.int64)[holder[held]]
    number = cases["number_of_cases"].to_numpy(dtype=np.int64)[held]
    high = cases["rosh"].isin(HIGH_ROSH).to_numpy(dtype=bool)[held]
    exact = cases["exact"].to_numpy(dtype=np.int64)[held]
    sums = np.zeros((3, len(people)), dtype=np.int64)
    for row, values in enumerate((number, number * high, exact * high)):
        np.add.at(sums[row], person, values)
    pairs = list(zip(carried(problem, holder), people["available"], strict=True))
    table = people[["om_code", "name", "team_code"]].copy()
    table["cases"] = sums[0] + people["outside_cases"].to_numpy(dtype=np.int64)
    table["points"] = [float(load) for load, _ in pairs]
    table["available_points"] = [float(able) for _, able in pairs]
    table["capacity_percentage"] = [float(100 * load / able) if able else np.nan for load, able in pairs]
    bands = [band(load, able, problem.policy.bands) for load, able in pairs]
    table["band"] = pd.Series(bands, dtype="str", index=table.index)
    outside = people["outside_high_points"].to_numpy(dtype=float)
    table["high_rosh_points"] = [float(int(own) * problem.unit) for own in sums[2]] + outside
    table["high_rosh_cases"] = sums[1] + people["outside_high_cases"].to_numpy(dtype=np.int64)
    return table


def held_without_hours(problem: Problem, holder: Integers) -> list[str]:
    """Who holds points without any available points, and of what: cases (no plan leaves any it may move), or duties."""
    table = by_person(problem, holder)
    table["other"] = problem.people["fixed"].astype(float)
    table["outside"] = problem.people["outside_cases"]
    rows: Iterator[Any] = table[table["available_points"].eq(0) & table["points"].gt(0)].itertuples()
    said = []
    for row in rows:
        own = row.cases - row.outside
        parts = [f"{count_of(own, 'case')} with {number(row.points - row.other)} points"] if own else []
        if row.other:
            parts.append(f"{number(row.other)} points of {'other teams and ' if row.outside else ''}duties")
        said.append(f"{clean(row.om_code)}: {join_list(parts)}")
    return said


def shortfall(problem: Problem) -> dict[str, float]:
    """What the scope lacks however its cases are held.

    total_points (unallocated cases included), available_points, capacity_percentage of the whole scope, line (the red
    one), points_short and full_time_short: points, and full-time offender managers, by which the whole is over the
    line; 0 where it is not. The capacity percentage is missing where nobody has hours.
    """
    whole = sum(int(exact) for exact in problem.cases["exact"])
    total = sum(problem.people["fixed"], Fraction(0)) + whole * problem.unit
    able = sum(problem.people["available"], Fraction(0))
    line = Fraction(problem.policy.bands.red_above) / 100
    short = max(total / line - able, Fraction(0))
    full_time = Fraction(problem.policy.nominal_target[Grade.PO])
    return {
        "total_points": float(total),
        "available_points": float(able),
        "capacity_percentage": float(100 * total / able) if able else float("nan"),
        "line": float(100 * line),
        "points_short": float(short),
        "full_time_short": float(short / full_time) if full_time else 0.0,
    }
