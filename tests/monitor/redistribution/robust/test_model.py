"""The figures of how well a plan holds."""

from monitor.redistribution.robust.model import Robustness

from .test_wording import judged


def test_the_whole_scope_comes_first_and_figures_are_read_back() -> None:
    figures = judged()
    assert figures.units == (figures.whole, *figures.offices)
    assert Robustness.model_validate_json(figures.model_dump_json()) == figures
