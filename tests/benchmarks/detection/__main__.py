"""Every rule on simulated histories, what it costs and what it finds: ``make bench-detection``.

Prints the tables of docs/detection.md from the reporting seeds; ``tuning`` as an argument prints them from the seeds
that the numbers were chosen on; ``--smoke`` simulates smaller services (``make bench-smoke``).
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from alerts.detection.rules import load_rules
from alerts.detection.trends.trend import sustained_states
from tests.benchmarks.detection.judging import (
    Judge,
    Numbers,
    funnel,
    over,
    plain,
    rise,
    under,
    xmr_monthly,
    xmr_weekly,
)
from tests.benchmarks.detection.scores import PASSES, SHAPES, WITHIN, Cost, cost, detected
from tests.benchmarks.detection.series import (
    NATIONAL,
    PERSON,
    SMALL,
    Flags,
    Floats,
    History,
    Service,
    Units,
    simulate,
    units_of,
)

CONFIG = Path(__file__).parents[3] / "config"
RULES_OF = date(2026, 11, 22)
SOME_PEOPLE, LARGE = 1_000, 25
CLUSTERS_A_SEED = 200
"""A small service has few units: as many services are simulated from each seed as have so many clusters together."""
RED = 110.0


@dataclass(frozen=True)
class Size:
    """The seeds, the service of the main tables, and the small services."""

    seeds: tuple[int, ...]
    service: Service
    small: tuple[Service, ...]
    clusters_a_seed: int


REPORTING = Size((2026, 2027), NATIONAL, SMALL, CLUSTERS_A_SEED)
TUNING = Size((11, 12, 13), NATIONAL, SMALL, CLUSTERS_A_SEED)
SMOKE = Size((2026,), Service(120, 8, 4), SMALL[-1:], SMALL[-1].clusters)


@dataclass(frozen=True)
class Line:
    """A rule as it is scored: what it must hold, and whether it looks for rises."""

    title: str
    judge: Judge
    holds: str = "over"
    detects: bool = True


@dataclass(frozen=True)
class Scores:
    """The mean over the seeds of what one rule cost, and of what it found of each planted shape."""

    cost: Cost
    found: dict[str, Floats]


def main(size: Size) -> None:
    """Print every table."""
    seeds = size.seeds
    numbers: dict[str, Numbers] = {rule.name: rule.numbers for rule in load_rules(CONFIG, RULES_OF)}
    began = time.process_time()
    show(f"seeds {', '.join(str(seed) for seed in seeds)}; scored: the last two years of four")
    of_goals: dict[str, Scores] = {}
    for turnover in (False, True):
        histories = [simulate(seed, turnover, size.service) for seed in seeds]
        run = "with turnover" if turnover else "calm"
        for level in ("office", "cluster", PERSON):
            units = [some_of(units_of(history, level), seed) for history, seed in zip(histories, seeds, strict=True)]
            shapes = [shape for shape in SHAPES if level == PERSON or shape != "+20 at once"]
            head(f"{level}, {run}", shapes)
            for line in lines(level, numbers):
                scores = score(line, units, shapes, seeds, everyone)
                of_goals[f"{run} {level} {line.title}"] = scores
                row(line, scores, shapes)
            if level == "office":
                rising = next(line for line in lines(level, numbers) if line.holds == "up")
                for title, of_size in ((f"of {LARGE} people or more", large), (f"of under {LARGE} people", small)):
                    scores = score(rising, units, shapes, seeds, of_size)
                    of_goals[f"{run} office rising, {title}"] = scores
                    row(Line(f"rising, {title}", rising.judge, "up"), scores, shapes)
    goals(of_goals)
    small_services(size, numbers["rising"])
    speed(histories[0], numbers)
    show(f"\nthis whole run: {time.process_time() - began:.0f} processor seconds")


def lines(level: str, numbers: dict[str, Numbers]) -> list[Line]:
    """Every rule that is scored at a level: those of config/hotspot_rules, then those to compare with."""
    rules = [
        Line("watch: 1 week over 110%", plain(numbers["watch"]["threshold"], 1)),
        Line("over_threshold", partial(over, numbers=numbers["over_threshold"])),
        Line("spare_capacity", partial(under, numbers=numbers["spare_capacity"]), "under", detects=False),
        Line("rising", partial(rise, numbers=numbers["rising"]), "up"),
        Line("4 weeks over 110%", plain(RED, 4)),
        Line("XmR, weekly points", xmr_weekly, "up"),
        Line("XmR, monthly points", xmr_monthly, "up"),
    ]
    return rules if level == PERSON else [*rules, Line("peer funnel, monthly", funnel)]


def some_of(units: Units, seed: int) -> Units:
    """All the units of a level; of offender managers a sample, as each of them says little."""
    if units.level != PERSON:
        return units
    people = len(units.size)
    chosen = np.sort(np.random.default_rng(seed).choice(people, min(people, SOME_PEOPLE), replace=False))
    return Units(units.level, units.calendar, units.capacity[chosen], units.size[chosen])


def everyone(units: Units) -> Flags:
    return np.ones(len(units.size), dtype=bool)


def large(units: Units) -> Flags:
    big: Flags = np.mean(units.size, axis=1) >= LARGE
    return big


def small(units: Units) -> Flags:
    return ~large(units)


def score(
    line: Line, units: list[Units], shapes: list[str], seeds: tuple[int, ...], counted: Callable[[Units], Flags]
) -> Scores:
    """The scores of a rule, the mean over the seeds."""
    costs = [cost(each, line.judge(each), line.holds, counted(each)) for each in units]
    names = Cost.__dataclass_fields__
    mean = Cost(**{name: mean_of([getattr(each, name) for each in costs]) for name in names})
    passes = 2 if units[0].level == PERSON else PASSES
    found = {
        shape: np.mean(
            [
                detected(each, line.judge, shape, passes, seed, counted(each))
                for each, seed in zip(units, seeds, strict=True)
            ],
            axis=0,
        )
        for shape in (shapes if line.detects else [])
    }
    return Scores(mean, found)


def mean_of(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else np.nan


def goals(of: dict[str, Scores]) -> None:
    """What was to be reached, and what was."""
    hot = of["with turnover office over_threshold"].cost
    show("\n| Goal | Wanted | Found | |\n|---|---|---|---|")
    goal("D1 alerts of over_threshold, per office and year", "at most 0.30", hot.alerts, hot.alerts <= 0.30, "{:.2f}")
    goal("D1 re-fire within 8 weeks", "at most 8%", hot.refires, hot.refires <= 0.08)
    goal("D1 true episodes live within 4 weeks", "at least 97%", hot.recall, hot.recall >= 0.97)
    for title in ("", f", of {LARGE} people or more"):
        rising = of[f"calm office rising{title}"]
        what, false = f"D2 rising, offices{title}", rising.cost.alerts
        goal(f"{what}: alerts a year with nothing planted", "at most 0.10", false, false <= 0.10, "{:.3f}")
        for shape, place, least in (("+10 at once", 0, 0.95), ("+2 a week", 1, 0.97), ("+1 a week", 2, 0.75)):
            found = float(rising.found[shape][place])
            goal(f"{what}: {shape}, found in {WITHIN[place]} weeks", f"at least {least:.0%}", found, found >= least)
    for level in (PERSON, "office", "cluster"):
        sent = of[f"with turnover {level} over_threshold"].cost.alerts
        plain_rule = of[f"with turnover {level} watch: 1 week over 110%"].cost.alerts
        fewer = 1 - sent / plain_rule
        goal(f"D3 fewer messages than 1 week over 110%, {level}", "at least 60%", fewer, fewer >= 0.60)


def goal(what: str, wanted: str, found: float, reached: bool, form: str = "{:.1%}") -> None:
    show(f"| {what} | {wanted} | {form.format(found)} | {'reached' if reached else '**not reached**'} |")


def small_services(size: Size, numbers: Numbers) -> None:
    """What ``rising`` costs and finds in services far smaller than the nation, with what they have to learn from."""
    shapes = [shape for shape in SHAPES if shape != "+20 at once"]
    rising = Line("rising", partial(rise, numbers=numbers), "up")
    for turnover in (False, True):
        head(f"small services, {'with turnover' if turnover else 'calm'}", shapes)
        for service in size.small:
            services = size.clusters_a_seed // service.clusters
            each = [seed * 1000 + number for seed in size.seeds for number in range(services)]
            histories = [simulate(one, turnover, service) for one in each]
            for level in ("office", "cluster"):
                units = [units_of(history, level) for history in histories]
                title = f"rising, {level}s: {title_of(service)}"
                row(Line(title, rising.judge, "up"), score(rising, units, shapes, tuple(each), everyone), shapes)


def title_of(service: Service) -> str:
    return f"{service.people:,} people, {service.offices} offices, {service.clusters} clusters"


def speed(history: History, numbers: dict[str, Numbers]) -> None:
    """The time of judging one national week by every rule that looks at past weeks, from matrices in memory."""
    levels = [units_of(history, level) for level in (PERSON, "team", "office", "cluster")]
    sizes = ", ".join(f"{len(each.capacity):,} {each.level}s" for each in levels)
    one_sort = min(seconds(partial(np.sort, levels[0].capacity, axis=1)) for _ in range(3))
    spent = min(seconds(partial(judge_week, levels, numbers)) for _ in range(5))
    show(f"\none week judged, {sizes}, {len(history.calendar)} snapshots: {spent:.2f} processor seconds,")
    show(f"{spent / one_sort:.1f} times as long as sorting the offender managers' figures once")


def judge_week(levels: list[Units], numbers: dict[str, Numbers]) -> None:
    """Judge the last week of every level by six rules; rising where it is judged, and only the weeks that matter."""
    hot, spare = numbers["over_threshold"], numbers["spare_capacity"]
    for units in levels:
        load, known = units.capacity, ~np.isnan(units.capacity)
        present = np.ones(load.shape, dtype=bool)
        sustained_states(load > hot["threshold"], load < hot["clear_below"], known, present, 3, 3)
        sustained_states(load < spare["threshold"], load > spare["clear_above"], known, present, 4, 4)
        for on in (load > RED, units.size == 0, (load > RED) & (units.size > 1)):
            sustained_states(on, ~on, known, present, 1, 1)
        if units.level in ("office", "cluster"):
            rise(units, numbers["rising"], judged=52)


def seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def head(title: str, shapes: list[str]) -> None:
    show(f"\n{title}\n")
    show(f"| Rule | alerts a year | in alarm | re-fire | hold | true found | {' | '.join(shapes)} |")
    show("|---" * (6 + len(shapes)) + "|")


def row(line: Line, scores: Scores, shapes: list[str]) -> None:
    of = scores.cost
    found = [" / ".join(percent(share) for share in scores.found.get(shape, [np.nan])) for shape in shapes]
    recall = "-" if line.holds != "over" else percent(of.recall)
    parts = [f"{of.alerts:.2f}", percent(of.in_alarm, 1), percent(of.refires), percent(of.holds), recall, *found]
    show(f"| {line.title} | {' | '.join(parts)} |")


def percent(share: float, digits: int = 0) -> str:
    return "-" if np.isnan(share) else f"{100 * share:.{digits}f}"


def show(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main({"tuning": TUNING, "--smoke": SMOKE}.get("".join(sys.argv[1:]), REPORTING))
