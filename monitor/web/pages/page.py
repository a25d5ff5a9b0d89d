"""One function a page: the figures of a week as one reader may see them -> what the template writes down."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import numpy as np
import pandas as pd
from fastapi import Response

from alerts.digest.privacy import ReaderScope, scope_named
from alerts.digest.sentences.figures import figures
from alerts.digest.sentences.headline import verdict
from alerts.digest.sentences.provenance import describe_figures
from alerts.digest.settings import DigestSettings
from alerts.digest.spare_capacity import room_by_grade
from alerts.digest.units import path_of, records
from alerts.people import Role
from alerts.wording import missing_capacity
from monitor.extracts import FaultLines
from monitor.mail.outbox import WEEKLY, history
from monitor.mail.preview import text_of
from monitor.mail.resend import Candidate
from monitor.operations.run_ledger import faults_of
from monitor.operations.status import ServiceStatus
from monitor.snapshots.store import RowsRemoved
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Run
from monitor.web.auth.permissions import Forbidden, PageName, Visibility
from monitor.web.charts.capacity import Drawing, capacity_drawing
from monitor.web.charts.quadrant import quadrant
from monitor.web.pages import downloads, inspections
from monitor.web.pages import policy as policy_page
from monitor.web.read_model import messages
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.cases import case_rows, cases_with_counts, due_counts, overdue_items
from monitor.web.read_model.changes import LoadPart, explain_change, load_split
from monitor.web.read_model.history import course_of, forecast_of, latest_runs, list_snapshots, timeliness_of
from monitor.web.read_model.index import NO_ROWS, Positions
from monitor.web.read_model.posts import post_table, reduction_table, reductions_of, spread_of
from monitor.web.read_model.search import find_cases, find_units
from monitor.web.read_model.snapshot import PARTS, SnapshotView
from monitor.web.read_model.story import story_of, week_facts
from monitor.web.requests import LONGEST_UNIT
from tiering.findings import FINDINGS
from tiering.terms import HIGH_ROSH, Level

A_PAGE: Final = 50
MOST_FOUND: Final = 50
MOST_SENT: Final = 200
MOST_RUNS: Final = 26
AT_ONCE: Final = 20
"""Cases of a person that a phone shows at once; the others are behind one line."""

SHOWN_AS: Final = {"600": "600 pixels", "360": "360 pixels", "plain": "Plain text", "no-images": "Images off"}
"""How a message is shown: as wide as a desk's screen or a phone, as text, and to readers who block pictures."""

DIGEST_KINDS: Final = {WEEKLY: "Weekly digest"}
LEVEL_WORDS: Final = {"offender_manager": "offender manager", "all": "whole service"}

Table = Callable[[], pd.DataFrame]
Value = TypeVar("Value")


class NotFound(Exception):
    """There is no such unit, person or page."""


@dataclass(frozen=True)
class Reader:
    """Who asks for what: the week and the one before it, and the words after the question mark.

    path: as it stands in the address, percent-encoded. state: how the service stands now, looked at only where a page
    tells of it. resending: the message of a number, and what speaks against sending it again.
    """

    shelf: SnapshotCache
    week: SnapshotView
    previous: SnapshotView | None
    sight: Visibility
    query: Mapping[str, str]
    path: str
    config: Path
    state: Callable[[], ServiceStatus]
    base_url: str = ""
    resending: Callable[[int], Candidate] | None = None

    def text(self, name: str, longest: int = 100) -> str:
        """One word of the query, without surrounding blanks."""
        return self.query.get(name, "").strip()[:longest]

    def number(self, name: str) -> int:
        """A page number of the query, from 1; 1 where it is none."""
        text = self.text(name, 6)
        return max(1, int(text)) if text.isascii() and text.isdigit() else 1

    def again(self, **change: str) -> str:
        """The address of this page with some words of the query changed; an empty one is left out."""
        words = {name: text for name, text in ({**self.query, **change}).items() if text}
        return f"{self.path}?{urlencode(words)}" if words else self.path

    def beside(self, path: str) -> str:
        """The address of another page of the same week."""
        as_at = self.text("as_at")
        return f"{path}?{urlencode({'as_at': as_at})}" if as_at else path


@dataclass(frozen=True)
class Page:
    """A page to write down: template, title, where it stands, its words, and the tables that can be downloaded.

    document: what is shown as it is, instead of a template.
    """

    template: str
    title: str
    words: Mapping[str, Any]
    trail: tuple[tuple[str, str], ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    document: Response | None = None


def where_it_is_hot(asked: Reader) -> Page:
    """The scope of the reader: verdict, hotspots, what is coming, room, timeliness."""
    scope = scope_named(asked.sight.units, asked.week.organisation)
    made = asked.week.recent.get(("home", scope.level, *scope.codes), lambda: _where_it_is_hot(asked, scope))
    tables: dict[str, Table] = {
        "parts": lambda: _seen(asked, asked.week.units)[_UNIT_COLUMNS],
        "hotspots": lambda: _seen(asked, asked.week.hotspots),
        "timeliness": lambda: _seen(asked, asked.week.timeliness),
    }
    return replace(made, tables={**made.tables, **tables})


def _where_it_is_hot(asked: Reader, scope: ReaderScope) -> Page:
    """The start page of whoever has this scope."""
    week = asked.week
    story = story_of(week, asked.previous, scope)
    course = course_of(asked.shelf, week, scope.level, scope.codes)
    rule = week.rule("hot_and_late")
    corner = quadrant(story.places, story.whole.name, rule.number("threshold"), rule.number("high_risk_overdue_from"))
    forecast = forecast_of(week, scope.level, scope.code) if len(scope.codes) == 1 else pd.DataFrame()
    return Page(
        "where_it_is_hot.html",
        "Where it is hot",
        {
            "story": story,
            "verdict": verdict(story),
            "figures": figures(story),
            # The last line says what mail leaves out, and nothing is left out here.
            "about": describe_figures(story, week_facts(week, asked.previous), _wording(week))[:-1],
            "room": [(one.unit, room_by_grade(one, story.average_case)) for one in story.room],
            "drawing": _drawing(week, course, forecast, story.whole.name),
            "course": records(course),
            "quadrant": corner,
            "red_line": week.red_line,
            "parts_rows": _rows_of(week, story.part, [one.code for one in story.parts]),
            "timeliness_light": partial(_light, week),
        },
        tables={
            "weeks": partial(_as_it_is, course),
            **({} if corner is None else {"quadrant": partial(_as_it_is, corner.table)}),
        },
    )


def unit(asked: Reader, level: str, code: str) -> Page:
    """An area, cluster, office or team: its load and why, its people, its weeks, what changed."""
    asked.sight.require(level, code)
    week = asked.week
    if week.unit(level, code) is None:
        raise NotFound(f"There is no {level} {code} in the snapshot of {week.as_at}.")
    made = week.recent.get(("unit", level, code), lambda: _unit(asked, level, code))
    found = inspections.reports(asked.config, week, code) if level == Level.CLUSTER else ()
    tables = dict(made.tables)
    if found and any(report.key for report in found):
        tables["inspection"] = lambda: inspections.table_of(found)
    words = {**made.words, "inspections": found}
    return replace(made, words=words, trail=_trail(asked, level, code), tables=tables)


def _unit(asked: Reader, level: str, code: str) -> Page:
    """The page of a unit for whoever may see it."""
    week, before = asked.week, asked.previous
    row = week.unit(level, code) or {}
    name = str(row["name"])
    teams = week.places.teams_of.get((level, code), frozenset())
    people = week.people(teams)
    parts = week.parts(level, code) if level != Level.TEAM else people[:0]
    course = course_of(asked.shelf, week, level, [code])
    forecast = forecast_of(week, level, code)
    reduced, gone = _as_kept(lambda: reductions_of(week, teams), NO_ROWS)
    reductions = [] if gone else reduction_table(week).records(reduced)
    nothing: dict[str, list[LoadPart]] = {}
    split, _ = _as_kept(lambda: load_split(week, level, code), nothing)
    change, not_compared = _as_kept(lambda: explain_change(week, before, level, code), None)
    timely = timeliness_of(week, level, code)
    named = level in (Level.TEAM, Level.OFFICE)
    tables: dict[str, Table] = {
        "parts": lambda: week.units.iloc[parts][_UNIT_COLUMNS],
        "people": lambda: week.units.iloc[people][_UNIT_COLUMNS],
        "weeks": lambda: course,
        "forecast": lambda: forecast.drop(columns=["name"]),
        "reductions": lambda: reduction_table(week).frame.iloc[reduced],
        "timeliness": lambda: week.timeliness.iloc[timely],
        "load": lambda: downloads.load_table(row, split),
        "changes": lambda: downloads.change_table(change),
    }
    return Page(
        "unit.html",
        name,
        {
            "unit": row,
            "story": story_of(week, before, ReaderScope(level, code, name)),
            "previous_as_at": None if before is None else before.as_at,
            "level": level,
            "part": PARTS[level],
            "parts": week.records("units", parts),
            "people": week.records("units", people) if named else [],
            "spread": spread_of(week, people, row),
            "named": named,
            "split": split,
            "drawing": _drawing(week, course, forecast, name),
            "course": records(course),
            "forecast": records(forecast),
            "reductions": reductions if named else [],
            "reduction_count": len(reduced),
            "ending_soon": sum(one["soon"] for one in reductions),
            "change": change,
            "gone": gone,
            "not_compared": not_compared,
            "reweighed": before is not None and not week.compares_with(before),
            "timeliness": week.records("timeliness", timely),
            "red_line": week.red_line,
        },
        tables=tables,
    )


def offender_manager(asked: Reader, code: str) -> Page:
    """One person: every case with its points explained, what is overdue and due, findings, what changed."""
    asked.sight.require(Level.OFFENDER_MANAGER, code)
    week = asked.week
    row = week.unit(Level.OFFENDER_MANAGER, code)
    if row is None:
        raise NotFound(f"There is no offender manager {code} in the snapshot of {week.as_at}.")
    held = {name: case_rows(week, asked.sight, name, code) for name in ("cases", "overdue", "due_soon", "findings")}
    rows = {name: week.records(name, places) for name, places in held.items()}
    late, soon = due_counts(week, code)
    load = week.recent.get(("person", code), lambda: _load_of(asked, code))
    cases = [{**one, "overdue": late[one["crn"]], "due_soon": soon[one["crn"]]} for one in rows["cases"]]
    told = [{**one, "says": FINDINGS[one["finding"]]} for one in rows["findings"]]
    return Page(
        "offender_manager.html",
        f"{row['name']}",
        {
            **load,
            "unit": row,
            "lack": missing_capacity(row["contracted_hours"], row["reduction_hours"]),
            "cases": cases,
            "hidden_cases": int(row["cases"]) - sum(one["number_of_cases"] for one in cases),
            "late": rows["overdue"],
            "soon": rows["due_soon"],
            "found": told,
            "urgent_first": sorted(cases, key=lambda row: (-row["overdue"], -row["points"], row["crn"])),
            "shown_at_once": AT_ONCE,
            "of_case": _by_case(late=rows["overdue"], soon=rows["due_soon"], found=told),
            "due_soon_days": week.policy.due_soon,
        },
        trail=_trail(asked, Level.OFFENDER_MANAGER, code),
        tables={
            "cases": lambda: cases_with_counts(week, held["cases"], code),
            **{name: partial(_rows_at, week, name, held[name]) for name in ("overdue", "due_soon", "findings")},
            "weeks": lambda: pd.DataFrame(load["course"]),
            "posts": lambda: pd.DataFrame(load["posts"]),
            "changes": lambda: downloads.change_table(load["change"]),
        },
    )


def _load_of(asked: Reader, code: str) -> dict[str, Any]:
    """What makes up the load of a person, for whoever may see that person."""
    week, before = asked.week, asked.previous
    row = week.unit(Level.OFFENDER_MANAGER, code) or {}
    course = course_of(asked.shelf, week, Level.OFFENDER_MANAGER, [code])
    change, not_compared = _as_kept(lambda: explain_change(week, before, Level.OFFENDER_MANAGER, code), None)
    posts = week.rows_in(post_table(week), Level.OFFENDER_MANAGER, code)
    reduced = np.intersect1d(
        reductions_of(week, week.places.posts_of.get(code, frozenset())),
        week.rows_in(reduction_table(week), Level.OFFENDER_MANAGER, code),
    )
    compared = before if week.compares_with(before) else None
    return {
        "before": None if compared is None else compared.unit(Level.OFFENDER_MANAGER, code),
        "previous_as_at": None if before is None else before.as_at,
        "posts": post_table(week).records(posts),
        "reductions": reduction_table(week).records(reduced),
        "drawing": _drawing(week, course, pd.DataFrame(), str(row["name"])),
        "course": records(course),
        "change": change,
        "not_compared": not_compared,
        "reweighed": before is not None and compared is None,
    }


def overdue(asked: Reader) -> Page:
    """Every overdue assessment that may be seen, filtered and paged, hot and late first."""
    week = asked.week
    items = overdue_items(week, asked.sight)
    rules = sorted(items["rule"].unique())
    chosen = {name: asked.text(name) for name in ("rule", "rosh", "sort")}
    chosen["unit"] = asked.text("unit", LONGEST_UNIT)
    if chosen["rule"]:
        items = items[items["rule"].eq(chosen["rule"])]
    if chosen["rosh"] == "high":
        items = items[items["rosh"].isin(HIGH_ROSH)]
    elif chosen["rosh"]:
        items = items[items["rosh"].fillna("unclassified").eq(chosen["rosh"])]
    if chosen["unit"]:
        level, _, code = chosen["unit"].partition("/")
        if level not in _UNIT_LEVELS:
            raise NotFound(f"{level} is not a level of a unit.")
        asked.sight.require(level, code)
        items = items[items[f"{level}_code"].eq(code)]
    if chosen["sort"] == "days":
        items = items.sort_values(["days_overdue", "crn", "rule"], ascending=[False, True, True])
    pages = max(1, -(-len(items) // A_PAGE))
    page = min(asked.number("page"), pages)
    shown = items.iloc[(page - 1) * A_PAGE : page * A_PAGE]
    return Page(
        "overdue.html",
        "Overdue assessments",
        {
            "items": records(shown),
            "count": len(items),
            "high": int(items["high_risk"].sum()),
            "hot": int(items["hot"].sum()),
            "first": (page - 1) * A_PAGE + 1 if len(items) else 0,
            "page": page,
            "pages": pages,
            "rules": rules,
            "units": week.recent.get(("choices", asked.sight.teams), lambda: _unit_choices(asked)),
            "chosen": chosen,
            "may_see": asked.sight.may_see,
        },
        tables={"overdue": lambda: items},
    )


def data_quality(asked: Reader) -> Page:
    """What the extract leaves out or contradicts: rejected rows by reason, findings by kind and by unit."""
    week, sight = asked.week, asked.sight
    line = sight.person.role is not Role.OPERATOR
    findings = week.frame("findings")
    findings = findings[sight.rows(findings)] if line else findings.iloc[:0]
    kind = asked.text("finding")
    shown = findings[findings["finding"].eq(kind)] if kind else findings
    pages = max(1, -(-len(shown) // A_PAGE))
    page = min(asked.number("page"), pages)
    rejected = week.frame("rejected")
    counted = rejected.groupby(["table", "column", "reason"], dropna=False).size().reset_index(name="rows")
    one_page = shown.iloc[(page - 1) * A_PAGE : page * A_PAGE]
    # A rejected row belongs to no unit: only whoever sees everything sees what stood in it, and the operator why.
    why = sight.everything or not line
    columns = ["table", "line", "column", *(["value"] if sight.everything else []), *(["reason"] if why else [])]
    tables: dict[str, Table] = {"rejected": lambda: rejected[columns]}
    if line:
        tables["findings"] = lambda: shown
    return Page(
        "data_quality.html",
        "Data quality",
        {
            "line": line,
            "kinds": [
                (str(name), FINDINGS[str(name)], int(count))
                for name, count in findings["finding"].value_counts().items()
            ],
            "kind": kind,
            "found": [
                {**one, "says": FINDINGS[one["finding"]], "om_name": week.names.get(one["om_code"], "")}
                for one in records(one_page)
            ],
            "count": len(shown),
            "page": page,
            "pages": pages,
            "rejected": records(counted if why else _by_column(rejected)),
            "why": why,
            "rows_read": week.summary.rows_read,
            "rows_rejected": week.summary.rejected,
            "empty_teams": [team for team in week.summary.teams_without_data if sight.may_see("team", team)],
        },
        tables=tables,
    )


def snapshots(asked: Reader) -> Page:
    """How the service stands, the last weekly runs with the reasons of the failed ones, and every snapshot."""
    sight = asked.sight
    detailed = sight.everything or sight.person.role is Role.OPERATOR
    kept = list_snapshots(asked.shelf)
    return Page(
        "snapshots.html",
        "Snapshots",
        {
            "snapshots": [(one, RunSummary.stored_with(one)) for one in kept],
            "state": asked.state() if detailed else None,
            "runs": _runs(asked.shelf) if detailed else [],
            "detailed": detailed,
        },
        tables={
            "snapshots": lambda: downloads.snapshot_table(kept, detailed),
            **({"runs": lambda: downloads.run_table(_runs(asked.shelf))} if detailed else {}),
        },
    )


def before_the_first(shelf: SnapshotCache, state: ServiceStatus) -> Page:
    """The page of snapshots while there is none: an operator finds there why."""
    words = {"snapshots": [], "state": state, "runs": _runs(shelf), "detailed": True}
    return Page("snapshots.html", "Snapshots", words)


def _runs(shelf: SnapshotCache) -> list[tuple[Run, FaultLines]]:
    """The last weekly runs, each with what made it fail."""
    return [(run, faults_of(run)) for run in latest_runs(shelf, MOST_RUNS)]


def digests(asked: Reader) -> Page:
    """What was sent to whom: everything for an operator, else the reader's own and what is of units they see."""
    sent = messages.list_messages(asked.shelf.store, asked.sight, MOST_SENT)
    everybody = _is_operator(asked.sight)
    words = {"mails": sent, "everybody": everybody, "most": MOST_SENT}
    return Page("digests.html", "Digests", words, tables={"digests": lambda: downloads.mail_table(sent, everybody)})


def digest(asked: Reader, code: str) -> Page:
    """One message: what became of it, its looks for those it was written for, for an operator sending it again."""
    sight, store = asked.sight, asked.shelf.store
    message = messages.open_message(store, sight, code)
    if message is None:
        raise _unknown_digest(sight)
    shown = asked.text("as") if asked.text("as") in SHOWN_AS else next(iter(SHOWN_AS))
    readable = messages.may_read(sight, message.scope_level, message.scope_code)
    operator = _is_operator(sight)
    return Page(
        "digest.html",
        f"{DIGEST_KINDS.get(message.digest, message.digest.replace('-', ' ').capitalize())} to {message.recipient}",
        {
            "message": message,
            "readable": readable,
            "subject": message.subject if readable else "",
            "shown": shown,
            "ways": SHOWN_AS,
            "text": text_of(message.message) if readable and shown == "plain" else "",
            "events": history(store, int(code)) if operator else [],
            "candidate": asked.resending(int(code)) if operator and asked.resending else None,
            "operator": operator,
        },
        trail=(("Digests", asked.beside("/digests")),),
    )


def mail(asked: Reader, code: str) -> Page:
    """The HTML of one message, as a document of its own."""
    message = messages.open_message(asked.shelf.store, asked.sight, code)
    if message is None and not _is_operator(asked.sight):
        raise _unknown_digest(asked.sight)
    # An operator reads no mail of units, whether there is one of that number or not.
    if message is None or not messages.may_read(asked.sight, message.scope_level, message.scope_code):
        raise Forbidden(PageName.MAIL.value)
    if not message.message:
        raise NotFound("The bytes of this message are not kept.")
    return Page("", "", {}, document=messages.frame_message(message, images=asked.text("images") != "off"))


def _is_operator(sight: Visibility) -> bool:
    return sight.person.role is Role.OPERATOR


def _unknown_digest(sight: Visibility) -> Exception:
    """Why there is no such message; whoever does not know of every number learns nothing from it."""
    if sight.everything or _is_operator(sight):
        return NotFound("There is no such message.")
    return Forbidden(PageName.DIGEST.value)


def definitions(asked: Reader) -> Page:
    """What every figure means."""
    return Page(
        "definitions.html",
        "Definitions",
        {
            "policy": asked.week.policy,
            "rules": asked.week.rules,
            "red_line": asked.week.red_line,
            "findings": FINDINGS,
        },
    )


def policy(asked: Reader) -> Page:
    """Every number in force on the snapshot's date, its source and status, and what changed when."""
    found = policy_page.sections(asked.config, asked.week)
    return Page(
        "policy.html",
        "Policy",
        {
            "policy": asked.week.policy,
            "sections": found,
            "contents": [(section.name, section.title) for section in found],
            "by_status": policy_page.counted_by_status(found),
        },
        tables={
            "numbers": lambda: policy_page.numbers_frame(found),
            "changes": lambda: policy_page.changes_frame(found),
        },
    )


def search(asked: Reader) -> Page:
    """Units, offender managers and cases of the words, as far as they may be seen."""
    words = asked.text("q")
    sight = asked.sight
    units = find_units(asked.week, sight, words, MOST_FOUND) if words else []
    nothing: list[dict[str, Any]] = []
    cases, gone = _as_kept(lambda: find_cases(asked.week, sight, words, MOST_FOUND), nothing)
    return Page(
        "search.html",
        "Search",
        {"q": words, "units": units, "cases": cases, "gone": gone, "most": MOST_FOUND, "may_see": sight.may_see},
    )


PAGES: Final[Mapping[PageName, Callable[..., Page]]] = {
    PageName.HOME: where_it_is_hot,
    PageName.UNIT: unit,
    PageName.OFFENDER_MANAGER: offender_manager,
    PageName.OVERDUE: overdue,
    PageName.DATA_QUALITY: data_quality,
    PageName.SNAPSHOTS: snapshots,
    PageName.DIGESTS: digests,
    PageName.DIGEST: digest,
    PageName.MAIL: mail,
    PageName.DEFINITIONS: definitions,
    PageName.POLICY: policy,
    PageName.SEARCH: search,
}
"""The function of every page."""


def answer(room: PageName, asked: Reader, *place: str) -> Page:
    """The page of a room; raises Forbidden if it is not for the reader's role or scope, or none of theirs is there."""
    asked.sight.enter(room)
    return PAGES[room](asked, *place)


def address(level: str, code: str, as_at: str = "") -> str:
    """The address of the page of a unit or an offender manager."""
    path = "/" if level == Level.ALL else path_of(level, code)
    return f"{path}{'&' if '?' in path else '?'}as_at={as_at}" if as_at else path


_UNIT_LEVELS: Final = ("area", "cluster", "office", "team")
_UNIT_COLUMNS: Final = [
    "level",
    "code",
    "name",
    "parent_code",
    "offender_managers",
    "offender_managers_over",
    "cases",
    "case_points",
    "duty_points",
    "unallocated_cases",
    "unallocated_points",
    "total_points",
    "available_points",
    "capacity_percentage",
    "band",
    "overdue",
    "high_risk_overdue",
    "due_soon",
]


def _by_case(**rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, list[Mapping[str, Any]]]]:
    """Rows of several kinds by the CRN of their case."""
    found: dict[str, dict[str, list[Mapping[str, Any]]]] = {}
    for kind, of_kind in rows.items():
        for row in of_kind:
            found.setdefault(row["crn"], {}).setdefault(kind, []).append(row)
    return found


def _as_kept(make: Callable[[], Value], otherwise: Value) -> tuple[Value, RowsRemoved | None]:
    """What rests on rows of single cases; something else and why where the retention took them."""
    try:
        return make(), None
    except RowsRemoved as removed:
        return otherwise, removed


def _rows_at(week: SnapshotView, frame: str, rows: Positions) -> pd.DataFrame:
    return week.frame(frame).iloc[rows]


def _as_it_is(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def _wording(week: SnapshotView) -> DigestSettings:
    return DigestSettings(red_line=week.red_line, small_team=1)


def _drawing(week: SnapshotView, course: pd.DataFrame, forecast: pd.DataFrame, name: str) -> Drawing | None:
    if forecast.empty:
        forecast = pd.DataFrame(columns=["on", "capacity_percentage", "capacity_low_80", "capacity_high_80"])
    return capacity_drawing(course, forecast, name, week.red_line, _wording(week).normal_from)


def _trail(asked: Reader, level: str, code: str) -> tuple[tuple[str, str], ...]:
    """Where a unit stands, from the area down; a link only to what the reader may see."""
    as_at = asked.text("as_at")
    return tuple(
        (name, address(one, above, as_at) if asked.sight.may_see(one, above) else "")
        for one, above, name in asked.week.above(level, code)
    )


def _seen(asked: Reader, frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of units, from the team up, that the reader may see."""
    units = frame[frame["level"].isin([*_UNIT_LEVELS, Level.ALL])]
    seen = [asked.sight.may_see(level, code) for level, code in zip(units["level"], units["code"], strict=True)]
    return units.loc[seen]


def _rows_of(week: SnapshotView, level: str, codes: Sequence[str]) -> list[dict[str, Any]]:
    """The figures of some units of one level, in the order of their codes."""
    return week.records("units", np.array([week.row_of[level, code] for code in codes], dtype=np.int64))


def _light(week: SnapshotView, percentage: float) -> str:
    """The traffic light of a timeliness percentage; empty where nothing fell due."""
    bands = week.policy.timeliness_bands
    if math.isnan(percentage):
        return ""
    if percentage >= bands.green_from:
        return "green"
    return "amber" if percentage >= bands.amber_from else "red"


def _unit_choices(asked: Reader) -> list[tuple[str, str]]:
    """The units a reader may choose from, as level/code and name, clusters before their offices."""
    organisation = asked.week.organisation.sort_values(["cluster_code", "office_code"])
    found: dict[str, str] = {}
    for level in ("cluster", "office"):
        for code, name in zip(organisation[f"{level}_code"], organisation[f"{level}_name"], strict=True):
            if f"{level}/{code}" not in found and asked.sight.may_see(level, code):
                found[f"{level}/{code}"] = f"{name} ({level})"
    return list(found.items())


def _by_column(rejected: pd.DataFrame) -> pd.DataFrame:
    counted: pd.DataFrame = rejected.groupby(["table", "column"], dropna=False).size().reset_index(name="rows")
    return counted.assign(reason="")
