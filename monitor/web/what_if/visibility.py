"""Who gets in to the planner's pages, which what-ifs they see, and that every look at one is on record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NoReturn

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from alerts.people import Person
from monitor.redistribution import repository
from monitor.settings import Settings
from monitor.snapshots.reach import Database
from monitor.snapshots.tables import LookedAt, PlanRow, ScenarioRow
from monitor.web import access_log
from monitor.web.auth.permissions import READ_PLANS, WHAT_IF, Permission, Visibility
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.view_models.page import Page
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.requests import LONGEST_CODE, whole_number
from monitor.web.urls import path_asked
from monitor.web.what_if.pages.scenario import OpenedScenario
from monitor.web.what_if.worker import Workbench
from tiering.terms import Level

_LONGEST_KEPT: Final = 200


@dataclass(frozen=True)
class WhatIfService:
    """What the planner's pages are served from, and how one gets in.

    genuine: whether a form carries the secret of the session. shown: writes a page down, or a table of it. no_snapshot:
    raised where there is nothing to start from yet.
    """

    settings: Settings
    snapshots: SnapshotCache
    clock: Callable[[], datetime]
    bench: Workbench
    who: Callable[[Request], Person]
    no_snapshot: type[Exception]
    genuine: Callable[[Request, object], bool]
    shown: Callable[[Request, Page, Reader, int], Response]


class WhatIfAccess:
    """The one way to a what-if or a plan: a reader who opens one may see it, and the look is on record."""

    def __init__(self, front: WhatIfService) -> None:
        self.front = front

    @property
    def engine(self) -> Database:
        return self.front.snapshots.store.engine

    def now(self) -> datetime:
        return self.front.clock()

    def shown(self, request: Request, page: Page, asked: Reader, status: int = 200) -> Response:
        return self.front.shown(request, page, asked, status)

    def enter(self, request: Request, permission: Permission = WHAT_IF) -> Reader:
        """The reader who asks, if the page is for them; most are for planners only."""
        person, newest = self.front.who(request), self.front.snapshots.week()
        if newest is None:
            raise self.front.no_snapshot
        asked = self._asked(request, person, newest)
        try:
            asked.sight.enter(permission)
        except Forbidden:
            self._record(request, asked, "", "", None, allowed=False)
            raise
        return asked

    def _asked(self, request: Request, person: Person, week: SnapshotView) -> Reader:
        front = self.front
        return Reader(
            snapshots=front.snapshots,
            week=week,
            previous=None,
            sight=Visibility(person, week.places),
            query=dict(request.query_params),
            path=path_asked(request),
            config=front.settings.config,
        )

    def open(
        self, request: Request, number: str, *, look: bool = False, permission: Permission = WHAT_IF
    ) -> OpenedScenario:
        """A scenario for a reader who may see it, judged by where everything is now; with a look, that is on record."""
        entered = self.enter(request, permission)
        row = repository.scenario(self.engine, whole_number(number))
        if row is None and entered.sight.everything:
            raise NotFound("There is no such what-if.")
        if row is None or not _may_see(entered.sight, row):
            self._refuse(request, entered)
        person = entered.sight.person
        gone = row.removal_id is not None
        week = entered.week if gone else self.front.snapshots.by_number(row.snapshot_id)
        asked = entered if week.number == entered.week.number else self._asked(request, person, week)
        if asked is not entered:
            asked = _dated(asked)
        mine = WHAT_IF.is_for(person) and row.author.casefold() == person.email.casefold()
        opened = OpenedScenario(row, week, asked, mine, self.now())
        if look:
            self.look(request, opened)
        return opened

    def open_plan(
        self, request: Request, number: str, permission: Permission = WHAT_IF
    ) -> tuple[OpenedScenario, PlanRow]:
        """A plan for a reader who may see its scenario; a look that is on record."""
        entered = self.enter(request, permission)
        plan = repository.plan(self.engine, whole_number(number))
        if plan is None:
            if entered.sight.everything:
                raise NotFound("There is no such plan.")
            self._refuse(request, entered)
        opened = self.open(request, str(plan.scenario_id), permission=permission)
        if plan.snapshot_id != opened.week.number and plan.removal_id is None:
            week = self.front.snapshots.by_number(plan.snapshot_id)
            asked = _dated(self._asked(request, opened.asked.sight.person, week))
            opened = OpenedScenario(opened.row, week, asked, opened.mine, opened.now)
        self.look(request, opened)
        return opened, plan

    def open_proposal(self, request: Request) -> tuple[SnapshotView, str]:
        """The week and the cluster of a proposal, for a reader who may see its plan."""
        entered = self.enter(request, READ_PLANS)
        cluster, as_at = entered.text("cluster", LONGEST_CODE), entered.text("as_at")
        if not entered.sight.may_see_scope(Level.CLUSTER, [cluster]):
            self._refuse(request, entered)
        try:
            week = self.front.snapshots.week(date.fromisoformat(as_at)) if as_at else entered.week
        except ValueError:
            week = None
        if week is None:
            raise NotFound("There is no snapshot for this date.")
        return week, cluster

    def mine(self, request: Request, number: str) -> OpenedScenario:
        """A scenario for its creator."""
        opened = self.open(request, number)
        only_mine(opened)
        unless_gone(opened)
        return opened

    def look(self, request: Request, opened: OpenedScenario, crn: str | None = None) -> None:
        """Put on record that a reader looks at people and cases of a scope, or is after one case."""
        codes = ", ".join(repository.codes_of(opened.row)) or Level.ALL.value
        case = None if crn is None else _kept(crn.upper())
        self._record(request, opened.asked, opened.row.scope_level, codes, case, allowed=True)

    def look_for_case(self, request: Request, asked: Reader, crn: str | None, team_code: str | None = None) -> None:
        """Put on record that a reader is after one case, whether there is one or not.

        - crn: None for the list of cases that no one holds; team_code: of a case that the reader may see.
        """
        level, code = asked.sight.units[0] if crn is None else ("", "")
        if team_code is not None:
            level, code = Level.TEAM.value, team_code
        self._record(request, asked, level, code, None if crn is None else _kept(crn.upper()), allowed=True)

    def _refuse(self, request: Request, asked: Reader) -> NoReturn:
        self._record(request, asked, "", "", None, allowed=False)
        raise Forbidden("what-if")

    def _record(
        self, request: Request, asked: Reader, level: str, code: str, crn: str | None, *, allowed: bool
    ) -> None:
        taken = {name: asked.text(name) for name in ("table", "format") if asked.text(name)}
        form = "?" + "&".join(f"{name}={value}" for name, value in taken.items()) if "format" in taken else ""
        person = asked.sight.person
        look = LookedAt(
            at=self.now(),
            who=person.email,
            role=person.role.value,
            page=_kept(request.scope["path"] + form),
            level=level,
            code=_kept(code),
            crn=crn,
            as_at=asked.week.as_at,
            allowed=allowed,
        )
        access_log.record(self.engine, [look])


GONE: Final = "What this says about cases was removed with the rows of its snapshot, as the retention has it."


def _may_see(sight: Visibility, row: ScenarioRow) -> bool:
    """Whether a planner sees the area of a what-if, or a director or ACO every unit of its scope."""
    if sight.everything or not WHAT_IF.is_for(sight.person):
        return sight.may_see_scope(row.scope_level, repository.codes_of(row))
    return sight.may_see(Level.AREA, row.area_code)


def only_mine(opened: OpenedScenario) -> None:
    if not opened.mine:
        raise HTTPException(403, "Only its creator can change this what-if. Try another way, with a copy of your own.")


def unless_gone(opened: OpenedScenario) -> None:
    if opened.row.removal_id is not None:
        raise NotFound(GONE)


def _dated(asked: Reader) -> Reader:
    """The same, with the date of its week in every link: it is not the newest."""
    return replace(asked, query={**asked.query, "as_at": asked.week.as_at.isoformat()})


def _kept(text: str) -> str:
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")[:_LONGEST_KEPT]
