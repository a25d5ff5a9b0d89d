"""The chart of capacity against overdue assessments."""

import math
from collections.abc import Collection, Sequence
from typing import Final

from matplotlib.ticker import MaxNLocator

from alerts.digest.charts.canvas import (
    HOT,
    INK,
    MOST_LABELLED,
    PALE,
    QUIET,
    Chart,
    drawable_name,
    encode_png,
    lettering,
    new_canvas,
    space_labels,
)
from alerts.digest.units import Unit
from alerts.wording import choose, count_of, join_list, limit, number, percent

_LEAST_POINTS: Final = 3
# Height of a label of one line as a share of the height of the axes.
_ONE_LINE: Final = 0.105
# Right of the hottest unit, as shares of what lies left of it: where the names start, and where the picture ends.
_BEFORE_NAMES: Final = 0.12
_ROOM_FOR_NAMES: Final = 0.72


def draw_quadrant(units: Sequence[Unit], flagged: Collection[str], red_line: float) -> Chart | None:
    """Draw capacity percentage against overdue assessments of high RoSH cases; None with fewer than three units.

    flagged: codes of the units that are too hot and too late; they are drawn apart, and the worst are named.
    red_line: per cent of capacity.
    """
    drawn = [unit for unit in units if not math.isnan(unit.capacity)]
    if len(drawn) < _LEAST_POINTS or not flagged:
        return None
    figure, axes = new_canvas(left=0.08, bottom=0.19, right=0.94, top=0.88)
    both = [unit for unit in drawn if unit.code in flagged]
    rest = [unit for unit in drawn if unit.code not in flagged]
    axes.scatter(
        [u.capacity for u in rest], [u.high_risk_overdue for u in rest], s=42, facecolor="white", edgecolor=QUIET
    )
    axes.scatter([u.capacity for u in both], [u.high_risk_overdue for u in both], s=64, marker="D", color=HOT, zorder=3)
    most = max(unit.high_risk_overdue for unit in drawn)
    left, highest = min([*(u.capacity for u in drawn), red_line]) - 5, max([*(u.capacity for u in drawn), red_line])
    axes.set_xlim(left, highest + _ROOM_FOR_NAMES * (highest - left))
    axes.set_ylim(-0.06 * max(most, 4), 1.18 * max(most, 4))
    corner = min(unit.high_risk_overdue for unit in both) - 0.5
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    axes.fill_between([red_line, right], corner, top, color="#fbeeec", linewidth=0, zorder=0)
    axes.plot([red_line, red_line, right], [top, corner, corner], color=QUIET, linewidth=1, zorder=1)
    axes.text(red_line, axes.get_ylim()[1], f" over {limit(red_line)}", va="top", **lettering(QUIET))
    worst = sorted(both, key=lambda unit: (-unit.high_risk_overdue, -unit.capacity))[: MOST_LABELLED + 1]
    column = highest + _BEFORE_NAMES * (highest - left)
    line = axes.get_ylim()[1] * _ONE_LINE
    places = space_labels([unit.high_risk_overdue for unit in worst], line, lowest=corner + line / 2)
    for unit, at in zip(worst, places, strict=True):
        axes.plot([unit.capacity, column], [unit.high_risk_overdue, at], color=PALE, linewidth=1, zorder=1)
        axes.annotate(
            drawable_name(unit.name, unit.code),
            (column, at),
            (3, 0),
            textcoords="offset points",
            va="center",
            **lettering(INK),
        )
    axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= column])
    axes.xaxis.set_major_formatter(lambda value, _: limit(value))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.set_xlabel("Capacity percentage", **lettering(QUIET))
    axes.set_title("High RoSH assessments overdue", loc="left", **lettering(QUIET))
    return Chart(
        "hot-and-late",
        "Capacity and overdue assessments",
        encode_png(figure),
        _quadrant_alternative_text(drawn, both, worst, red_line),
    )


def _quadrant_alternative_text(
    drawn: Sequence[Unit], both: Sequence[Unit], worst: Sequence[Unit], red_line: float
) -> str:
    named = [
        f"{unit.name} ({percent(unit.capacity)}, {number(unit.high_risk_overdue)} overdue)"
        for unit in worst[:MOST_LABELLED]
    ]
    return (
        f"Scatter chart of {count_of(len(drawn), drawn[0].level)}: capacity percentage against high RoSH assessments "
        f"overdue. {number(len(both))} {choose(len(both), 'is', 'are')} over {limit(red_line)} and late"
        + (f": {join_list(named)}." if named else ".")
        + (" Those named are the worst." if len(both) > len(named) else "")
    )
