"""Describe plans, comparisons and recruitment in words for the terminal; every remark is worded here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import assert_never

import numpy as np
import pandas as pd

from alerts.wording import choose, clean, count_of, limit, number, percent_at
from monitor.redistribution.plan import Plan
from monitor.redistribution.results.compare import SIDES, describe_whole, people_who_differ, tabulate_whole
from monitor.redistribution.results.figures import PlanFigures, Situation
from monitor.redistribution.results.remarks import (
    ChangedSince,
    DangerousUnplaced,
    OtherNumbers,
    PersonOver,
    PlacedOver,
    PlannedFor,
    PlanRemark,
    ShortOf,
    StillOver,
    TakenOver,
    TimeUp,
    TooFewPoints,
    Unplaced,
)
from monitor.redistribution.results.tables.proof import NOTHING_PROVEN, describe_distance, describe_proof
from monitor.redistribution.results.tables.recruitment import Recruitment
from monitor.redistribution.robust.wording import compare_robustness, describe_robustness
from monitor.redistribution.scenario.model import ScenarioScope
from monitor.redistribution.scenario.remarks import (
    AcceptedRisk,
    AlreadyInOffice,
    ChangeRemark,
    EndsEarlier,
    HasLeft,
    NoEffect,
    OutsideScope,
    StartsLater,
)
from tiering.terms import Grade, Level

_SHOWN_AT_MOST = 40
_WIDTH = 46


def _as_it_is(om_code: str) -> str:
    return om_code


@dataclass(frozen=True)
class Place:
    """The place where remarks are read: how a person is named there, and where to look for more."""

    person: Callable[[str], str] = _as_it_is
    recruitment: str = "see hotspots what-if resources"
    trade_off: str = "see what more would do: hotspots what-if curve"
    more_time: str = "give it more with limits.seconds"


TERMINAL = Place()


def describe_remark(remark: PlanRemark, place: Place = TERMINAL) -> str:
    """Describe one remark in one line."""
    match remark:
        case ChangeRemark():
            return f"changes.{remark.place}.{remark.change}: {describe_no_effect(remark)}"
        case AcceptedRisk(om_code=None):
            return f"accepted risk: {remark.crn} stays with no one; {_accepted(remark)}"
        case AcceptedRisk():
            who = place.person(str(remark.om_code))
            return f"accepted risk: {remark.crn} stays with {who}, who has no available hours; {_accepted(remark)}"
        case DangerousUnplaced(cases=1):
            return f"no one takes 1 case of high RoSH, the highest tier or MAPPA that must be placed: {remark.crns[0]}"
        case DangerousUnplaced():
            named = _list_people(list(remark.crns), remark.cases - len(remark.crns))
            cases = f"{remark.cases:,} cases of high RoSH, the highest tier or MAPPA"
            return f"no one takes {cases} that must be placed: {named}"
        case OtherNumbers():
            return (
                f"{remark.fingerprint}: the scenario was saved under other numbers than are in force now: its answer "
                "may be another"
            )
        case TooFewPoints():
            return (
                f"redistribution cannot fix this: {remark.total_points:,.0f} points are held where "
                f"{remark.available_points:,.0f} are available; short by {remark.points_short:,.0f} available points, "
                f"{remark.full_time_short:.1f} full-time offender managers, for {remark.line:g}% each: "
                f"{place.recruitment}"
            )
        case ShortOf():
            grade = f"{Grade.PO} " if remark.only_po else ""
            short = f"short of {number(remark.points)} {grade}points in {clean(remark.office_name)}"
            return f"{short}: {count_of(remark.cases, 'case')} without a place"
        case Unplaced(cases=1):
            return f"1 case that must be placed stays where it is: {remark.why}"
        case Unplaced():
            return f"{remark.cases:,} cases that must be placed stay where they are: {remark.why}"
        case StillOver():
            people = [
                f"{place.person(person.om_code)} {percent_at(person.after, remark.line)}" for person in remark.people
            ]
            groups = [_list_people(people, remark.more)] if people else []
            groups += [_without_hours(remark)] if remark.without_hours else []
            return f"still over {remark.line:g}%: {'; '.join(groups)}{_spent(remark.spent, place)}"
        case TakenOver():
            people = [_before_and_after(person, remark.line, place) for person in remark.people]
            return f"taken over {remark.line:g}% by moves that the scenario names: {_list_people(people, remark.more)}"
        case PlacedOver():
            people = [_before_and_after(person, remark.line, place) for person in remark.people]
            one = remark.cases == 1
            return (
                f"{count_of(remark.cases, 'case')} that had to be placed {'goes' if one else 'go'} above "
                f"{remark.line:g}%, because no one who may take {'it' if one else 'them'} has room below: "
                f"{_list_people(people, 0)}"
            )
        case ChangedSince():
            others = "no other move" if not remark.changed else f"{count_of(remark.changed, 'other move')}"
            which = f": {_list_people([clean(crn) for crn in remark.crns], remark.changed - len(remark.crns))}"
            return (
                f"{count_of(remark.kept, 'move')} of the earlier plan {'stays' if remark.kept == 1 else 'stay'}; "
                f"{others} changed{which if remark.changed else ''}"
            )
        case PlannedFor():
            return (
                f"this plan is for {remark.plan_for}: people, hours and reductions are as on that day, cases as at "
                f"{remark.as_at}"
            )
        case TimeUp():
            distance = describe_distance(remark.gap, peak_first=remark.peak_first, over_line=remark.over_line)
            proven = NOTHING_PROVEN if distance is None else f"it is {distance}"
            return f"the time was up before the plan was proven as closely as asked: {proven}; {place.more_time}"
        case _:
            assert_never(remark)


def _without_hours(remark: StillOver) -> str:
    who = f"{remark.without_hours:,} more" if remark.people else count_of(remark.without_hours, "person")
    what = count_of(remark.their_cases, "case") if remark.their_cases else "duty points"
    return f"{who} with {what} and no available hours"


def _spent(moves: int | None, place: Place) -> str:
    """What kept the plan from relieving more people; empty if that was no limit on moves by choice."""
    if moves is None:
        return ""
    if moves == 0:
        return f"; no move by choice is allowed, {place.trade_off}"
    are = "the one move by choice is" if moves == 1 else f"all {moves} moves by choice are"
    return f"; {are} spent, {place.trade_off}"


def _accepted(risk: AcceptedRisk) -> str:
    return f"accepted by {clean(risk.accepted_by)}: {risk.reason}"


def describe_no_effect(remark: NoEffect) -> str:
    """Say why a change has no effect."""
    match remark:
        case AlreadyInOffice():
            return f"{remark.team_code} is in office {remark.office_code} already: no effect"
        case StartsLater():
            return f"{remark.label} {remark.day} is after the as-at date {remark.as_at}: no effect on this plan"
        case EndsEarlier():
            this = f"the as-at date {remark.as_at}" if remark.plan_for is None else f"plan_for, {remark.plan_for}"
            return f"until {remark.day} is before {this}: no effect on this plan"
        case HasLeft():
            return f"{remark.om_code} has left already: no effect"
        case OutsideScope():
            return f"{remark.code} is outside the scope of this scenario: no effect"
        case _:
            assert_never(remark)


def count_of_moves(number_of_moves: int) -> str:
    """The number of moves with its noun."""
    return f"{number_of_moves:,} {'move' if number_of_moves == 1 else 'moves'}"


def _before_and_after(person: PersonOver, line: float, place: Place) -> str:
    after = percent_at(person.after, line)
    return f"{place.person(person.om_code)} from {percent_at(person.before, line)} to {after}"


def _list_people(people: list[str], more: int) -> str:
    return ", ".join(people) + (f" and {more} more" if more else "")


def describe_scope(scope: ScenarioScope) -> str:
    """Describe a scope by its level and codes."""
    return "everything" if scope.level is Level.ALL else f"{scope.level.value} {', '.join(scope.codes)}"


def describe_plan(plan: Plan, figures: PlanFigures, remarks: list[PlanRemark]) -> Iterator[str]:
    """Describe a plan, line by line."""
    where = describe_scope(plan.scenario.scope)
    yield f"{figures.name}: as at {figures.as_at} (revision {figures.revision}), {where}"
    yield f"  {figures.cases:,} cases and {figures.people:,} people in scope"
    budget = plan.problem.limits.elective_moves
    allowed = "no limit" if budget is None else f"{budget} allowed"
    spread = "" if figures.weeks <= 1 else f", spread over {figures.weeks} weeks"
    yield (
        f"  {count_of_moves(figures.moves)}: {figures.moves_forced} necessary, {figures.moves_named} by name, "
        f"{figures.moves_elective} by choice ({allowed}){spread}; {count_of(figures.unplaced, 'case')} without a place"
    )
    if figures.moves_changed_often is not None:
        often = f"{plan.applied.costs.continuity_changes} or more changes of offender manager in 52 weeks"
        weeks = count_of(figures.holder_weeks or 0, "stored week")
        yield f"  {count_of_moves(figures.moves_changed_often)} of people with {often} ({weeks} read)"
    over_line = figures.moves_over_line
    proof = describe_proof(figures.status, figures.gap, peak_first=figures.peak_first, over_line=over_line)
    yield (
        f"  {figures.status}: {proof} "
        f"(objective {figures.objective:,.0f}, proven bound {figures.bound:,.0f}), {figures.seconds:.1f} s"
    )
    yield ""
    yield f"  {'':34}{'before':>12}{'after':>12}"
    before, after = (describe_situation(side, figures.over_line, "-") for side in (figures.before, figures.after))
    for label, value in before.items():
        yield f"  {label:34}{value:>12}{after[label]:>12}"
    if figures.robust is not None:
        yield ""
        yield from (f"  {line}" for line in describe_robustness(figures.robust))
    if remarks:
        yield ""
        yield from (f"  - {describe_remark(remark)}" for remark in remarks)


def describe_situation(side: Situation, over_line: float, missing: str) -> dict[str, str]:
    """Describe one side of a plan: what each figure is called, and how it is written, in the order shown.

    - over_line: the line of the plan, per cent of capacity.
    - missing: what stands for a figure that a plan was stored without.
    """
    line = limit(over_line)
    return {
        "highest capacity percentage": percent_at(side.peak, over_line),
        f"people over {line}": f"{side.over_line:,}",
        # The line of a scenario may be 100% too, and the row is then the same.
        "people over 100%": f"{side.over_100:,}",
        "people with points and no capacity": f"{side.without_hours:,}",
        f"points over {line}": missing if side.points_over_line is None else f"{side.points_over_line:,.0f}",
        "points over capacity": f"{side.points_over:,.0f}",
        "highest over the mean": f"{side.max_over_mean:.2f}",
        "unevenness (Gini)": f"{side.gini:.3f}",
    }


def describe_comparison(table: pd.DataFrame, a: PlanFigures, b: PlanFigures) -> Iterator[str]:
    """Describe a comparison: the whole, every cluster, office and team, and the people who differ.

    - table: as ``compare_plans`` gives it; a, b: the figures of the two plans.
    """
    for letter, plan in (("A", a), ("B", b)):
        yield f"{letter}: {plan.name} ({count_of_moves(plan.moves)})"
    yield ""
    yield _line("", ("snapshot", "A", "B"))
    yield from (_line(label, cells) for label, cells in describe_whole(tabulate_whole(table, a, b), "-"))
    for label, values in compare_robustness(a.robust, b.robust):
        yield _line(label, tuple(value or "-" for value in values))
    for level in (Level.CLUSTER, Level.OFFICE, Level.TEAM):
        rows = table[table["level"].eq(level)]
        yield ""
        yield _line(f"capacity percentage by {level}", ("", "", ""))
        yield from (_line(f"  {row.code} {row.name_}", _percentages(row)) for row in _with_names(rows).itertuples())
    yield ""
    yield from _describe_who_differs(people_who_differ(table))


def _describe_who_differs(people: pd.DataFrame) -> Iterator[str]:
    if people.empty:
        yield "no load differs"
        return
    yield _line(f"people whose load differs: {len(people)}", ("", "", ""))
    for row in _with_names(people).head(_SHOWN_AT_MOST).itertuples():
        yield _line(f"  {row.code} {row.name_} ({row.parent_code})", _percentages(row))
    if len(people) > _SHOWN_AT_MOST:
        yield f"  and {len(people) - _SHOWN_AT_MOST} more; all of them with --format csv"


def _with_names(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the name on one line, under a heading that a row of ``itertuples`` can have as an attribute."""
    return rows.assign(name_=[" ".join(str(name).split()) for name in rows["name"]])


def _percentages(row: object) -> tuple[str, ...]:
    values = (getattr(row, f"{side}_capacity_percentage") for side in SIDES)
    return tuple("-" if pd.isna(value) else f"{value:.1f}%" for value in values)


def _line(label: str, cells: tuple[str, ...]) -> str:
    shown = label if len(label) <= _WIDTH else f"{label[: _WIDTH - 1]}\N{HORIZONTAL ELLIPSIS}"
    return f"{shown:{_WIDTH}}{''.join(f'{cell:>11}' for cell in cells)}".rstrip()


def describe_recruitment(recruitment: Recruitment) -> Iterator[str]:
    """Describe the smallest recruitment, line by line."""
    line = f"{recruitment.line:g}%"
    for cluster, rows in recruitment.options.groupby("cluster_code", sort=False):
        best = rows.iloc[0]
        where = f"cluster {cluster!s}" if cluster else "everything in scope"
        if np.isnan(best["hours"]):
            yield (
                f"{where}: no recruitment brings everyone to {line} or below: {_stay_over(best['still_over'])} it, "
                f"{count_of(best['unplaced'], 'case')} without a place"
            )
            continue
        moves = count_of(best["moves"], "move")
        if best["hours"] == 0:
            yield (
                f"{where}: no recruitment is needed: about {moves}, necessary ones included, can bring everyone to "
                f"{line} or below"
            )
            continue
        yield (
            f"{where}: {best['hours']:,.1f} hours a week ({best['full_time']:.1f} full-time) can bring everyone to "
            f"{line} or below, with about {moves}; with fewer hours it cannot be done"
        )
        yield from _recruitment_options(rows.iloc[1:])
    if len(recruitment.posts):
        yield ""
        yield "where the hours ask for the least disturbing moves, as changes to try in a scenario:"
        yield from _recruitment_changes(recruitment.posts)
    if recruitment.still_over:
        yield ""
        yield f"over {line} whatever is recruited, by what they keep: {', '.join(recruitment.still_over)}"
    yield ""
    yield describe_ignored_limits(recruitment.options)


def describe_ignored_limits(options: pd.DataFrame) -> str:
    """Describe which limits of the plan recruitment ignores, so that the two answers do not seem to contradict.

    - options: as ``find_recruitment`` gives them, with one row or more.
    """
    option = options.iloc[0]
    ignored = f"new cases per person and week (the plan: {option['ignored_intake']})"
    if not pd.isna(option["ignored_elective_moves"]):
        ignored = f"moves by choice (the plan: {option['ignored_elective_moves']}) and on {ignored}"
    return (
        f"hours and moves here have no limit on {ignored}, so the plan may leave people over {option['line']:g}% whom "
        "these moves would bring to it"
    )


def _stay_over(people: float) -> str:
    """How many people stay over the line: 1 stays over, 2 stay over."""
    return f"{number(people)} {choose(people, 'stays', 'stay')} over"


def _recruitment_options(rows: pd.DataFrame) -> Iterator[str]:
    yield f"  {'if it all has to be':38}{'hours':>10}{'full-time':>11}{'moves':>8}"
    for row in rows.to_dict("records"):
        named = f"{row['grade']} {row['office_code']} {row['office_name']}".rstrip()
        if np.isnan(row["hours"]):
            left = f"{_stay_over(row['still_over'])}, {count_of(row['unplaced'], 'case')} without a place"
            yield f"  {named:38}{'cannot do it':>21}: {left}"
        else:
            yield f"  {named:38}{row['hours']:>10,.1f}{row['full_time']:>11.1f}{row['moves']:>8,.0f}"


def _recruitment_changes(posts: pd.DataFrame) -> Iterator[str]:
    """Write the recruitment as lines for a scenario, in which no one works more than full-time."""
    for post in posts.to_dict("records"):
        full_time = round(post["hours"] / post["full_time"], 1)
        whole, rest = divmod(round(post["hours"], 1), full_time)
        for hours in [full_time] * int(whole) + ([round(rest, 1)] if rest > 0 else []):
            who = f"team_code: {post['team_code']}, grade: {post['grade']}, contracted_hours: {hours:g}"
            yield f"  - joins: {{{who}}}   # {post['team_name']}"
