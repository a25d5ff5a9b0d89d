"""Two plans side by side: the snapshot, A and B, unit by unit and in words."""

from dataclasses import replace

import pandas as pd
import pytest

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.compare import (
    COLUMNS,
    WHOLE,
    NotComparable,
    compare_plans,
    compare_records,
    describe_whole,
    tabulate_whole,
)
from monitor.redistribution.results.figures import PlanFigures, summarise
from monitor.redistribution.results.record import record_plan
from monitor.redistribution.results.tables.moves import caseload_after
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.results.tables.unit_figures import units_after, units_at_start
from monitor.redistribution.results.text import describe_comparison

from ...conftest import Home
from ..service import after, counts_of, moves_of, plan_for

AWAY = "changes:\n  - absent: {om_code: P02}\n"
AWAY_AND_NEW = f"{AWAY}  - joins: {{team_code: T1, grade: PO, contracted_hours: 37, name: Somebody New}}\n"


def figures_of(plan: Plan) -> PlanFigures:
    return summarise(plan, tabulate_people(plan))


def whole_of(a: Plan, b: Plan) -> pd.DataFrame:
    return tabulate_whole(compare_plans(a, b, ("a", "b")), figures_of(a), figures_of(b)).set_index("figure")


@pytest.fixture
def plans(service: Home) -> tuple[Plan, Plan]:
    return plan_for(service, AWAY), plan_for(service, AWAY_AND_NEW)


def test_each_unit_stands_once_with_the_figures_of_every_side(plans: tuple[Plan, Plan]) -> None:
    table = compare_plans(*plans, ("a.yaml", "b.yaml"))
    assert list(table.columns) == COLUMNS
    assert table.equals(table.sort_values(["level", "code"], ignore_index=True))
    assert not table.duplicated(["level", "code"]).any()
    assert set(table["level"]) == {"cluster", "offender_manager", "office", "team"}
    units = table.set_index(["level", "code"])
    sides = {"before": units_at_start(plans[0]), "a": units_after(plans[0]), "b": units_after(plans[1])}
    for side, figures in sides.items():
        own = figures.set_index(["level", "code"])
        for figure in ("cases", "points", "capacity_percentage", "band", "over", "high_rosh_points", "overdue"):
            both = own.index.intersection(units.index)
            pd.testing.assert_series_equal(
                units.loc[both, f"{side}_{figure}"], own.loc[both, figure], check_names=False, check_dtype=False
            )


def test_high_rosh_and_overdue_follow_the_cases_to_who_takes_them(plans: tuple[Plan, Plan]) -> None:
    plan = plans[0]
    units = compare_plans(*plans, ("a.yaml", "b.yaml")).set_index("code")
    cases = caseload_after(plan).cases
    mine = cases[cases["om_code"].eq("P03")]
    high = mine.loc[mine["rosh"].isin(["high", "very_high"]), "number_of_cases"].sum()
    assert units.loc["P03", "a_high_rosh_cases"] == high
    assert units.loc["P03", "a_overdue"] == plan.baseline.overdue["crn"].isin(mine["crn"]).sum()
    assert units.loc["C1", "a_overdue"] == units.loc["C1", "before_overdue"] > 0
    assert units.loc["P02", "a_overdue"] == 0 < units.loc["P02", "before_overdue"]


def test_somebody_who_joins_in_one_plan_is_missing_in_the_others(plans: tuple[Plan, Plan]) -> None:
    new = compare_plans(*plans, ("a.yaml", "b.yaml")).set_index("code").loc["joins-1"]
    assert new[["before_cases", "a_cases"]].isna().all()
    assert new["b_cases"] > 0
    assert new["name"] == "Somebody New"


def test_the_scope_of_either_plan_is_compared(service: Home) -> None:
    near, far = plan_for(service, "", "{office: O1}"), plan_for(service, "", "{cluster: C2}")
    table = compare_plans(near, far, ("a.yaml", "b.yaml"))
    assert set(table.loc[table["level"].eq("team"), "code"]) == {"T1", "T2", "T5"}


def test_plans_of_different_snapshots_do_not_compare(plans: tuple[Plan, Plan]) -> None:
    later = replace(plans[1], baseline=replace(plans[1].baseline, revision=2))
    with pytest.raises(NotComparable) as raised:
        compare_plans(plans[0], later, ("a.yaml", "b.yaml"))
    assert raised.value.faults == [
        "a.yaml from 2026-11-20, revision 1 and b.yaml from 2026-11-20, revision 2: they do not compare; give both the "
        "same as_at and revision"
    ]


def test_in_words_the_whole_comes_first_then_the_units_and_whoever_differs(plans: tuple[Plan, Plan]) -> None:
    table = compare_plans(*plans, ("a.yaml", "b.yaml"))
    lines = list(describe_comparison(table, *map(figures_of, plans)))
    assert lines[0] == f"A: Tried ({len(moves_of(plans[0]))} moves)"
    peaks = next(line for line in lines if line.startswith("highest capacity percentage"))
    assert peaks.split()[-2:] == [f"{after(plan).peak:.1f}%" for plan in plans]
    assert any(line.startswith("  T1 Team T1 ") for line in lines)
    joined = next(line for line in lines if "joins-1 Somebody New (T1)" in line)
    assert joined.split()[-3:-1] == ["-", "-"]
    assert not any("P08" in line for line in lines)


def test_where_nothing_differs_it_is_said(service: Home) -> None:
    plan = plan_for(service, "limits: {elective_moves: 0}\n", "{cluster: C2}")
    table, figures = compare_plans(plan, plan, ("a", "b")), figures_of(plan)
    assert list(describe_comparison(table, figures, figures))[-1] == "no load differs"


def test_the_whole_counts_moves_of_each_kind_and_who_is_over_the_line(plans: tuple[Plan, Plan]) -> None:
    whole = whole_of(*plans)
    assert list(whole.index) == list(WHOLE)
    for side, plan in zip("ab", plans, strict=True):
        figures, counts, of_side = figures_of(plan), counts_of(plan), whole[side]
        assert of_side["moves"] == counts.total == len(moves_of(plan))
        kinds = [of_side[f"moves_{kind}"] for kind in ("elective", "forced", "named")]
        assert kinds == [counts.elective, counts.forced, counts.named]
        assert (of_side["moves_high_rosh"], of_side["moves_to_other_office"]) == (counts.high_rosh, counts.other_office)
        assert (of_side["people_over_before"], of_side["people_over"]) == (
            figures.before.over_line,
            figures.after.over_line,
        )
        assert of_side["people_taken_over"] == figures.taken_over
        assert of_side["points_over_line"] == pytest.approx(figures.after.points_over_line)
        assert of_side["points_over"] == pytest.approx(figures.after.points_over)
        assert of_side["peak"] == pytest.approx(figures.after.peak)
    assert whole.loc[["moves", "moves_forced", "unplaced"], "before"].isna().all()


def test_the_snapshot_is_measured_at_the_line_of_both_plans_or_at_none(service: Home) -> None:
    tight = plan_for(service, "changes:\n  - threshold: {over: 60}\n")
    usual = plan_for(service)
    people = units_at_start(tight).query("level == 'offender_manager'")
    own = people[people["code"].isin(tabulate_people(tight)["om_code"])]
    both = whole_of(tight, tight)["before"]
    stranded = own["band"].eq("no capacity")
    assert both["people_over"] == (own["capacity_percentage"].gt(60) | stranded).sum() > 0
    assert both["over_line"] == 60
    apart = whole_of(tight, usual)
    assert apart.loc[["over_line", "people_over", "points_over_line"], "before"].isna().all()
    assert apart.loc["peak", "before"] == both["peak"]
    assert (apart.loc["over_line", "a"], apart.loc["over_line", "b"]) == (60, 110)


def test_each_figure_of_the_whole_has_its_words(plans: tuple[Plan, Plan]) -> None:
    table = tabulate_whole(compare_plans(*plans, ("a", "b")), *map(figures_of, plans))
    described = dict(describe_whole(table, "-"))
    assert list(described) == [label for label, _ in WHOLE.values()]
    assert described["the line"] == ("110%", "110%", "110%")
    counts = [counts_of(plan) for plan in plans]
    assert described["necessary moves"] == ("-", *(f"{count.forced:,}" for count in counts))
    assert described["people taken over the line by the plan"][0] == "-"


def test_stored_plans_of_one_scope_compare_as_the_plans_themselves(plans: tuple[Plan, Plan]) -> None:
    records = [record_plan(plan) for plan in plans]
    assert compare_records(*records).to_csv() == compare_plans(*plans, ("a.yaml", "b.yaml")).to_csv()
