"""Which countersigned plans a second SPO reads again: of the month before, by lot, the highest RoSH first."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from monitor.settings import shipped_config
from tests.oracle.benchmark import KINDS
from tests.oracle.benchmark import benchmark_plans as oracle
from tests.oracle.strategies import Drawn, caseloads, to_frames
from tiering.caseload import ASSESSMENTS, CASES, OFFENDER_MANAGERS, ORGANISATION, Caseload, Table
from tiering.policies.policy import CountersigningSample, Policy
from tiering.policies.policy_files import load_policy
from tiering.timeliness.countersigning import COLUMNS, benchmark_plans, draw_plans, month_before

from ...longer import examples

AS_AT = date(2026, 11, 20)
LONDON = load_policy(shipped_config(), "london-2009", AS_AT)
TEAMS = [("T1", "O1", "C1"), ("T2", "O1", "C1"), ("T3", "O2", "C1"), ("T4", "O3", "C2")]
SPOS = [("S1", "T1"), ("S2", "T2"), ("S3", "T3"), ("S4", "T4")]
RISKS = ["very_high", "high", "high", "high", "medium", "medium", None, "low"]


def with_sample(plans: int, seed: int = 1) -> Policy:
    sample = CountersigningSample(plans_per_spo=plans, seed=seed)
    return LONDON.model_copy(update={"countersigning_sample": sample})


def frame(table: Table, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(rows).reindex(columns=table.column_names).astype(table.dtypes) if rows else table.empty()


def caseload(
    plans: Sequence[dict[str, Any]], cases: Sequence[dict[str, Any]], spos: Sequence[tuple[str, str]] = SPOS
) -> Caseload:
    places = [
        {"team_code": team, "office_code": office, "cluster_code": cluster, "area_code": "N"}
        for team, office, cluster in TEAMS
    ]
    return Caseload(
        organisation=frame(ORGANISATION, places),
        offender_managers=frame(OFFENDER_MANAGERS, [{"om_code": c, "team_code": t, "grade": "SPO"} for c, t in spos]),
        cases=frame(CASES, cases),
        assessments=frame(ASSESSMENTS, plans),
    )


def a_plan(crn: str, signed: date | None = date(2026, 10, 15), **more: object) -> dict[str, Any]:
    plan = {"crn": crn, "kind": "risk_management_plan", "completed_on": date(2026, 10, 8), "countersigned_on": signed}
    return plan | more


def a_case(crn: str, rosh: str | None = "high", team: str = "T1") -> dict[str, Any]:
    return {"crn": crn, "om_code": "M1", "team_code": team, "rosh": rosh}


def drawn(of: Caseload, policy: Policy, as_at: date = AS_AT) -> pd.DataFrame:
    return benchmark_plans(of, of.cases[["crn", "om_code"]], policy, as_at)


EIGHT = caseload([a_plan(f"X{n}") for n in range(8)], [a_case(f"X{n}", risk) for n, risk in enumerate(RISKS)])


def test_the_plans_are_dealt_one_from_each_rosh_in_turn_the_highest_first() -> None:
    def counted(plans: int) -> dict[str, int]:
        return drawn(EIGHT, with_sample(plans))["rosh"].fillna("none").value_counts().to_dict()

    assert counted(1) == {"very_high": 1}
    assert counted(4) == {"very_high": 1, "high": 1, "medium": 1, "low": 1}
    assert counted(6) == {"very_high": 1, "high": 2, "medium": 1, "low": 1, "none": 1}
    assert counted(20) == {"very_high": 1, "high": 3, "medium": 2, "low": 1, "none": 1}


def test_each_row_says_how_many_of_how_many_were_drawn() -> None:
    rows = drawn(EIGHT, with_sample(6))
    high = rows[rows["rosh"].eq("high")]
    assert set(zip(high["drawn"], high["countersigned"], strict=True)) == {(2, 3)}
    assert list(rows.columns) == COLUMNS
    assert rows["month"].eq(pd.Timestamp("2026-10-01")).all()


def test_only_the_seed_and_the_plan_decide_the_lot() -> None:
    many = caseload([a_plan(f"X{n}") for n in range(30)], [a_case(f"X{n}") for n in range(30)])
    chosen = {seed: tuple(drawn(many, with_sample(3, seed))["crn"]) for seed in range(8)}
    assert len(set(chosen.values())) > 4
    again = Caseload(
        many.organisation, many.offender_managers, many.cases[::-1], many.assessments.sample(frac=1, random_state=3)
    )
    assert tuple(drawn(again, with_sample(3, 5), date(2026, 11, 27))["crn"]) == chosen[5]


@pytest.mark.parametrize(
    ("plan", "is_drawn"),
    [
        (a_plan("X0", date(2026, 9, 30)), False),
        (a_plan("X0", date(2026, 10, 1)), True),
        (a_plan("X0", date(2026, 10, 31)), True),
        (a_plan("X0", date(2026, 11, 1)), False),
        (a_plan("X0", None), False),
        (a_plan("X0", kind="sentence_plan"), True),
        (a_plan("X0", kind="rosh_review"), False),
    ],
)
def test_plans_countersigned_in_the_month_before_count(plan: dict[str, Any], is_drawn: bool) -> None:
    assert len(drawn(caseload([plan, plan], [a_case("X0")]), LONDON)) == is_drawn


@pytest.mark.parametrize(
    ("team", "spos", "own", "second"),
    [
        ("T1", SPOS, "S1", "S2"),  # the other team of the office
        ("T3", [*SPOS[:1], *SPOS[2:]], "S3", "S1"),  # no other in the office: the cluster
        ("T4", SPOS, "S4", None),  # no other in the cluster
        ("T2", SPOS[:1], "S1", None),  # no SPO of its own: that of the office
        ("T1", [("S1", "T1"), ("S9", "T1"), ("S2", "T2")], "S1; S9", "S2"),
        ("T4", SPOS[:3], None, None),
    ],
)
def test_the_second_spo_is_the_nearest_other(
    team: str, spos: list[tuple[str, str]], own: str | None, second: str | None
) -> None:
    rows = drawn(caseload([a_plan("X0")], [a_case("X0", team=team)], spos), LONDON)
    assert rows["spo_code"].tolist() == ([] if own is None else [own])
    assert [None if pd.isna(code) else code for code in rows["second_spo_code"]] == ([] if own is None else [second])


def test_a_team_with_two_spos_has_twice_as_many() -> None:
    spos = [("S1", "T1"), ("S9", "T1")]
    nine = caseload([a_plan(f"X{n}") for n in range(9)], [a_case(f"X{n}") for n in range(9)], spos)
    assert len(drawn(nine, with_sample(3))) == 6


@pytest.mark.parametrize(
    ("signer", "own", "second"),
    [("S1", "S1", "S2"), ("S3", "S3", "S2"), ("S4", "S4", "S2"), ("M1", "S2", "S1"), (None, "S2", "S1")],
)
def test_a_plan_counts_for_the_spo_who_signed_it_if_that_is_known(signer: str | None, own: str, second: str) -> None:
    """The case is in T2, whose own SPO is S2; M1 is no SPO."""
    plans = [a_plan("X0"), a_plan("X0", countersigned_by=signer), a_plan("X1", countersigned_by=signer)]
    spos = [("S1", "T1"), ("S2", "T2"), ("S3", "T3"), ("S4", "T4")]
    rows = drawn(caseload(plans, [a_case("X0", team="T2"), a_case("X1", team="T2")], spos), with_sample(1))
    assert rows[["spo_code", "second_spo_code"]].to_numpy().tolist() == [
        [own, second if own != "S3" and own != "S4" else rows["second_spo_code"].iloc[0]]
    ]
    assert rows["second_spo_code"].iloc[0] in ({"S1", "S2"} - {own})


def test_someone_who_left_is_no_spo_and_a_policy_without_the_number_draws_nothing() -> None:
    left = EIGHT.offender_managers.assign(left_on=pd.Timestamp("2026-11-01").as_unit("s"))
    gone = Caseload(EIGHT.organisation, left, EIGHT.cases, EIGHT.assessments)
    assert drawn(gone, LONDON).empty
    assert drawn(EIGHT, LONDON.model_copy(update={"countersigning_sample": None})).empty
    assert LONDON.countersigning_sample is not None


def test_the_month_before_january_is_december() -> None:
    assert month_before(date(2027, 1, 31)) == date(2026, 12, 1)
    assert draw_plans([], 4, 1) == []


@settings(deadline=None, max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(caseloads("london-2009"), st.integers(1, 3), st.integers(0, 9), st.integers(0, 3))
def test_every_plan_drawn_is_that_of_the_oracle(caseload: Drawn, each: int, seed: int, months: int) -> None:
    """The plans of a random caseload, countersigned on other days of the month before and of those around it."""
    tables, as_at = caseload.tables, caseload.as_at
    codes = [post["om_code"] for post in tables["offender_managers"]]
    for number, row in enumerate(tables["assessments"]):
        if number % 5 < 4:
            row["kind"] = KINDS[number % 3]
            row["countersigned_by"] = codes[number % len(codes)] if number % 3 and codes else None
            row["countersigned_on"] = month_before(as_at) + timedelta(days=(7 * number + 15 * months) % 45 - 5)
    for number, post in enumerate(tables["offender_managers"]):
        post["grade"] = "PO" if number % 3 == months else "SPO"
        post["left_on"] = as_at + timedelta(days=number % 4 - 1) if number % 5 == 4 else None
    known = to_frames(tables)
    rows = benchmark_plans(known, known.cases[["crn", "om_code"]], with_sample(each, seed), as_at)
    found = {
        (row.crn, row.kind, row.completed_on.date(), row.countersigned_on.date()): (
            row.spo_code,
            None if pd.isna(row.second_spo_code) else row.second_spo_code,
            row.drawn,
            row.countersigned,
        )
        for row in rows.itertuples()
    }
    event(f"{min(len(found), 3)} plans or more")
    assert found == oracle(tables, as_at, each, seed)
    assert len(found) == len(rows)
