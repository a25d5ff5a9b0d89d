"""What a plan that was found shows on its page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import pandas as pd

from alerts.wording import count_of, limit
from monitor.redistribution import repository
from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.remarks import Danger
from monitor.redistribution.results.text import describe_ignored_limits, describe_situation
from monitor.snapshots.tables import PlanRow
from monitor.web.charts.trade_off import TradeOffDrawing, TradeOffPoint, draw_trade_off, list_trade_off
from monitor.web.formatting import NOTHING, capitalize_first
from monitor.web.pages.page import A_PAGE, Page, Table
from monitor.web.read_model.rows import rows_of
from monitor.web.what_if.pages.plan_rows import (
    Move,
    PersonLoad,
    RecruitedPost,
    RecruitmentOption,
    SpareTeam,
    UnitLoad,
    UnmovedCase,
    UnmovedReason,
)
from monitor.web.what_if.pages.robust import RobustSection, robust_section
from monitor.web.what_if.pages.scenario import MENU, OpenedScenario, file_stem, head_of, page_of
from monitor.web.what_if.text import on_one_line, remark_in_words, type_in_words, verdict
from tiering.terms import Level

MOVES_AT_ONCE: Final = 200

Row = TypeVar("Row")


@dataclass(frozen=True)
class PlanHead:
    """What stands on every page of a plan.

    - dangers: what stands in red above everything else; messages: what else a planner should know before signing.
    - metrics: label, before and after of each figure of the situation.
    - changed_since: whether the scenario was changed after the plan was asked for.
    """

    plan: PlanRow
    plan_address: str
    figures: PlanFigures
    verdict: str
    dangers: tuple[str, ...]
    messages: tuple[str, ...]
    metrics: tuple[tuple[str, str, str], ...]
    changed_since: bool
    weeks: int


@dataclass(frozen=True)
class PlanPage:
    """A plan: the moves, what fewer would do, people, units, what stays, whom to recruit.

    - count: all moves, of which ``moves`` are those of this page.
    - robust: how well it holds in the weeks ahead, if the what-if asks for that.
    - to_come: what is still being found; missing: what was not found in the time allowed.
    """

    moves: tuple[Move, ...]
    count: int
    page: int
    pages: int
    drawing: TradeOffDrawing | None
    trade_off: tuple[TradeOffPoint, ...]
    people: tuple[PersonLoad, ...]
    unmoved: tuple[UnmovedCase, ...]
    why_unmoved: tuple[UnmovedReason, ...]
    units: tuple[tuple[str, tuple[UnitLoad, ...]], ...]
    recruitment: tuple[RecruitmentOption, ...]
    recruitment_ignores: str
    recruits: tuple[RecruitedPost, ...]
    spare_capacity: tuple[SpareTeam, ...]
    line: str
    to_come: str
    missing: str
    robust: RobustSection | None


def record_in(plan: PlanRow) -> PlanRecord:
    """The record of a plan that is done."""
    return PlanRecord.from_bytes(plan.answer, plan.figures or "{}")


def plan_page(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> Page:
    """A plan that was found."""
    moves = in_order(record.tables["moves"])
    pages = max(1, -(-len(moves) // MOVES_AT_ONCE))
    page = min(opened.asked.number("page"), pages)
    trade_off = record.tables.get("trade_off", pd.DataFrame())
    unfinished = repository.is_unfinished(plan, opened.now)
    model = PlanPage(
        moves=_moves(moves.iloc[(page - 1) * MOVES_AT_ONCE : page * MOVES_AT_ONCE]),
        count=len(moves),
        page=page,
        pages=pages,
        drawing=None if trade_off.empty else draw_trade_off(trade_off),
        trade_off=() if trade_off.empty else list_trade_off(trade_off),
        people=rows_of(PersonLoad, people_in_order(record.tables["people"])),
        unmoved=_stays(record),
        why_unmoved=rows_of(UnmovedReason, _by_reason(record.tables["unmoved"])),
        units=tuple((level, rows_of(UnitLoad, _units(record, level))) for level in ("cluster", "office", "team")),
        recruitment=_rows_if_found(RecruitmentOption, record, "recruitment"),
        recruitment_ignores=_recruitment_ignores(record),
        recruits=_rows_if_found(RecruitedPost, record, "recruits"),
        spare_capacity=_spare_capacity(record),
        line=limit(record.figures.over_line),
        to_come=plan.step if unfinished else "",
        missing="" if unfinished else plan.step,
        robust=robust_section(record.figures.robust),
    )
    return page_of(
        "what_if_plan.html",
        f"Plan: {opened.row.name}",
        head_of(opened),
        plan_head(opened, plan, record),
        model,
        trail=opened.trail,
        tables=_tables(record),
        file_part=file_stem(opened, plan),
    )


def plan_head(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> PlanHead:
    """What stands on every page of a plan."""
    figures, people = record.figures, record.tables["people"]
    known = zip(people["om_code"].tolist(), people["name"].fillna("").tolist(), strict=True)
    names = {(Level.OFFENDER_MANAGER.value, code): name for code, name in known}
    line = limit(figures.over_line)
    before, after = (describe_situation(side, line, NOTHING) for side in (figures.before, figures.after))
    return PlanHead(
        plan=plan,
        plan_address=f"{MENU}/plan/{plan.id}",
        figures=figures,
        verdict=verdict(figures),
        metrics=tuple((capitalize_first(label), value, after[label]) for label, value in before.items()),
        dangers=tuple(remark_in_words(remark, names) for remark in record.remarks if isinstance(remark, Danger)),
        messages=tuple(remark_in_words(remark, names) for remark in record.remarks if not isinstance(remark, Danger)),
        changed_since=plan.scenario_version != opened.row.version,
        weeks=figures.weeks,
    )


def _rows_if_found(kind: type[Row], record: PlanRecord, name: str) -> tuple[Row, ...]:
    """The rows of a table that is added to a record later; none until then."""
    return rows_of(kind, record.tables[name]) if name in record.tables else ()


def _recruitment_ignores(record: PlanRecord) -> str:
    """Which limits the recruitment ignores, and what the plan leaves with them; empty if it was stored without them."""
    options = record.tables.get("recruitment")
    if options is None or options.empty or "ignored_intake" not in options:
        return ""
    figures = record.figures
    left = count_of(figures.after.over_line, "person")
    leaves = f"The plan above keeps its limits and leaves {left} over {limit(figures.over_line)}."
    return f"{capitalize_first(describe_ignored_limits(options))}. {leaves}"


def _moves(moves: pd.DataFrame) -> tuple[Move, ...]:
    return rows_of(Move, moves, reason=_lines(moves["reason"]))


def _lines(texts: "pd.Series[str]") -> list[str]:
    """Texts each on one line, without what cannot be seen."""
    return [on_one_line(str(text)) for text in texts]


def in_order(moves: pd.DataFrame) -> pd.DataFrame:
    """Week by week, and in each the necessary moves before those by choice."""
    return moves.sort_values(["week", "forced", "crn"], ascending=[True, False, True], ignore_index=True)


def people_in_order(people: pd.DataFrame) -> pd.DataFrame:
    """People without hours first, then by capacity percentage before the plan, highest first."""
    stranded = people["before_available_points"].le(0) & people["before_points"].gt(0)
    ordered = people.assign(stranded=stranded).sort_values(
        ["stranded", "before_capacity_percentage", "om_code"], ascending=[False, False, True]
    )
    return ordered.drop(columns="stranded")


def _stays(record: PlanRecord) -> tuple[UnmovedCase, ...]:
    """The cases that a rule or a lock keeps, those that should be placed first; the rest is shown by reason only."""
    unmoved = record.tables["unmoved"]
    kept = unmoved[~unmoved["could_move"].astype(bool)].sort_values(["unplaced", "crn"], ascending=[False, True])
    return rows_of(UnmovedCase, kept, why=_lines(kept["why"]))


def _by_reason(unmoved: pd.DataFrame) -> pd.DataFrame:
    """How many cases stay for each reason, and their points; those that should be placed first."""
    by_reason = unmoved.groupby(["why", "unplaced"], as_index=False).agg(
        cases=("crn", "size"), points=("points", "sum")
    )
    return by_reason.sort_values(["unplaced", "cases", "why"], ascending=[False, False, True])


def _units(record: PlanRecord, level: str) -> pd.DataFrame:
    """The units of one level before and after, with the changes on both sides."""
    of_level = record.tables["units"]
    of_level = of_level[of_level["level"].eq(level)]
    sides = [
        of_level[of_level["side"].eq(side)].set_index("code").drop(columns=["side"]) for side in ("before", "after")
    ]
    units = sides[0].add_prefix("before_").join(sides[1].add_prefix("after_"), how="outer")
    return units.assign(name=units["after_name"].fillna(units["before_name"]), level=level).reset_index()


def _spare_capacity(record: PlanRecord) -> tuple[SpareTeam, ...]:
    """Which team has the most spare capacity for which kind of case."""
    spare = record.tables.get("spare_capacity")
    if spare is None or spare.empty:
        return ()
    most = spare[spare["cases"].gt(0)].sort_values("cases", ascending=False).head(A_PAGE)
    return rows_of(SpareTeam, most, of=[type_in_words(team_type) for team_type in most["case_team_type"]])


def _tables(record: PlanRecord) -> Mapping[str, Table]:
    """Every table of a record for downloading, moves and people in the order of the page."""
    ordered: dict[str, pd.DataFrame] = {
        **record.tables,
        "moves": in_order(record.tables["moves"]),
        "people": people_in_order(record.tables["people"]),
    }
    return {name: (lambda frame=frame: frame) for name, frame in ordered.items()}  # type: ignore[misc]
