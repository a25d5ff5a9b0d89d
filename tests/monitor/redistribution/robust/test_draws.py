"""Draws of the weeks ahead: the same for the same seed, as wide as the forecast says, as sick as the service was."""

from datetime import date
from functools import partial

import numpy as np
import pytest

from monitor.redistribution.robust.chances import WEEKS, Chances, Sickness
from monitor.redistribution.robust.draws import draw_weeks, make_seed
from tests.work import count_calls

TEAMS = ("T1", "T2")
WELL = Sickness(share=0.0, starts=0.0, ends=1.0, weeks=52.0)


def chances(change: float = 0.0, spread: float = 0.0, sickness: Sickness = WELL) -> Chances:
    shape = (len(TEAMS), WEEKS)
    return Chances(TEAMS, np.full(shape, change), np.full(shape, spread), sickness)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    asked = chances(5, 20, Sickness(0.05, 0.02, 0.4, 52))
    first, again, other = (draw_weeks(asked, 9, 50, seed) for seed in (7, 7, 8))
    assert (first.change.tobytes(), first.sick.tobytes()) == (again.change.tobytes(), again.sick.tobytes())
    assert first.change.tobytes() != other.change.tobytes()
    assert first.sick.tobytes() != other.sick.tobytes()


def test_the_seed_is_of_the_content() -> None:
    assert make_seed(date(2026, 11, 20), 1, {"cluster": "C1"}) == make_seed(date(2026, 11, 20), 1, {"cluster": "C1"})
    assert make_seed(date(2026, 11, 20), 1) != make_seed(date(2026, 11, 20), 2)
    assert 0 <= make_seed("x") < 2**64


def test_draws_are_as_wide_as_the_bands_in_every_week() -> None:
    change = draw_weeks(chances(5, 20), 0, 2000, 1).change
    assert change.shape == (2000, WEEKS, 2)
    assert change.mean(axis=0) == pytest.approx(np.full((WEEKS, 2), 5), abs=2)
    assert change.std(axis=0) == pytest.approx(np.full((WEEKS, 2), 20), rel=0.1)
    # A week differs less from the next than from the last, and teams go their own ways.
    near, far = (np.corrcoef(change[:, 3, 0], change[:, week, 0])[0, 1] for week in (4, 7))
    assert near > far > 0.5
    assert abs(np.corrcoef(change[:, 3, 0], change[:, 3, 1])[0, 1]) < 0.1


def test_without_rates_nothing_is_drawn() -> None:
    draws = draw_weeks(chances(5), 3, 10, 1)
    assert (draws.change == 5).all()
    assert not draws.sick.any()


def test_people_are_sick_as_often_and_as_long_as_the_service_was() -> None:
    sick = draw_weeks(chances(sickness=Sickness(0.1, 0.1, 0.5, 52)), 20, 2000, 3).sick
    assert sick[:, 0].mean() == pytest.approx(0.1, abs=0.01)
    # Of those sick in a week half are back the next, and a tenth of the others fall sick.
    assert sick[:, 1][sick[:, 0]].mean() == pytest.approx(0.5, abs=0.03)
    assert sick[:, 1][~sick[:, 0]].mean() == pytest.approx(0.1, abs=0.01)


def test_many_people_are_drawn_at_once() -> None:
    asked = chances(5, 20, Sickness(0.05, 0.02, 0.4, 52))
    draw_weeks(asked, 1, 1, 1)
    few, many = (count_calls(partial(draw_weeks, asked, people, draws, 1)) for people, draws in ((5, 10), (130, 200)))
    assert few == many
