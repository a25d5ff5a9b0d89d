"""The numbers a snapshot was computed with: one reader for them."""

import shutil
from dataclasses import replace
from pathlib import Path

from alerts.risk_limits.definitions import load_limits
from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.snapshots.parameters import Parameters, fingerprint_of, load_numbers
from monitor.snapshots.tables import Snapshot

from ..conftest import AS_AT, Home


def test_the_numbers_of_a_snapshot_are_those_it_was_computed_with(home: Home) -> None:
    loaded = load_numbers(home.settings.config, "london-2009", AS_AT)
    assert len(loaded.oversight) > 10
    caseload = home.store.caseload(home.newest.id or 0)
    assert Parameters.of_snapshot(home.newest) == loaded.for_extract(caseload)


def test_rules_whose_work_no_extract_records_are_not_among_the_numbers(home: Home) -> None:
    loaded = load_numbers(home.settings.config, "london-2009", AS_AT)
    stored = Parameters.of_snapshot(home.newest)
    assert stored.oversight == ()
    assert loaded.count == stored.count + len(loaded.oversight)
    assert loaded.local_assumptions > stored.local_assumptions
    events = home.store.archived_frame(home.newest.id or 0, "known_events")
    assert fingerprint_of(loaded, events) != fingerprint_of(stored, events)


def test_what_is_counted_is_the_numbers_of_every_file(home: Home) -> None:
    stored = Parameters.of_snapshot(home.newest)
    apart = (len(stored.policy.numbers), sum(rule.numbers_in_force for rule in stored.rules))
    assert stored.direction is not None
    singles = stored.forecast.numbers_in_force + stored.direction.numbers_in_force
    assert stored.count == sum(apart) + singles
    assert 0 < stored.local_assumptions < stored.count
    assert replace(stored, limits=()).count == stored.count


def test_a_snapshot_of_an_earlier_version_has_no_numbers_of_the_direction(home: Home) -> None:
    older = home.newest.model_copy(update={"direction_json": ""})
    stored, now = Parameters.of_snapshot(older), Parameters.of_snapshot(home.newest)
    assert stored.direction is None
    assert stored.to_columns()["direction_json"] == ""
    assert (stored.count, stored.local_assumptions) == (now.count - 6, now.local_assumptions - 6)


def test_the_limits_are_stored_with_the_snapshot_and_a_snapshot_from_before_them_has_none(home: Home) -> None:
    stored = Parameters.of_snapshot(home.newest)
    assert stored.limits == load_limits(home.settings.config, AS_AT) != ()
    assert Parameters.of_snapshot(Snapshot(**{**home.newest.model_dump(), "limits_json": "[]"})).limits == ()


def test_the_draws_are_stored_with_the_snapshot_and_change_what_it_is_judged_by(home: Home) -> None:
    stored, events = Parameters.of_snapshot(home.newest), home.store.archived_frame(home.newest.id or 0, "known_events")
    assert stored.firmness == load_numbers(home.settings.config, "london-2009", AS_AT).firmness
    assert stored.firmness is not None
    older = Parameters.of_snapshot(home.newest.model_copy(update={"firmness_json": ""}))
    assert (older.firmness, older.to_columns()["firmness_json"], older.count) == (None, "", stored.count)
    assert fingerprint_of(stored, events) != fingerprint_of(older, events)


def test_a_changed_limit_changes_what_a_week_is_judged_by_and_no_limit_leaves_it_as_it_was(home: Home) -> None:
    stored, events = Parameters.of_snapshot(home.newest), home.store.archived_frame(home.newest.id or 0, "known_events")
    other = replace(stored, limits=(stored.limits[0].model_copy(update={"limit": 7.0}), *stored.limits[1:]))
    prints = {fingerprint_of(numbers, events) for numbers in (stored, other, replace(stored, limits=()))}
    assert len(prints) == 3
    proposing = ProposalNumbers.of_json(home.newest.proposals_json)
    assert proposing is not None
    assert fingerprint_of(stored, events, proposing.fingerprint) == home.newest.rules_fingerprint
    assert fingerprint_of(stored, events) != home.newest.rules_fingerprint


def test_a_policy_from_before_there_was_a_direction_or_a_draw_goes_on_with_the_shipped_one(
    home: Home, tmp_path: Path
) -> None:
    shutil.copytree(home.settings.config, tmp_path / "config")
    for name in ("direction.yaml", "firmness.yaml", "sensitivity.yaml"):
        (tmp_path / "config" / name).unlink()
    older = load_numbers(tmp_path / "config", "london-2009", AS_AT)
    assert older == load_numbers(home.settings.config, "london-2009", AS_AT)
