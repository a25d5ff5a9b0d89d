"""What of a plan is handed out: the lists for each office, and the case for it on one page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from alerts.wording import clean, count_of, limit, percent_at
from monitor.redistribution.results.figures import PlanFigures
from monitor.redistribution.results.handout import OfficeHandout, arrange_by_office, list_office_changes
from monitor.redistribution.results.record import PlanRecord
from monitor.redistribution.results.remarks import ShortOf, StillOver, TakenOver, TimeUp, TooFewPoints, Unplaced
from monitor.redistribution.results.text import Place, count_of_moves, describe_remark
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import read_scenario
from monitor.snapshots.tables import PlanRow
from monitor.web.formatting import NOTHING, capitalize_first, hours
from monitor.web.pages.view_models.page import Page
from monitor.web.read_model.rows import rows_of
from monitor.web.what_if.grounds import NAMED
from monitor.web.what_if.pages.plan import plan_head
from monitor.web.what_if.pages.plan_rows import HandoutMove, OfficeChange, OfficeSheet, PersonLoad
from monitor.web.what_if.pages.scenario import OpenedScenario, head_of, page_of
from monitor.web.what_if.text import Names, change_in_words, named, on_one_line
from tiering.terms import Level

MOST_LINES: Final = 6
"""Lines of one list on the case for a plan, so that it stays on one page; the page of the plan has all."""

_MOST_OFFICES: Final = 3
_DECIDED: Final = ("move", "pin", "bar")
_UNSOLVED: Final = (TooFewPoints, ShortOf, Unplaced, StillOver, TakenOver, TimeUp)


@dataclass(frozen=True)
class PrintPage:
    """A plan on paper, office by office."""

    offices: tuple[OfficeSheet, ...]


@dataclass(frozen=True)
class CasePage:
    """The case for a plan, for those who decide on it.

    - happens: what the plan answers; decided: what its planner fixed beforehand; does: its moves, in words.
    - before_and_after: label, before and after of each figure.
    - unsolved: what it does not solve and what is short; accepted: the risks that were accepted, with the reason.
    - relieved, burdened: the offices that give and take most points on balance.
    """

    happens: tuple[str, ...]
    decided: tuple[str, ...]
    does: tuple[str, ...]
    before_and_after: tuple[tuple[str, str, str], ...]
    unsolved: tuple[str, ...]
    accepted: tuple[str, ...]
    relieved: tuple[OfficeChange, ...]
    burdened: tuple[OfficeChange, ...]


def print_page(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> Page:
    """A plan on paper: the verdict, and for each office who gives and who takes, week by week."""
    return page_of(
        "what_if_print.html",
        f"Plan {plan.id}: {opened.row.name}",
        head_of(opened),
        plan_head(opened, plan, record),
        PrintPage(tuple(_sheet_of(office) for office in arrange_by_office(record))),
        trail=opened.trail,
    )


def case_page(opened: OpenedScenario, plan: PlanRow, record: PlanRecord) -> Page:
    """The case for a plan, on one page."""
    scenario, names = read_scenario(plan.text, NAMED), _names(record)
    says = [(change.kind, on_one_line(change_in_words(change, names))) for change in scenario.changes]
    changes = rows_of(OfficeChange, list_office_changes(record))
    page = CasePage(
        happens=_at_most([text for kind, text in says if kind not in _DECIDED]),
        decided=_at_most([text for kind, text in says if kind in _DECIDED]),
        does=tuple(_moves_in_words(record.figures)),
        before_and_after=tuple(_before_and_after(record.figures)),
        unsolved=_at_most([*_unsolved(record, names), *_recruitment(record)]),
        accepted=_at_most(list(_accepted(scenario, names))),
        relieved=tuple(office for office in changes if office.change < 0)[:_MOST_OFFICES],
        burdened=tuple(office for office in reversed(changes) if office.change > 0)[:_MOST_OFFICES],
    )
    return page_of(
        "what_if_case.html",
        f"The case for plan {plan.id}: {opened.row.name}",
        head_of(opened),
        plan_head(opened, plan, record),
        page,
        trail=opened.trail,
    )


def _sheet_of(office: OfficeHandout) -> OfficeSheet:
    return OfficeSheet(
        office.code,
        office.name,
        rows_of(PersonLoad, office.people),
        rows_of(HandoutMove, office.gives),
        rows_of(HandoutMove, office.takes),
    )


def _names(record: PlanRecord) -> Names:
    """The names of the people, teams and offices of a plan."""
    people, units = record.tables["people"], record.tables["units"]
    names = {
        (str(level), str(code)): str(name)
        for level, code, name in zip(units["level"], units["code"], units["name"].fillna(""), strict=True)
    }
    own = zip(people["om_code"], people["name"].fillna(""), strict=True)
    return names | {(Level.OFFENDER_MANAGER.value, str(code)): str(name) for code, name in own}


def _at_most(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines of a list, with the number of those that do not fit."""
    if len(lines) <= MOST_LINES:
        return tuple(lines)
    shown = lines[: MOST_LINES - 1]
    return (*shown, f"And {len(lines) - len(shown)} more: see the page of the plan.")


def _moves_in_words(figures: PlanFigures) -> Iterator[str]:
    """What the plan moves, by kind and by risk."""
    spread = f" over {count_of(figures.weeks, 'week')}" if figures.moves else ""
    yield (
        f"{count_of_moves(figures.moves)}{spread}: {figures.moves_elective:,} by choice, {figures.moves_forced:,} "
        f"necessary, {figures.moves_named:,} by name."
    )
    yield f"{figures.moves_high_rosh:,} of high or very high RoSH; {figures.moves_to_other_office:,} to another office."


def _before_and_after(figures: PlanFigures) -> Iterator[tuple[str, str, str]]:
    line, before, after = limit(figures.over_line), figures.before, figures.after
    peaks = [percent_at(side.peak, figures.over_line) for side in (before, after)]
    yield "Highest capacity percentage", peaks[0], peaks[1]
    yield f"People over {line}", f"{before.over_line:,}", f"{after.over_line:,}"
    yield f"People taken over {line} by the plan", NOTHING, _count(figures.taken_over)
    yield f"Points over {line}", _count(before.points_over_line), _count(after.points_over_line)
    yield "People with points and no capacity", f"{before.without_hours:,}", f"{after.without_hours:,}"


def _count(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f}"


def _unsolved(record: PlanRecord, names: Names) -> Iterator[str]:
    """What the plan leaves as it is, and what is short."""
    place = Place(
        person=lambda om_code: named(Level.OFFENDER_MANAGER, om_code, names),
        recruitment="the page of the plan says whom to recruit",
        trade_off="the page of the plan says what more would do",
        more_time="give it more seconds in the limits",
    )
    for remark in record.remarks:
        if isinstance(remark, _UNSOLVED):
            yield f"{capitalize_first(on_one_line(describe_remark(remark, place)))}."


def _recruitment(record: PlanRecord) -> Iterator[str]:
    """The smallest recruitment of each cluster that needs one."""
    options = record.tables.get("recruitment", pd.DataFrame(columns=["cluster_code", "hours", "full_time"]))
    for option in options.drop_duplicates("cluster_code").to_dict("records"):
        if option["hours"] > 0:
            where = f" in cluster {clean(option['cluster_code'])}" if option["cluster_code"] else ""
            yield (
                f"{hours(option['hours'])} hours a week of recruitment{where} ({hours(option['full_time'])} full-time) "
                f"would bring everyone to {limit(record.figures.over_line)} or below."
            )


def _accepted(scenario: Scenario, names: Names) -> Iterator[str]:
    """The risks that the planner accepted, with the reason."""
    for change in scenario.changes:
        if getattr(change.what, "accept_risk", None):
            yield on_one_line(change_in_words(change, names))
    if reason := getattr(scenario.limits, "accept_risk", None):
        yield on_one_line(f"The limits: {reason}")
