"""The further policies that a snapshot was weighed under, as it stores them."""

from collections.abc import Sequence

import pandas as pd

from monitor.snapshots.contracts.frames import ALSO_POLICIES
from monitor.snapshots.store import Store
from tiering.policies.policy import Policy


def policies_frame(policies: Sequence[Policy]) -> pd.DataFrame:
    """The frame ``also_policies``: one row per policy, with all its numbers."""
    rows = [(policy.name, policy.model_dump_json()) for policy in policies]
    return pd.DataFrame(rows, columns=ALSO_POLICIES.column_names).astype(ALSO_POLICIES.dtypes)


def read_policies(store: Store, snapshot_id: int) -> tuple[Policy, ...]:
    """The further policies of a snapshot, in their order; none for one that was weighed under its own alone."""
    if not store.has_archived(snapshot_id, ALSO_POLICIES.name):
        return ()
    rows = store.archived_frame(snapshot_id, ALSO_POLICIES.name)
    return tuple(Policy.model_validate_json(text) for text in rows["policy_json"])
