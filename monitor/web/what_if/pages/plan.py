"""What a plan that was found shows on its page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, NamedTuple, TypeVar, get_args

import pandas as pd

from alerts.wording import count_of, limit
from monitor.redistribution import repository
from monitor.redistribution.plan import most_moves_by_choice
from monitor.redistribution.problem.limits import Limits
from monitor.redistribution.repository import PROPOSED_BY
from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.remarks import ChangedSince, Danger
from monitor.redistribution.results.text import describe_ignored_limits, describe_situation
from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.snapshots.tables import PlanRow
from monitor.web.charts.trade_off import (
    TradeOffDrawing,
    TradeOffPoint,
    count_unproven,
    draw_trade_off,
    list_trade_off,
)
from monitor.web.formatting import NOTHING, capitalize_first
from monitor.web.pages.view_models.page import Page, Table
from monitor.web.read_model.rows import rows_of
from monitor.web.what_if.edits import CaseMove
from monitor.web.what_if.grounds import NAMED
from monitor.web.what_if.pages.agreement import Agreement, agreement_shown
from monitor.web.what_if.pages.move_list import MoveList, in_order, list_moves
from monitor.web.what_if.pages.plan_rows import (
    ChangedMove,
    RecruitedPost,
    RecruitmentOption,
    SpareTeam,
    UnitLoad,
    UnmovedReason,
)
from monitor.web.what_if.pages.plan_tables import (
    People,
    Unmoved,
    changes_shown,
    people_in_order,
    people_shown,
    reasons_shown,
    spare_capacity_shown,
    units_shown,
    unmoved_shown,
)
from monitor.web.what_if.pages.robust import RobustSection, robust_section
from monitor.web.what_if.pages.scenario import MENU, OpenedScenario, file_stem, head_of, page_of
from monitor.web.what_if.text import Names, remark_in_words, verdict

Row = TypeVar("Row")


class Refusal(NamedTuple):
    """Why a decision about one case or person is refused.

    - code: the CRN or the code of the person; anchor: the row in the page.
    - way_out: the form in which the risk can be accepted; empty if that is not what is wrong.
    """

    code: str
    of_person: bool
    anchor: str
    says: str
    way_out: str = ""


class Trouble(NamedTuple):
    """What is wrong with an edit of the moves.

    - faults: of the edit as a whole; refusals: of single rows.
    - ticked: the CRNs of the rows that are ticked.
    """

    faults: tuple[str, ...] = ()
    ticked: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()


_NO_TROUBLE: Final = Trouble()
_ELSEWHERE: Final = (*get_args(Danger), ChangedSince)
"""The remarks that have a box of their own on the page."""


@dataclass(frozen=True)
class PlanHead:
    """What stands on every page of a plan.

    - dangers: what stands in red above everything else; messages: what else a planner should know before signing.
    - metrics: label, before and after of each figure of the situation.
    - changed_since: whether the scenario was changed after the plan was asked for.
    - proposed: that it is the proposal of a run, and on which terms; empty for a plan that a planner asked for.
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
    proposed: str


@dataclass(frozen=True)
class PlanPage:
    """A plan: the moves, what fewer would do, people, units, what stays, whom to recruit.

    - robust: how well it holds in the weeks ahead, if the what-if asks for that.
    - agreement: that it is agreed, or that the reader may agree it.
    - faults: what is wrong with an edit that was sent: the place to look at, and words.
    - refusals: decisions that are refused, by CRN or code of the person; person_refused: whether one is about a person.
    - changed: the moves that are not as in the plan this one is based on; None if it is based on none.
    - only_necessary: whether the what-if allows no move by choice.
    - to_come: what is still being found; missing: what was not found in the time allowed.
    """

    faults: tuple[tuple[str, str], ...]
    refusals: Mapping[str, Refusal]
    person_refused: bool
    moves: MoveList
    changed: tuple[ChangedMove, ...] | None
    only_necessary: bool
    drawing: TradeOffDrawing | None
    trade_off: tuple[TradeOffPoint, ...]
    trade_off_unproven: int
    people: People
    unmoved: Unmoved
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
    agreement: Agreement


def record_in(plan: PlanRow) -> PlanRecord:
    """The record of a plan that is done."""
    return PlanRecord.from_bytes(plan.answer, plan.figures or "{}")


def _gap_asked(scenario: Scenario) -> float:
    """The share of its objective to which the plan of a scenario was to be proven."""
    return Limits.gap if scenario.limits.gap is None else scenario.limits.gap


def moves_of(record: PlanRecord) -> Iterator[CaseMove]:
    """The moves of a plan, each with who takes the case."""
    moves = record.tables["moves"]
    columns = (moves[name].tolist() for name in CaseMove._fields)
    return (CaseMove(*values) for values in zip(*columns, strict=True))


def plan_page(opened: OpenedScenario, plan: PlanRow, record: PlanRecord, trouble: Trouble = _NO_TROUBLE) -> Page:
    """A plan that was found; trouble: what is wrong with an edit of it."""
    names = _names(record)
    now, then = _readable(opened.row.text), _readable(plan.text)
    moves = list_moves(record, opened.asked, now, then, names, trouble.ticked)
    trade_off = record.tables.get("trade_off", pd.DataFrame())
    unfinished = repository.is_unfinished(plan, opened.now)
    model = PlanPage(
        faults=(
            *((_place_to_look(moves), says) for says in trouble.faults),
            *((refusal.anchor, refusal.says) for refusal in trouble.refusals),
        ),
        refusals={refusal.code: refusal for refusal in trouble.refusals},
        person_refused=any(refusal.of_person for refusal in trouble.refusals),
        moves=moves,
        changed=changes_shown(record, names),
        only_necessary=then is not None and most_moves_by_choice(then) == 0,
        drawing=None if trade_off.empty else draw_trade_off(trade_off),
        trade_off=() if trade_off.empty else list_trade_off(trade_off),
        trade_off_unproven=0 if trade_off.empty or then is None else count_unproven(trade_off, _gap_asked(then)),
        people=people_shown(record, opened.asked),
        unmoved=unmoved_shown(record, opened.asked),
        why_unmoved=reasons_shown(record),
        units=tuple((level, units_shown(record, level)) for level in ("cluster", "office", "team")),
        recruitment=_rows_if_found(RecruitmentOption, record, "recruitment"),
        recruitment_ignores=_recruitment_ignores(record),
        recruits=_rows_if_found(RecruitedPost, record, "recruits"),
        spare_capacity=spare_capacity_shown(record),
        line=limit(record.figures.over_line),
        to_come=plan.step if unfinished else "",
        missing="" if unfinished else plan.step,
        robust=robust_section(record.figures.robust),
        agreement=agreement_shown(opened, plan, record),
    )
    return _page_with(opened, plan, record, head_of(opened), plan_head(opened, plan, record), model)


def plan_files(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> Page:
    """The page of a plan from which one table is downloaded, without what it shows on screen."""
    return _page_with(opened, plan, record)


def _page_with(opened: OpenedScenario, plan: PlanRow, record: PlanRecord, *models: object) -> Page:
    return page_of(
        "what_if_plan.html",
        f"Plan: {opened.row.name}",
        *models,
        trail=opened.trail,
        tables=_tables(record),
        file_part=file_stem(opened, plan),
    )


def _place_to_look(moves: MoveList) -> str:
    """Where what is wrong with an edit can be corrected: the first row that is ticked, or else the first to tick."""
    ticked = next((line.anchor for line in moves.lines if line.ticked), "")
    return ticked or ("tick-1" if moves.lines else "moves")


def plan_head(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> PlanHead:
    """What stands on every page of a plan."""
    figures, names = record.figures, _names(record)
    others = [remark for remark in record.remarks if not isinstance(remark, _ELSEWHERE)]
    before, after = (describe_situation(side, figures.over_line, NOTHING) for side in (figures.before, figures.after))
    return PlanHead(
        plan=plan,
        plan_address=f"{MENU}/plan/{plan.id}",
        figures=figures,
        verdict=verdict(figures),
        metrics=tuple((capitalize_first(label), value, after[label]) for label, value in before.items()),
        dangers=tuple(remark_in_words(remark, names) for remark in record.remarks if isinstance(remark, Danger)),
        messages=tuple(remark_in_words(remark, names) for remark in others),
        changed_since=plan.scenario_version != opened.row.version,
        weeks=figures.weeks,
        proposed=_proposed(opened, plan),
    )


def _proposed(opened: OpenedScenario, plan: PlanRow) -> str:
    asked = _readable(plan.text)
    if opened.row.author != PROPOSED_BY or asked is None:
        return ""
    limits = asked.limits
    moves, cases = count_of(int(limits.elective_moves or 0), "move"), count_of(limits.intake or 0, "new case")
    return (
        f"The run proposes this on its standing terms: at most {moves} by choice, within the cluster, and {cases} for "
        "each person and week. No planner has changed it."
    )


def _names(record: PlanRecord) -> Names:
    """The names of the people, teams and offices of a plan."""
    units = record.tables["units"]
    rows = zip(units["level"].tolist(), units["code"].tolist(), units["name"].fillna("").tolist(), strict=True)
    return {(level, code): name for level, code, name in rows}


def _readable(text: str) -> Scenario | None:
    """A scenario from its text; None if it cannot be read any more."""
    try:
        return read_scenario(text, NAMED)
    except ScenarioFault:
        return None


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


def _tables(record: PlanRecord) -> Mapping[str, Table]:
    """Every table of a record for downloading, moves and people in the order of the page."""
    as_stored: dict[str, Table] = {name: partial(record.tables.__getitem__, name) for name in record.tables}
    return as_stored | {
        "moves": lambda: in_order(record.tables["moves"]),
        "people": lambda: people_in_order(record.tables["people"]),
    }
