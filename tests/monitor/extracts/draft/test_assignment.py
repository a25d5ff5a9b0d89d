"""The best pairs, against every other way to pair."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from monitor.extracts.draft.assignment import best_pairs

SCORES = st.sampled_from([0.0, -10.0, 0.3, 0.55, 0.8, 0.95])
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0.0, -10.0, 0.3, 0.55, 0.8, 0.95]), min_size=width, max_size=width), max_size=4
    )
)


def best_sum(scores: list[list[float]]) -> float:
    """The highest sum of all ways to pair, rows left alone included."""
    rows, columns = len(scores), len(scores[0]) if scores else 0
    places = [*range(columns), *[None] * rows]
    sums = (
        sum(max(scores[row][place], 0.0) for row, place in enumerate(order) if place is not None)
        for order in permutations(places, rows)
    )
    return max(sums, default=0.0)


@given(scores=TABLES)
def test_no_other_pairs_have_a_higher_sum(scores: list[list[float]]) -> None:
    pairs = best_pairs(scores)
    assert abs(sum(scores[row][column] for row, column in pairs.items()) - best_sum(scores)) < 1e-9
    assert len(set(pairs.values())) == len(pairs)
    assert all(scores[row][column] > 0 for row, column in pairs.items())


def test_the_best_single_pair_is_given_up_for_a_better_whole() -> None:
    assert best_pairs([[0.9, 0.8], [0.85, 0.0]]) == {0: 1, 1: 0}


def test_nothing_pairs_with_nothing() -> None:
    assert best_pairs([]) == {}
    assert best_pairs([[], []]) == {}
