"""Grade codes of nDelius."""

import pytest

from monitor.extracts.wmt.grades import grade_of


@pytest.mark.parametrize(
    ("code", "grade"),
    [("NPSM", "PO"), ("PS4", "PSO"), ("NPS-PQF", "TPO"), ("NPSB", "SPO"), (" NPSQ ", "PSO"), ("A", "SPO")],
)
def test_a_code_stands_for_a_grade(code: str, grade: str) -> None:
    assert grade_of(code) == grade


@pytest.mark.parametrize("code", ["", " ", "ZZZ", "npsm", "PO"])
def test_any_other_code_is_of_no_known_grade(code: str) -> None:
    assert grade_of(code) == "unknown"
