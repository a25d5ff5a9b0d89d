"""The parts of a long list."""

import pytest

from monitor.web.pages.view_models.page import Part, part_of


@pytest.mark.parametrize(
    ("length", "wanted", "part"),
    [
        (0, 1, Part(1, 1, 0, 0)),
        (0, 7, Part(1, 1, 0, 0)),
        (50, 2, Part(1, 1, 0, 50)),
        (51, 2, Part(2, 2, 50, 51)),
        (51, 99, Part(2, 2, 50, 51)),
    ],
)
def test_a_part_is_one_that_there_is(length: int, wanted: int, part: Part) -> None:
    assert part_of(length, wanted) == part


def test_a_part_may_be_shorter() -> None:
    assert part_of(51, 3, 25) == Part(3, 3, 50, 51)
