"""Luck that belongs to a person."""

import numpy as np

from monitor.sample.work.chance import chance

NUMBERS = np.arange(20_000)


def test_the_same_number_has_the_same_luck_in_every_week() -> None:
    assert chance(NUMBERS, "missed").tolist() == chance(NUMBERS, "missed").tolist()
    assert chance([7, 9], "missed").tolist() == chance(NUMBERS, "missed")[[7, 9]].tolist()


def test_luck_is_even_and_differs_by_number_subject_and_turn() -> None:
    every = (
        chance(NUMBERS, "missed"),
        chance(NUMBERS, "way"),
        chance(NUMBERS, "missed", 1),
        chance(NUMBERS, "missed", NUMBERS),
    )
    for luck in every:
        assert 0 <= luck.min() < 0.001
        assert 0.999 < luck.max() < 1
        assert np.abs(np.histogram(luck, bins=10)[0] - 2_000).max() < 200
    together = np.corrcoef(np.vstack([*every[:3], np.roll(every[0], 1)]))
    assert np.abs(together - np.eye(4)).max() < 0.03
