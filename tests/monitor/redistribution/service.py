"""A service of two clusters, small enough to know by heart: one person has too much, one is away, some have room."""

from datetime import date
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pandas as pd

from monitor.redistribution.plan import Plan, make_plan
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.results.record import PlanRecord, record_plan
from monitor.redistribution.results.tables.metrics import Metrics, Shortfall, find_shortfall, measure
from monitor.redistribution.results.tables.moves import MoveCounts, count_moves, list_moves
from monitor.redistribution.results.tables.unmoved import list_unmoved
from monitor.redistribution.scenario.apply import AppliedChanges, apply_changes
from monitor.redistribution.scenario.baseline import Baseline, load_baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.redistribution.scenario.yaml_file import read_scenario

from ..conftest import AS_AT, Home
from ..extracts.small import Tables, a_case, a_duty, a_post, a_reduction, a_team, an_assessment

KINDS = (
    {"tier": "2", "rosh": "low", "setting": "community"},
    {"tier": "3", "rosh": "medium", "setting": "licence"},
    {"tier": "1", "rosh": "low", "setting": "community"},
    {"tier": "3", "rosh": "medium", "setting": "custody"},
    {"tier": "4", "rosh": "high", "setting": "licence"},
    {"tier": "2", "rosh": None, "rosh_delius": "medium", "setting": "community"},
)
"""What the cases of one person are, over and over."""

WMT_TIERS = {"1": "D2", "2": "C1", "3": "B2", "4": "A1"}
HELD = {
    ("P01", "T1"): 38,
    ("P02", "T1"): 12,
    ("P03", "T2"): 18,
    ("P03", "T1"): 3,
    ("P04", "T2"): 9,
    ("P05", "T3"): 24,
    ("P06", "T3"): 16,
    ("P07", "T4"): 14,
    ("P08", "T5"): 10,
    ("P09", "T5"): 2,
}
"""How many cases each post holds. P04 is away; P08 and P09 are another cluster."""


def a_service(policy: str = "london-2009") -> Tables:
    """Nine people in five teams, some 150 cases, two of them unallocated."""
    cases: list[dict[str, Any]] = []
    for (om_code, team_code), number in HELD.items():
        for kind in islice(cycle(KINDS), number):
            cases.append(_case(len(cases) + 1, om_code=om_code, team_code=team_code, **kind))
    cases += [
        _case(900, om_code=None, team_code="T1", **KINDS[1]),
        _case(901, om_code=None, team_code="T3", **KINDS[4]),
    ]
    cases.append(_case(950, om_code="P02", team_code="T1", number_of_cases=3, **KINDS[2]))
    if policy == "wmt":
        cases = [case | {"tier": WMT_TIERS[case["tier"]]} for case in cases]
    return {
        "organisation": [
            a_team("T1", "O1"),
            a_team("T2", "O1"),
            a_team("T3", "O2"),
            a_team("T4", "O2", team_type="ppu"),
            a_team("T5", "O3", cluster_code="C2", cluster_name="Cluster 2"),
        ],
        "offender_managers": [
            a_post("P01", "T1"),
            a_post("P02", "T1"),
            a_post("P03", "T1", contracted_hours=7.4),
            a_post("P03", "T2", contracted_hours=29.6),
            a_post("P04", "T2"),
            a_post("P05", "T3", grade="PSO"),
            a_post("P06", "T3", contracted_hours=22.2),
            a_post("P07", "T4"),
            a_post("P08", "T5"),
            a_post("P09", "T5", contracted_hours=30.1),
            a_post("S01", "T1", grade="SPO"),
        ],
        "cases": cases,
        "assessments": [an_assessment(case["crn"], completed_on=date(2026, 9, 1)) for case in cases[::3]],
        "events": [],
        "duties": [a_duty(om_code="P03", team_code="T2", quantity=1.0), a_duty(om_code="P06", team_code="T3")],
        "reductions": [
            a_reduction(om_code="P03", hours=3.3),
            a_reduction(om_code="P04", reason="sickness", hours=37.0),
        ],
    }


def _case(number: int, **facts: Any) -> dict[str, Any]:
    return a_case(f"X{number:06d}", mappa_level=None, allocated_on=date(2025, 3, 3), **facts)


def asked(text: str = "", scope: str = "{cluster: C1}") -> Scenario:
    """A scenario of this service: YAML below its name and scope."""
    return read_scenario(f"name: Tried\nscope: {scope}\n{text}", "tried.yaml")


_starts: dict[tuple[Path, bool], Baseline] = {}


def start_for(home: Home, scenario: Scenario) -> Baseline:
    """Where a scenario starts; the newest snapshot of a home is read once, for no what-if changes it."""
    if scenario.as_at is not None or scenario.revision is not None:
        return load_baseline(home.store, scenario, "tried.yaml")
    # Only a scenario with draws reads the weeks ahead.
    key = (home.settings.home, scenario.robust is not None)
    if key not in _starts:
        _starts[key] = load_baseline(home.store, scenario, "tried.yaml")
    return _starts[key]


costs_for = cache(load_costs)


_plans: dict[tuple[Path, str, str], Plan] = {}


def plan_for(home: Home, text: str = "", scope: str = "{cluster: C1}") -> Plan:
    """The plan of such a scenario from the newest snapshot of a home; found once, for no result changes a plan."""
    key = (home.settings.home, text, scope)
    if key not in _plans:
        _plans[key] = plan_anew(home, text, scope)
    return _plans[key]


_records: dict[tuple[Path, str], PlanRecord] = {}


def record_for(home: Home, text: str) -> PlanRecord:
    """The record of such a plan, made once."""
    key = (home.settings.home, text)
    if key not in _records:
        _records[key] = record_plan(plan_for(home, text))
    return _records[key]


def plan_anew(home: Home, text: str = "", scope: str = "{cluster: C1}") -> Plan:
    """The plan of such a scenario as it is found now."""
    scenario = asked(text, scope)
    return make_plan(scenario, start_for(home, scenario), costs_for(home.settings.config, AS_AT), "tried.yaml")


def changed_by(home: Home, changes: str, scope: str = "{cluster: C1}", plan_for: str = "") -> AppliedChanges:
    """What the changes, one a line, make of the newest snapshot of a home; nothing is moved. plan_for: its day."""
    lines = "".join(f"  - {line}\n" for line in changes.splitlines())
    day = f"plan_for: {plan_for}\n" if plan_for else ""
    scenario = asked(f"{day}changes:\n{lines}", scope)
    start, costs = start_for(home, scenario), costs_for(home.settings.config, AS_AT)
    return apply_changes(start.caseload, start.policy, costs, scenario, AS_AT, "tried.yaml")


def moves_of(plan: Plan) -> pd.DataFrame:
    return list_moves(plan.problem, plan.solution)


def unmoved_of(plan: Plan) -> pd.DataFrame:
    return list_unmoved(plan.problem, plan.solution)


def counts_of(plan: Plan) -> MoveCounts:
    return count_moves(plan.problem, plan.solution)


def before(plan: Plan) -> Metrics:
    return measure(plan.problem, plan.problem.start)


def after(plan: Plan) -> Metrics:
    return measure(plan.problem, plan.solution.holder)


def shortfall_of(plan: Plan) -> Shortfall:
    return find_shortfall(plan.problem)
