"""The list of a plan's moves: narrowed by the query, a page at a time, each with what is settled about it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode

import pandas as pd

from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.text import count_of_moves
from monitor.redistribution.scenario.model import Change, Scenario
from monitor.web.dependencies import Reader
from monitor.web.formatting import is_missing
from monitor.web.pages.view_models.page import Part, part_of
from monitor.web.read_model.rows import rows_of
from monitor.web.requests import LONGEST_CODE, whole_number
from monitor.web.what_if.edits import crn_of, settled_cases
from monitor.web.what_if.fields import Option
from monitor.web.what_if.pages.plan_rows import Mark, Move, MoveLine
from monitor.web.what_if.text import Names, change_in_words, named, on_one_line
from tiering.terms import HIGH_ROSH, UNCLASSIFIED, Level

AT_ONCE: Final = 20
"""Rows of a plan's long tables on one page."""

FILTERS: Final = ("giver", "receiver", "office", "risk", "week")
NO_ONE: Final = "(no one)"
"""What stands in the query for a giver that is none: an unallocated case."""

NO_ROW: Final = "moves"
"""What stands in the query for no one row: the list as it is."""

RISKS: Final[tuple[Option, ...]] = (
    ("high", "High and very high"),
    ("very_high", "Very high"),
    ("medium", "Medium"),
    ("low", "Low"),
    (UNCLASSIFIED, "Unclassified"),
)
_PAGES: Final = ("page", "people", "unmoved")
"""The words of the query that say which page of a table is shown: moves, people, and cases that stay."""

_DOWNLOAD: Final = ("table", "format", "as_at")


@dataclass(frozen=True)
class FilterQuestion:
    """One filter of the list: its name in the query, what it asks, what can be chosen, and what is."""

    name: str
    label: str
    options: tuple[Option, ...]
    chosen: str


@dataclass(frozen=True)
class MoveList:
    """The moves that are shown.

    - part: of the moves that the filters leave, ``count`` in number, out of ``total``.
    - settled: everything that the scenario settles about cases and people, on this page or not.
    - place: the query that leads back to this page, with its question mark; none for the page as it starts.
    """

    lines: tuple[MoveLine, ...]
    part: Part
    count: int
    total: int
    filters: tuple[FilterQuestion, ...]
    is_filtered: bool
    settled: tuple[Mark, ...]
    place: str


def list_moves(
    record: PlanRecord,
    asked: Reader,
    now: Scenario | None,
    then: Scenario | None,
    names: Names,
    ticked: Collection[str] = (),
) -> MoveList:
    """The moves that the query asks for.

    - now, then: the scenario as it is, and as it was when the plan was asked for; None where it cannot be read.
    - names: of people and teams; ticked: CRNs of rows that are ticked already.
    """
    moves = in_order(record.tables["moves"])
    offices = _offices_of(record)
    chosen = {name: asked.text(name, LONGEST_CODE) for name in FILTERS}
    shown = _narrow(moves, chosen, offices)
    part = part_of(len(shown), asked.number("page"), AT_ONCE)
    marks = _marks(now, then, names)
    on_page = shown.iloc[part.first : part.end]
    rows = rows_of(Move, on_page, reason=reasons_of(on_page))
    lines = (MoveLine(move, anchor_of(move.crn), marks.get(move.crn, ()), move.crn in ticked) for move in rows)
    settled = [] if now is None else settled_cases(now)
    return MoveList(
        lines=tuple(lines),
        part=part,
        count=len(shown),
        total=len(moves),
        filters=_filters(moves, chosen, offices, names),
        is_filtered=any(chosen.values()),
        settled=tuple(Mark(placed.place, change_in_words(placed.change, names)) for placed in settled),
        place=place_in(asked),
    )


def in_order(moves: pd.DataFrame) -> pd.DataFrame:
    """Week by week, and in each what must be before what need not."""
    return moves.sort_values(["week", "forced", "crn"], ascending=[True, False, True], ignore_index=True)


def anchor_of(crn: str) -> str:
    """The place of a case in its page, as an address names it."""
    return f"case-{quote(crn, safe='')}"


def anchor_of_person(om_code: str) -> str:
    """The place of a person in the page."""
    return f"person-{quote(om_code, safe='')}"


def row_left(asked: Reader, said: str = "") -> str:
    """The address of the row in a plan that a form was opened from; empty if it was opened elsewhere."""
    if not (number := whole_number(asked.text("plan"))):
        return ""
    row = asked.text("row", LONGEST_CODE)
    return f"/what-if/plan/{number}{place_in(asked, said=said)}#{anchor_of(row) if row else 'moves'}"


def query_left(asked: Reader) -> str:
    """The query that keeps the row in a plan that a form was opened from; empty if it was opened elsewhere."""
    return place_in(asked, plan=asked.text("plan")) if row_left(asked) else ""


def place_in(asked: Reader, **change: str) -> str:
    """The query that leads to the same filters and pages, some words of it changed; empty if there is none."""
    words = {**{name: asked.text(name, LONGEST_CODE) for name in (*FILTERS, *_PAGES, "row")}, **change}
    return f"?{urlencode({name: text for name, text in words.items() if text})}".removesuffix("?")


def page_of_case(record: PlanRecord, asked: Reader, crn: str) -> int:
    """The page of the narrowed list that has a case, from 1; 0 if none has."""
    moves = in_order(record.tables["moves"])
    chosen = {name: asked.text(name, LONGEST_CODE) for name in FILTERS}
    crns = _narrow(moves, chosen, _offices_of(record))["crn"].tolist()
    return crns.index(crn) // AT_ONCE + 1 if crn in crns else 0


def within_plan(asked: Reader, plan_address: str) -> Reader:
    """The reader for the links of a plan's page: they keep filters and pages, and nothing that was just done."""
    kept = (*FILTERS, *_PAGES, *_DOWNLOAD)
    return replace(asked, path=plan_address, query={name: asked.query[name] for name in kept if name in asked.query})


def _offices_of(record: PlanRecord) -> Mapping[str, str]:
    """The office of each team in scope after the changes."""
    units = record.tables["units"]
    teams = units[units["level"].eq(Level.TEAM) & units["side"].eq("after")]
    return dict(zip(teams["code"].tolist(), teams["parent_code"].tolist(), strict=True))


def _narrow(moves: pd.DataFrame, chosen: Mapping[str, str], offices: Mapping[str, str]) -> pd.DataFrame:
    if giver := chosen["giver"]:
        moves = moves[moves["from_om_code"].isna() if giver == NO_ONE else moves["from_om_code"].eq(giver)]
    if chosen["receiver"]:
        moves = moves[moves["to_om_code"].eq(chosen["receiver"])]
    if chosen["office"]:
        teams = [team for team, office in offices.items() if office == chosen["office"]]
        moves = moves[moves["from_team_code"].isin(teams) | moves["to_team_code"].isin(teams)]
    if chosen["risk"] == "high":
        moves = moves[moves["rosh"].isin(HIGH_ROSH)]
    elif chosen["risk"]:
        moves = moves[moves["rosh"].fillna(UNCLASSIFIED).eq(chosen["risk"])]
    if chosen["week"]:
        moves = moves[moves["week"].astype(str).eq(chosen["week"])]
    return moves


def _filters(
    moves: pd.DataFrame, chosen: Mapping[str, str], offices: Mapping[str, str], names: Names
) -> tuple[FilterQuestion, ...]:
    """The filters with what occurs in the plan, each with its number of moves."""
    givers = Counter(NO_ONE if is_missing(code) else str(code) for code in moves["from_om_code"])
    takers = Counter(moves["to_om_code"].tolist())
    ends = moves[["from_team_code", "to_team_code"]].itertuples(index=False)
    concerned = Counter(office for pair in ends for office in {offices.get(team, "") for team in pair} - {""})
    weeks = sorted(Counter(moves["week"].tolist()).items())
    options = {
        "giver": ("From", _counted(givers, Level.OFFENDER_MANAGER, names)),
        "receiver": ("To", _counted(takers, Level.OFFENDER_MANAGER, names)),
        "office": ("Office", _counted(concerned, Level.OFFICE, names)),
        "risk": ("RoSH", RISKS),
        "week": ("Week", tuple((str(week), f"Week {week}: {count_of_moves(count)}") for week, count in weeks)),
    }
    return tuple(FilterQuestion(name, *options[name], chosen[name]) for name in FILTERS)


def _counted(codes: Counter[str], level: Level, names: Names) -> tuple[Option, ...]:
    """Codes to choose from, by name, each with how many moves it has; unallocated cases first."""
    says = {code: "Unallocated cases" if code == NO_ONE else named(level, code, names) for code in codes}
    ordered = sorted(codes, key=lambda code: (code != NO_ONE, says[code], code))
    return tuple((code, f"{says[code]}: {count_of_moves(codes[code])}") for code in ordered)


def reasons_of(moves: pd.DataFrame) -> list[str]:
    """Why each case moves, on one line, without what cannot be seen."""
    return [on_one_line(str(reason)) for reason in moves["reason"]]


def _marks(now: Scenario | None, then: Scenario | None, names: Names) -> Mapping[str, tuple[Mark, ...]]:
    """What stands next to each case: what is settled already, what will be at the next plan, and what no longer is."""
    if now is None or then is None:
        return {}
    current, earlier = list(settled_cases(now)), [placed.change for placed in settled_cases(then)]
    kept = [placed.change for placed in current]
    lines = []
    for placed in current:
        when = "Settled" if placed.change in earlier else "Next plan"
        lines.append((placed.change, Mark(placed.place, f"{when}: {change_in_words(placed.change, names)}")))
    for change in earlier:
        if change not in kept:
            lines.append((change, Mark(0, f"No longer settled from the next plan: {change_in_words(change, names)}")))
    return _by_case(lines)


def _by_case(lines: Iterable[tuple[Change, Mark]]) -> Mapping[str, tuple[Mark, ...]]:
    by_case: dict[str, tuple[Mark, ...]] = {}
    for change, mark in lines:
        crn = crn_of(change)
        if crn is not None:
            by_case[crn] = (*by_case.get(crn, ()), mark)
    return by_case
