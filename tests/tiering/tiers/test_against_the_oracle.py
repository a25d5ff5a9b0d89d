"""Calculated tiers against the published facts and against a second calculation."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle import tiers as oracle
from tests.tiering.rows import CONFIG
from tests.tiering.tiers.cases import FACTS, TODAY, answer_one, points_case, steps_case
from tiering.tiers.answers import HISTORIC_MODEL, MODELS, answer
from tiering.tiers.columns import NEEDS, SEVERITIES

MODELS_OF_FACTS = sorted({fact["model"] for fact in FACTS})


@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29)])
@pytest.mark.parametrize("model", MODELS_OF_FACTS)
def test_every_published_fact_holds(model: str, today: date) -> None:
    facts = [fact for fact in FACTS if fact["model"] == model]
    wrong = []
    for fact, given_answer in zip(facts, answer(model, [fact["inputs"] for fact in facts], CONFIG, today), strict=True):
        values = given_answer.values
        said = {key: values.get(key, "nothing") for key in fact["expected"]}
        if "breakdown" in said:
            said["breakdown"] = {key: values["breakdown"].get(key) for key in fact["expected"]["breakdown"]}
        if said != fact["expected"]:
            wrong.append((fact["name"], said, fact["expected"]))
    assert wrong == []


def test_the_facts_are_there_and_of_every_model() -> None:
    assert len(FACTS) == 158
    assert set(MODELS_OF_FACTS) == set(MODELS)


CODES = [*oracle.ROSH, *oracle.COMPLEXITY, "MAPP", "HREG", "IIOM", "INLL", "ADVP", "REG30", "SPO", "PRC", "AV2S"]
CODES += ["rvhr", "Rmdo", "mapp", "iiom", "prc"]
EDGES = ["0", "2.99", "3", "3.00", "6.98", "6.99", "6.995", "7", "7.0", "99.98", "99.985", "99.99", "100", "999.99"]
LIMITS = ["0", "0.49", "0.5", "0.99", "1", "1.0", "2.99", "3.0", "6.89", "6.9", "7", "14.99", "15", "24.9", "25"]
LIMITS += ["49.9", "50", "74.99", "75", "89.99", "90", "100"]

registrations = st.lists(
    st.fixed_dictionaries(
        {
            "code": st.sampled_from(CODES) | st.just("MAPP"),
            "level": st.sampled_from([None, "M0", "M1", "M2", "M3", "m2", "X"]),
            "category": st.sampled_from([None, "M0", "M1", "M4", "m1"]),
            "date": st.dates(date(2024, 1, 1), date(2024, 1, 4)).map(str),
        }
    ),
    max_size=7,
)
requirements = st.fixed_dictionaries(
    {"main_category": st.sampled_from(["W", "W1", "F", "w", None]), "restrictive": st.booleans()}
)
convictions = st.lists(
    st.fixed_dictionaries(
        {
            "sentence_type": st.sampled_from(["NC", "SC", "SP", "nc", None]),
            "terminated": st.booleans(),
            "requirements": st.lists(requirements, max_size=3),
        }
    ),
    max_size=3,
)
answers = st.sampled_from(["None", "Some", "Significant", "Missing", None])
assessments = st.fixed_dictionaries(
    {
        "san": st.booleans(),
        "completed_days_ago": st.sampled_from([None, 0, 384, 385, 386, 2000]),
        "needs": st.dictionaries(st.sampled_from(NEEDS), st.sampled_from([*SEVERITIES, None])),
        "impulsivity": answers,
        "temper_control": answers,
        "parental_responsibilities": st.sampled_from(["Yes", "No", "Unknown", None]),
    }
)
points_cases = st.fixed_dictionaries(
    {
        "gender": st.sampled_from(["Male", "Female", "FEMALE", "Not specified", None]),
        "rsr": st.none() | st.sampled_from(EDGES) | st.decimals(0, 100, places=2).map(str),
        "ogrs": st.none() | st.integers(0, 100),
        "registrations": registrations,
        "convictions": convictions | st.just(points_case()["convictions"]),
        "previous_enforcement_activity": st.booleans() | st.none(),
        "assessment": assessments | st.none(),
    }
)


def scores(limits: list[str], highest: int) -> Any:
    return st.sampled_from(limits) | st.decimals(0, highest, places=2).map(str)


predictors = st.none() | st.fixed_dictionaries(
    {"score": scores(LIMITS, 100) | scores(LIMITS, 10), "type": st.sampled_from(["STATIC", "DYNAMIC", None])}
)
sexual = st.none() | st.fixed_dictionaries(
    {
        "score": st.none() | scores(["0", "0.01", "0.59", "0.60", "1.11", "1.12", "2.10", "2.11", "3.35", "3.36"], 6),
        "band": st.sampled_from(["LOW", "MEDIUM", "MEDIUM", "HIGH", "VERY_HIGH", "NOT_APPLICABLE", None]),
    }
)
rosh = st.sampled_from([None, "LOW", "MEDIUM", "HIGH", "VERY_HIGH"])
releases = st.none() | st.fixed_dictionaries(
    {"relative_to": st.just("today"), "years": st.integers(-7, 1), "days": st.integers(-2, 2)}
)
seldom = st.sampled_from([False, False, False, True])
steps_cases = st.fixed_dictionaries(
    {
        "has_active_event": st.sampled_from([True, True, True, False]),
        "predictors_present": st.sampled_from([True, True, True, False]),
        "arp": predictors,
        "csrp": predictors,
        "dc_srp": sexual,
        "mappa_category": st.sampled_from([None, None, "M1", "M4"]),
        "rosh": rosh,
        "lifer_ipp": st.booleans(),
        "latest_release": releases,
        "domestic_abuse": seldom,
        "stalking": seldom,
        "child_protection": seldom,
        "ever_committed_sexual_offence": seldom,
    }
)


@settings(max_examples=8, deadline=None)
@given(st.lists(points_cases, min_size=5, max_size=15))
def test_v2_is_what_a_plain_reader_makes_of_it(cases: list[dict[str, Any]]) -> None:
    for model, days_valid in (("v2", None), (HISTORIC_MODEL, 385)):
        for case, calculated in zip(cases, answer(model, cases, CONFIG, TODAY), strict=True):
            expected = oracle.v2(case, days_valid)
            assert {key: calculated.values[key] for key in expected} == expected
            assert calculated.steps[-1] == f"tier {expected['tier']}"


@settings(max_examples=10, deadline=None)
@given(st.lists(steps_cases, min_size=5, max_size=20), st.sampled_from([TODAY, date(2028, 2, 29), date(2028, 3, 1)]))
def test_v3_is_what_a_plain_reader_makes_of_it(cases: list[dict[str, Any]], today: date) -> None:
    for case, calculated in zip(cases, answer("v3", cases, CONFIG, today), strict=True):
        expected = oracle.v3(case, today)
        assert {key: calculated.values[key] for key in expected} == expected


@settings(max_examples=30, deadline=None)
@given(registrations)
def test_registers_are_what_a_plain_reader_makes_of_them(entries: list[dict[str, Any]]) -> None:
    expected = oracle.registers(entries)
    values = answer_one("registrations", {"registrations": entries})
    assert len(values.pop("complexity_factors")) == len(expected.pop("complexity"))
    assert values == expected


@pytest.mark.parametrize("csrp", LIMITS)
def test_every_cell_and_every_edge_of_the_table(csrp: str) -> None:
    cases = [
        steps_case(arp={"score": arp, "type": "DYNAMIC"}, csrp={"score": csrp, "type": "DYNAMIC"}) for arp in LIMITS
    ]
    calculated = [case.values["tier"] for case in answer("v3", cases, CONFIG, TODAY)]
    assert calculated == [oracle.v3(case, TODAY)["tier"] for case in cases]
