"""The numbers a snapshot was computed with: one reader, one answer for every version that stored them."""

import json

import pytest

from monitor.snapshots.parameters import Parameters, load_numbers
from monitor.snapshots.tables import Snapshot
from tiering.faults import ConfigFault

from ..conftest import AS_AT, Home


def early(snapshot: Snapshot, *without: str) -> Snapshot:
    """The snapshot as a version from before forecasts stored it, and without some numbers of the policy."""
    stored = json.loads(snapshot.policy_json)
    policy = {name: value for name, value in stored.items() if name not in without}
    return snapshot.model_copy(update={"policy_json": json.dumps(policy), "forecast_json": None})


def test_the_numbers_of_a_snapshot_are_those_it_was_computed_with(home: Home) -> None:
    assert Parameters.stored_with(home.newest) == load_numbers(home.settings.config, "london-2009", AS_AT)


def test_a_snapshot_from_before_forecasts_has_the_numbers_of_its_policy_and_rules(home: Home) -> None:
    now = Parameters.stored_with(home.newest)
    then = Parameters.stored_with(early(home.newest, "experienced_after_years"))
    assert (then.policy.experienced_after_years, then.forecast) == (0, None)
    assert then.policy.model_copy(update={"experienced_after_years": 3}) == now.policy
    assert then.rules == now.rules
    ahead = now.need_forecast()
    assert ahead.numbers_in_force > 0
    assert (then.count, then.local_assumptions) == (
        now.count - ahead.numbers_in_force,
        now.local_assumptions - ahead.local_assumptions,
    )
    with pytest.raises(ConfigFault, match="the snapshot of 2026-11-20 is from before forecasts"):
        then.need_forecast()


def test_a_policy_that_lacks_a_weight_is_refused_with_what_to_do(home: Home) -> None:
    with pytest.raises(ConfigFault, match=r"the snapshot of 2026-11-20 .* kept fewer numbers of the policy; take it"):
        Parameters.stored_with(early(home.newest, "tier_points"))
