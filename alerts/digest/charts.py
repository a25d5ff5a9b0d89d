"""The pictures in a digest: small PNGs, the same bytes for the same figures, each with the finding in words."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from alerts.digest.units import Unit
from alerts.forecasting.forecast import LAST_VALUE
from alerts.wording import counted, day_and_month, limit, listed, number, percent, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH: Final = 552
_HEIGHT: Final = 340
_DOTS: Final = 200
_COLOURS: Final = 32
_TEXT: Final = 13
# Shipped with matplotlib, so that every machine draws the same bytes.
_FONT: Final = "DejaVu Sans"
_INK, _QUIET, _PALE, _BAND, _HOT, _COOL = "#0b0c0c", "#505a5f", "#b1b4b6", "#eef3f7", "#b10e1e", "#1d70b8"
_LABELLED: Final = 3
# Dashes are for what is still to come.
_TO_COME: Final = (0, (3, 1.5))
_STYLES: Final = ((_HOT, "solid"), (_INK, "dashdot"), (_COOL, "dotted"))
_LIKELY: Final = "#f3d5d2"
_LONGEST_LABEL: Final = 18
_LEAST_POINTS: Final = 3
# Height of a label of one or two lines as a share of the height of the axes.
_ONE_LINE: Final = 0.105
_TWO_LINES: Final = 0.19
# Right of the hottest unit, as shares of what lies left of it: where the names start, and where the picture ends.
_BEFORE_NAMES: Final = 0.12
_ROOM_FOR_NAMES: Final = 0.72
_WEEK: Final = 7
# Two dates nearer than this share of the width would run into each other.
_LEAST_APART: Final = 0.22
# Free space over and under the lines, as a share of the height they take; over a forecast there stands a word.
_AIR, _AIR_AHEAD = 0.12, 0.16


@dataclass(frozen=True)
class Chart:
    """A picture for a mail. width, height: as shown, in pixels; the PNG has twice as many each way."""

    name: str
    title: str
    png: bytes
    alternative_text: str
    width: int = WIDTH
    height: int = _HEIGHT

    @property
    def content_id(self) -> str:
        return f"{self.name}@digest"


def capacity_by_week(
    history: pd.DataFrame,
    forecasts: pd.DataFrame,
    units: Sequence[Unit],
    as_at: date,
    red_line: float,
    normal_from: float,
) -> Chart | None:
    """Capacity percentage of each unit over the weeks, missing weeks as gaps; None with less than two weeks.

    history: columns as_at, level, code, capacity_percentage. The band from ``normal_from`` to ``red_line`` is shaded.
    forecasts: as alerts.picture has them; the middle is drawn for the worst units, where it likely lies for one.
    """
    codes = {unit.code: unit for unit in units if not math.isnan(unit.capacity)}
    rows = history[history["level"].isin({unit.level for unit in units}) & history["code"].isin(codes)]
    weeks = rows.pivot_table(index="as_at", columns="code", values="capacity_percentage").sort_index()
    if len(weeks) < 2 or weeks.empty:
        return None
    days = [(stamp.date() - as_at).days for stamp in weeks.index]
    worst = sorted(weeks.columns, key=lambda code: -codes[code].capacity)[:_LABELLED]
    ahead = {code: ahead_of for code in worst if (ahead_of := _ahead_of(codes[code], forecasts)) is not None}
    figure, axes = _canvas(left=0.115, bottom=0.10, right=0.65, top=0.88)
    axes.axhspan(normal_from, red_line, color=_BAND, zorder=0)
    axes.axhline(red_line, color=_QUIET, linewidth=1, zorder=1)
    for code in weeks.columns:
        if code not in worst:
            axes.plot(*_with_gaps(days, weeks[code]), color=_PALE, linewidth=1.2, zorder=2)
    for code, (colour, style) in zip(worst, _STYLES, strict=False):
        axes.plot(*_with_gaps(days, weeks[code]), color=colour, linestyle=style, linewidth=2.2, zorder=3)
        if code in ahead:
            _draw_ahead(axes, codes[code], ahead[code], colour, band=code == worst[0])
    until = max((int(weeks["day"].iloc[-1]) for weeks in ahead.values()), default=0)
    _dress_weeks(axes, as_at, days, red_line, until)
    if until:
        _mark_today(axes, carried_on=all(_is_carried_on(weeks) for weeks in ahead.values()))
    _name_lines(axes, [codes[code] for code in worst], ahead, until)
    return Chart(
        "capacity-by-week",
        "Capacity percentage by week",
        _png(figure),
        _capacity_in_words(weeks, codes, worst, as_at, red_line)
        + _ahead_in_words(codes[worst[0]], ahead.get(worst[0]), as_at),
    )


def hot_and_late(units: Sequence[Unit], flagged: Collection[str], red_line: float) -> Chart | None:
    """Capacity percentage against overdue assessments of high RoSH cases; None with fewer than three units.

    flagged: codes of the units that are too hot and too late; they are drawn apart, and the worst are named.
    """
    drawn = [unit for unit in units if not math.isnan(unit.capacity)]
    if len(drawn) < _LEAST_POINTS or not flagged:
        return None
    from matplotlib.ticker import MaxNLocator

    figure, axes = _canvas(left=0.08, bottom=0.19, right=0.94, top=0.88)
    both = [unit for unit in drawn if unit.code in flagged]
    rest = [unit for unit in drawn if unit.code not in flagged]
    axes.scatter(
        [u.capacity for u in rest], [u.high_risk_overdue for u in rest], s=42, facecolor="white", edgecolor=_QUIET
    )
    axes.scatter(
        [u.capacity for u in both], [u.high_risk_overdue for u in both], s=64, marker="D", color=_HOT, zorder=3
    )
    most = max(unit.high_risk_overdue for unit in drawn)
    left, highest = min([*(u.capacity for u in drawn), red_line]) - 5, max([*(u.capacity for u in drawn), red_line])
    axes.set_xlim(left, highest + _ROOM_FOR_NAMES * (highest - left))
    axes.set_ylim(-0.06 * max(most, 4), 1.18 * max(most, 4))
    corner = min(unit.high_risk_overdue for unit in both) - 0.5
    right, top = axes.get_xlim()[1], axes.get_ylim()[1]
    axes.fill_between([red_line, right], corner, top, color="#fbeeec", linewidth=0, zorder=0)
    axes.plot([red_line, red_line, right], [top, corner, corner], color=_QUIET, linewidth=1, zorder=1)
    axes.text(red_line, axes.get_ylim()[1], f" over {limit(red_line)}", va="top", **_lettering(_QUIET))
    worst = sorted(both, key=lambda unit: (-unit.high_risk_overdue, -unit.capacity))[: _LABELLED + 1]
    column = highest + _BEFORE_NAMES * (highest - left)
    line = axes.get_ylim()[1] * _ONE_LINE
    places = _apart([unit.high_risk_overdue for unit in worst], line, lowest=corner + line / 2)
    for unit, at in zip(worst, places, strict=True):
        axes.plot([unit.capacity, column], [unit.high_risk_overdue, at], color=_PALE, linewidth=1, zorder=1)
        axes.annotate(
            _drawable(unit.name, unit.code),
            (column, at),
            (3, 0),
            textcoords="offset points",
            va="center",
            **_lettering(_INK),
        )
    axes.set_xticks([tick for tick in axes.get_xticks() if left <= tick <= column])
    axes.xaxis.set_major_formatter(lambda value, _: limit(value))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=5))
    axes.set_xlabel("Capacity percentage", **_lettering(_QUIET))
    axes.set_title("High RoSH assessments overdue", loc="left", **_lettering(_QUIET))
    return Chart(
        "hot-and-late",
        "Capacity and overdue assessments",
        _png(figure),
        _hot_and_late_in_words(drawn, both, worst, red_line),
    )


def _canvas(left: float, bottom: float, right: float, top: float) -> tuple[Figure, Axes]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 100, _HEIGHT / 100), dpi=_DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((left, bottom, right - left, top - bottom))
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(_PALE)
    axes.tick_params(labelsize=_TEXT, labelcolor=_QUIET, labelfontfamily=_FONT, color=_PALE)
    return figure, axes


def _lettering(colour: str) -> dict[str, Any]:
    # Without mathematics, so that a dollar sign in a name stays one.
    return {"color": colour, "fontsize": _TEXT, "fontfamily": _FONT, "parse_math": False}


def _with_gaps(days: Any, values: pd.Series[float]) -> tuple[list[float], list[float]]:
    """A line's points with a break wherever a week is missing."""
    across: list[float] = []
    up: list[float] = []
    for day, value in zip(days, values, strict=True):
        if across and day - across[-1] > _WEEK + _WEEK // 2:
            across.append((day + across[-1]) / 2)
            up.append(math.nan)
        across.append(float(day))
        up.append(float(value))
    return across, up


def _apart(values: Sequence[float], least: float, lowest: float = -math.inf) -> list[float]:
    """Places for labels near falling values, at least so far from each other, none below ``lowest``."""
    places: list[float] = []
    for value in values:
        places.append(min(value, places[-1] - least) if places else float(value))
    floor = lowest
    for position in reversed(range(len(places))):
        places[position] = max(places[position], floor)
        floor = places[position] + least
    return places


def _ahead_of(unit: Unit, forecasts: pd.DataFrame) -> pd.DataFrame | None:
    """The weeks ahead of a unit, soonest first, with a column day; None where it has no forecast of capacity."""
    mine = forecasts["level"].eq(unit.level) & forecasts["code"].eq(unit.code)
    rows = forecasts[mine & forecasts["capacity_percentage"].notna()].sort_values("weeks_ahead", ignore_index=True)
    return None if rows.empty else rows.assign(day=rows["weeks_ahead"] * _WEEK)


def _draw_ahead(axes: Axes, unit: Unit, ahead: pd.DataFrame, colour: str, *, band: bool) -> None:
    """The middle of the forecast as dashes from today on, and where it likely lies as a band."""
    days = [0.0, *ahead["day"].astype(float)]
    middle = [unit.capacity, *ahead["capacity_percentage"]]
    axes.plot(days, middle, color=colour, linestyle=_TO_COME, linewidth=2.2, zorder=3)
    if band:
        low, high = ([unit.capacity, *ahead[f"capacity_{side}_80"]] for side in ("low", "high"))
        axes.fill_between(days, low, high, color=_LIKELY, linewidth=0, zorder=0.5)


def _dress_weeks(axes: Axes, as_at: date, days: Sequence[int], red_line: float, until: int) -> None:
    ticks = [days[0], days[len(days) // 2], days[-1]] if len(days) > 4 else [days[0], days[-1]]
    title = f"Shaded: normal band up to {limit(red_line)}"
    if until:
        first = [days[0]] if days[-1] - days[0] > _LEAST_APART * (until - days[0]) else []
        ticks, title = [*first, days[-1], until], f"{title}, likely range"
    named = [pd.Timestamp(as_at) + pd.Timedelta(days=day) for day in ticks]
    axes.set_xlim(days[0] - 2, ticks[-1] + 2)
    axes.set_xticks(ticks, [f"{day.day} {day:%b}" for day in named])
    if not until:
        axes.xaxis.get_major_ticks()[-1].label1.set_horizontalalignment("right")
    axes.yaxis.set_major_formatter(lambda value, _: limit(value))
    axes.margins(y=_AIR_AHEAD if until else _AIR)
    axes.set_title(title, loc="left", **_lettering(_QUIET))


def _mark_today(axes: Axes, *, carried_on: bool) -> None:
    """A line between what was and what is to come, and what the dashes after it are."""
    axes.axvline(0, color=_PALE, linewidth=1, zorder=1)
    words = " last value" if carried_on else " forecast"
    axes.text(0, axes.get_ylim()[1], words, va="top", **_lettering(_QUIET))


def _is_carried_on(ahead: pd.DataFrame) -> bool:
    return bool(ahead["method"].eq(LAST_VALUE).all())


def _name_lines(axes: Axes, worst: Sequence[Unit], ahead: Mapping[str, pd.DataFrame], until: int) -> None:
    """Name and figure of each of the worst, at the right end of its line."""
    bottom, top = axes.get_ylim()
    ends = {unit.code: unit.capacity for unit in worst}
    ends |= {code: float(weeks["capacity_percentage"].iloc[-1]) for code, weeks in ahead.items()}
    colours = {unit.code: colour for unit, (colour, _) in zip(worst, _STYLES, strict=False)}
    order = sorted(worst, key=lambda unit: -ends[unit.code])
    places = _apart([ends[unit.code] for unit in order], (top - bottom) * _TWO_LINES)
    for unit, at in zip(order, places, strict=True):
        told = unit.code in ahead and not _is_carried_on(ahead[unit.code])
        then = f", then {round(ends[unit.code])}%" if told else ""
        axes.annotate(
            f"{_drawable(unit.name, unit.code)}\n{percent(unit.capacity)}{then}",
            (until, at),
            (10, 0),
            textcoords="offset points",
            va="center",
            linespacing=1.1,
            **_lettering(colours[unit.code]),
        )


def _drawable(name: str, code: str) -> str:
    """The name with the letters the font is sure to have; the code where nothing is left of it."""
    kept = "".join(letter for letter in name if letter.isprintable() and ord(letter) < 0x250).strip()
    return shortened(kept or code, _LONGEST_LABEL)


def _png(figure: Figure) -> bytes:
    from PIL import Image

    canvas: Any = figure.canvas
    canvas.draw()
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")
    small = picture.quantize(_COLOURS, dither=Image.Dither.NONE)
    data = BytesIO()
    small.save(data, "PNG", optimize=True)
    return data.getvalue()


def _capacity_in_words(
    weeks: pd.DataFrame, units: dict[str, Unit], worst: Sequence[str], as_at: date, red_line: float
) -> str:
    top = units[worst[0]]
    first = weeks[top.code].dropna()
    began = first.index[0].date()
    over = sum(unit.capacity > red_line for unit in units.values())
    level = counted(len(units), top.level)
    gaps = sum(round(gap / _WEEK) - 1 for gap in weeks.index.to_series().diff().dt.days.dropna() if gap > _WEEK)
    missing = f" {counted(gaps, 'week')} without a snapshot left as a gap." if gaps > 0 else ""
    return (
        f"Line chart of capacity percentage from {day_and_month(began)} to {day_and_month(as_at)}. "
        f"{top.name} is highest, at {percent(top.capacity)} from {percent(float(first.iloc[0]))}; "
        f"{number(over)} of {level} over {limit(red_line)}.{missing}"
    )


def _ahead_in_words(unit: Unit, ahead: pd.DataFrame | None, as_at: date) -> str:
    """The forecast that is drawn: where it ends and likely lies, or that there is none."""
    if ahead is None:
        return ""
    last = ahead.iloc[-1]
    on = day_and_month(as_at + timedelta(days=int(last["day"])))
    known = not math.isnan(last["capacity_low_80"]) and not math.isnan(last["capacity_high_80"])
    likely = f"likely {percent(last['capacity_low_80'])} to {percent(last['capacity_high_80'])}" if known else ""
    if _is_carried_on(ahead):
        return f" No forecast of {unit.name}: the last value is carried on to {on}" + (
            f", {likely}." if likely else "."
        )
    middle = percent(last["capacity_percentage"])
    return f" {unit.name} is forecast at {middle} on {on}" + (f", {likely}." if likely else ".")


def _hot_and_late_in_words(drawn: Sequence[Unit], both: Sequence[Unit], worst: Sequence[Unit], red_line: float) -> str:
    named = [
        f"{unit.name} ({percent(unit.capacity)}, {number(unit.high_risk_overdue)} overdue)"
        for unit in worst[:_LABELLED]
    ]
    return (
        f"Scatter chart of {counted(len(drawn), drawn[0].level)}: capacity percentage against high RoSH assessments "
        f"overdue. {number(len(both))} over {limit(red_line)} and late: {listed(named) if named else 'none drawn'}."
        + (" Those named are the worst." if len(both) > len(named) else "")
    )
