"""The start page: the reader's scope with its verdict, hotspots, what is coming, spare capacity and timeliness."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from alerts.digest.first_screen.answers import FirstScreen, write_first_screen
from alerts.digest.follow_up import with_decisions, with_moves
from alerts.digest.privacy import ReaderScope, name_scope
from alerts.digest.scope.spare_capacity import room_by_grade
from alerts.digest.sentences.figures import figures
from alerts.digest.sentences.organisation import organisation_lines, organisation_note
from alerts.digest.sentences.provenance import describe_figures
from alerts.digest.sentences.risk_limits import limit_lines
from alerts.digest.story import Story
from monitor.web.charts.quadrant import quadrant
from monitor.web.dependencies import Reader
from monitor.web.pages.follow_through.concerns import concerns_of_units, subjects_of
from monitor.web.pages.follow_through.decisions import count_decisions, decide_path
from monitor.web.pages.scope import UNIT_COLUMNS, draw_weeks, own_file_part, rows_seen, wording_of
from monitor.web.pages.view_models.models import HomePage, SpareRoom, TimelyUnit
from monitor.web.pages.view_models.page import Table
from monitor.web.pages.view_models.proposals import proposal_shown
from monitor.web.pages.view_models.siblings import siblings_of
from monitor.web.read_model.follow_through.decisions import facts_in, moves_in
from monitor.web.read_model.history import course_of, forecast_of
from monitor.web.read_model.rows import OversightRate, TeamTypeFigures, UnitFigures, WeekFigures, rows_of
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.story import story_of, week_facts
from monitor.web.read_model.units.organisation import dates_apart, history_lines
from monitor.web.read_model.units.oversight import oversight_by_unit, oversight_of
from monitor.web.read_model.units.team_types import team_types_of


def home_page(reader: Reader) -> HomePage:
    """The start page of a reader."""
    scope = name_scope(reader.sight.units, reader.week.organisation)
    made = reader.week.recent.get(("home", scope.level, *scope.codes), lambda: _page_of(reader, scope))
    tables: dict[str, Table] = {
        "parts": lambda: rows_seen(reader, reader.week.units)[UNIT_COLUMNS],
        "hotspots": lambda: rows_seen(reader, reader.week.hotspots),
        "timeliness": lambda: rows_seen(reader, reader.week.timeliness),
    }
    facts = facts_in(reader.snapshots, reader.week, reader.day)
    story = with_moves(with_decisions(made.story, facts), moves_in(reader.snapshots, reader.week))
    # Figures that were current when the page was made can be out of date by now, and other decisions are made.
    screen = reader.week.recent.get(
        ("first screen", reader.is_stale, _counts_of(story), scope.level, *scope.codes),
        lambda: _screen_of(reader, story),
    )
    concerns = concerns_of_units(reader, reader.sight.units)
    beside = tuple(sibling for level, code in reader.sight.units for sibling in siblings_of(reader, level, code))
    return replace(
        made,
        story=story,
        screen=screen,
        counts=count_decisions(reader, story),
        decide=lambda spot: decide_path(reader, spot),
        propose=lambda spot: proposal_shown(reader, spot),
        concerns=concerns,
        subjects=(*made.subjects, *subjects_of(concerns)),
        tables={**made.tables, **tables},
        file_part=own_file_part(reader),
        limits_path=reader.same_week("/limits"),
        siblings=tuple(dict.fromkeys(beside)),
    )


def _counts_of(story: Story) -> tuple[int, ...]:
    """What the first screen counts of decisions and agreed plans."""
    return (
        story.asking,
        story.reviews_overdue,
        story.reviewed,
        story.reviewed_below,
        *story.agreed_moves.values(),
    )


def _screen_of(reader: Reader, story: Story) -> FirstScreen:
    """The five answers for everyone with this scope."""
    return write_first_screen(story, week_facts(reader.week, reader.previous), is_stale=reader.is_stale)


def _page_of(reader: Reader, scope: ReaderScope) -> HomePage:
    """The start page of everyone with this scope."""
    week = reader.week
    story = story_of(week, reader.previous, scope)
    course = course_of(reader.snapshots, week, scope.level, scope.codes)
    rule = week.rule("hot_and_late")
    corner = quadrant(story.places, story.whole.name, rule.number("threshold"), rule.number("high_risk_overdue_from"))
    forecast = forecast_of(week, scope.level, scope.code) if len(scope.codes) == 1 else pd.DataFrame()
    tables: dict[str, Table] = {"weeks": lambda: course}
    if corner is not None:
        tables["quadrant"] = lambda: corner.table
    facts = week_facts(week, reader.previous)
    notes = describe_figures(story, facts, wording_of(week))
    types = team_types_of(week, scope.level, scope.code) if len(scope.codes) == 1 else pd.DataFrame()
    if not types.empty:
        tables["team-types"] = lambda: types
    oversight = oversight_of(week, scope.level, *scope.codes)
    if not oversight.empty:
        tables["oversight_rates"] = lambda: oversight
    places = np.array([week.row_of[story.part, part.code] for part in story.parts], dtype=np.int64)
    return HomePage(
        title="Hotspots",
        story=story,
        screen=_screen_of(reader, story),
        figures=tuple(figures(story)),
        about=tuple(notes),
        room=tuple(SpareRoom(room.unit, tuple(room_by_grade(room, story.average_case))) for room in story.room),
        organisation=tuple(organisation_lines(story)),
        organisation_note=organisation_note(story),
        history=tuple(line for code in scope.codes for line in history_lines(week, scope.level, code)),
        drawing=draw_weeks(week, course, forecast, story.whole.name, dates_apart(week, scope.level, scope.codes)),
        weeks=rows_of(WeekFigures, course),
        quadrant=corner,
        red_line=week.red_line,
        parts=week.indexed("units").rows(UnitFigures, places),
        timeliness=tuple(TimelyUnit(unit, light_of(week, unit.percentage)) for unit in story.timeliness),
        team_types=() if types.empty else rows_of(TeamTypeFigures, types),
        oversight=rows_of(OversightRate, oversight),
        oversight_parts=oversight_by_unit(week, [(part.level, part.code, part.name) for part in story.parts]),
        limits=tuple(limit_lines(facts.limits, scope)),
        tables=tables,
    )


def light_of(week: SnapshotView, percentage: float) -> str:
    """The traffic light of a timeliness percentage; empty if nothing fell due."""
    bands = week.policy.timeliness_bands
    if math.isnan(percentage):
        return ""
    if percentage >= bands.green_from:
        return "green"
    return "amber" if percentage >= bands.amber_from else "red"
