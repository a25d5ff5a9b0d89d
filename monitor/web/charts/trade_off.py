"""What more or fewer moves would do, as a line of an SVG and as a table, ready for the template to write down."""

import math
from dataclasses import dataclass

import pandas as pd

from monitor.web.charts.capacity import HEIGHT, WIDTH, Tick

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 12, 48

_NOISE = 1e-6
"""A difference of objectives that rounding alone makes."""


@dataclass(frozen=True)
class TradeOffDrawing:
    """The line through the best plan for each number of moves, its dots, its axes, and what it says in words."""

    line: str
    dots: tuple[tuple[float, float], ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    left: float
    right: float
    bottom: float
    says: str


@dataclass(frozen=True)
class TradeOffPoint:
    """The best plan of one number of moves.

    - budget: moves allowed, None for any number; elective_moves: made.
    - share_of_gain: of what any number of moves gains; peak: capacity percentage.
    - over_line, points_over_line: people and points over the line; None in a plan stored without them.
    """

    budget: int | None
    elective_moves: int
    share_of_gain: float
    peak: float
    over_line: int | None
    points_over_line: float | None


def draw_trade_off(trade_off: pd.DataFrame) -> TradeOffDrawing | None:
    """The share of the full gain by elective moves; None where no move is worth making.

    - trade_off: columns elective_moves and share_of_gain, as monitor.redistribution.results.tables.trade_off.
    """
    moves = [int(number) for number in trade_off["elective_moves"]]
    shares = [float(share) for share in trade_off["share_of_gain"]]
    if not moves or max(moves) == 0:
        return None
    most = max(moves)
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def place(number: float, share: float) -> tuple[float, float]:
        return round(_LEFT + wide * number / most, 1), round(_TOP + high * (1 - share), 1)

    dots = tuple(place(number, share) for number, share in zip(moves, shares, strict=True))
    step = _step(most)
    return TradeOffDrawing(
        line=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        rows=tuple(Tick(place(0, share / 100)[1], f"{share}%") for share in range(0, 101, 25)),
        columns=tuple(Tick(place(number, 0)[0], f"{number:,}") for number in range(0, most + 1, step)),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=HEIGHT - _BOTTOM,
        says=_summary(moves, shares),
    )


def _step(most: int) -> int:
    """Moves between two marks of the axis: 1, 2 or 5 of a power of ten, five marks or so."""
    rough = max(1.0, most / 5)
    power = 10 ** math.floor(math.log10(rough))
    return int(next(size * power for size in (1, 2, 5, 10) if size * power >= rough))


def _summary(moves: list[int], shares: list[float]) -> str:
    """Where three quarters of the gain are reached, and where all of it."""
    enough = next((number for number, share in zip(moves, shares, strict=True) if share >= 0.75), moves[-1])
    share = next(share for number, share in zip(moves, shares, strict=True) if number == enough)
    if enough == moves[-1]:
        return f"{moves[-1]:,} moves by choice bring the full gain."
    return (
        f"{enough:,} moves by choice bring {100 * share:.0f}% of what is to be gained; "
        f"the full gain takes {moves[-1]:,}."
    )


def list_trade_off(trade_off: pd.DataFrame) -> tuple[TradeOffPoint, ...]:
    """The numbers of the line, row by row; columns as monitor.redistribution.results.tables.trade_off."""
    columns = ("budget", "elective_moves", "share_of_gain", "peak", "over_line", "points_over_line")
    table = trade_off.reindex(columns=list(columns))
    return tuple(
        TradeOffPoint(
            None if pd.isna(budget) else int(budget),
            int(moves),
            float(share),
            float(peak),
            None if pd.isna(over) else int(over),
            None if pd.isna(points) else float(points),
        )
        for budget, moves, share, peak, over, points in zip(*(table[name].tolist() for name in columns), strict=True)
    )


def count_unproven(trade_off: pd.DataFrame, gap: float) -> int:
    """For how many numbers of moves the time was up before a plan was proven within ``gap``, a share of its objective.

    - trade_off: columns objective and bound, as monitor.redistribution.results.tables.trade_off.
    """
    apart = trade_off["objective"] - trade_off["bound"]
    return int(apart.gt(gap * trade_off["objective"] + _NOISE).sum())
