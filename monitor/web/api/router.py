"""The same figures for programs: read-only JSON under /api/v1, with the scope and the access log of the pages.

No answer holds what a reader may not open as a page. Numbers are unrounded, dates ISO, what is missing is null.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from functools import cache
from typing import Annotated, Final, Literal

import pandas as pd
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from alerts.follow_through.decisions import DecisionKind
from monitor.snapshots.contracts.causes import CAUSES, STANDING_CAUSES
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.web.access_log import NO_SUBJECT, Subject
from monitor.web.api.answers import OffenderManagerAnswer, UnitAnswer
from monitor.web.api.coming_row import ComingRow
from monitor.web.api.concern_row import ConcernCountRow
from monitor.web.api.decision_row import DecisionRow
from monitor.web.api.document import described_problems, openapi_document
from monitor.web.api.lists import explain, narrow, snapshot_list, visible_rows
from monitor.web.api.outcome_row import OutcomeRow
from monitor.web.api.paging import Paged, rows_of_frame, rows_of_page
from monitor.web.api.schemas import (
    AssessmentRow,
    CaseRow,
    CauseRow,
    ChangeRow,
    DatedPart,
    FindingRow,
    ForecastRow,
    Hotspot,
    LateRow,
    LimitRow,
    OverdueRow,
    OversightRow,
    PagedList,
    PostRow,
    SnapshotRow,
    StaffingRow,
    StandingCauseRow,
    TeamTypeRow,
    TimelinessRow,
    UnitRow,
    WeekRow,
)
from monitor.web.auth.permissions import OPERATIONS, PERSON_FIGURES, UNIT_FIGURES, Permission
from monitor.web.dependencies import Reader, ServiceUsed, SignedIn, admit, no_subject, reader_of, record_looks
from monitor.web.exceptions import NotFound
from monitor.web.pages.assessments import filtered_items, subjects_of
from monitor.web.pages.follow_through.concerns import concern_counts
from monitor.web.pages.follow_through.decisions import visible_decisions, visible_outcomes
from monitor.web.pages.limits import visible_limits
from monitor.web.pages.offender_manager import offender_manager_page
from monitor.web.pages.service.data_quality import visible_findings
from monitor.web.pages.supervision.coming import coming_subjects, scope_asked
from monitor.web.pages.units.unit import unit_page
from monitor.web.pages.view_models.models import Comparison, Filters
from monitor.web.read_model.supervision.coming import coming_items
from monitor.web.requests import LONGEST_CODE, LONGEST_UNIT
from tiering.terms import Level
from tiering.timeliness.coming import Coming

AnyLevel = Literal["all", "area", "cluster", "office", "team", "offender_manager"]
UnitLevel = Literal["area", "cluster", "office", "team"]
Code = Annotated[str, Path(max_length=LONGEST_CODE)]
Word = Annotated[str | None, Query(max_length=100)]
OfUnit = Annotated[
    str | None,
    Query(
        max_length=LONGEST_UNIT, pattern="^(area|cluster|office|team)/", description="Level and code, with / between."
    ),
]
OfUnitOrPerson = Annotated[
    str | None,
    Query(
        max_length=LONGEST_UNIT,
        pattern="^(area|cluster|office|team|offender_manager)/",
        description="Level and code, with / between.",
    ),
]
AsAt = Annotated[date | None, Query(description="Date of a snapshot; the newest if left out.")]

_V1: Final = "/api/v1"
_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

router: Final = APIRouter(responses=described_problems())


async def _unit_in_path(level: UnitLevel, code: Code) -> Subject:
    return Subject(level, code)


async def _person_in_path(code: Code) -> Subject:
    return Subject(Level.OFFENDER_MANAGER.value, code)


async def _unit_in_query(unit: OfUnit = None) -> Subject:
    level, _, code = (unit or "").partition("/")
    return Subject(level, code)


async def _unit_or_person_in_query(unit: OfUnitOrPerson = None) -> Subject:
    level, _, code = (unit or "").partition("/")
    return Subject(level, code)


def _reader_for(permission: Permission, about: Callable[..., object] = no_subject) -> Callable[..., Iterator[Reader]]:
    """The dependency of an answer: a reader who may have it. about: what the access log says a refusal was about."""

    def reader(
        request: Request,
        service: ServiceUsed,
        person: SignedIn,
        subject: Annotated[Subject, Depends(about)],
        as_at: AsAt = None,
    ) -> Iterator[Reader]:
        yield from admit(service, reader_of(request, service, person, as_at, {}), permission, subject)

    return reader


UnitsReader = Annotated[Reader, Depends(_reader_for(UNIT_FIGURES))]


def _reader_of_newest(request: Request, service: ServiceUsed, person: SignedIn) -> Iterator[Reader]:
    """A reader of the list of snapshots, which is of no date."""
    yield from admit(service, reader_of(request, service, person, None, {}), OPERATIONS, NO_SUBJECT)


@router.get(f"{_V1}/snapshots", operation_id="snapshots")
def snapshots(reader: Annotated[Reader, Depends(_reader_of_newest)], paged: Paged) -> PagedList[SnapshotRow]:
    """Every snapshot, newest first."""
    return paged.part(SnapshotRow, snapshot_list(reader))


@router.get(f"{_V1}/units", operation_id="units")
def units(
    reader: UnitsReader,
    service: ServiceUsed,
    paged: Paged,
    level: AnyLevel | None = None,
    parent_code: Word = None,
    band: Word = None,
) -> DatedPart[UnitRow]:
    """Units and offender managers with their figures, by level and code."""
    rows = narrow(visible_rows(reader, "units"), level=level, parent_code=parent_code, band=band)
    _record_list(service, reader, rows)
    return paged.dated(UnitRow, rows, reader.week)


@router.get(f"{_V1}/units/{{level}}/{{code:path}}", operation_id="unit")
def unit(
    reader: Annotated[Reader, Depends(_reader_for(UNIT_FIGURES, _unit_in_path))], level: UnitLevel, code: Code
) -> UnitAnswer:
    """One unit: figures, weeks, forecast, hotspots, timeliness, what changed and why, what its load is made of."""
    page = unit_page(reader, level, code)
    hotspots = explain(reader, narrow(reader.week.hotspots, level=level, code=code))
    return UnitAnswer(
        as_at=reader.week.as_at,
        revision=reader.week.snapshot.revision,
        unit=rows_of_page(UnitRow, [page.unit])[0],
        weeks=rows_of_page(WeekRow, page.weeks),
        forecast=rows_of_page(ForecastRow, page.forecast),
        hotspots=rows_of_frame(Hotspot, hotspots),
        timeliness=rows_of_page(TimelinessRow, page.timeliness),
        change=_change(page.comparison),
        staffing=next(iter(rows_of_page(StaffingRow, filter(None, [page.staffing]))), None),
        causes=rows_of_frame(CauseRow, _of_unit(reader, CAUSES, level, code)),
        standing_causes=rows_of_frame(StandingCauseRow, _of_unit(reader, STANDING_CAUSES, level, code)),
    )


@router.get(f"{_V1}/hotspots", operation_id="hotspots")
def hotspots(
    reader: UnitsReader,
    service: ServiceUsed,
    paged: Paged,
    level: AnyLevel | None = None,
    rule: Word = None,
    status: Literal["new", "continuing", "cleared"] | None = None,
) -> DatedPart[Hotspot]:
    """The hotspots, by rule, level and code."""
    rows = narrow(visible_rows(reader, "hotspots"), level=level, rule=rule, status=status)
    _record_list(service, reader, rows)
    return paged.dated(Hotspot, explain(reader, rows), reader.week)


@router.get(f"{_V1}/decisions", operation_id="decisions")
def decisions(
    reader: UnitsReader,
    paged: Paged,
    level: UnitLevel | None = None,
    code: Word = None,
    kind: DecisionKind | None = None,
    owner: Word = None,
    episode: Annotated[str | None, Query(max_length=2 * LONGEST_UNIT)] = None,
) -> PagedList[DecisionRow]:
    """The decisions about hotspots of units, oldest first."""
    rows = narrow(visible_decisions(reader), level=level, code=code, kind=kind, owner=owner, episode=episode)
    return paged.part(DecisionRow, rows)


@router.get(f"{_V1}/decision-outcomes", operation_id="decision_outcomes")
def decision_outcomes(
    reader: UnitsReader,
    paged: Paged,
    level: UnitLevel | None = None,
    code: Word = None,
    episode: Annotated[str | None, Query(max_length=2 * LONGEST_UNIT)] = None,
) -> DatedPart[OutcomeRow]:
    """What came of decisions about hotspots of units, oldest first, with what like units did."""
    rows = narrow(visible_outcomes(reader), level=level, code=code, episode=episode)
    return paged.dated(OutcomeRow, rows, reader.week)


@router.get(f"{_V1}/concerns", operation_id="concerns")
def concerns(reader: UnitsReader, paged: Paged, level: AnyLevel | None = None) -> DatedPart[ConcernCountRow]:
    """How many offender managers of each unit say that they cannot carry their caseload safely."""
    return paged.dated(ConcernCountRow, narrow(concern_counts(reader), level=level), reader.week)


@router.get(f"{_V1}/timeliness", operation_id="timeliness")
def timeliness(
    reader: UnitsReader,
    service: ServiceUsed,
    paged: Paged,
    level: AnyLevel | None = None,
    code: Word = None,
    rule: Word = None,
) -> DatedPart[TimelinessRow]:
    """How much of what fell due was done in time."""
    rows = narrow(visible_rows(reader, "timeliness"), level=level, code=code, rule=rule)
    _record_list(service, reader, rows)
    return paged.dated(TimelinessRow, rows, reader.week)


@router.get(f"{_V1}/oversight", operation_id="oversight")
def oversight(
    reader: UnitsReader,
    service: ServiceUsed,
    paged: Paged,
    level: AnyLevel | None = None,
    code: Word = None,
    rule: Word = None,
) -> DatedPart[OversightRow]:
    """Enforcement, contacts and oversight: what fell due and was done in time, and what is late, by unit and rule."""
    rows = narrow(visible_rows(reader, "oversight_rates"), level=level, code=code, rule=rule)
    _record_list(service, reader, rows)
    return paged.dated(OversightRow, rows, reader.week)


@router.get(f"{_V1}/team-types", operation_id="team_types")
def team_types(
    reader: UnitsReader, paged: Paged, level: AnyLevel | None = None, code: Word = None, team_type: Word = None
) -> DatedPart[TeamTypeRow]:
    """Types of team compared: load, spare capacity and lateness in clusters, areas and the whole service."""
    rows = narrow(visible_rows(reader, "team_types"), level=level, code=code, team_type=team_type)
    return paged.dated(TeamTypeRow, rows, reader.week)


@router.get(f"{_V1}/limits", operation_id="limits")
def limits(reader: UnitsReader, paged: Paged, level: AnyLevel | None = None, code: Word = None) -> DatedPart[LimitRow]:
    """The limits of tolerable risk: value, breach, weeks in breach, a breach to be expected."""
    return paged.dated(LimitRow, narrow(visible_limits(reader), level=level, code=code), reader.week)


@router.get(f"{_V1}/overdue", operation_id="overdue")
def overdue(
    reader: Annotated[Reader, Depends(_reader_for(UNIT_FIGURES, _unit_in_query))],
    service: ServiceUsed,
    paged: Paged,
    rule: Word = None,
    rosh: Annotated[Word, Query(description="A level of RoSH; high is high and very high.")] = None,
    unit: OfUnit = None,
    sort: Annotated[Literal["days"] | None, Query(description="Hot and late first if left out.")] = None,
) -> DatedPart[OverdueRow]:
    """Overdue assessments, hot and late first."""
    chosen = Filters(rule=rule or "", rosh=rosh or "", unit=unit or "", sort=sort or "")
    items = filtered_items(reader, chosen)
    record_looks(service, reader, subjects_of(reader, chosen))
    return paged.dated(OverdueRow, items, reader.week)


@router.get(f"{_V1}/coming", operation_id="coming")
def coming(
    reader: Annotated[Reader, Depends(_reader_for(PERSON_FIGURES, _unit_or_person_in_query))],
    service: ServiceUsed,
    paged: Paged,
    unit: OfUnitOrPerson = None,
    kind: Coming | None = None,
) -> DatedPart[ComingRow]:
    """What is known to come in the four weeks after the snapshot, by day and person."""
    items = coming_items(reader.week, reader.sight, *scope_asked(reader, unit or ""))
    record_looks(service, reader, coming_subjects(reader, unit or ""))
    return paged.dated(ComingRow, narrow(items, kind=kind), reader.week)


@router.get(f"{_V1}/findings", operation_id="findings")
def findings(reader: UnitsReader, service: ServiceUsed, paged: Paged, finding: Word = None) -> DatedPart[FindingRow]:
    """What in the extract is missing or contradicts itself."""
    rows = visible_findings(reader, finding or "")
    record_looks(service, reader, reader.own_scope)
    return paged.dated(FindingRow, rows, reader.week)


@router.get(f"{_V1}/offender-managers/{{code:path}}", operation_id="offender_manager")
def offender_manager(
    reader: Annotated[Reader, Depends(_reader_for(PERSON_FIGURES, _person_in_path))], service: ServiceUsed, code: Code
) -> OffenderManagerAnswer:
    """One offender manager: load, posts, weeks, cases, assessments, findings."""
    page = offender_manager_page(reader, code)
    record_looks(service, reader, page.subjects)
    return OffenderManagerAnswer(
        as_at=reader.week.as_at,
        revision=reader.week.snapshot.revision,
        unit=rows_of_page(UnitRow, [page.unit])[0],
        posts=rows_of_page(PostRow, page.posts),
        weeks=rows_of_page(WeekRow, page.weeks),
        cases=rows_of_page(CaseRow, page.cases),
        hidden_cases=page.hidden_cases,
        overdue=rows_of_page(LateRow, page.late),
        due_soon=rows_of_page(AssessmentRow, page.soon),
        findings=rows_of_page(FindingRow, page.findings),
        change=_change(page.comparison),
    )


@router.get("/api/openapi.json", include_in_schema=False)
def openapi(_person: SignedIn) -> Response:
    """What can be asked, for programs."""
    return Response(_document(), media_type="application/json")


@cache
def _document() -> bytes:
    """The document as it is sent: making it takes longer than any page, and it stays the same."""
    return bytes(JSONResponse(openapi_document(router.routes, _V1)).body)


@router.api_route("/api/{rest:path}", methods=_METHODS, response_model=None, include_in_schema=False)
def nothing(request: Request) -> None:
    """Say that there is nothing at an address, or that nothing can be changed."""
    if request.method not in ("GET", "HEAD"):
        raise HTTPException(405, "The API is read only.", {"allow": "GET"})
    raise NotFound("There is no such address.")


def _record_list(service: ServiceUsed, reader: Reader, rows: pd.DataFrame) -> None:
    """Record a list with offender managers in it; one of units is not recorded."""
    if rows["level"].eq(Level.OFFENDER_MANAGER).any():
        record_looks(service, reader, reader.own_scope)


def _of_unit(reader: Reader, contract: DerivedFrame, level: str, code: str) -> pd.DataFrame:
    return narrow(reader.week.frame_if_stored(contract.name), level=level, code=code)


def _change(comparison: Comparison) -> ChangeRow | None:
    return None if comparison.change is None else ChangeRow.model_validate(asdict(comparison.change))
