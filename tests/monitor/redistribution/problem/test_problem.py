"""The question as a whole: points in whole parts of their greatest common one."""

from fractions import Fraction

from monitor.redistribution.problem.problem import ANYWHERE

from ..offices import case, cases, person
from .asking import asked


def test_points_are_whole_parts_that_come_out_exactly() -> None:
    problem = asked([*cases(3), case("X1", rosh="high")])
    exact = [Fraction(points) for points in problem.cases["points"]]
    assert [int(whole) * problem.unit for whole in problem.cases["exact"]] == exact


def test_an_earlier_move_to_a_post_that_is_gone_binds_no_one_even_if_one_post_is_left() -> None:
    problem = asked(cases(2), people=[person("A")], based_on=(("A00", "Q", "T9"),))
    assert problem.earlier.tolist() == [ANYWHERE, 0]
