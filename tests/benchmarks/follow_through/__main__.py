"""Decisions about simulated offices, with and without a real effect: ``make bench-follow-through``.

Prints the table of docs/follow_through.md from the reporting seeds; ``tuning`` as an argument prints it from the seeds
that the rule was chosen on; ``--smoke`` simulates a smaller service (``make bench-smoke``).
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from alerts.follow_through.decisions import Decision, DecisionKind
from alerts.follow_through.like_units import FEWEST_LIKE, Judgement, outcomes_of_decisions
from tests.benchmarks.detection.series import NATIONAL, Floats, Service, Units, simulate, units_of

FIRST_DAY = date(2020, 1, 3)
RED, SMALL_TEAM, LARGE = 110.0, 5, 25
HOT_WEEKS = 4
"""Over the line for so long, an office is due a decision."""

DECIDED = 0.4
"""The share of these offices about which someone decides each week; the others are left to themselves."""

EFFECTS = (0.0, 3.0, 5.0, 8.0)
TAKES = 4
"""Percentage points that a decision takes off, and over how many weeks it comes to that."""

LOOKS = range(4, 9)
"""Weeks after a decision in which a digest says how it went."""


@dataclass(frozen=True)
class Size:
    """The seeds, the service, and every how many weeks there are decisions."""

    seeds: tuple[int, ...]
    service: Service
    every: int


REPORTING = Size((2026, 2027), NATIONAL, 1)
TUNING = Size((11, 12), NATIONAL, 1)
SMOKE = Size((2026,), Service(8_000, 300, 84), 16)


@dataclass(frozen=True)
class Followed:
    """One decision, followed for eight weeks.

    people: of the office. can_compare: whether it had like units by the eighth week.
    worked: whether it was ever said to have worked, by each effect; lastly: whether so in the eighth week.
    """

    people: float
    can_compare: bool
    worked: tuple[bool, ...]
    lastly: tuple[bool, ...]


def main(size: Size) -> None:
    """Print the table and what was to be reached."""
    began = time.process_time()
    show(f"seeds {', '.join(str(seed) for seed in size.seeds)}; offices over {RED:g}% for {HOT_WEEKS} weeks\n")
    effects = " | ".join(f"{effect:g} points" for effect in EFFECTS)
    show(f"| Offices | Decisions | With a comparison | {effects} |")
    show("|---" * (3 + len(EFFECTS)) + "|")
    for turnover in (False, True):
        of_history = [
            decision
            for seed in size.seeds
            for decision in follow(units_of(simulate(seed, turnover, size.service), "office"), seed, size.every)
        ]
        run = "with turnover" if turnover else "calm"
        row(f"{run}, all", of_history)
        row(f"{run}, {LARGE} people or more", [decision for decision in of_history if decision.people >= LARGE])
    show(f"\nEach share: ever within {LOOKS[-1]} weeks / in the last of them.")
    show(f"This whole run: {time.process_time() - began:.0f} processor seconds")


def follow(units: Units, seed: int, every: int) -> Iterator[Followed]:
    """Decide about hot offices in the last two years, and follow each decision."""
    rng = np.random.default_rng(seed)
    column_of = {week: column for column, week in enumerate(units.calendar.tolist())}
    for start in range(units.calendar[-1] // 2, units.calendar[-1] - LOOKS[-1], every):
        columns = [column_of.get(start - back) for back in range(HOT_WEEKS)]
        if None in columns or start + LOOKS[-1] not in column_of:
            continue
        is_hot = (units.capacity[:, columns] > RED).all(axis=1) & (units.size[:, column_of[start]] >= SMALL_TEAM)
        hot = np.flatnonzero(is_hot)
        yield from _follow_all(units, hot[rng.random(len(hot)) < DECIDED], start)


def _follow_all(units: Units, decided: np.ndarray, start: int) -> Iterator[Followed]:
    """Follow the decisions of one week; decided: rows of the offices."""
    decisions = [_decision(str(office), start) for office in decided.tolist()]
    said: dict[tuple[str, int, float], str] = {}
    compared: set[str] = set()
    for effect in EFFECTS:
        frame = _weeks(units, decided, start, effect)
        for look in LOOKS:
            until = pd.Timestamp(_day(start + look))
            outcomes = outcomes_of_decisions(decisions, {}, frame[frame["as_at"] <= until], SMALL_TEAM)
            said |= {
                (code, look, effect): says for code, says in zip(outcomes["code"], outcomes["judgement"], strict=True)
            }
            compared |= set(outcomes.loc[outcomes["like_units"] >= FEWEST_LIKE, "code"])
    first = units.calendar.tolist().index(start)
    for office in decided.tolist():
        worked = [[said.get((str(office), look, effect)) == Judgement.WORKED for look in LOOKS] for effect in EFFECTS]
        yield Followed(
            people=float(units.size[office, first]),
            can_compare=str(office) in compared,
            worked=tuple(any(looks) for looks in worked),
            lastly=tuple(looks[-1] for looks in worked),
        )


def _weeks(units: Units, decided: np.ndarray, start: int, effect: float) -> pd.DataFrame:
    """The weeks since a start as the product stores them, the offices decided about lower by the effect."""
    chosen = np.flatnonzero((units.calendar >= start) & (units.calendar <= start + LOOKS[-1]))
    capacity: Floats = units.capacity[:, chosen].copy()
    capacity[decided] -= effect * np.minimum((units.calendar[chosen] - start) / TAKES, 1.0)
    offices = len(capacity)
    return pd.DataFrame(
        {
            "as_at": np.repeat([np.datetime64(_day(week), "s") for week in units.calendar[chosen]], offices),
            "level": "office",
            "code": np.tile(np.arange(offices).astype(str), len(chosen)),
            "offender_managers": units.size[:, chosen].T.ravel(),
            "capacity_percentage": capacity.T.ravel(),
            "is_comparable": ~np.isnan(capacity.T.ravel()),
            "high_risk_overdue": 0,
        }
    )


def _decision(office: str, start: int) -> Decision:
    day = _day(start)
    return Decision(
        episode=f"over_threshold:office:{office}:{start}",
        number=1,
        rule="over_threshold",
        level="office",
        code=office,
        as_at=day,
        decided_on=day,
        decided_by="",
        kind=DecisionKind.OTHER,
        owner="",
        review_on=day + timedelta(weeks=4),
    )


def _day(week: int) -> date:
    return FIRST_DAY + timedelta(weeks=int(week))


def row(title: str, followed: list[Followed]) -> None:
    """One row of the table: shares of the decisions with a comparison."""
    known = [decision for decision in followed if decision.can_compare]
    shares = [
        f"{percent([decision.worked[place] for decision in known])} / "
        f"{percent([decision.lastly[place] for decision in known])}"
        for place in range(len(EFFECTS))
    ]
    show(f"| {title} | {len(followed):,} | {len(known):,} | {' | '.join(shares)} |")


def percent(flags: list[bool]) -> str:
    return f"{100 * np.mean(flags):.1f}%" if flags else "-"


def show(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main({"tuning": TUNING, "--smoke": SMOKE}.get("".join(sys.argv[1:]), REPORTING))
