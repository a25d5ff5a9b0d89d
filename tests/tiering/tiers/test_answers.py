"""The questions of the tier calculator and their answers."""

import shutil
from pathlib import Path

import pytest

from tests.tiering.rows import CONFIG
from tests.tiering.tiers.cases import TODAY, answer_one, points_case, steps_case
from tiering.faults import ConfigFault
from tiering.tiers.answers import MODELS, answer
from tiering.tiers.inputs import InputFault


def test_a_list_is_answered_in_its_order() -> None:
    given = answer("v2", [points_case(rsr=score) for score in (8, 0, 4)], CONFIG, TODAY)
    assert [case.values["tier"] for case in given] == ["B1", "D1", "C1"]


@pytest.mark.parametrize("model", MODELS)
def test_no_case_has_no_answer(model: str) -> None:
    assert answer(model, [], CONFIG, TODAY) == []


def test_an_unknown_model_names_those_there_are() -> None:
    with pytest.raises(InputFault, match="--model v4: there is no such model; write one of v2, v3, v3-provisional"):
        answer("v4", [], CONFIG, TODAY)


def test_a_tier_that_cannot_be_written_is_a_fault() -> None:
    with pytest.raises(InputFault, match="X9: there is no such tier"):
        answer_one("format", {"protect_level": "X", "change_level": 9})


def test_a_step_with_an_unknown_tier_is_a_fault() -> None:
    score = {"score": "0", "type": "DYNAMIC"}
    case = {"rosh": None, "mappa_category": None, "arp": score, "csrp": score, "step_results": {"STALKING": "Z"}}
    with pytest.raises(InputFault, match="'Z' is not one of NOT_SUPERVISED, MISSING, G"):
        answer_one("v3-provisional", case)
    assert answer_one("v3-provisional", {**case, "step_results": {"STALKING": None}}) == {"provisional": True}


def test_small_answers_are_told_in_words() -> None:
    (given,) = answer("mandate", [{"convictions": []}], CONFIG, TODAY)
    assert given.steps == ["has no mandate: True"]


def test_a_scheme_without_its_calculation_is_a_fault(tmp_path: Path) -> None:
    shutil.copytree(CONFIG / "tier_schemes", tmp_path / "tier_schemes")
    v3 = tmp_path / "tier_schemes" / "v3.yaml"
    v3.write_text(v3.read_text(encoding="utf-8").split("calculation:")[0], encoding="utf-8")
    with pytest.raises(ConfigFault, match="v2 needs a calculation of kind points, v3 one of kind steps"):
        answer("v3", [steps_case()], tmp_path, TODAY)
