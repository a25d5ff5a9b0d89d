"""The edges of v3: the table, the two scales of DC-SRP, days of release, and when a tier is provisional."""

import pytest

from tests.tiering.tiers.cases import answer_one, steps_case


@pytest.mark.parametrize(
    ("score", "tier"), [("3.36", "C"), ("3.35", "D"), ("2.11", "D"), ("2.10", "C"), ("1.12", "C"), ("1.11", "D")]
)
def test_a_medium_dc_srp_has_two_scales(score: str, tier: str) -> None:
    assert answer_one("v3", steps_case(dc_srp={"score": score, "band": "MEDIUM"}))["tier"] == tier


def test_a_score_and_a_band_that_contradict_each_other_are_an_error() -> None:
    case = steps_case(dc_srp={"score": "0.59", "band": "MEDIUM"})
    assert answer_one("v3", case)["error"] is True
    assert "tier" not in answer_one("v3", case)


@pytest.mark.parametrize("missing", [{"has_active_event": False}, {"arp": None}, {"csrp": None}])
def test_the_contradiction_does_not_matter_if_no_score_is_read(missing: dict[str, object]) -> None:
    case = steps_case(dc_srp={"score": "0.59", "band": "MEDIUM"}, **missing)
    expected = "NOT_SUPERVISED" if "has_active_event" in missing else "MISSING"
    assert answer_one("v3", case)["tier"] == expected
    assert answer_one("v3", case)["provisional"] is False


@pytest.mark.parametrize("band", [None, "NOT_APPLICABLE"])
def test_a_dc_srp_without_a_band_says_nothing(band: str | None) -> None:
    assert answer_one("v3", steps_case(dc_srp={"score": "5", "band": band}))["tier"] == "G"


@pytest.mark.parametrize(
    ("years", "days", "tier"), [(0, 3, "B"), (-1, 0, "B"), (-1, -1, "D"), (-5, 0, "D"), (-5, -1, "E")]
)
def test_the_day_itself_belongs_to_the_nearer_period(years: int, days: int, tier: str) -> None:
    release = {"relative_to": "today", "years": years, "days": days}
    assert answer_one("v3", steps_case(lifer_ipp=True, latest_release=release))["tier"] == tier


def test_a_lifer_who_was_not_released_has_no_step() -> None:
    assert answer_one("v3", steps_case(lifer_ipp=True))["tier"] == "G"


def test_a_predictor_of_unknown_type_is_neither_static_nor_dynamic() -> None:
    scores = {"arp": {"score": 90, "type": None}, "csrp": {"score": 7, "type": None}}
    assert answer_one("v3", steps_case(**scores))["provisional"] is False
    assert answer_one("v3", steps_case(**scores, rosh=None))["provisional"] is True


def test_a_static_score_leaves_nothing_open_if_another_step_is_as_high_as_it_can_get() -> None:
    case = steps_case(arp={"score": 0, "type": "STATIC"}, csrp={"score": "0.5", "type": "DYNAMIC"}, rosh="VERY_HIGH")
    assert answer_one("v3", case) == {
        "tier": "C",
        "provisional": False,
        "step_results": {"REOFFENDING": "F", "MAPPA_ROSH": "C"},
    }
