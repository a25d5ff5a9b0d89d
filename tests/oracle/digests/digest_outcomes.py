"""What like units did since a decision, from plain rows: lists, loops and the statistics of the standard library."""

from datetime import timedelta
from itertools import pairwise
from math import isnan, nan, sqrt
from statistics import mean, median, stdev

from .digest_figures import Truth
from .digest_rows import SMALL_TEAM, Key, PlainDecision, Snapshot, UnitRow, weeks_apart
from .digest_words import PLURAL

NEAR, MOST, FEWEST = 5.0, 10, 5
ONE_IN_TEN = {5: 1.533, 6: 1.476, 7: 1.440, 8: 1.415, 9: 1.397, 10: 1.383}
LEAST_FALL, FIRST_LOOK = 3.0, 3
WEEKS_KEPT = 26
LINE = 110.0


def capacity_then(truth: Truth, key: Key, week: Snapshot) -> float:
    """Per cent of capacity of a unit in a week, like with like; nan where it is not known or may not be said."""
    row, figures = week.units.get(truth.key_then(key, week)), truth.figures(key, week)
    if row is None or figures is None or row.people < SMALL_TEAM or week.weights != truth.now.weights:
        return nan
    return figures.capacity


def week_of(truth: Truth, decision: PlainDecision) -> Snapshot | None:
    """The week of a decision, if it is an earlier one of the last half year."""
    monday = truth.now.as_at - timedelta(days=truth.now.as_at.weekday())
    for week in truth.history[:-1]:
        if week.as_at.isocalendar()[:2] == decision.as_at.isocalendar()[:2]:
            return week if week.as_at >= monday - timedelta(weeks=WEEKS_KEPT) else None
    return None


def like_moves(truth: Truth, row: UnitRow, week: Snapshot) -> list[tuple[float, float]]:
    """What each of the ten nearest like units moved by until the week before this one, and until now."""
    decided = {(made.level, made.code) for made in truth.decisions if made.review_on is not None}
    own = (row.level, row.code)
    start, people = capacity_then(truth, own, week), week.units[truth.key_then(own, week)].people
    near = []
    for key in truth.now.units:
        if key[0] != row.level or key in decided or truth.key_then(key, week) not in week.units:
            continue
        then, now = capacity_then(truth, key, week), capacity_then(truth, key, truth.now)
        size = week.units[truth.key_then(key, week)].people
        # As many binary digits: from one power of two to the next.
        if isnan(then) or isnan(now) or abs(then - start) > NEAR or size.bit_length() != people.bit_length():
            continue
        near.append((abs(then - start), key[1], capacity_then(truth, key, truth.history[-2]) - then, now - then))
    return [(before, now) for _, _, before, now in sorted(near)[:MOST]]


def has_worked(truth: Truth, row: UnitRow, week: Snapshot) -> bool:
    """Whether the unit fell beyond like units, by both of the last two weeks."""
    moves, own = like_moves(truth, row, week), (row.level, row.code)
    if len(moves) < FEWEST or weeks_apart(week.as_at, truth.history[-2].as_at) < FIRST_LOOK:
        return False
    start = capacity_then(truth, own, week)
    for place, until in enumerate(truth.history[-2:]):
        others = [move[place] for move in moves if not isnan(move[place])]
        if len(others) < FEWEST:
            return False
        change = capacity_then(truth, own, until) - start
        limit = mean(others) - ONE_IN_TEN[len(others)] * stdev(others) * sqrt(1 + 1 / len(others))
        if not (change <= -LEAST_FALL and change < min(others) and change < limit):
            return False
    return True


def since_line(truth: Truth, row: UnitRow, decision: PlainDecision) -> str:
    """What has happened since a decision, and to like units; empty where the weeks do not compare."""
    week = week_of(truth, decision)
    if week is None:
        return ""
    change = row.capacity - capacity_then(truth, (row.level, row.code), week)
    if isnan(change):
        return ""
    size = f"{abs(change):.1f}"
    way = "no change" if size == "0.0" else f"{'up' if change > 0 else 'down'} {size} pp"
    moves = [now for _, now in like_moves(truth, row, week)]
    if len(moves) < FEWEST:
        return f" Since then {way}; fewer than five like {PLURAL[row.level]} to compare with."
    low, high, middle = (signed(move) for move in (min(moves), max(moves), median(moves)))
    like = f"{len(moves)} like {PLURAL[row.level]} without a decision moved between {low} and {high} (middle {middle})."
    more = " It fell clearly more than they did." if has_worked(truth, row, week) else ""
    return f" Since then {way}; {like}{more}"


def signed(move: float) -> str:
    size, sign = f"{abs(move):.1f}", "+" if move > 0 else "\N{MINUS SIGN}"
    return size if size == "0.0" else f"{sign}{size}"


def reviewed_and_below(truth: Truth) -> tuple[int, int]:
    """How many visible units have a decision that another followed on a later day, and how many are not over 110%."""
    by_episode: dict[tuple[str, str, str], list[PlainDecision]] = {}
    for made in sorted(truth.decisions, key=lambda made: made.number):
        if made.review_on is not None:
            by_episode.setdefault((made.rule, made.level, made.code), []).append(made)
    reviewed = {
        key[1:]
        for key, made in by_episode.items()
        if any(before.decided_on < made[-1].decided_on for before, _ in pairwise(made))
    }
    rows = [truth.visible[key] for key in reviewed if key in truth.visible]
    return len(rows), sum(row.capacity <= LINE for row in rows)


def agreed_moves(truth: Truth) -> list[int]:
    """The moves of agreed plans that visible offices give: all, due, and those in each state; nothing without any."""
    rows = [counts for code, counts in truth.moves if ("office", code) in truth.visible]
    return [sum(column) for column in zip(*rows, strict=True)]
