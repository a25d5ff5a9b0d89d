"""Draws of the assumed weights."""

import numpy as np

from tests.tiering.rows import LONDON, WMT
from tiering.sensitivity.draws import draw_weights
from tiering.sensitivity.ranges import Range

WITHIN = Range(0.75, 1.25)


def test_the_same_seed_gives_the_same_draws_and_another_seed_others() -> None:
    first, again, other = (draw_weights(LONDON, WITHIN, 20, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(first.values[place], again.values[place]) for place in first.values)
    assert not np.array_equal(first.values["tier_points.4.licence"], other.values["tier_points.4.licence"])


def test_only_assumptions_are_drawn_and_they_stay_within_their_range() -> None:
    drawn = draw_weights(LONDON, WITHIN, 500, seed=1)
    points = drawn.values["tier_points.4.licence"]
    assert 0.75 * 130 <= points.min() < 100 < 160 < points.max() <= 1.25 * 130
    assert set(drawn.values["nominal_target.PO"]) == {2176.0}
    assert {place.split(".")[0] for place in drawn.drawn} == {"tier_points", "rosh_points", "team_type_factor"}


def test_a_policy_whose_weights_all_have_a_source_has_nothing_to_draw() -> None:
    assert draw_weights(WMT, WITHIN, 3, seed=1).drawn == ()
    assert draw_weights(WMT, WITHIN, 3, seed=1).tier_points.shape == (len(WMT.tier_points), 3, 3)


def test_the_draws_are_the_same_on_every_machine_and_under_every_version_of_numpy() -> None:
    drawn = draw_weights(LONDON, WITHIN, 4, seed=1)
    assert drawn.values[drawn.drawn[0]].tolist() == [25.148, 30.631, 20.552, 30.608]
