"""The figures that shape the synthetic London."""

import numpy as np
import pytest

from monitor.sample import figures
from monitor.sample.figures import FIRST_REVIEW, HOME_VISIT, INSPECTED, LONDON, timeliness
from monitor.sample.organisation import CLUSTERS
from tiering.terms import MAPPA_LEVELS, Rosh


@pytest.mark.parametrize(
    "shares",
    [*figures.ROSH_MIX, *figures.TIER_BY_ROSH, figures.EARLIER_TIER_CHANGES, figures.MAPPA_LEVEL_SHARES],
)
def test_shares_come_to_the_whole(shares: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> None:
    assert shares.sum() == pytest.approx(1.0)
    assert (shares >= 0).all()


def test_there_is_a_share_for_every_word_of_the_field() -> None:
    assert [Rosh(word) for word in figures.ROSH] == list(Rosh)
    rows = len(Rosh) + 1  # with the cases that have no classification
    assert figures.ROSH_MIX.shape == (2, rows)
    assert figures.TIER_BY_ROSH.shape == (rows, len(figures.TIERS))
    assert figures.MAPPA_BY_ROSH.shape == (rows,)
    assert figures.MAPPA_LEVEL_SHARES.shape == (len(MAPPA_LEVELS),)
    assert figures.UNPAID_WORK_ONLY_BY_TIER.shape == (len(figures.TIERS) + 1,)


def test_every_measure_that_can_be_late_has_days_and_a_share_for_london() -> None:
    assert set(LONDON) == set(figures.DAYS_LATE)
    assert set(figures.NEVER_DONE) <= set(LONDON)
    assert {measure for own in INSPECTED.values() for measure in own} <= set(LONDON)
    assert set(INSPECTED) <= {cluster.name for cluster in CLUSTERS}


def test_an_inspected_cluster_has_its_own_figures_and_another_is_near_those_of_london() -> None:
    shares = timeliness(np.random.default_rng(1), ["Greenwich & Lewisham", *map(str, range(2_000))])
    assert shares[FIRST_REVIEW][0] == 0.49
    assert shares[FIRST_REVIEW][1:].mean() == pytest.approx(0.72, abs=0.01)
    assert shares[HOME_VISIT].mean() == pytest.approx(0.25, abs=0.01)
    assert all(((share >= 0.04) & (share <= 0.97)).all() for share in shares.values())
