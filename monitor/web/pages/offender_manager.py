"""The page of one offender manager: every case with its points explained, what is overdue and due, findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import pandas as pd

from alerts.follow_through.decisions import latest_by_episode
from alerts.wording import long_date, missing_capacity
from monitor.web.access_log import Subject
from monitor.web.auth.permissions import RAISE_CONCERN
from monitor.web.charts.capacity import Drawing
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages import tables
from monitor.web.pages.follow_through.concerns import concerns_of_person
from monitor.web.pages.scope import compare, draw_weeks, trail_to
from monitor.web.pages.view_models.models import Comparison, OffenderManagerPage
from monitor.web.read_model import rows, rows_of_cases
from monitor.web.read_model.cases import case_rows, cases_with_counts, due_counts
from monitor.web.read_model.follow_through.decisions import decisions_in
from monitor.web.read_model.history import course_of
from monitor.web.read_model.index import Positions
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.units.oversight import oversight_rows
from monitor.web.read_model.units.posts import post_table, posts_of, reduction_table, reductions_of
from monitor.web.urls import file_part
from tiering.findings import FINDINGS
from tiering.terms import Level

AT_ONCE: Final = 20
"""Cases that a phone shows at once; the others are behind one line."""

POST_COLUMNS: Final = [
    "om_code",
    "team_code",
    "om_name",
    "grade",
    "qualified_on",
    "left_on",
    "team_name",
    "contracted_hours",
    "case_points",
    "duty_points",
    "total_points",
    "available_points",
    "reduction_hours",
    "cases",
    "left",
]
"""The columns of a table of posts as it is downloaded."""

_LEVEL: Final = Level.OFFENDER_MANAGER.value
_OF_CASES: Final = ("cases", "overdue", "due_soon", "findings")

OfCase = TypeVar("OfCase", rows_of_cases.LateAssessment, rows_of_cases.DueAssessment, rows_of_cases.Finding)


@dataclass(frozen=True)
class _Load:
    """What makes up the load of a person, the same for everyone who may see that person."""

    before: rows.UnitFigures | None
    comparison: Comparison
    posts: tuple[rows.Post, ...]
    reductions: tuple[rows.Reduction, ...]
    drawing: Drawing | None
    course: pd.DataFrame
    post_table: pd.DataFrame


def offender_manager_page(reader: Reader, code: str) -> OffenderManagerPage:
    """The page of one person; raises Forbidden, or NotFound if they are not in the snapshot."""
    reader.sight.require(_LEVEL, code)
    week = reader.week
    unit = week.unit(_LEVEL, code)
    if unit is None:
        raise NotFound(f"There is no offender manager {code} in the snapshot for {week.as_at}.")
    places = {name: case_rows(week, reader.sight, name, code) for name in _OF_CASES}
    load = week.recent.get(("person", code), lambda: _load_of(reader, unit))
    late = week.indexed("overdue").rows(rows_of_cases.LateAssessment, places["overdue"])
    soon = week.indexed("due_soon").rows(rows_of_cases.DueAssessment, places["due_soon"])
    findings = findings_of(week, places["findings"])
    owed = oversight_rows(week, reader.sight, code)
    records_more = bool(week.parameters.oversight)
    offered = {"oversight": _table_of(week, "oversight", owed)} if records_more else {}
    cases = _cases_of(week, places["cases"], code)
    return OffenderManagerPage(
        title=unit.name,
        unit=unit,
        before=load.before,
        lack=missing_capacity(unit.contracted_hours, unit.reduction_hours),
        comparison=load.comparison,
        posts=load.posts,
        reductions=load.reductions,
        drawing=load.drawing,
        weeks=rows_of(rows.WeekFigures, load.course),
        cases=cases,
        hidden_cases=int(unit.cases) - sum(case.number_of_cases for case in cases),
        by_urgency=_by_urgency(cases, late, soon, findings),
        shown_at_once=AT_ONCE,
        late=late,
        soon=soon,
        findings=findings,
        due_soon_days=week.policy.due_soon,
        may_see=reader.sight.may_see,
        other_work=week.indexed("oversight").rows(rows_of_cases.OversightItem, owed) if records_more else None,
        decided=_decided(reader, code),
        concerns=concerns_of_person(reader, code),
        can_raise=RAISE_CONCERN.is_for(reader.sight.person) and reader.sees_newest,
        trail=trail_to(reader, _LEVEL, code),
        file_part=file_part(_LEVEL, code),
        tables={
            "cases": lambda: cases_with_counts(week, places["cases"], code),
            **{name: _table_of(week, name, places[name]) for name in ("overdue", "due_soon", "findings")},
            **offered,
            "weeks": lambda: load.course,
            "posts": lambda: load.post_table,
            "changes": lambda: tables.change_table(load.comparison.change),
        },
        subjects=(Subject(_LEVEL, code),),
    )


def _decided(reader: Reader, code: str) -> tuple[str, ...]:
    """That a decision about a team or office of a person is in force, and its review; what it is, is not theirs."""
    week = reader.week
    teams = week.places.posts_of.get(code, frozenset())
    offices = {week.places.parent_of[Level.TEAM, team] for team in teams}
    own = {(Level.TEAM, team) for team in teams} | {(Level.OFFICE, office) for office in offices}
    latest = latest_by_episode(decisions_in(reader.snapshots, week)).values()
    return tuple(
        f"There is a decision about your {decision.level}. It is reviewed on {long_date(decision.review_on)}."
        for decision in sorted(latest, key=lambda decision: (decision.level, decision.code))
        if (decision.level, decision.code) in own and decision.review_on is not None
    )


def findings_of(week: SnapshotView, places: Positions) -> tuple[rows_of_cases.Finding, ...]:
    """The findings at these places, with what each kind means."""
    findings = week.indexed("findings")
    kinds, holders = (findings.columns[name][places].tolist() for name in ("finding", "om_code"))
    return findings.rows(
        rows_of_cases.Finding,
        places,
        says=[FINDINGS[kind] for kind in kinds],
        om_name=[week.names.get(holder, "") for holder in holders],
    )


def _cases_of(week: SnapshotView, places: Positions, code: str) -> tuple[rows_of_cases.Case, ...]:
    late, soon = due_counts(week, code)
    cases = week.indexed("cases")
    crns = cases.columns["crn"][places].tolist()
    return cases.rows(
        rows_of_cases.Case, places, overdue=[late[crn] for crn in crns], due_soon=[soon[crn] for crn in crns]
    )


def _by_urgency(
    cases: Sequence[rows_of_cases.Case],
    late: Sequence[rows_of_cases.LateAssessment],
    soon: Sequence[rows_of_cases.DueAssessment],
    findings: Sequence[rows_of_cases.Finding],
) -> tuple[rows_of_cases.CaseDetails, ...]:
    """The cases with what is known of each: most overdue first, then the heaviest."""
    late_of, soon_of, findings_about = _by_crn(late), _by_crn(soon), _by_crn(findings)
    return tuple(
        rows_of_cases.CaseDetails(
            case,
            tuple(late_of.get(case.crn, ())),
            tuple(soon_of.get(case.crn, ())),
            tuple(findings_about.get(case.crn, ())),
        )
        for case in sorted(cases, key=lambda case: (-case.overdue, -case.points, case.crn))
    )


def _by_crn(facts: Sequence[OfCase]) -> dict[str, list[OfCase]]:
    grouped: dict[str, list[OfCase]] = {}
    for fact in facts:
        grouped.setdefault(fact.crn, []).append(fact)
    return grouped


def _load_of(reader: Reader, unit: rows.UnitFigures) -> _Load:
    week, before, code = reader.week, reader.previous, unit.code
    course = course_of(reader.snapshots, week, _LEVEL, [code])
    reduced = np.intersect1d(
        reductions_of(week, week.places.posts_of.get(code, frozenset())),
        week.rows_in(reduction_table(week), _LEVEL, code),
    )
    return _Load(
        before=None if before is None or not week.compares_with(before) else before.unit(_LEVEL, code),
        comparison=compare(reader, _LEVEL, code),
        posts=post_table(week).rows(rows.Post, week.rows_in(post_table(week), _LEVEL, code)),
        reductions=reduction_table(week).rows(rows.Reduction, reduced),
        drawing=draw_weeks(week, course, pd.DataFrame(), unit.name),
        course=course,
        post_table=posts_of(week, code)[POST_COLUMNS],
    )


def _table_of(week: SnapshotView, frame: str, places: Positions) -> Callable[[], pd.DataFrame]:
    return lambda: week.frame(frame).iloc[places]
