"""Snapshots whose rows of single cases retention removed: who held which post can still be read off the figures."""

from typing import Final

import pandas as pd

from monitor.snapshots.store import RowsRemoved, Store
from tiering.terms import Level
from tiering.workload import keys_of_posts

POSTS: Final = "extract_offender_managers"


def load_frame(store: Store, number: int, name: str) -> pd.DataFrame:
    """Load an archived frame of a snapshot; of removed posts, what the figures of the posts still say.

    Without who holds which post no page could tell what its reader may see, and the figures of units, which are kept,
    could be shown to no one. Raises RowsRemoved for any other removed rows, ArchiveDamaged for a missing or altered
    file.
    """
    try:
        return store.archived_frame(number, name)
    except RowsRemoved:
        if name != POSTS:
            raise
        return _holders(store.units(number))


def _holders(units: pd.DataFrame) -> pd.DataFrame:
    """Return who held a post in which team: columns om_code, team_code, om_name."""
    people = units[units["level"].eq(Level.OFFENDER_MANAGER)]
    names = dict(zip(people["code"], people["name"], strict=True))
    keys = keys_of_posts(units)
    return keys[["om_code", "team_code"]].assign(om_name=keys["om_code"].map(names).astype("str"))
