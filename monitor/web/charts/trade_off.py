"""What fewer moves would do, as a line of an SVG and as a table, ready for the template to write down."""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from monitor.web.charts.capacity import HEIGHT, WIDTH, Tick

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 12, 48


@dataclass(frozen=True)
class CurveDrawing:
    """The line through the best so many moves can do, its dots, its axes, and what it says in words."""

    line: str
    dots: tuple[tuple[float, float], ...]
    rows: tuple[Tick, ...]
    columns: tuple[Tick, ...]
    left: float
    right: float
    bottom: float
    says: str


def curve_drawing(curve: pd.DataFrame) -> CurveDrawing | None:
    """The share of the full gain by elective moves; None where no move is worth making.

    curve: columns elective_moves and share_of_gain, as monitor.redistribution.curve.
    """
    moves = [int(one) for one in curve["elective_moves"]]
    shares = [float(one) for one in curve["share_of_gain"]]
    if not moves or max(moves) == 0:
        return None
    most = max(moves)
    wide, high = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def place(number: float, share: float) -> tuple[float, float]:
        return round(_LEFT + wide * number / most, 1), round(_TOP + high * (1 - share), 1)

    dots = tuple(place(number, share) for number, share in zip(moves, shares, strict=True))
    step = _step(most)
    return CurveDrawing(
        line=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        rows=tuple(Tick(place(0, share / 100)[1], f"{share}%") for share in range(0, 101, 25)),
        columns=tuple(Tick(place(number, 0)[0], f"{number:,}") for number in range(0, most + 1, step)),
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=HEIGHT - _BOTTOM,
        says=_in_words(moves, shares),
    )


def _step(most: int) -> int:
    """Moves between two marks of the axis: 1, 2 or 5 of a power of ten, five marks or so."""
    rough = max(1.0, most / 5)
    power = 10 ** math.floor(math.log10(rough))
    return int(next(size * power for size in (1, 2, 5, 10) if size * power >= rough))


def _in_words(moves: list[int], shares: list[float]) -> str:
    """Where three quarters of the gain are reached, and where all of it."""
    enough = next((number for number, share in zip(moves, shares, strict=True) if share >= 0.75), moves[-1])
    share = next(share for number, share in zip(moves, shares, strict=True) if number == enough)
    if enough == moves[-1]:
        return f"{moves[-1]:,} moves that need not be bring the full gain."
    return (
        f"{enough:,} moves that need not be bring {100 * share:.0f}% of what is to be gained; "
        f"the full gain takes {moves[-1]:,}."
    )


def curve_rows(curve: pd.DataFrame) -> list[dict[str, Any]]:
    """The numbers of the line: moves allowed (None: any number), made, share of the gain, highest load, people over."""
    rows = curve.to_dict("records")
    for row in rows:
        row["budget"] = None if pd.isna(row["budget"]) else int(row["budget"])
    return [{str(name): value for name, value in row.items()} for row in rows]
