"""Why codes do not match."""

import pyarrow as pa
import pytest

from monitor.extracts.judgement.likely_cause import PART, count_alike, different, likely_cause

KNOWN = ["00123", "00124", "T0211", "AB1"]


@pytest.mark.parametrize(
    ("lost", "says"),
    [
        (["123", "124"], "2 codes would match with leading zeros"),
        (["00123.0"], "1 code would match without a decimal point (1.0 for 1)"),
        (["t0211", " ab1", "T\uff10211"], "3 codes would match in the same case, width and blanks"),
        (["123.0", "t0211.0"], "2 codes would match with leading zeros, in the same case and without decimal points"),
        (["9", "123"], "1 code would match with leading zeros"),
        (["9", "X"], ""),
    ],
)
def test_the_cause_is_the_change_that_makes_most_codes_match(lost: list[str], says: str) -> None:
    assert likely_cause(pa.array(lost), pa.array(KNOWN)) == says


def test_the_codes_of_a_key_of_several_columns_are_each_compared() -> None:
    known = pa.array([f"0012{PART}0T1"])
    assert count_alike(pa.array([f"12{PART}T1"]), known)[0] == 1
    assert count_alike(pa.array([f"0012.0{PART}0T1"]), known)[0] == 1
    assert count_alike(pa.array(["12, T1"]), pa.array(["0012, 0T1"]))[0] == 1
    for part in (", ", PART):
        assert count_alike(pa.array([f"A{part}T1"]), pa.array([f"A{part}0T1"]))[0] == 1
        assert count_alike(pa.array([f"A{part}T1.0"]), pa.array([f"A{part}T1"]))[0] == 1


def test_a_code_of_nothing_but_zeros_has_lost_some_too() -> None:
    assert likely_cause(pa.array(["0"]), pa.array(["000"])) == "1 code would match with leading zeros"


def test_different_codes_leave_out_what_is_empty() -> None:
    assert different(["B", None, "A", "B"]).to_pylist() == ["B", "A"]
