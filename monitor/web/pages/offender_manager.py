"""The page of one offender manager: every case with its points explained, what is overdue and due, findings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import pandas as pd

from alerts.digest.units import records
from alerts.wording import missing_capacity
from monitor.web.access_log import Subject
from monitor.web.charts.capacity import Drawing
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages import rows, tables
from monitor.web.pages.models import Comparison, OffenderManagerPage
from monitor.web.pages.rows import rows_of
from monitor.web.pages.scope import compare, draw_weeks, trail_to
from monitor.web.read_model.cases import case_rows, cases_with_counts, due_counts
from monitor.web.read_model.history import course_of
from monitor.web.read_model.index import Positions
from monitor.web.read_model.posts import post_table, reduction_table, reductions_of
from monitor.web.read_model.snapshot import SnapshotView
from tiering.findings import FINDINGS
from tiering.terms import Level

AT_ONCE: Final = 20
"""Cases that a phone shows at once; the others are behind one line."""

_LEVEL: Final = Level.OFFENDER_MANAGER.value
_OF_CASES: Final = ("cases", "overdue", "due_soon", "findings")

OfCase = TypeVar("OfCase", rows.LateAssessment, rows.DueAssessment, rows.Finding)


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
    row = week.unit(_LEVEL, code)
    if row is None:
        raise NotFound(f"There is no offender manager {code} in the snapshot for {week.as_at}.")
    unit = rows_of(rows.UnitFigures, [row])[0]
    places = {name: case_rows(week, reader.sight, name, code) for name in _OF_CASES}
    load = week.recent.get(("person", code), lambda: _load_of(reader, code))
    late = rows_of(rows.LateAssessment, week.records("overdue", places["overdue"]))
    soon = rows_of(rows.DueAssessment, week.records("due_soon", places["due_soon"]))
    findings = findings_of(week, places["findings"])
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
        weeks=rows_of(rows.WeekFigures, records(load.course)),
        cases=cases,
        hidden_cases=int(unit.cases) - sum(case.number_of_cases for case in cases),
        by_urgency=_by_urgency(cases, late, soon, findings),
        shown_at_once=AT_ONCE,
        late=late,
        soon=soon,
        findings=findings,
        due_soon_days=week.policy.due_soon,
        may_see=reader.sight.may_see,
        trail=trail_to(reader, _LEVEL, code),
        tables={
            "cases": lambda: cases_with_counts(week, places["cases"], code),
            **{name: _table_of(week, name, places[name]) for name in ("overdue", "due_soon", "findings")},
            "weeks": lambda: load.course,
            "posts": lambda: load.post_table,
            "changes": lambda: tables.change_table(load.comparison.change),
        },
        subjects=(Subject(_LEVEL, code),),
    )


def findings_of(week: SnapshotView, places: Positions) -> tuple[rows.Finding, ...]:
    """The findings at these places, with what each kind means."""
    found = week.records("findings", places)
    return rows_of(
        rows.Finding,
        ({**row, "says": FINDINGS[row["finding"]], "om_name": week.names.get(row["om_code"], "")} for row in found),
    )


def _cases_of(week: SnapshotView, places: Positions, code: str) -> tuple[rows.Case, ...]:
    late, soon = due_counts(week, code)
    found = week.records("cases", places)
    return rows_of(rows.Case, ({**row, "overdue": late[row["crn"]], "due_soon": soon[row["crn"]]} for row in found))


def _by_urgency(
    cases: Sequence[rows.Case],
    late: Sequence[rows.LateAssessment],
    soon: Sequence[rows.DueAssessment],
    findings: Sequence[rows.Finding],
) -> tuple[rows.CaseDetails, ...]:
    """The cases with what is known of each: most overdue first, then the heaviest."""
    late_of, soon_of, findings_about = _by_crn(late), _by_crn(soon), _by_crn(findings)
    return tuple(
        rows.CaseDetails(
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


def _load_of(reader: Reader, code: str) -> _Load:
    week, before = reader.week, reader.previous
    course = course_of(reader.shelf, week, _LEVEL, [code])
    posts = post_table(week).records(week.rows_in(post_table(week), _LEVEL, code))
    reduced = np.intersect1d(
        reductions_of(week, week.places.posts_of.get(code, frozenset())),
        week.rows_in(reduction_table(week), _LEVEL, code),
    )
    earlier = None if before is None or not week.compares_with(before) else before.unit(_LEVEL, code)
    unit = week.unit(_LEVEL, code) or {}
    return _Load(
        before=None if earlier is None else rows_of(rows.UnitFigures, [earlier])[0],
        comparison=compare(reader, _LEVEL, code),
        posts=rows_of(rows.Post, posts),
        reductions=rows_of(rows.Reduction, reduction_table(week).records(reduced)),
        drawing=draw_weeks(week, course, pd.DataFrame(), str(unit["name"])),
        course=course,
        post_table=pd.DataFrame(posts),
    )


def _table_of(week: SnapshotView, frame: str, places: Positions) -> Callable[[], pd.DataFrame]:
    return lambda: week.frame(frame).iloc[places]
