"""The question as a whole: points in whole parts of their greatest common one."""

from fractions import Fraction

from ..offices import case, cases
from .asking import asked


def test_points_are_whole_parts_that_come_out_exactly() -> None:
    problem = asked([*cases(3), case("X1", rosh="high")])
    exact = [Fraction(points) for points in problem.cases["points"]]
    assert [int(whole) * problem.unit for whole in problem.cases["exact"]] == exact
