"""What a plan that was found says on the pages: as a whole, on paper, and beside another."""

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from alerts.digest.units import records
from alerts.wording import limit
from monitor.redistribution import repository
from monitor.redistribution.results.record import PlanRecord, unpacked
from monitor.snapshots.tables import PlanRow
from monitor.web.charts.trade_off import curve_drawing, curve_rows
from monitor.web.formatting import NOTHING
from monitor.web.pages.page import A_PAGE, Page, Table
from monitor.web.what_if.pages import MENU, TRAIL, OpenedScenario, around
from monitor.web.what_if.text import on_one_line, told_here, type_in_words, verdict
from tiering.terms import Band, Level

MOVES_AT_ONCE: Final = 200
METRICS: Final = (
    ("Highest capacity percentage", "peak", "percent"),
    ("People over {line}", "over_line", "number"),
    ("People over 100%", "over_100", "number"),
    ("People with points and no capacity", "without_hours", "number"),
    ("Points above capacity", "points_over", "number"),
    ("Highest over the mean", "max_over_mean", "ratio"),
    ("Unevenness (Gini)", "gini", "ratio"),
)


def answer_in(plan: PlanRow) -> PlanRecord:
    """The answer of a plan that is done."""
    return unpacked(plan.answer, plan.figures or "{}")


def plan_page(opened: OpenedScenario, plan: PlanRow, answer: PlanRecord) -> Page:
    """A plan: verdict, before and after, what fewer moves would do, the moves, people, what stays, whom to recruit."""
    moves = in_order(answer.tables["moves"])
    pages = max(1, -(-len(moves) // MOVES_AT_ONCE))
    page = min(opened.asked.number("page"), pages)
    shown = moves.iloc[(page - 1) * MOVES_AT_ONCE : page * MOVES_AT_ONCE]
    curve = answer.tables.get("curve", pd.DataFrame())
    line = limit(answer.figures["over_line"])
    words = {
        **_plan_words(opened, plan, answer),
        "moves": _readable(shown, "reason"),
        "count": len(moves),
        "page": page,
        "pages": pages,
        "drawing": None if curve.empty else curve_drawing(curve),
        "curve": [] if curve.empty else curve_rows(curve),
        "people": records(people_in_order(answer.tables["people"])),
        "untouched": _readable(_stays(answer), "why"),
        "why_untouched": records(_by_reason(answer.tables["untouched"])),
        "units": [(level, records(_units(answer, level))) for level in ("cluster", "office", "team")],
        "recruitment": records(answer.tables.get("recruitment", pd.DataFrame())),
        "recruits": records(answer.tables.get("recruits", pd.DataFrame())),
        "room": records(_room(answer)),
        "line": line,
        "to_come": plan.step if repository.is_unfinished(plan, opened.now) else "",
        "missing": plan.step if plan.step and not repository.is_unfinished(plan, opened.now) else "",
    }
    return Page("what_if_plan.html", f"Plan: {opened.row.name}", words, opened.trail, _tables(answer))


def _readable(rows: pd.DataFrame, column: str) -> list[dict[str, Any]]:
    """Rows with the words of one column on one line, without what cannot be seen."""
    return records(rows.assign(**{column: [on_one_line(str(words)) for words in rows[column]]}))


def _plan_words(opened: OpenedScenario, plan: PlanRow, answer: PlanRecord) -> dict[str, Any]:
    figures, people = answer.figures, answer.tables["people"]
    line = limit(figures["over_line"])
    known = zip(people["om_code"].tolist(), people["name"].fillna("").tolist(), strict=True)
    names = {(Level.OFFENDER_MANAGER.value, code): name for code, name in known}
    return {
        **around(opened),
        "plan": plan,
        "plan_address": f"{MENU}/plan/{plan.id}",
        "figures": figures,
        "verdict": verdict(figures),
        "messages": [told_here(one, names) for one in answer.messages],
        "metrics": [
            (label.format(line=line), _written(figures["before"][name], form), _written(figures["after"][name], form))
            for label, name, form in METRICS
        ],
        "changed_since": plan.scenario_version != opened.row.version,
        "weeks": int(figures["weeks"]),
    }


def _written(value: float | None, form: str) -> str:
    if value is None:
        return NOTHING
    return {"percent": f"{value:,.1f}%", "number": f"{value:,.0f}", "ratio": f"{value:.3f}"}[form]


def in_order(moves: pd.DataFrame) -> pd.DataFrame:
    """Week by week, and in each what must be before what need not."""
    return moves.sort_values(["week", "forced", "crn"], ascending=[True, False, True], ignore_index=True)


def people_in_order(people: pd.DataFrame) -> pd.DataFrame:
    """Whoever is without hours, then the hottest before the plan first."""
    stranded = people["before_available_points"].le(0) & people["before_points"].gt(0)
    ordered = people.assign(stranded=stranded).sort_values(
        ["stranded", "before_capacity_percentage", "om_code"], ascending=[False, False, True]
    )
    return ordered.drop(columns="stranded")


def _stays(answer: PlanRecord) -> pd.DataFrame:
    """The cases that a rule or a lock keeps, those that should be placed first; the rest is told by reason only."""
    found = answer.tables["untouched"]
    found = found[~found["could_move"].astype(bool)]
    return found.sort_values(["unplaced", "crn"], ascending=[False, True])


def _by_reason(untouched: pd.DataFrame) -> pd.DataFrame:
    """How many cases stay for each reason, and their points; those that should be placed first."""
    counted = untouched.groupby(["why", "unplaced"], as_index=False).agg(
        cases=("crn", "size"), points=("points", "sum")
    )
    return counted.sort_values(["unplaced", "cases", "why"], ascending=[False, False, True])


def _units(answer: PlanRecord, level: str) -> pd.DataFrame:
    """The units of one level before and after, with the changes on both sides."""
    units = answer.tables["units"]
    units = units[units["level"].eq(level)]
    sides = [units[units["side"].eq(side)].set_index("code").drop(columns=["side"]) for side in ("before", "after")]
    both = sides[0].add_prefix("before_").join(sides[1].add_prefix("after_"), how="outer")
    return both.assign(name=both["after_name"].fillna(both["before_name"]), level=level).reset_index()


def _room(answer: PlanRecord) -> pd.DataFrame:
    """Which team has the most room for which kind of case."""
    room = answer.tables.get("room", pd.DataFrame())
    if room.empty:
        return room
    most = room[room["cases"].gt(0)].sort_values("cases", ascending=False).head(A_PAGE)
    return most.assign(of=[type_in_words(one) for one in most["case_team_type"]])


def _tables(answer: PlanRecord) -> dict[str, Table]:
    """Every table of an answer for downloading, moves and people in the order of the page."""
    ordered: dict[str, pd.DataFrame] = {
        **answer.tables,
        "moves": in_order(answer.tables["moves"]),
        "people": people_in_order(answer.tables["people"]),
    }
    return {name: (lambda frame=frame: frame) for name, frame in ordered.items()}  # type: ignore[misc]


def print_page(opened: OpenedScenario, plan: PlanRow, answer: PlanRecord) -> Page:
    """A plan on paper: the verdict, and the moves by whoever takes them."""
    people = {one["om_code"]: one for one in records(answer.tables["people"])}
    receivers = []
    for code, rows in in_order(answer.tables["moves"]).groupby("to_om_code", sort=False):
        receivers.append((people[str(code)], _readable(rows, "reason")))
    receivers.sort(key=lambda one: (one[0]["team_code"], one[0]["name"], one[0]["om_code"]))
    words = {**_plan_words(opened, plan, answer), "receivers": receivers, "untouched": _readable(_stays(answer), "why")}
    return Page("what_if_print.html", f"Plan: {opened.row.name}", words, opened.trail)


def compare_page(
    choices: Sequence[tuple[int, str]],
    chosen: Sequence[str],
    sides: Sequence[tuple[OpenedScenario, PlanRow, PlanRecord]],
    said: str,
) -> Page:
    """The snapshot, plan A and plan B side by side; a form to choose them."""
    words: dict[str, Any] = {"choices": choices, "said": said, "sides": [], "chosen": chosen}
    tables: dict[str, Table] = {}
    if len(sides) == 2:
        table = side_by_side(sides[0][2], sides[1][2])
        words |= {
            "sides": [{"plan": plan, "opened": one, "verdict": verdict(answer.figures)} for one, plan, answer in sides],
            "whole": _whole(table),
            "levels": [(level, records(table[table["level"].eq(level)])) for level in ("cluster", "office", "team")],
            "people": records(_who_differs(table)),
        }
        tables["compare"] = lambda: table
    return Page("what_if_compare.html", "Compare two plans", words, (TRAIL,), tables)


def side_by_side(a: PlanRecord, b: PlanRecord) -> pd.DataFrame:
    """One row a unit in the scope of either plan, columns as monitor.redistribution.compare has them.

    A unit that one plan is not about is missing there.
    """
    units = {name: answer.tables["units"] for name, answer in (("a", a), ("b", b))}
    start = pd.concat([frame[frame["side"].eq("at_start")] for frame in units.values()])
    sides = {
        "before": start.drop_duplicates(["level", "code"]),
        **{name: frame[frame["side"].eq("after")] for name, frame in units.items()},
    }
    key = ["level", "code", "name", "parent_code"]
    known = pd.concat([frame[key] for frame in sides.values()]).drop_duplicates(["level", "code"])
    both = known.sort_values(["level", "code"], ignore_index=True)
    figures = [name for name in start.columns if name not in (*key, "side")]
    for side, frame in sides.items():
        renamed = frame[["level", "code", *figures]].rename(columns={name: f"{side}_{name}" for name in figures})
        both = both.merge(renamed, on=["level", "code"], how="left", validate="one_to_one")
    return both[[*key, *(f"{side}_{figure}" for figure in figures for side in sides)]]


_SIDES: Final = ("before", "a", "b")


def _whole(table: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """The situation as a whole on every side."""
    people = table[table["level"].eq(Level.OFFENDER_MANAGER)]
    rows: dict[str, list[str]] = {
        "Highest capacity percentage": [],
        "People over the line": [],
        "People with points and no capacity": [],
        "Points above capacity": [],
    }
    for side in _SIDES:
        bands = people[f"{side}_band"]
        above = (people[f"{side}_points"] - people[f"{side}_available_points"]).clip(lower=0).sum()
        peak = people[f"{side}_capacity_percentage"].max()
        values = (
            NOTHING if pd.isna(peak) else f"{peak:,.1f}%",
            f"{bands.isin([Band.RED, Band.NO_CAPACITY]).sum():,}",
            f"{bands.eq(Band.NO_CAPACITY).sum():,}",
            f"{above:,.0f}",
        )
        for row, value in zip(rows.values(), values, strict=True):
            row.append(value)
    return list(rows.items())


def _who_differs(table: pd.DataFrame) -> pd.DataFrame:
    """The people whose load is not the same on every side, the greatest difference first."""
    people = table[table["level"].eq(Level.OFFENDER_MANAGER)]
    percentages = people[[f"{side}_capacity_percentage" for side in _SIDES]]
    spread = percentages.max(axis=1) - percentages.min(axis=1)
    differs = spread.gt(0.05) | (percentages.isna().any(axis=1) & ~percentages.isna().all(axis=1))
    rows = people.assign(spread=spread.fillna(float("inf")))[differs]
    return rows.sort_values(["spread", "code"], ascending=[False, True]).drop(columns="spread")
