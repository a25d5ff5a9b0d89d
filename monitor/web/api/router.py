"""The same figures for programs: read-only JSON under /api/v1, with the scope and the record of looks of the pages.

What a reader may not open as a page is in no answer. Numbers are unrounded, dates ISO, what is missing is null.
"""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from alerts.people import Person, Role
from monitor.operations.status import state_now
from monitor.settings import Settings
from monitor.snapshots.store import RowsRemoved
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.web import access_log
from monitor.web.api.schemas import (
    AssessmentRow,
    CaseRow,
    DatedPart,
    Faults,
    FindingRow,
    ForecastRow,
    Hotspot,
    LateRow,
    OffenderManagerAnswer,
    OverdueRow,
    PagedList,
    PostRow,
    ProblemDetails,
    SnapshotRow,
    TimelinessRow,
    UnitAnswer,
    UnitFigures,
    UnitRow,
    WeekRow,
)
from monitor.web.auth.permissions import LINE, Forbidden, NotInFigures, PageName, Visibility
from monitor.web.pages.page import NotFound, Page, Reader, answer
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.changes import LoadChange
from monitor.web.read_model.history import list_snapshots
from monitor.web.read_model.index import Flags
from monitor.web.read_model.posts import posts_of
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.requests import LONGEST_CODE, LONGEST_UNIT, path_asked
from tiering.faults import ConfigFault
from tiering.terms import Level

PROBLEM: Final = "application/problem+json"
MOST: Final = 1000
"""Items in one answer; whoever wants more asks for the next part."""

_V1: Final = "/api/v1"
_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_SUMMARY: Final = "Read-only figures of the weekly snapshots, as far as whoever asks may see them."
_PROBLEMS: Final = {
    401: "Nobody is signed in.",
    403: "Outside the role or scope of whoever asks; the same answer whether it exists or not.",
    404: "There is no such unit, no snapshot of that date, or nothing of yours in it.",
    410: "The rows of single cases of that week were removed by the retention.",
    422: "A parameter is wrong.",
    503: "There is no snapshot yet, or the look could not be recorded, or nobody can be recognised.",
}

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


@dataclass(frozen=True)
class Reading:
    """What the answers are read from, and how one knows who asks; ``who`` raises not_signed_in for nobody."""

    settings: Settings
    shelf: SnapshotCache
    clock: Callable[[], datetime]
    who: Callable[[Request], Person]
    not_signed_in: type[Exception]


class NothingYet(Exception):
    """There is no snapshot at all."""


class Paging:
    """Which part of a list is asked for."""

    def __init__(
        self,
        request: Request,
        limit: Annotated[int, Query(ge=1, le=MOST, description="At most so many items.")] = 100,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="Leave out so many items.")] = 0,
    ) -> None:
        self._request = request
        self._limit = limit
        self._offset = offset

    def part(self, row: type[UnitFigures], frame: pd.DataFrame, as_at: date | None = None) -> dict[str, Any]:
        """The part of a frame, with the path of the next; as_at: of the snapshot that the next part is of, too."""
        end = self._offset + self._limit
        words = dict(self._request.query_params) | {"offset": str(end)}
        words |= {} if as_at is None else {"as_at": as_at.isoformat()}
        return {
            "total": len(frame),
            "limit": self._limit,
            "offset": self._offset,
            "next": f"{self._request.scope['path']}?{urlencode(words)}" if end < len(frame) else None,
            "items": _rows(row, frame.iloc[self._offset : end]),
        }

    def dated(self, row: type[UnitFigures], frame: pd.DataFrame, week: SnapshotView) -> dict[str, Any]:
        """The part of a frame of one snapshot."""
        return {**_date_of(week), **self.part(row, frame, week.as_at)}


Paged = Annotated[Paging, Depends()]


@dataclass(frozen=True)
class _Asking:
    """Who asks for what of which week, as a page is asked, and where that is written down."""

    reading: Reading
    asked: Reader
    path: str

    @property
    def week(self) -> SnapshotView:
        return self.asked.week

    @property
    def sight(self) -> Visibility:
        return self.asked.sight

    def about(self, **words: str | None) -> "_Asking":
        """The same with filters, as a page has them behind its question mark."""
        given = {name: word for name, word in words.items() if word is not None}
        return replace(self, asked=replace(self.asked, query=given))

    def open(self, room: PageName, roles: Iterable[Role] = tuple(Role)) -> None:
        """Raise Forbidden, once that is written down, where the page is not for the reader's role."""
        try:
            self.sight.enter(room)
            if self.sight.person.role not in roles:
                raise Forbidden(room.value)
        except Forbidden:
            self._refused(room)
            raise

    def page(self, room: PageName, *place: str) -> Page:
        """The page behind an answer; who looked is written down first, and who was refused."""
        try:
            made = answer(room, self.asked, *place)
        except Forbidden:
            self._refused(room, *place)
            raise
        looks = access_log.looks(room, self.asked, self.path, place, made, self.reading.clock())
        access_log.record(self.reading.shelf.store.engine, looks)
        return made

    def seen(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of units and offender managers that the reader may see; name: of the frame."""
        person = self.sight.person
        key = ("seen", name, person.role, self.sight.units, person.om_code)
        return frame[self.week.recent.get(key, lambda: self._which(frame))]

    def explained(self, hotspots: pd.DataFrame) -> pd.DataFrame:
        """The hotspots without the names of units above them that the reader may not see."""
        if self.sight.everything:
            return hotspots
        above = zip(hotspots["explained_by_level"], hotspots["explained_by"], strict=True)
        may = np.array([pd.notna(code) and self.sight.may_see(level, code) for level, code in above], dtype=bool)
        columns = ["explained_by", "explained_by_level"]
        return hotspots.assign(**{column: hotspots[column].where(may) for column in columns})

    def taken(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of a list, once it is written down who took them, where offender managers are among them."""
        if frame["level"].eq(Level.OFFENDER_MANAGER).any():
            looks = access_log.listing(self.asked, self.path, self.reading.clock())
            access_log.record(self.reading.shelf.store.engine, looks)
        return frame

    def _which(self, frame: pd.DataFrame) -> Flags:
        places = zip(frame["level"].tolist(), frame["code"].tolist(), strict=True)
        return np.array([level != Level.POST and self.sight.may_see(level, code) for level, code in places], dtype=bool)

    def _refused(self, room: PageName, *place: str) -> None:
        # A list of units stands for the start page: there is no one unit that was wanted.
        wanted = PageName.HOME if room is PageName.UNIT and not place else room
        refusal = access_log.refusal(wanted, self.asked, self.path, place, self.reading.clock())
        access_log.record(self.reading.shelf.store.engine, refusal)


def reader(request: Request) -> Person:
    """Who asks. Depends on nothing but the request, so that a stranger is told nothing about parameters."""
    return _reading(request).who(request)


SignedIn = Annotated[Person, Depends(reader)]


def of_a_week(
    request: Request,
    person: SignedIn,
    as_at: Annotated[date | None, Query(description="Date of a snapshot; the newest if left out.")] = None,
) -> _Asking:
    """What is asked, of the newest snapshot of a date or of all; raises NotFound or NothingYet."""
    reading = _reading(request)
    week = reading.shelf.week(as_at)
    if week is None and as_at is not None:
        raise NotFound(f"There is no snapshot of {as_at}.")
    if week is None:
        raise NothingYet
    asked = Reader(
        shelf=reading.shelf,
        week=week,
        previous=reading.shelf.before(week),
        sight=Visibility(person, week.places),
        query={},
        path=path_asked(request),
        config=reading.settings.config,
        state=partial(state_now, reading.shelf.store, reading.settings, reading.clock),
    )
    return _Asking(reading, asked, request.scope["route"].path)


Asking = Annotated[_Asking, Depends(of_a_week)]


def _reading(request: Request) -> Reading:
    reading: Reading = request.app.state.reading
    return reading


def snapshots(request: Request, person: SignedIn, paged: Paged) -> Any:
    """Every snapshot, newest first."""
    asking = of_a_week(request, person)
    asking.open(PageName.SNAPSHOTS)
    return paged.part(SnapshotRow, _snapshots(asking.asked.shelf, asking.sight))


def units(
    asking: Asking, paged: Paged, level: AnyLevel | None = None, parent_code: Word = None, band: Word = None
) -> Any:
    """Units and offender managers with their figures, by level and code."""
    asking.open(PageName.UNIT)
    seen = asking.seen("units", asking.week.units)
    found = asking.taken(_narrowed(seen, level=level, parent_code=parent_code, band=band))
    return paged.dated(UnitRow, found, asking.week)


def unit(asking: Asking, level: UnitLevel, code: Code) -> Any:
    """One unit: figures, weeks, forecast, hotspots, timeliness, what changed."""
    return _unit(asking, asking.page(PageName.UNIT, level, code), level, code)


def hotspots(
    asking: Asking,
    paged: Paged,
    level: AnyLevel | None = None,
    rule: Word = None,
    status: Literal["new", "continuing", "cleared"] | None = None,
) -> Any:
    """The hotspots, by rule, level and code."""
    asking.open(PageName.UNIT)
    seen = asking.seen("hotspots", asking.week.hotspots)
    found = asking.taken(_narrowed(seen, level=level, rule=rule, status=status))
    return paged.dated(Hotspot, asking.explained(found), asking.week)


def timeliness(
    asking: Asking, paged: Paged, level: AnyLevel | None = None, code: Word = None, rule: Word = None
) -> Any:
    """How much of what fell due was done in time."""
    asking.open(PageName.UNIT)
    seen = asking.seen("timeliness", asking.week.timeliness)
    found = asking.taken(_narrowed(seen, level=level, code=code, rule=rule))
    return paged.dated(TimelinessRow, found, asking.week)


def overdue(
    asking: Asking,
    paged: Paged,
    rule: Word = None,
    rosh: Annotated[Word, Query(description="A level of RoSH; high is high and very high.")] = None,
    unit: OfUnit = None,
    sort: Annotated[Literal["days"] | None, Query(description="Hot and late first if left out.")] = None,
) -> Any:
    """Overdue assessments, hot and late first."""
    page = asking.about(rule=rule, rosh=rosh, unit=unit, sort=sort).page(PageName.OVERDUE)
    return paged.dated(OverdueRow, page.tables["overdue"](), asking.week)


def findings(asking: Asking, paged: Paged, finding: Word = None) -> Any:
    """What in the extract is missing or contradicts itself."""
    asking = asking.about(finding=finding)
    asking.open(PageName.DATA_QUALITY, LINE)
    return paged.dated(FindingRow, asking.page(PageName.DATA_QUALITY).tables["findings"](), asking.week)


def offender_manager(asking: Asking, code: Code) -> Any:
    """One offender manager: load, posts, weeks, cases, assessments, findings."""
    return _offender_manager(asking, asking.page(PageName.OFFENDER_MANAGER, code), code)


class _InJson(APIRoute):
    """An address that says in JSON why there is no answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as error:
                problem = _problem_of(error, _reading(request))
                if problem is None:
                    raise
                headers = error.headers if isinstance(error, HTTPException) else None
                return Response(problem.model_dump_json(exclude_none=True), problem.status, headers, PROBLEM)

        return handled


class _Nothing(_InJson):
    """Whatever else is below /api, with a line end in it too, which no template takes."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, found = super().matches(scope)
        if match is Match.NONE and scope["type"] == "http" and scope["path"].startswith("/api/"):
            return Match.FULL, {"endpoint": self.endpoint, "path_params": {}, "route": self}
        return match, found


_ANSWERS: Final[Sequence[tuple[str, Callable[..., Any], Any]]] = (
    ("/snapshots", snapshots, PagedList[SnapshotRow]),
    ("/units", units, DatedPart[UnitRow]),
    ("/units/{level}/{code:path}", unit, UnitAnswer),
    ("/hotspots", hotspots, DatedPart[Hotspot]),
    ("/timeliness", timeliness, DatedPart[TimelinessRow]),
    ("/overdue", overdue, DatedPart[OverdueRow]),
    ("/findings", findings, DatedPart[FindingRow]),
    ("/offender-managers/{code:path}", offender_manager, OffenderManagerAnswer),
)


def add_api(app: FastAPI, reading: Reading) -> None:
    """Add every address under /api to the application."""
    app.state.reading = reading
    for path, endpoint, model in _ANSWERS:
        app.router.add_api_route(
            _V1 + path,
            endpoint,
            methods=["GET"],
            response_model=model,
            operation_id=endpoint.__name__,
            responses={status: _described(status) for status in _PROBLEMS},
            route_class_override=_InJson,
        )
    beside: dict[str, Any] = {"response_model": None, "include_in_schema": False}
    app.router.add_api_route("/api/openapi.json", openapi, methods=["GET"], route_class_override=_InJson, **beside)
    app.router.add_api_route("/api/{rest:path}", nothing, methods=_METHODS, route_class_override=_Nothing, **beside)


def openapi(request: Request, _: SignedIn) -> dict[str, Any]:
    """What there is to ask, for programs."""
    return _document(request.app)


def nothing(request: Request) -> Response:
    """What is answered where there is nothing, or nothing to be done."""
    if request.method not in ("GET", "HEAD"):
        raise HTTPException(405, "The API is read only.", {"allow": "GET"})
    raise NotFound("There is no such address.")


def _unit(asking: _Asking, page: Page, level: str, code: str) -> dict[str, Any]:
    week = asking.week
    return {
        **_date_of(week),
        "unit": _figures(week, level, code),
        "weeks": _rows(WeekRow, page.tables["weeks"]()),
        "forecast": _rows(ForecastRow, page.tables["forecast"]()),
        "hotspots": _rows(Hotspot, asking.explained(_narrowed(week.hotspots, level=level, code=code))),
        "timeliness": _rows(TimelinessRow, page.tables["timeliness"]()),
        "change": _change(page),
    }


def _offender_manager(asking: _Asking, page: Page, code: str) -> dict[str, Any]:
    week = asking.week
    return {
        **_date_of(week),
        "unit": _figures(week, Level.OFFENDER_MANAGER, code),
        "posts": _rows(PostRow, posts_of(week, code)),
        "weeks": _rows(WeekRow, page.tables["weeks"]()),
        "cases": _rows(CaseRow, page.tables["cases"]()),
        "hidden_cases": page.words["hidden_cases"],
        "overdue": _rows(LateRow, page.tables["overdue"]()),
        "due_soon": _rows(AssessmentRow, page.tables["due_soon"]()),
        "findings": _rows(FindingRow, page.tables["findings"]()),
        "change": _change(page),
    }


def _snapshots(shelf: SnapshotCache, sight: Visibility) -> pd.DataFrame:
    """Every snapshot, newest first; counts and source for those to whom the page shows them."""
    detailed = sight.everything or sight.person.role is Role.OPERATOR

    def row(one: Snapshot) -> dict[str, Any]:
        summary = RunSummary.stored_with(one) if detailed else None
        found = {name: getattr(one, name) for name in SnapshotRow.model_fields if hasattr(one, name)}
        counts = {name: getattr(summary, name, None) for name in ("cases", "rejected")}
        return {**found, **counts, "source": one.source if detailed else None}

    return pd.DataFrame(
        [row(one) for one in list_snapshots(shelf)], columns=list(SnapshotRow.model_fields), dtype=object
    )


def _figures(week: SnapshotView, level: str, code: str) -> dict[str, Any]:
    return _rows(UnitRow, week.units.iloc[[week.row_of[level, code]]])[0]


def _change(page: Page) -> dict[str, Any] | None:
    change: LoadChange | None = page.words["change"]
    return None if change is None else asdict(change)


def _date_of(week: SnapshotView) -> dict[str, Any]:
    return {"as_at": week.as_at, "revision": week.snapshot.revision}


def _narrowed(frame: pd.DataFrame, **wanted: str | None) -> pd.DataFrame:
    """The rows whose columns hold what is wanted; None wants everything."""
    for column, value in wanted.items():
        if value is not None:
            frame = frame[frame[column].eq(value).fillna(False)]
    return frame


def _rows(row: type[UnitFigures], frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The columns that an answer has, row by row, None for what is missing."""
    names = list(row.model_fields)
    columns = [_values(frame[name]) for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: "pd.Series[Any]") -> list[Any]:
    missing = column.isna()
    if pd.api.types.is_datetime64_dtype(column):
        column = column.dt.date
    return [None if gone else value for value, gone in zip(column.tolist(), missing, strict=True)]


def _problem_of(error: Exception, reading: Reading) -> ProblemDetails | None:
    """What an error is to a program; None for what nobody expected."""
    if isinstance(error, HTTPException):
        return _problem(error.status_code, str(error.detail))
    if isinstance(error, RequestValidationError):
        faults = [Faults(parameter=str(one["loc"][-1]), says=one["msg"]) for one in error.errors()]
        return _problem(422, "A parameter is wrong.", faults)
    if isinstance(error, RowsRemoved):
        return _problem(410, error.faults[0])
    expected: dict[type[Exception], tuple[int, str]] = {
        NotInFigures: (404, f"{error}."),
        reading.not_signed_in: (401, "Sign in first."),
        Forbidden: (403, "It is outside what your role and scope open."),
        NotFound: (404, str(error)),
        NothingYet: (503, "There is no snapshot yet. The first weekly run makes one."),
        access_log.NoRecord: (
            503,
            "Whoever looks at a person or a case is recorded, and just now that could not be done.",
        ),
        ConfigFault: (503, "The configuration has a fault, so nobody can be recognised: hotspots check"),
    }
    found = next((said for kind, said in expected.items() if isinstance(error, kind)), None)
    return None if found is None else _problem(*found)


def _problem(status: int, detail: str, errors: list[Faults] | None = None) -> ProblemDetails:
    return ProblemDetails(title=HTTPStatus(status).phrase, status=status, detail=detail, errors=errors)


def _described(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": _PROBLEMS[status], "content": {PROBLEM: {"schema": schema}}}


def _document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with what a session and a problem are."""
    routes = [one for one in app.routes if isinstance(one, APIRoute) and one.path.startswith(_V1)]
    made = get_openapi(title="Caseload hotspots", version="1", summary=_SUMMARY, routes=routes)
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    components = made["components"]
    components["schemas"] |= {**problem.pop("$defs"), "ProblemDetails": problem}
    components["securitySchemes"] = {"session": {"type": "apiKey", "in": "cookie", "name": "hotspots"}}
    return {**made, "security": [{"session": []}]}
