"""Further policies are stored with all their numbers."""

from monitor.snapshots.contracts.frames import ALSO_POLICIES
from monitor.snapshots.other_policies import policies_frame, read_policies
from tests.monitor.conftest import Home
from tests.tiering.rows import LONDON, WMT
from tiering.policies.policy import Policy


def test_a_policy_comes_back_as_it_was() -> None:
    frame = policies_frame((WMT, LONDON))
    assert list(frame.columns) == ALSO_POLICIES.column_names
    assert tuple(Policy.model_validate_json(text) for text in frame["policy_json"]) == (WMT, LONDON)


def test_a_snapshot_under_one_policy_has_no_others(home: Home) -> None:
    assert home.newest.id is not None
    assert read_policies(home.store, home.newest.id) == ()
