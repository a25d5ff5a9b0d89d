"""The page of an area, cluster, office or team: its load and why, its people, its weeks, what changed."""

from dataclasses import replace

from alerts.digest.privacy import ReaderScope
from alerts.digest.sentences.organisation import organisation_lines, organisation_note
from alerts.digest.sentences.outages import outage_lines
from monitor.web.charts.months import draw_months
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages import tables
from monitor.web.pages.follow_through.concerns import concerns_of_units, subjects_of
from monitor.web.pages.follow_through.decisions import decide_path
from monitor.web.pages.follow_through.plans import count_touching
from monitor.web.pages.scope import UNIT_COLUMNS, compare, draw_weeks, if_kept, trail_to
from monitor.web.pages.units.causes import causes_table, shown_changes
from monitor.web.pages.units.team import team_frame, team_of
from monitor.web.pages.view_models import inspections
from monitor.web.pages.view_models.models import UnitPage
from monitor.web.pages.view_models.page import Table
from monitor.web.pages.view_models.proposals import proposal_shown
from monitor.web.pages.view_models.siblings import siblings_of
from monitor.web.read_model.follow_through.decisions import decided_story
from monitor.web.read_model.history import course_of, forecast_of, timeliness_of
from monitor.web.read_model.index import NO_ROWS, Positions
from monitor.web.read_model.rows import (
    BulkDay,
    ContactFigures,
    ForecastFigures,
    MonthFigures,
    OversightRate,
    Reduction,
    TeamTypeFigures,
    Timeliness,
    UnitFigures,
    WeekFigures,
    rows_of,
)
from monitor.web.read_model.snapshot import PARTS
from monitor.web.read_model.story import story_of
from monitor.web.read_model.units.bulk_days import bulk_days_of
from monitor.web.read_model.units.causes import compared_weeks
from monitor.web.read_model.units.changes import LoadPart, load_split
from monitor.web.read_model.units.contact import contact_of
from monitor.web.read_model.units.months import months_of
from monitor.web.read_model.units.organisation import dates_apart, history_lines
from monitor.web.read_model.units.oversight import oversight_by_unit, oversight_of
from monitor.web.read_model.units.posts import reduction_table, reductions_of, spread_of
from monitor.web.read_model.units.staffing import staffing_of, staffing_table
from monitor.web.read_model.units.team_types import team_types_of
from monitor.web.urls import file_part
from tiering.terms import Level


def unit_page(reader: Reader, level: str, code: str) -> UnitPage:
    """The page of a unit; raises Forbidden, or NotFound if it is not in the snapshot."""
    reader.sight.require(level, code)
    week = reader.week
    unit = week.unit(level, code)
    if unit is None:
        raise NotFound(f"There is no {level} {code} in the snapshot for {week.as_at}.")
    made = week.recent.get(("unit", level, code), lambda: _page_of(reader, unit))
    reports = inspections.reports(reader.config, week, code) if level == Level.CLUSTER else ()
    offered = dict(made.tables)
    if reports and any(report.key for report in reports):
        offered["inspection"] = lambda: inspections.table_of(reports)
    concerns = concerns_of_units(reader, [(level, code)])
    if made.names_people:
        offered["load_by_person"] = lambda: team_frame(reader, unit)
    return replace(
        made,
        story=decided_story(reader.snapshots, week, made.story, reader.day),
        decide=lambda spot: decide_path(reader, spot),
        propose=lambda spot: proposal_shown(reader, spot),
        concerns=concerns,
        plans=count_touching(reader, week.places.teams_of.get((level, code), frozenset())),
        subjects=(*made.subjects, *subjects_of(concerns)),
        inspections=reports,
        trail=trail_to(reader, level, code),
        tables=offered,
        siblings=siblings_of(reader, level, code),
        team=team_of(reader, unit) if made.names_people else None,
        file_part=file_part(level, unit.name),
    )


def _page_of(reader: Reader, unit: UnitFigures) -> UnitPage:
    """The page of a unit for everyone who may see it."""
    week, level, code, name = reader.week, unit.level, unit.code, unit.name
    teams = week.places.teams_of.get((level, code), frozenset())
    people = week.people(teams)
    parts = week.parts(level, code) if level != Level.TEAM else people[:0]
    course = course_of(reader.snapshots, week, level, [code])
    months = months_of(week, level, code, course)
    months_drawing = draw_months(months, level, name, week.red_line)
    forecast = forecast_of(week, level, code)
    reduced, removed = if_kept(lambda: reductions_of(week, teams), NO_ROWS)
    reductions = () if removed else reduction_table(week).rows(Reduction, reduced)
    nothing: dict[str, list[LoadPart]] = {}
    split, _ = if_kept(lambda: load_split(week, level, code), nothing)
    comparison = compare(reader, level, code)
    compared = compared_weeks(week, level, code)
    timely = timeliness_of(week, level, code)
    story = story_of(week, reader.previous, ReaderScope(level, code, name))
    types = team_types_of(week, level, code)
    bulk = bulk_days_of(week, teams)
    contact = contact_of(week, level, code)
    oversight = oversight_of(week, level, code)
    names_people = level in (Level.TEAM, Level.OFFICE)
    offered: dict[str, Table] = {
        "parts": lambda: week.units.iloc[parts][UNIT_COLUMNS],
        "people": lambda: week.units.iloc[people][UNIT_COLUMNS],
        "weeks": lambda: course,
        "forecast": lambda: forecast.drop(columns=["name"]),
        "reductions": lambda: reduction_table(week).frame.iloc[reduced],
        "timeliness": lambda: week.timeliness.iloc[timely],
        "load": lambda: tables.load_table(unit, split),
        "bulk_days": lambda: bulk,
        "staffing": lambda: staffing_table(week, level, code),
        "changes": lambda: tables.change_table(comparison.change),
        "causes": lambda: causes_table(compared),
    }

    if not contact.empty:
        offered["contact"] = lambda: contact
    if not oversight.empty:
        offered["oversight_rates"] = lambda: oversight
    if not types.empty:
        offered["team-types"] = lambda: types
    if months_drawing is not None:
        offered["months"] = lambda: months.drop(columns=["stretch"])

    def figures_of(places: Positions) -> tuple[UnitFigures, ...]:
        return week.indexed("units").rows(UnitFigures, places)

    part_rows = figures_of(parts)
    return UnitPage(
        title=name,
        unit=unit,
        story=story,
        comparison=comparison,
        level=level,
        part=PARTS[level],
        parts=part_rows,
        spread=spread_of(week, people, unit),
        names_people=names_people,
        split=split,
        organisation=tuple(organisation_lines(story)),
        organisation_note=organisation_note(story),
        history=history_lines(week, level, code),
        drawing=draw_weeks(week, course, forecast, name, dates_apart(week, level, [code])),
        weeks=rows_of(WeekFigures, course),
        months_drawing=months_drawing,
        months=rows_of(MonthFigures, months),
        forecast=rows_of(ForecastFigures, forecast),
        reductions=reductions if names_people else (),
        reduction_count=len(reduced),
        ending_soon=sum(reduction.soon for reduction in reductions),
        removed=removed,
        contact=rows_of(ContactFigures, contact),
        bulk_days=rows_of(BulkDay, bulk),
        oversight=rows_of(OversightRate, oversight),
        oversight_parts=oversight_by_unit(week, [(part.level, part.code, part.name) for part in part_rows]),
        staffing=staffing_of(week, level, code),
        outages=tuple(outage_lines(story.outages)),
        timeliness=week.indexed("timeliness").rows(Timeliness, timely),
        red_line=week.red_line,
        team_types=rows_of(TeamTypeFigures, types),
        causes=shown_changes(compared, level, code),
        tables=offered,
    )
