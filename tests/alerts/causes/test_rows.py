"""Two weeks under two policies, and the rows of comparisons."""

from alerts.causes.model import ROW_DTYPES
from alerts.causes.rows import stack_rows
from tests.tiering.rows import LONDON, WMT, case, caseload

from .weeks import causes_of, parts_of


def test_new_weights_are_what_they_make_of_the_old_week() -> None:
    again = LONDON.model_copy(update={"tier_points": LONDON.tier_points | {"1": LONDON.tier_points["2"]}})
    before, now = caseload(case("X1"), case("X2")), caseload(case("X1"), case("X3"))
    found = parts_of(causes_of(before, now, LONDON, again))
    assert found == {"weights": (40, 0, 0, 0), "ends": (-45, 0, -1, 0), "arrivals": (45, 0, 1, 0)}


def test_a_case_of_a_tier_that_the_new_weights_lack_changed_by_the_weights_alone() -> None:
    before = caseload(case("X1"), case("X2", rosh="high"))
    now = caseload(case("X1", tier="A3", rosh="high"))
    found = parts_of(causes_of(before, now, LONDON, WMT))
    # The case that goes on weighed 25 and weighs 206; the one that ended had 55 under the weights of then.
    assert found == {"weights": (181, 0, 0, 0), "ends": (-55, 0, -1, 0)}


def test_no_comparison_gives_a_frame_without_rows() -> None:
    assert stack_rows([]).dtypes.to_dict() == ROW_DTYPES
