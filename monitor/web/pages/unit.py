"""The page of an area, cluster, office or team: its load and why, its people, its weeks, what changed."""

from dataclasses import replace

from alerts.digest.privacy import ReaderScope
from alerts.digest.sentences.organisation import organisation_lines, organisation_note
from alerts.digest.units import records
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages import inspections, tables
from monitor.web.pages.models import UnitPage
from monitor.web.pages.page import Table
from monitor.web.pages.rows import ForecastFigures, Reduction, Timeliness, UnitFigures, WeekFigures, rows_of
from monitor.web.pages.scope import UNIT_COLUMNS, compare, draw_weeks, if_kept, trail_to
from monitor.web.read_model.changes import LoadPart, load_split
from monitor.web.read_model.history import course_of, forecast_of, timeliness_of
from monitor.web.read_model.index import NO_ROWS, Positions
from monitor.web.read_model.organisation import dates_apart, history_lines
from monitor.web.read_model.posts import reduction_table, reductions_of, spread_of
from monitor.web.read_model.snapshot import PARTS
from monitor.web.read_model.story import story_of
from tiering.terms import Level


def unit_page(reader: Reader, level: str, code: str) -> UnitPage:
    """The page of a unit; raises Forbidden, or NotFound if it is not in the snapshot."""
    reader.sight.require(level, code)
    week = reader.week
    if week.unit(level, code) is None:
        raise NotFound(f"There is no {level} {code} in the snapshot for {week.as_at}.")
    made = week.recent.get(("unit", level, code), lambda: _page_of(reader, level, code))
    reports = inspections.reports(reader.config, week, code) if level == Level.CLUSTER else ()
    offered = dict(made.tables)
    if reports and any(report.key for report in reports):
        offered["inspection"] = lambda: inspections.table_of(reports)
    return replace(made, inspections=reports, trail=trail_to(reader, level, code), tables=offered)


def _page_of(reader: Reader, level: str, code: str) -> UnitPage:
    """The page of a unit for everyone who may see it."""
    week = reader.week
    row = week.unit(level, code) or {}
    name = str(row["name"])
    unit = rows_of(UnitFigures, [row])[0]
    teams = week.places.teams_of.get((level, code), frozenset())
    people = week.people(teams)
    parts = week.parts(level, code) if level != Level.TEAM else people[:0]
    course = course_of(reader.shelf, week, level, [code])
    forecast = forecast_of(week, level, code)
    reduced, removed = if_kept(lambda: reductions_of(week, teams), NO_ROWS)
    reductions = () if removed else rows_of(Reduction, reduction_table(week).records(reduced))
    nothing: dict[str, list[LoadPart]] = {}
    split, _ = if_kept(lambda: load_split(week, level, code), nothing)
    comparison = compare(reader, level, code)
    timely = timeliness_of(week, level, code)
    story = story_of(week, reader.previous, ReaderScope(level, code, name))
    names_people = level in (Level.TEAM, Level.OFFICE)
    offered: dict[str, Table] = {
        "parts": lambda: week.units.iloc[parts][UNIT_COLUMNS],
        "people": lambda: week.units.iloc[people][UNIT_COLUMNS],
        "weeks": lambda: course,
        "forecast": lambda: forecast.drop(columns=["name"]),
        "reductions": lambda: reduction_table(week).frame.iloc[reduced],
        "timeliness": lambda: week.timeliness.iloc[timely],
        "load": lambda: tables.load_table(unit, split),
        "changes": lambda: tables.change_table(comparison.change),
    }

    def figures_of(places: Positions) -> tuple[UnitFigures, ...]:
        return rows_of(UnitFigures, week.records("units", places))

    return UnitPage(
        title=name,
        unit=unit,
        story=story,
        comparison=comparison,
        level=level,
        part=PARTS[level],
        parts=figures_of(parts),
        people=figures_of(people) if names_people else (),
        spread=spread_of(week, people, row),
        names_people=names_people,
        split=split,
        organisation=tuple(organisation_lines(story)),
        organisation_note=organisation_note(story),
        history=history_lines(week, level, code),
        drawing=draw_weeks(week, course, forecast, name, dates_apart(week, level, [code])),
        weeks=rows_of(WeekFigures, records(course)),
        forecast=rows_of(ForecastFigures, records(forecast)),
        reductions=reductions if names_people else (),
        reduction_count=len(reduced),
        ending_soon=sum(reduction.soon for reduction in reductions),
        removed=removed,
        timeliness=rows_of(Timeliness, week.records("timeliness", timely)),
        red_line=week.red_line,
        tables=offered,
    )
