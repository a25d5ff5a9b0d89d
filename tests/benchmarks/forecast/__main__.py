"""Goals F1 to F3 of the forecast on simulated services: ``python -m tests.benchmarks.forecast [seed ...]``.

``--smoke`` as an argument runs it at its smallest size: ``make bench-smoke``.
"""

import statistics
import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from alerts.forecasting.forecast import forecast
from alerts.forecasting.parameters import ForecastNumbers, load_forecast_numbers
from tests.benchmarks.forecast.judged import Made, Truth, forecasts, history, judge, truths, units
from tests.benchmarks.forecast.record import CONFIG, Array, Record, record
from tests.benchmarks.forecast.world import LAST, World
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.projection import first_seen_dates, flow
from tiering.terms import Level

TUNED_ON = (1, 2)
SCHEME_SEED, ANNOUNCED = 23, 8
THRESHOLD, WITHIN = 110.0, 4
GOALS = {Level.CLUSTER: {4: 1.0, 8: 1.5, 12: 2.0}, Level.OFFICE: {4: 1.5, 8: 2.2, 12: 2.8}}


@dataclass(frozen=True)
class Size:
    """Which services are simulated, for how long, and how large: 1 is the nation.

    first_origin: the week of the first forecast. scheme_week: the week of the announced release scheme.
    """

    seeds: tuple[int, ...]
    weeks: int
    first_origin: int
    scheme_week: int
    share: float


FULL, SMOKE = Size((21, 22), 208, 104, 110, 1.0), Size((21,), 56, 42, 30, 0.1)


def main(size: Size) -> None:
    """Print every table."""
    numbers = load_forecast_numbers(CONFIG, LAST)
    policy = load_policy(CONFIG, "london-2009", LAST)
    seeds = tuple(int(word) for word in sys.argv[1:] if word != "--smoke") or size.seeds
    show(f"seeds {', '.join(map(str, seeds))}; the numbers of config/forecast.yaml were tuned on {TUNED_ON}")
    for seed in seeds:
        began = time.perf_counter()
        kept = record(World(seed, size.weeks, size=size.share), policy, numbers)
        show(f"\nseed {seed}: {kept.cases_ever:,} cases over the run, {kept.live_cases:,} at the end, ")
        show(f"{kept.world.teams} teams, {size.weeks} weeks; recorded in {time.perf_counter() - began:.0f} s")
        known = truths(kept)
        made, seconds = forecasts(kept, numbers, range(size.first_origin, size.weeks - 1))
        show(f"one national forecast: median {statistics.median(seconds):.2f} s, longest {max(seconds):.2f} s")
        for level in (Level.CLUSTER, Level.OFFICE, Level.TEAM):
            table = judge(made[level], known[level], (1, 4, 8, 12))
            show(f"\n{level}, per cent\n{table.round(2).to_string(index=False)}")
            show(verdict(table, level))
        show(f"\nforecast_over: the middle passes {THRESHOLD:g}% within {WITHIN} weeks, now at or under it")
        show(pd.DataFrame([over(made[level], known[level], level) for level in GOALS]).round(2).to_string(index=False))
        show(f"\n{by_size(made[Level.OFFICE], known[Level.OFFICE]).round(1).to_string(index=False)}")
    pace(kept, policy, numbers)
    scheme(policy, numbers, size)


def verdict(table: pd.DataFrame, level: Level) -> str:
    """Which goals of one level are reached."""
    if level not in GOALS:
        return "no goal is set for teams"
    rows = table.set_index("weeks ahead")
    said = []
    for ahead, goal in GOALS[level].items():
        row = rows.loc[ahead]
        gain = 100 * (1 - row["MAPE"] / row["last value"])
        checks = {
            f"MAPE {row['MAPE']:.2f} <= {goal}": row["MAPE"] <= goal,
            f"gain {gain:.0f}% >= 15%": gain >= 15,
            f"bias {row['bias']:+.2f}": abs(row["bias"]) <= 0.5,
            f"cover {row['cover 80']:.0f}": 77 <= row["cover 80"] <= 83,
            f"cover {row['cover 95']:.0f}": 93 <= row["cover 95"] <= 97,
        }
        said.append(f"{ahead:>2} weeks: " + "; ".join(f"{what} {'ok' if ok else 'NOT'}" for what, ok in checks.items()))
    return "\n".join(said)


def over(made: Made, truth: Truth, level: Level) -> dict[str, object]:
    """How often forecast_over is raised, and how often it comes true."""
    origins = np.array(made.origins)
    percentage = 100 * truth.points / np.where(truth.available > 0, truth.available, np.nan)
    now = percentage[origins]
    ahead = np.nan_to_num(made.columns["capacity_percentage"][:, :, :WITHIN])
    on = (ahead.max(axis=2) > THRESHOLD) & (now <= THRESHOLD)
    raised = on[1:] & ~on[:-1]
    place, unit = np.nonzero(raised)
    week = origins[1:][place]
    row: dict[str, object] = {"level": level.value, "raised": len(week)}
    row["per unit and year"] = len(week) / (raised.size / 52)
    for weeks in (4, 8):
        whole = week + weeks < len(percentage)
        hit = _passes(percentage, week[whole], unit[whole], weeks)
        row[f"true in {weeks} weeks, %"] = 100 * hit.mean() if whole.any() else np.nan
    base_week, base_unit = np.nonzero((now[:-8] > 105) & (now[:-8] <= THRESHOLD) & ~on[:-8])
    missed = _passes(percentage, origins[base_week], base_unit, WITHIN)
    row["not raised at 105-110%, yet over in 4, %"] = 100 * missed.mean() if missed.size else np.nan
    return row


def _passes(percentage: Array, week: Array, unit: Array, within: int) -> Array:
    """Whether each unit is over the threshold in one of the weeks after."""
    after = np.stack([percentage[week + ahead, unit] for ahead in range(1, within + 1)], axis=1)
    passes: Array = np.any(after > THRESHOLD, axis=1)
    return passes


def by_size(made: Made, truth: Truth) -> pd.DataFrame:
    """How often the bands of offices hold 8 weeks ahead, by the size of the office."""
    use = [place for place, origin in enumerate(made.origins) if origin + 8 < len(truth.points)]
    came = truth.points[[made.origins[place] + 8 for place in use]]
    band = pd.qcut(truth.points.mean(axis=0), 4, labels=False)
    rows = []
    for quarter, name in enumerate(("smallest quarter", "second", "third", "largest quarter")):
        row: dict[str, object] = {"offices, 8 weeks ahead": name}
        for inside in ("80", "95"):
            low, high = (made.columns[f"points_{side}_{inside}"][use, :, 7] for side in ("low", "high"))
            row[f"cover {inside}"] = 100 * ((low <= came) & (came <= high))[:, band == quarter].mean()
        rows.append(row)
    return pd.DataFrame(rows)


def pace(kept: Record, policy: Policy, numbers: ForecastNumbers) -> None:
    """Processor seconds of a week's flow and forecast, and as ratios to weighing the cases."""
    world, known = kept.world, truths(kept)
    load = world.extract(kept.last)
    last = len(kept.dates) - 1
    now, past = units(known, last), history(known, kept.dates, range(last - 26, last))
    seen = first_seen_dates(load.cases, None, LAST)
    runs: dict[str, list[float]] = {
        name: [] for name in ("weigh the cases", "flow of the week", "forecast from flows in memory")
    }
    for _ in range(3):
        began = time.process_time()
        weighed = weigh_cases(load.cases, load.offender_managers, policy)
        runs["weigh the cases"].append(time.process_time() - began)
        began = time.process_time()
        flow(load, weighed, seen, kept.no_events, policy, numbers, LAST)
        runs["flow of the week"].append(time.process_time() - began)
        began = time.process_time()
        forecast(kept.flows, now, past, world.organisation, numbers, LAST)
        runs["forecast from flows in memory"].append(time.process_time() - began)
    weighing = statistics.median(runs["weigh the cases"])
    show(
        f"\nprocessor seconds, medians of 3; {len(load.cases):,} cases, {len(load.offender_managers):,} posts, "
        f"{len(kept.dates)} weeks"
    )
    for name, spent in runs.items():
        show(f"{name:<32}{statistics.median(spent):7.3f} s  {statistics.median(spent) / weighing:6.2f} x weighing")


def scheme(policy: Policy, numbers: ForecastNumbers, size: Size) -> None:
    """An announced release scheme, forecast with the planner's table and without."""
    rows, week = [], size.scheme_week
    for told, since in (("in the table", week - ANNOUNCED), ("not in the table", None)):
        kept = record(World(SCHEME_SEED, week + 9, week, size.share), policy, numbers, since)
        known = truths(kept)
        for before in (5, 8):
            made, _ = forecasts(kept, numbers, [week - before])
            table = judge(made[Level.CLUSTER], known[Level.CLUSTER], (before,))
            rows.append({"scheme": told, **table.iloc[0][["weeks ahead", "MAPE", "last value", "bias"]].to_dict()})
    show(f"\nseed {SCHEME_SEED}: {kept.world.freed:,} people released on one day; clusters in that week, per cent")
    show(pd.DataFrame(rows).round(2).to_string(index=False))


def show(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(SMOKE if "--smoke" in sys.argv else FULL)
