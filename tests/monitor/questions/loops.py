"""Every shipped question answered a second time, with dictionaries and loops over whole frames."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd

from monitor.snapshots.store import Store

Row = dict[str, Any]
LEVELS = ["post", "offender_manager", "team", "office", "cluster", "area", "all"]
ABOVE = dict(pairwise(LEVELS))


@dataclass(frozen=True)
class Week:
    """One stored week with its frames as rows, each with the place of its unit."""

    as_at: date
    number: int
    frames: dict[str, list[Row]]

    @property
    def year(self) -> int:
        return self.as_at.year


def read_weeks(store: Store, by: str, first: date | None = None) -> list[Week]:
    """Every week of the store, one after another, through the reader of single snapshots."""
    weeks = []
    for as_at in store.dates():
        snapshot = store.newest(as_at)
        assert snapshot is not None
        assert snapshot.id is not None
        if first is not None and as_at < first:
            continue
        units = _rows(store.units(snapshot.id))
        parents = {(row["level"], row["code"]): row["parent_code"] for row in units}
        frames = {"units": units}
        frames["hotspots"] = _rows(store.hotspots(snapshot.id))
        frames["timeliness"] = _rows(store.timeliness(snapshot.id))
        for name in ("cases", "overdue", "findings", "staffing"):
            frames[name] = _rows(store.archived_frame(snapshot.id, name))
        for rows in frames.values():
            for row in rows:
                unit = (row["level"], row["code"]) if "level" in row else ("team", row["team_code"])
                row["place"] = _place(*unit, parents, by)
        weeks.append(Week(as_at, len(weeks) + 1, frames))
    return weeks


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [
        {name: None if pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")
    ]


def _place(level: str, code: str, parents: dict[tuple[str, str], str | None], by: str) -> str | None:
    if by == "all":
        return "all"
    while level != by:
        parent = parents.get((level, code))
        if level == "all" or parent is None:
            return None
        level, code = ABOVE[level], parent
    return code


def units_of(week: Week, level: str) -> Iterator[Row]:
    return (row for row in week.frames["units"] if row["level"] == level and row["place"] is not None)


def is_staff(person: Row) -> bool:
    """Whether someone has hours for cases, or holds cases without."""
    return person["available_points"] > 0 or person["cases"] > 0


def staff_of(week: Week) -> Iterator[Row]:
    return filter(is_staff, units_of(week, "offender_manager"))


def share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def over_threshold_weeks(history: list[Week], /, over: float, weeks: int) -> list[Row]:
    staff: dict[tuple[int, str], set[str]] = defaultdict(set)
    long_over: dict[tuple[int, str], set[str]] = defaultdict(set)
    running: dict[str, tuple[int, int]] = {}
    for week in history:
        for person in units_of(week, "offender_manager"):
            code, percentage = person["code"], person["capacity_percentage"]
            key = (week.year, person["place"])
            if is_staff(person):
                staff[key].add(code)
            last, length = running.get(code, (week.number, 0))
            if week.number - last > 1 or (percentage is not None and percentage <= over):
                length = 0
            if percentage is not None and percentage > over:
                length += 1
                if length > weeks:
                    long_over[key].add(code)
            running[code] = (week.number, length)
    return [
        {
            "year": key[0],
            "place": key[1],
            "staff": len(staff[key]),
            "staff_over": len(long_over[key]),
            "percentage": share(len(long_over[key]), len(staff[key])),
        }
        for key in sorted(staff)
    ]


def grouped(rows: Iterator[tuple[tuple[Any, ...], Row]]) -> list[tuple[tuple[Any, ...], list[Row]]]:
    """The rows by their key, in its order."""
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for key, row in rows:
        groups[key].append(row)
    return sorted(groups.items(), key=lambda item: item[0])


def by_week(history: list[Week], level: str, frame: str = "units") -> list[tuple[tuple[Any, ...], list[Row]]]:
    """The units of a level by date and place."""
    return grouped(
        ((pd.Timestamp(week.as_at), row["place"]), row)
        for week in history
        for row in week.frames[frame]
        if row["level"] == level and row["place"] is not None
    )


def whole_places(history: list[Week]) -> Iterator[Row]:
    """The one unit of each week that is the whole of a place: a person with two posts below it counts once."""
    for week in history:
        placed = [row for row in week.frames["units"] if row["place"] is not None]
        highest = max(LEVELS.index(row["level"]) for row in placed)
        for row in placed:
            if LEVELS.index(row["level"]) == highest:
                yield row | {"date": pd.Timestamp(week.as_at), "week": week.number, "year": week.year}


def dated_key(row: Row) -> tuple[Any, ...]:
    return (row["date"], row["place"])


def staff_by_week(history: list[Week]) -> list[tuple[tuple[Any, ...], list[Row]]]:
    return grouped(((pd.Timestamp(week.as_at), row["place"]), row) for week in history for row in staff_of(week))


def by_year(history: list[Week], level: str) -> list[tuple[tuple[Any, ...], list[Row]]]:
    """The units of a level by year and place, each with the number of its week."""
    return grouped(
        ((week.year, row["place"]), {**row, "week": week.number}) for week in history for row in units_of(week, level)
    )


def known(rows: list[Row], name: str) -> list[Any]:
    return [row[name] for row in rows if row[name] is not None]


def above(rows: list[Row], name: str, line: float) -> int:
    return len([value for value in known(rows, name) if value > line])


def total(rows: list[Row], name: str) -> Any:
    return sum(known(rows, name))


def mean(values: list[Any]) -> float:
    return float(sum(values) / len(values))


def dated(key: tuple[Any, ...], **more: Any) -> Row:
    return {"as_at": key[0], "place": key[1], **more}


def yearly(key: tuple[Any, ...], **more: Any) -> Row:
    return {"year": key[0], "place": key[1], **more}


def cases_over_fifty(history: list[Week], /, more_than: int) -> list[Row]:
    answer = []
    for key, rows in staff_by_week(history):
        over = above(rows, "cases", more_than)
        answer.append(dated(key, staff=len(rows), staff_over=over, percentage=share(over, len(rows))))
    return answer


def mean_caseload(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in grouped(((week.year, row["place"]), row) for week in history for row in staff_of(week)):
        cases = known(rows, "cases")
        staff = len({row["code"] for row in rows})
        answer.append(yearly(key, staff=staff, mean_cases=mean(cases), most_cases=max(cases)))
    return answer


def staff_under_fifty(history: list[Week], /, below: int) -> list[Row]:
    answer = []
    for key, rows in staff_by_week(history):
        under = len([row for row in rows if row["cases"] < below])
        percentage = share(under, len(rows))
        answer.append(dated(key, staff=len(rows), percentage_under=percentage, mean_cases=mean(known(rows, "cases"))))
    return answer


def units_over_capacity(history: list[Week], /, over: float) -> list[Row]:
    weeks = by_week(history, "cluster")
    return [
        dated(key, clusters=len(rows), clusters_over=above(rows, "capacity_percentage", over)) for key, rows in weeks
    ]


def average_capacity(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in by_year(history, "office"):
        has, able = total(rows, "total_points"), total(rows, "available_points")
        answer.append(yearly(key, total_points=has, available_points=able, percentage=share(has, able)))
    return answer


def staff_at_twice_capacity(history: list[Week], /, over: float) -> list[Row]:
    answer = []
    for key, rows in staff_by_week(history):
        highest = max(known(rows, "capacity_percentage"), default=None)
        over_it = above(rows, "capacity_percentage", over)
        answer.append(dated(key, staff=len(rows), staff_over=over_it, highest_percentage=highest))
    return answer


def unallocated_cases(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in by_week(history, "office"):
        cases, unallocated = total(rows, "cases"), total(rows, "unallocated_cases")
        answer.append(dated(key, cases=cases, unallocated=unallocated, percentage=share(unallocated, cases)))
    return answer


def staff_without_hours(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in staff_by_week(history):
        idle = [row for row in rows if row["available_points"] == 0]
        without = above(idle, "cases", 0)
        answer.append(dated(key, staff=len(rows), without_hours=without, their_cases=total(idle, "cases")))
    return answer


def span_of_control(history: list[Week], /, more_than: float) -> list[Row]:
    answer = []
    for key, rows in by_week(history, "office"):
        spans = known(rows, "span")
        counts = {"offices": len(rows), "offices_known": len(spans), "offices_over": above(rows, "span", more_than)}
        answer.append(dated(key, **counts, widest=max(spans, default=None)))
    return answer


def on_time_assessments(history: list[Week], /) -> list[Row]:
    rows_of_rule = grouped(
        ((row["rule"], row["place"]), row) for row in history[-1].frames["timeliness"] if row["level"] == "office"
    )
    answer = []
    for (rule, place), rows in rows_of_rule:
        due, done = total(rows, "fell_due"), total(rows, "on_time")
        shares = {"fell_due": due, "on_time": done, "percentage": share(done, due)}
        answer.append({"rule": rule, "place": place, **shares})
    return answer


def overdue_high_risk(history: list[Week], /) -> list[Row]:
    names = ("overdue", "high_risk_overdue")
    return [dated(key, **{name: total(rows, name) for name in names}) for key, rows in by_week(history, "office")]


def sickness(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in by_week(history, "office", "staffing"):
        sick, contracted = total(rows, "sick_hours"), total(rows, "contracted_hours")
        answer.append(dated(key, sick_hours=sick, contracted_hours=contracted, percentage=share(sick, contracted)))
    return answer


def inexperienced_staff(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in grouped((dated_key(row), row) for row in whole_places(history)):
        recorded = [row for row in rows if row["inexperienced"] is not None]
        staff = total(recorded, "offender_managers") - total(recorded, "experience_unknown")
        new = total(recorded, "inexperienced") if recorded else None
        answer.append(dated(key, staff=staff, inexperienced_staff=new, percentage=share(new or 0, staff)))
    return answer


def cases_by_tier(history: list[Week], /) -> list[Row]:
    cases = history[-1].frames["cases"]
    rows_of_tier = grouped(((row["tier"] or "untiered", row["place"]), row) for row in cases)
    answer = []
    for (tier, place), rows in rows_of_tier:
        every = len([row for row in cases if row["place"] == place])
        answer.append(
            {"tier_now": tier, "place": place, "cases_in_tier": len(rows), "percentage": share(len(rows), every)}
        )
    return answer


def cases_per_officer(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in grouped(((row["year"], row["place"]), row) for row in whole_places(history)):
        officers = total(rows, "offender_managers")
        staff = officers / len({row["week"] for row in rows})
        answer.append(yearly(key, staff=staff, cases_per_officer=total(rows, "cases") / officers if officers else None))
    return answer


def recording_faults(history: list[Week], /) -> list[Row]:
    rows_of_finding = grouped(((row["finding"], row["place"]), row) for row in history[-1].frames["findings"])
    return [
        {"finding": finding, "place": place, "found": len(rows), "cases_with_it": len({row["crn"] for row in rows})}
        for (finding, place), rows in rows_of_finding
    ]


def long_hotspots(history: list[Week], /, weeks: int) -> list[Row]:
    spots = grouped(
        ((week.year, row["place"], row["rule"]), row)
        for week in history
        for row in week.frames["hotspots"]
        if row["level"] in ("office", "cluster") and row["place"] is not None and row["status"] != "cleared"
    )
    answer = []
    for (year, place, rule), rows in spots:
        every = {(row["level"], row["code"]) for row in rows}
        long = {(row["level"], row["code"]) for row in rows if row["weeks"] >= weeks}
        counts = {"units_hot": len(every), "units_hot_for_long": len(long), "longest": max(known(rows, "weeks"))}
        answer.append({"year": year, "place": place, "rule": rule, **counts})
    return answer


def hidden_by_averages(history: list[Week], /, within: float) -> list[Row]:
    answer = []
    for key, rows in by_week(history, "office"):
        fine = [row for row in rows if row["capacity_percentage"] is not None and row["capacity_percentage"] <= within]
        staff, hidden = total(fine, "offender_managers_over"), above(fine, "offender_managers_over", 0)
        answer.append(dated(key, offices_within=len(fine), offices_with_staff_over=hidden, staff_over=staff))
    return answer


def units_in_the_red(history: list[Week], /) -> list[Row]:
    answer = []
    for key, rows in by_week(history, "office"):
        counts = {band: len([row for row in rows if row["band"] == band]) for band in ("red", "amber", "green")}
        answer.append(dated(key, offices=len(rows), **counts))
    return answer


LOOPS: dict[str, Callable[..., list[Row]]] = {
    loop.__name__.replace("_", "-"): loop
    for loop in (
        over_threshold_weeks, cases_over_fifty, mean_caseload, staff_under_fifty, units_over_capacity, average_capacity,
        staff_at_twice_capacity, unallocated_cases, staff_without_hours, span_of_control, on_time_assessments,
        overdue_high_risk, sickness, inexperienced_staff, cases_by_tier, cases_per_officer, recording_faults,
        long_hotspots, hidden_by_averages, units_in_the_red,
    )
}  # fmt: skip
"""The loop of each shipped question, by its name; the parameters by their names."""

OTHER_VALUES: dict[str, dict[str, str]] = {
    "over-threshold-weeks": {"over": "100", "weeks": "1"},
    "cases-over-fifty": {"more_than": "20"},
    "staff-under-fifty": {"below": "30"},
    "units-over-capacity": {"over": "150.5"},
    "staff-at-twice-capacity": {"over": "110"},
    "span-of-control": {"more_than": "5"},
    "long-hotspots": {"weeks": "3"},
    "hidden-by-averages": {"within": "130"},
}
"""Values other than the defaults of each question that has parameters."""
