"""The numbers a snapshot was computed with: one reader for them."""

from monitor.snapshots.parameters import Parameters, load_numbers

from ..conftest import AS_AT, Home


def test_the_numbers_of_a_snapshot_are_those_it_was_computed_with(home: Home) -> None:
    assert Parameters.of_snapshot(home.newest) == load_numbers(home.settings.config, "london-2009", AS_AT)


def test_what_is_counted_is_the_numbers_of_policy_rules_and_forecast(home: Home) -> None:
    stored = Parameters.of_snapshot(home.newest)
    apart = (len(stored.policy.numbers), sum(rule.numbers_in_force for rule in stored.rules))
    assert stored.count == sum(apart) + stored.forecast.numbers_in_force
    assert 0 < stored.local_assumptions < stored.count
