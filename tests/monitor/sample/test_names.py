"""Names no one has."""

import numpy as np

from monitor.sample.names import made_up_names


def test_no_surname_comes_twice_before_all_have_come_once() -> None:
    surnames = [name.split()[1] for name in made_up_names(np.random.default_rng(1), 1_297)]
    assert len(set(surnames[:1_296])) == 1_296
    assert surnames[1_296] == surnames[0]


def test_a_name_is_two_words_each_with_one_capital() -> None:
    for name in made_up_names(np.random.default_rng(1), 500):
        assert [word.istitle() for word in name.split(" ")] == [True, True], name


def test_the_same_chance_gives_the_same_names() -> None:
    assert made_up_names(np.random.default_rng(7), 20) == made_up_names(np.random.default_rng(7), 20)
    assert made_up_names(np.random.default_rng(7), 20) != made_up_names(np.random.default_rng(8), 20)
