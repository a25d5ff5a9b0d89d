"""The sheets for supervision, each on one page of A4: of one offender manager, and of a team."""

from collections.abc import Sequence
from datetime import date
from typing import Final, TypeVar

from alerts.wording import missing_capacity
from monitor.snapshots.contracts.frames import OVERSIGHT
from monitor.web.access_log import Subject
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages.scope import trail_to
from monitor.web.pages.supervision.models import SheetPage, Shown, TeamSheetPage
from monitor.web.pages.supervision.wording import describe
from monitor.web.pages.units.team import team_frame, team_of
from monitor.web.pages.view_models.page import Link
from monitor.web.read_model.cases import case_rows
from monitor.web.read_model.rows import Post, rows_of
from monitor.web.read_model.rows_of_cases import LateAssessment, OversightItem
from monitor.web.read_model.supervision.coming import ComingItem, coming_items
from monitor.web.read_model.supervision.sheet import (
    BETWEEN_MEETINGS,
    changes_since,
    count_by_risk,
    found_cases,
    mappa_cases,
    snapshot_before,
)
from monitor.web.read_model.units.oversight import oversight_rows
from monitor.web.read_model.units.posts import post_table
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import address, file_part
from tiering.terms import Level, Rosh

MOST: Final = 10
"""Lines of each list that fit on the page; the sheet says how many more there are."""

_PERSON: Final = Level.OFFENDER_MANAGER.value
Item = TypeVar("Item")


def sheet_page(reader: Reader) -> SheetPage | TeamSheetPage:
    """The sheet of the unit in the query: of an offender manager, or of a team or office.

    Raises Forbidden for one outside the reader's scope, NotFound for what is none of these or not in the snapshot.
    """
    level, _, code = reader.text("unit", LONGEST_UNIT).partition("/")
    if level not in (_PERSON, Level.TEAM, Level.OFFICE):
        raise NotFound("A sheet is about an offender manager, a team or an office.")
    reader.sight.require(level, code)
    return _sheet_of_person(reader, code) if level == _PERSON else _sheet_of_team(reader, level, code)


def _sheet_of_person(reader: Reader, code: str) -> SheetPage:
    week, sight = reader.week, reader.sight
    unit = week.unit(_PERSON, code)
    if unit is None:
        raise NotFound(f"There is no offender manager {code} in the snapshot for {week.as_at}.")
    since = _since(reader)
    earlier = snapshot_before(reader.snapshots, week, since)
    late = week.indexed("overdue").rows(LateAssessment, case_rows(week, sight, "overdue", code))
    items = rows_of(ComingItem, coming_items(week, sight, _PERSON, code))
    owed = oversight_rows(week, sight, code)
    posts = post_table(week)
    return SheetPage(
        title=f"Supervision: {unit.name}",
        unit=unit,
        lack=missing_capacity(unit.contracted_hours, unit.reduction_hours),
        posts=posts.rows(Post, week.rows_in(posts, _PERSON, code)),
        risks=count_by_risk(week, sight, code),
        late=_first(sorted(late, key=lambda item: not item.high_risk)),
        owed=_late_of(week.indexed(OVERSIGHT.name).rows(OversightItem, owed) if len(owed) else ()),
        coming=_first([(item, describe(item.kind, item.what, item.quantity)) for item in items]),
        since=since,
        changes=None if earlier is None else changes_since(week, earlier, sight, code),
        mappa=mappa_cases(week, sight, code),
        copied=found_cases(week, sight, "assessment_copied", code),
        waiting=found_cases(week, sight, "plan_not_countersigned", code),
        most=MOST,
        trail=(*trail_to(reader, _PERSON, code), Link(unit.name, address(_PERSON, code, reader.text("as_at")))),
        subjects=(Subject(_PERSON, code),),
    )


def _sheet_of_team(reader: Reader, level: str, code: str) -> TeamSheetPage:
    unit = reader.week.unit(level, code)
    if unit is None:
        raise NotFound(f"There is no {level} {code} in the snapshot for {reader.week.as_at}.")
    return TeamSheetPage(
        title=f"Supervision: {unit.name}",
        unit=unit,
        team=team_of(reader, unit),
        trail=(*trail_to(reader, level, code), Link(unit.name, address(level, code, reader.text("as_at")))),
        tables={"load_by_person": lambda: team_frame(reader, unit)},
        file_part=file_part(level, unit.name),
        subjects=(Subject(level, code),),
    )


def _late_of(items: Sequence[OversightItem]) -> tuple[OversightItem, ...]:
    """What is overdue beyond assessments, high RoSH first, then the longest."""
    late = [item for item in items if item.overdue]
    return tuple(sorted(late, key=lambda item: item.rosh not in (Rosh.HIGH, Rosh.VERY_HIGH)))


def _since(reader: Reader) -> date:
    """The day of the last supervision; raises NotFound if the query has no date there."""
    text = reader.text("since")
    try:
        return date.fromisoformat(text) if text else reader.week.as_at - BETWEEN_MEETINGS
    except ValueError:
        raise NotFound("since is a date such as 2026-10-20.") from None


def _first(items: Sequence[Item]) -> Shown[Item]:
    return Shown(tuple(items[:MOST]), max(0, len(items) - MOST))
