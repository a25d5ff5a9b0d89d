"""Carry the figures of earlier weeks over changes of the organisation, so that they compare with this week's.

A unit that moved or has another code keeps its history. A code that is used again starts one. The units above are
compared by the teams they have now: what moved counts in its new place in every week.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from alerts.detection.organisation.model import LEVELS, ChangeKind, OrganisationChanges
from tiering.terms import Level

FIGURES = ["total_points", "available_points"]
COUNTED = [*FIGURES, "high_risk_overdue"]
"""What is added up by the teams that a unit has now."""

_LEAST_POINTS = 1e-6
"""Fewer points come from adding floats: every team has left."""

Dated = Mapping[date, OrganisationChanges]
Codes = Mapping[str, str | None]


def continue_past(past: pd.DataFrame, teams: pd.DataFrame, changes: Dated) -> pd.DataFrame:
    """The past under the codes of now, each unit with the history that is its own.

    * past: units of earlier weeks, columns as ``alerts.detection.trends.unit_weeks.PAST_COLUMNS``.
    * teams: the organisation of this week, as of ``OrganisationWeek``.
    * changes: of each snapshot since the first of the past, this one included, by its as-at date.

    comparable_percentage is of the teams that a unit has now, and missing where that cannot be calculated.
    capacity_percentage stays what it was. Rows of codes that now stand for other units are left out.
    """
    if not any(changes.values()):
        return past
    alike = like_for_like(past, teams, changes)
    touched = alike["touched"] & past["comparable_percentage"].notna()
    comparable = past["comparable_percentage"].where(~touched, capacity_of(alike))
    return _under_own_codes(past.assign(code=alike["code"], comparable_percentage=comparable))


def continue_week(units: pd.DataFrame, as_at: date, teams: pd.DataFrame, changes: Dated) -> pd.DataFrame:
    """The workload of one earlier week under the codes of now, its points those of the teams that a unit has now.

    Posts and offender managers stay as they are. Other arguments as of ``continue_past``.
    """
    dated = units.assign(as_at=pd.Timestamp(as_at))
    return continue_weeks(dated, teams, changes).drop(columns="as_at") if any(changes.values()) else units


def continue_weeks(units: pd.DataFrame, teams: pd.DataFrame, changes: Dated) -> pd.DataFrame:
    """The same for the units of several weeks, with the as_at of each.

    high_risk_overdue, where it is a column, is of the teams that a unit has now, too.
    """
    if not any(changes.values()):
        return units
    alike = like_for_like(units, teams, changes)
    names = [name for name in COUNTED if name in alike]
    clean = alike[names].mask(alike[names].abs() < _LEAST_POINTS, 0.0)
    figures = {name: units[name].where(~alike["touched"], clean[name]) for name in names}
    share = units["capacity_percentage"].where(~alike["touched"], capacity_of(alike))
    return _under_own_codes(units.assign(code=alike["code"], capacity_percentage=share, **figures))


def follow_codes(rows: pd.DataFrame, changes: Dated) -> pd.DataFrame:
    """Rows of units of earlier weeks under the codes of now, without those whose code now stands for another unit.

    rows: columns as_at, level, code and any figures, which stay as they were.
    """
    if not any(changes.values()):
        return rows
    return _under_own_codes(rows.assign(code=codes_now(rows, changes, merged=False)))


def continue_people(people: pd.DataFrame, changes: OrganisationChanges) -> pd.DataFrame:
    """The notes on who was seen where, one week old, under the codes of now.

    people: columns team_code, office_code, cluster_code, area_code and any others. A unit that merged is the one that
    received it; one whose code now stands for another unit has an empty code.
    """
    if not changes:
        return people
    mappings = _mappings(changes, merged=True)
    columns = {f"{level}_code": mappings.get(level, {}) for level in LEVELS}
    return people.assign(
        **{name: [codes.get(code, code) or "" for code in people[name]] for name, codes in columns.items()}
    ).astype(dict.fromkeys(columns, "str"))


def _under_own_codes(units: pd.DataFrame) -> pd.DataFrame:
    """The rows of units that still have a code; years of a national service are copied only if one has none."""
    has_code = units["code"].notna()
    return units if has_code.all() else units[has_code]


def capacity_of(alike: pd.DataFrame) -> "pd.Series[float]":
    """Per cent of capacity; missing without available points."""
    available = alike["available_points"].where(alike["available_points"] > _LEAST_POINTS)
    return 100 * alike["total_points"] / available


def like_for_like(units: pd.DataFrame, teams: pd.DataFrame, changes: Dated) -> pd.DataFrame:
    """What units of earlier weeks are now, row by row.

    * units: columns as_at, level, code, parent_code, total_points, available_points, and high_risk_overdue if that is
      wanted; all levels of each week.

    Returns columns code (missing where the code now stands for another unit), the figures of the teams that the unit
    has now (missing where that cannot be calculated), and touched: whether they may be other figures than the unit had.
    """
    names = [name for name in COUNTED if name in units]
    # Offender managers are most of the rows, and no change of the organisation is about them.
    rows = units.loc[units["level"].isin(LEVELS), ["as_at", "level", "code", "parent_code", *names]]
    rows = rows.assign(now=codes_now(rows, changes, merged=False))
    moved = _moved_points(rows, codes_now(rows, changes, merged=True), teams)
    added = moved.reindex(pd.MultiIndex.from_frame(rows[["as_at", "level", "now"]])).set_axis(rows.index)
    unknown = _unknown_rows(rows, changes)
    figures = (rows[names] + added.fillna(0.0)).mask(unknown)
    answer = units[["code", *names]].assign(touched=False).astype(dict.fromkeys(names, "float64"))
    answer.loc[rows.index, "code"] = rows["now"]
    answer.loc[rows.index, names] = figures
    answer.loc[rows.index, "touched"] = added["total_points"].notna() | unknown
    return answer


def codes_now(rows: pd.DataFrame, changes: Dated, *, merged: bool) -> "pd.Series[str]":
    """The code of each row's unit as it is now; missing if its code now stands for another unit.

    merged: take a unit that ended for the one that received it.
    """
    codes = rows["code"].copy()
    for as_at in sorted(changes):
        for level, mapping in _mappings(changes[as_at], merged=merged).items():
            which = rows["as_at"].lt(pd.Timestamp(as_at)) & rows["level"].eq(level) & codes.isin(list(mapping))
            codes[which] = codes[which].map(mapping)
    return codes


def _mappings(changes: OrganisationChanges, *, merged: bool) -> dict[Level, Codes]:
    """For each level, the code now of each code before that is another one; None for a unit that has ended."""
    mappings: dict[Level, dict[str, str | None]] = {}
    for change in changes:
        if change.kind in (ChangeKind.RECODED, ChangeKind.REUSED):
            mappings.setdefault(change.level, {})[change.code] = None
    for change in changes:
        if change.kind is ChangeKind.RECODED or (merged and change.kind is ChangeKind.MERGED):
            mappings.setdefault(change.level, {})[change.previous_code] = change.code
    return {level: dict(mapping) for level, mapping in mappings.items()}


def _moved_points(rows: pd.DataFrame, received: "pd.Series[str]", teams: pd.DataFrame) -> pd.DataFrame:
    """The points that came to each unit and left it since each week, by as_at, level and code now.

    * received: the code now of the unit of each row, or of the one that received it.
    """
    of_teams = rows[rows["level"].eq(Level.TEAM)].assign(now_in=received)
    of_teams = of_teams[of_teams["now_in"].isin(teams["team_code"])]
    parts = [_transfers(of_teams, Level.TEAM, of_teams["now"], of_teams["now_in"])]
    above = of_teams["parent_code"]
    for level in LEVELS[1:]:
        of_level = rows[rows["level"].eq(level)].set_index(["as_at", "code"])[["now", "parent_code"]]
        units = of_level.reindex(pd.MultiIndex.from_arrays([of_teams["as_at"], above])).set_axis(of_teams.index)
        unit_of = dict(zip(teams["team_code"], teams[f"{level}_code"], strict=True))
        parts.append(_transfers(of_teams, level, units["now"], of_teams["now_in"].map(unit_of)))
        above = units["parent_code"]
    return pd.concat(parts, ignore_index=True).groupby(["as_at", "level", "now"]).sum()


def _transfers(of_teams: pd.DataFrame, level: Level, before: "pd.Series[str]", now: "pd.Series[str]") -> pd.DataFrame:
    """What each team takes from the unit it was in, and brings to the one it is in, if they are two."""
    differs = before.ne(now)
    names = [name for name in COUNTED if name in of_teams]
    moving = of_teams.loc[differs, ["as_at", *names]].assign(level=level.value)
    left = moving.assign(now=before[differs], **{name: -moving[name] for name in names})
    return pd.concat([left, moving.assign(now=now[differs])], ignore_index=True).dropna(subset="now")


def _unknown_rows(rows: pd.DataFrame, changes: Dated) -> "pd.Series[bool]":
    """Rows of units that a split formed or took from since: no week before can say which points were whose."""
    unknown = pd.Series(data=False, index=rows.index)
    dates = sorted(changes)
    for place, as_at in enumerate(dates):
        own, *later = (_mappings(changes[day], merged=True) for day in dates[place:])
        formed, sources = (_sides(changes[as_at], previous=previous) for previous in (False, True))
        parted = {(level, _follow(code, level, later)) for level, code in formed}
        parted |= {(level, _follow(code, level, [own, *later])) for level, code in sources}
        earlier = rows["as_at"].lt(pd.Timestamp(as_at))
        for level, code in parted:
            if code is not None:
                unknown |= earlier & rows["level"].eq(level) & rows["now"].eq(code)
    return unknown


def _sides(changes: OrganisationChanges, *, previous: bool) -> list[tuple[Level, str]]:
    """Level and code of the units that a split formed, or took from, as far up as the two sides differ.

    Offices and clusters split by teams that move, which is known team by team.
    """
    units: list[tuple[Level, str]] = []
    for change in changes:
        if change.kind is ChangeKind.SPLIT and change.level is Level.TEAM:
            pairs = zip((change.unit, *change.above), (change.previous_unit, *change.previous_above), strict=True)
            units += [(pair[previous].level, pair[previous].code) for pair in pairs if pair[0].code != pair[1].code]
    return units


def _follow(code: str, level: Level, mappings: Sequence[Mapping[Level, Codes]]) -> str | None:
    """The code of a unit after some changes; None if it has ended."""
    now: str | None = code
    for mapping in mappings:
        if now is not None:
            now = mapping.get(level, {}).get(now, now)
    return now
