"""How good a plan is proven to be, in words."""

import pytest

from monitor.redistribution.results.tables.proof import NOTHING_PROVEN, describe_distance, describe_proof

from ....conftest import Home
from ...service import plan_for


@pytest.mark.parametrize(
    ("status", "gap", "peak_first", "over_line", "says"),
    [
        ("optimal", 0.0, False, 0, "no plan does better, proven"),
        ("optimal", 0.0, True, 0, "no plan with so low a highest load does better, proven"),
        ("within gap", 0.0033, False, 0, "within 0.4% of the best possible, proven"),
        ("within gap", 0.0033, True, 0, "within 0.4% of the best plan with so low a highest load, proven"),
        (
            "time limit",
            0.05,
            False,
            0,
            "within 5% of the best possible, and the time was up before it was proven more closely",
        ),
        ("time limit", 1.0, False, 0, NOTHING_PROVEN),
        ("time limit", 0.9991, True, 0, NOTHING_PROVEN),
        ("time limit", 1.0, False, 2, NOTHING_PROVEN),
        ("optimal", 0.0, False, 1, "before 1 case goes above the line, no plan does better, proven"),
        ("within gap", 0.002, False, 67, "before 67 cases go above the line, within 0.2% of the best possible, proven"),
    ],
)
def test_the_proof_says_what_it_is_about(status: str, gap: float, peak_first: bool, over_line: int, says: str) -> None:
    assert describe_proof(status, gap, peak_first=peak_first, over_line=over_line) == says


@pytest.mark.parametrize(("gap", "says"), [(0.002, "0.2%"), (0.00201, "0.3%"), (0.998, "99.8%")])
def test_a_gap_is_rounded_up(gap: float, says: str) -> None:
    assert describe_distance(gap, peak_first=False, over_line=0) == f"within {says} of the best possible"


@pytest.mark.parametrize("limits", ["peak_first: true, seconds: 0.000001", "seconds: 0.000001", "peak_first: true"])
def test_no_plan_is_within_the_whole_of_the_best_possible(service: Home, limits: str) -> None:
    solution = plan_for(service, f"limits: {{{limits}}}\n").solution
    said = describe_proof(solution.status, solution.gap, peak_first="peak" in limits, over_line=0)
    assert "100%" not in said
    assert (said == NOTHING_PROVEN) == (solution.bound == 0)
