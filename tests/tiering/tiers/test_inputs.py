"""Inputs that cannot be used say what is wrong and what to write."""

import json
from datetime import date

import pytest

from tests.tiering.tiers.cases import points_case, steps_case
from tiering.tiers.inputs import InputFault, PointsInputs, Release, StepsInputs, read_cases, read_inputs


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"rsr": "abc"}, "inputs.rsr: Input should be a valid decimal"),
        ({"rsr": True}, "inputs.rsr: must be a number"),
        ({"rsr": "-1"}, "inputs.rsr: Input should be greater than or equal to 0"),
        ({"ogrs": 101}, "inputs.ogrs: Input should be less than or equal to 100"),
        ({"rsrs": 3}, "inputs.rsrs: this key is unknown; known here: gender, rsr, ogrs"),
        ({"assessment": {"needs": {"HOUSING": "SEVERE"}}}, "inputs.assessment.needs.HOUSING.[key]: 'HOUSING' is not"),
        ({"assessment": {"needs": {"ATTITUDES": "BAD"}}}, "'BAD' is not one of NO_NEED, STANDARD, SEVERE, or null"),
        ({"assessment": {"impulsivity": 1}}, "inputs.assessment.impulsivity: Input should be a valid string"),
        ({"convictions": [{"sentence_type": "NC", "terminated": "no"}]}, "inputs.convictions.0.terminated"),
        ({"registrations": [{"code": "MAPP", "date": "June"}]}, "inputs.registrations.0.date"),
        ({"registrations": [{"code": "MAPP", "date": "2024-01-01", "kind": 1}]}, "0.kind: this key is unknown; docs"),
    ],
)
def test_a_fault_names_its_key_and_the_way_out(changes: dict[str, object], says: str) -> None:
    with pytest.raises(InputFault) as caught:
        read_inputs(PointsInputs, [points_case(**changes)])
    (fault,) = caught.value.faults
    assert says in fault
    assert "docs/operating.md" in fault


def test_every_fault_of_every_case_is_reported_at_once() -> None:
    missing = {key: value for key, value in points_case().items() if key != "convictions"}
    with pytest.raises(InputFault) as caught:
        read_inputs(PointsInputs, [missing, points_case(), points_case(rsr="x", ogrs="y")])
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "inputs of case 1.convictions",
        "inputs of case 3.rsr",
        "inputs of case 3.ogrs",
    ]
    assert "write null if nothing is recorded" in caught.value.faults[0]


def test_words_may_be_in_any_case() -> None:
    (case,) = read_inputs(StepsInputs, [steps_case(rosh="high", arp={"score": 1.5, "type": "static"})])
    assert (case.rosh, case.arp and case.arp.type) == ("HIGH", "STATIC")


@pytest.mark.parametrize(
    ("today", "years", "days", "on"),
    [
        (date(2026, 11, 20), -1, -1, date(2025, 11, 19)),
        (date(2028, 2, 29), -1, 0, date(2027, 2, 28)),
        (date(2028, 2, 29), -4, 1, date(2024, 3, 1)),
    ],
)
def test_a_release_is_so_many_years_and_days_from_today(today: date, years: int, days: int, on: date) -> None:
    assert Release(relative_to="today", years=years, days=days).on(today) == on


def test_a_release_may_be_a_date() -> None:
    (case,) = read_inputs(StepsInputs, [steps_case(latest_release="2024-01-05")])
    assert case.to_row(date(2026, 11, 20))["released_on"] == date(2024, 1, 5)


def test_without_predictors_no_score_counts() -> None:
    (case,) = read_inputs(StepsInputs, [steps_case(predictors_present=False, dc_srp={"score": 1, "band": "HIGH"})])
    row = case.to_row(date(2026, 11, 20))
    assert (row["arp_type"], row["csrp_type"], row["dc_srp_band"]) == (None, None, None)


def test_one_case_or_a_list_and_the_form_of_the_facts_are_read() -> None:
    fact = {"name": "a", "model": "v3", "inputs": {"x": 1}, "expected": {}}
    assert read_cases(json.dumps(fact).encode(), "v3") == ([{"x": 1}], False)
    assert read_cases(json.dumps([fact, {"y": 2}]).encode(), "v3") == ([{"x": 1}, {"y": 2}], True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "standard input: not JSON"),
        (b"\xff\xfe{", "standard input: not UTF-8 text; save it as UTF-8"),
        (b"[" * 100_000, "standard input: not JSON"),
        (
            b'[{"model": "v3", "inputs": {}}]',
            "inputs of case 1: this case is for model v3; leave it out",
        ),
    ],
)
def test_what_is_no_list_of_cases_is_refused(text: bytes, says: str) -> None:
    with pytest.raises(InputFault) as caught:
        read_cases(text, "v2")
    assert caught.value.faults[0].startswith(says)
