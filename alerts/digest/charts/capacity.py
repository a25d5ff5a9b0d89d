"""The chart of capacity over the weeks, continued by the forecast."""

import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes

from alerts.digest.charts.canvas import (
    BAND,
    COOL,
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
from alerts.digest.scope.units import Unit
from alerts.forecasting.forecast import LAST_VALUE
from alerts.wording import choose, count_of, day_and_month, limit, number, percent

# Dashes are for what is still to come.
_TO_COME: Final = (0, (3, 1.5))
_STYLES: Final = ((HOT, "solid"), (INK, "dashdot"), (COOL, "dotted"))
_LIKELY: Final = "#f3d5d2"
# Height of a label of two lines as a share of the height of the axes.
_TWO_LINES: Final = 0.19
_WEEK: Final = 7
# Two dates nearer than this share of the width would run into each other.
_LEAST_APART: Final = 0.22
# Free space over and under the lines, as a share of the height they take; over a forecast there stands a word.
_AIR, _AIR_AHEAD = 0.12, 0.16


def draw_capacity_by_week(
    history: pd.DataFrame,
    forecasts: pd.DataFrame,
    units: Sequence[Unit],
    as_at: date,
    red_line: float,
    normal_from: float,
) -> Chart | None:
    """Draw the capacity percentage of each unit over the weeks, missing weeks as gaps; None with under two weeks.

    history: columns as_at, level, code, capacity_percentage.
    forecasts: as in week_facts; the middle is drawn for the hottest units, the likely range for the hottest one.
    red_line, normal_from: per cent of capacity; the band between them is shaded.
    """
    codes = {unit.code: unit for unit in units if not math.isnan(unit.capacity)}
    rows = history[history["level"].isin({unit.level for unit in units}) & history["code"].isin(codes)]
    weeks = rows.pivot_table(index="as_at", columns="code", values="capacity_percentage").sort_index()
    if len(weeks) < 2 or weeks.empty:
        return None
    days = [(stamp.date() - as_at).days for stamp in weeks.index]
    worst = sorted(weeks.columns, key=lambda code: -codes[code].capacity)[:MOST_LABELLED]
    ahead = {code: weeks_ahead for code in worst if (weeks_ahead := _weeks_ahead(codes[code], forecasts)) is not None}
    figure, axes = new_canvas(left=0.115, bottom=0.10, right=0.65, top=0.88)
    axes.axhspan(normal_from, red_line, color=BAND, zorder=0)
    axes.axhline(red_line, color=QUIET, linewidth=1, zorder=1)
    for code in weeks.columns:
        if code not in worst:
            axes.plot(*_line_with_gaps(days, weeks[code]), color=PALE, linewidth=1.2, zorder=2)
    for code, (colour, style) in zip(worst, _STYLES, strict=False):
        axes.plot(*_line_with_gaps(days, weeks[code]), color=colour, linestyle=style, linewidth=2.2, zorder=3)
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
        encode_png(figure),
        _history_alternative_text(weeks, codes, worst, as_at, red_line)
        + _forecast_alternative_text(codes[worst[0]], ahead.get(worst[0]), as_at),
    )


def _line_with_gaps(days: Any, values: "pd.Series[float]") -> tuple[list[float], list[float]]:
    """A line's points with a break at every missing week."""
    across: list[float] = []
    up: list[float] = []
    for day, value in zip(days, values, strict=True):
        if across and day - across[-1] > _WEEK + _WEEK // 2:
            across.append((day + across[-1]) / 2)
            up.append(math.nan)
        across.append(float(day))
        up.append(float(value))
    return across, up


def _weeks_ahead(unit: Unit, forecasts: pd.DataFrame) -> pd.DataFrame | None:
    """The weeks ahead of a unit, soonest first, with a column day; None if it has no forecast of capacity."""
    mine = forecasts["level"].eq(unit.level) & forecasts["code"].eq(unit.code)
    rows = forecasts[mine & forecasts["capacity_percentage"].notna()].sort_values("weeks_ahead", ignore_index=True)
    return None if rows.empty else rows.assign(day=rows["weeks_ahead"] * _WEEK)


def _draw_ahead(axes: Axes, unit: Unit, ahead: pd.DataFrame, colour: str, *, band: bool) -> None:
    """The middle of the forecast as dashes from today on, and the likely range as a band."""
    days = [0.0, *ahead["day"].astype(float)]
    middle = [unit.capacity, *ahead["capacity_percentage"]]
    axes.plot(days, middle, color=colour, linestyle=_TO_COME, linewidth=2.2, zorder=3)
    if band:
        low, high = ([unit.capacity, *ahead[f"capacity_{side}_80"]] for side in ("low", "high"))
        axes.fill_between(days, low, high, color=_LIKELY, linewidth=0, zorder=0.5)


def _dress_weeks(axes: Axes, as_at: date, days: Sequence[int], red_line: float, until: int) -> None:
    ticks = [days[0], days[len(days) // 2], days[-1]] if len(days) > 4 else [days[0], days[-1]]
    title = f"Shaded: normal range up to {limit(red_line)}"
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
    axes.set_title(title, loc="left", **lettering(QUIET))


def _mark_today(axes: Axes, *, carried_on: bool) -> None:
    """A line between what was and what is to come, and what the dashes after it are."""
    axes.axvline(0, color=PALE, linewidth=1, zorder=1)
    words = " last value" if carried_on else " forecast"
    axes.text(0, axes.get_ylim()[1], words, va="top", **lettering(QUIET))


def _is_carried_on(ahead: pd.DataFrame) -> bool:
    return bool(ahead["method"].eq(LAST_VALUE).all())


def _name_lines(axes: Axes, worst: Sequence[Unit], ahead: Mapping[str, pd.DataFrame], until: int) -> None:
    """Name and figure of each of the worst, at the right end of its line."""
    bottom, top = axes.get_ylim()
    ends = {unit.code: unit.capacity for unit in worst}
    ends |= {code: float(weeks["capacity_percentage"].iloc[-1]) for code, weeks in ahead.items()}
    colours = {unit.code: colour for unit, (colour, _) in zip(worst, _STYLES, strict=False)}
    order = sorted(worst, key=lambda unit: -ends[unit.code])
    places = space_labels([ends[unit.code] for unit in order], (top - bottom) * _TWO_LINES)
    for unit, at in zip(order, places, strict=True):
        is_forecast = unit.code in ahead and not _is_carried_on(ahead[unit.code])
        then = f", then {round(ends[unit.code])}%" if is_forecast else ""
        axes.annotate(
            f"{drawable_name(unit.name, unit.code)}\n{percent(unit.capacity)}{then}",
            (until, at),
            (10, 0),
            textcoords="offset points",
            va="center",
            linespacing=1.1,
            **lettering(colours[unit.code]),
        )


def _history_alternative_text(
    weeks: pd.DataFrame, units: dict[str, Unit], worst: Sequence[str], as_at: date, red_line: float
) -> str:
    top = units[worst[0]]
    first = weeks[top.code].dropna()
    began = first.index[0].date()
    over = sum(unit.capacity > red_line for unit in units.values())
    level = count_of(len(units), top.level)
    gaps = sum(round(gap / _WEEK) - 1 for gap in weeks.index.to_series().diff().dt.days.dropna() if gap > _WEEK)
    gap_words = f" {count_of(gaps, 'week')} without a snapshot {choose(gaps, 'is a gap', 'are gaps')}."
    return (
        f"Line chart of capacity percentage from {day_and_month(began)} to {day_and_month(as_at)}. "
        f"{top.name} is highest: {percent(top.capacity)}, from {percent(float(first.iloc[0]))}. "
        f"{number(over)} of {level} {choose(over, 'is', 'are')} over {limit(red_line)}."
        f"{gap_words if gaps > 0 else ''}"
    )


def _forecast_alternative_text(unit: Unit, ahead: pd.DataFrame | None, as_at: date) -> str:
    """Where the forecast ends and likely lies, or that there is none; empty if nothing is drawn."""
    if ahead is None:
        return ""
    last = ahead.iloc[-1]
    on = day_and_month(as_at + timedelta(days=int(last["day"])))
    known = not math.isnan(last["capacity_low_80"]) and not math.isnan(last["capacity_high_80"])
    likely = f"likely {percent(last['capacity_low_80'])} to {percent(last['capacity_high_80'])}" if known else ""
    if _is_carried_on(ahead):
        return f" There is no forecast for {unit.name}: the last value is shown up to {on}" + (
            f", {likely}." if likely else "."
        )
    middle = percent(last["capacity_percentage"])
    return f" {unit.name} is forecast at {middle} on {on}" + (f", {likely}." if likely else ".")
