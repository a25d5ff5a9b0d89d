"""Enforcement, contacts and oversight of the synthetic London, held against Appendix 1 of the report."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from monitor.sample import sample_weeks
from monitor.sample.figures import OVERSIGHT_LONDON
from tiering.caseload import Caseload
from tiering.oversight.items import oversight_items, rules_on_record
from tiering.oversight.rates import count_rates
from tiering.oversight.rules import load_oversight_rules
from tiering.points import weigh_cases
from tiering.policies.policy import Policy
from tiering.staff.staffing import people_seen
from tiering.workload import weigh_units

from ..conftest import LAST, Tables, Weeks

# Appendix 1 of A Stalled Journey, rows 50, 51 and 46: per cent in London and in each inspected cluster.
APPENDIX_1 = {
    "breach_action": {
        "all": 74,
        "Greenwich & Lewisham": 79,
        "Hackney & Tower Hamlets": 75,
        "Merton, Sutton & Wandsworth": 69,
        "Brent, Barnet & Enfield": 77,
    },
    "breach_resolved": {
        "all": 61,
        "Greenwich & Lewisham": 46,
        "Hackney & Tower Hamlets": 60,
        "Merton, Sutton & Wandsworth": 68,
        "Brent, Barnet & Enfield": 62,
    },
    "contact_tier_3": {
        "all": 83,
        "Greenwich & Lewisham": 85,
        "Hackney & Tower Hamlets": 76,
        "Merton, Sutton & Wandsworth": 84,
        "Brent, Barnet & Enfield": 87,
    },
    # Given for London alone: 1.2 A(l), 1.2 A(k), 2.2 A(b), 2.3.
    "safeguarding_oversight": {"all": 25},
    "custody_plan": {"all": 44},
    "pre_release_review": {"all": 55},
    "victim_contact": {"all": 29},
}
CELLS = [(rule, unit) for rule, shares in APPENDIX_1.items() for unit in shares]


@pytest.fixture(scope="module")
def weeks(policy: Policy) -> Weeks:
    return dict(sample_weeks(weeks=2, cases=12_000, seed=2009, last_as_at=LAST, policy=policy))


@pytest.fixture(scope="module")
def rates(policy: Policy, weeks: Weeks) -> pd.DataFrame:
    """The rates of the last week, by name of cluster or ``all`` and rule."""
    caseload = Caseload(**weeks[LAST])
    cases = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    units = weigh_units(caseload, cases, policy, LAST)
    rules = rules_on_record(load_oversight_rules(Path("config"), LAST), caseload)
    assert rules == load_oversight_rules(Path("config"), LAST)
    items = oversight_items(caseload, cases, units, people_seen(caseload, None, LAST), rules, policy, LAST)
    counted = count_rates(items, policy, LAST)
    names = caseload.organisation.set_index("cluster_code")["cluster_name"].to_dict() | {"all": "all"}
    counted = counted[counted["level"].isin(["cluster", "all"])]
    return counted.assign(unit=counted["code"].map(names)).set_index(["rule", "unit"])


@pytest.mark.parametrize(("rule", "unit"), CELLS)
def test_work_is_done_in_time_as_often_as_was_inspected(rule: str, unit: str, rates: pd.DataFrame) -> None:
    row, expected = rates.loc[(rule, unit)], APPENDIX_1[rule][unit]
    # Three standard deviations of a share of so many, and a little for what the sample rounds to working days.
    spread = 3 * (expected * (100 - expected) / row["fell_due"]) ** 0.5
    assert abs(row["percentage"] - expected) < spread + 4


def test_a_small_part_is_overdue_on_any_day_because_what_is_late_is_made_up_for(
    rates: pd.DataFrame, weeks: Weeks
) -> None:
    london = rates.xs("all", level="unit")
    assert london["overdue"].sum() < 0.1 * len(weeks[LAST]["cases"])
    assert london["overdue"].gt(0).sum() > 10


def test_a_week_holds_nothing_of_the_future_and_only_what_a_rule_may_look_at(weeks: Weeks) -> None:
    tables = weeks[LAST]
    today = pd.Timestamp(LAST)
    enforcement, contacts, oversight = tables["enforcement"], tables["contacts"], tables["oversight"]
    for name in ("occurred_on", "acted_on", "resolved_on"):
        assert enforcement[name].max() <= today
    assert (enforcement["acted_on"].isna() | (enforcement["acted_on"] >= enforcement["occurred_on"])).all()
    assert oversight["done_on"].max() <= today
    coming = contacts["planned_on"] > today
    assert contacts.loc[coming, "kept"].isna().all()
    assert contacts.loc[~coming, "kept"].notna().all()
    assert coming.any()
    assert len(contacts) < 4 * len(tables["cases"])
    assert oversight["crn"].notna().eq(oversight["om_code"].isna()).all()


def test_what_was_recorded_one_week_is_recorded_the_next(weeks: Weeks) -> None:
    earlier, later = weeks[date(2026, 11, 13)]["enforcement"], weeks[LAST]["enforcement"]
    custody = set(weeks[LAST]["cases"].query("setting == 'custody'")["crn"])
    key = ["crn", "kind", "occurred_on"]
    known = earlier[earlier["crn"].isin(weeks[LAST]["cases"]["crn"]) & ~earlier["crn"].isin(custody)]
    known = known[known["occurred_on"] > pd.Timestamp("2026-08-01")]
    both = known.merge(later, on=key, how="left", suffixes=("", "_later"), indicator=True)
    assert (both["_merge"] == "both").mean() > 0.99
    acted = both[both["acted_on"].notna() & (both["_merge"] == "both")]
    assert (acted["acted_on"] == acted["acted_on_later"]).all()


def test_every_measure_shapes_the_sample() -> None:
    tables: Tables = next(iter(sample_weeks(weeks=1, cases=600, seed=3, last_as_at=LAST)))[1]
    assert set(tables["oversight"]["kind"]) == {
        "safeguarding", "mappa_review", "pre_release_review", "victim_contact", "custody_plan", "supervision"
    }  # fmt: skip
    assert set(tables["enforcement"]["kind"]) <= {"breach", "recall"}
    assert len(OVERSIGHT_LONDON) == 9
