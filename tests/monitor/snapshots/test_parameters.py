"""The numbers a snapshot was computed with: one reader for them."""

from monitor.snapshots.parameters import Parameters, load_numbers

from ..conftest import AS_AT, Home


def test_the_numbers_of_a_snapshot_are_those_it_was_computed_with(home: Home) -> None:
    assert Parameters.of_snapshot(home.newest) == load_numbers(home.settings.config, "london-2009", AS_AT)


def test_what_is_counted_is_the_numbers_of_every_file(home: Home) -> None:
    stored = Parameters.of_snapshot(home.newest)
    apart = (len(stored.policy.numbers), sum(rule.numbers_in_force for rule in stored.rules))
    assert stored.direction is not None
    singles = stored.forecast.numbers_in_force + stored.direction.numbers_in_force
    assert stored.count == sum(apart) + singles
    assert 0 < stored.local_assumptions < stored.count


def test_a_snapshot_of_an_earlier_version_has_no_numbers_of_the_direction(home: Home) -> None:
    older = home.newest.model_copy(update={"direction_json": ""})
    stored, now = Parameters.of_snapshot(older), Parameters.of_snapshot(home.newest)
    assert stored.direction is None
    assert stored.to_columns()["direction_json"] == ""
    assert (stored.count, stored.local_assumptions) == (now.count - 6, now.local_assumptions - 6)
