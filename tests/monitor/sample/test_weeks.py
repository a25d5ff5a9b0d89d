"""The synthetic London week by week: every table of an extract, and people who keep their facts."""

from datetime import timedelta

import pandas as pd

from tiering import caseload

from .conftest import LAST, Weeks

TABLES = {name: table for name, table in caseload.TABLES.items() if not table.seldom}
"""The tables that the sample has."""


def test_every_week_has_every_table_of_the_contract_in_its_dtypes(weeks: Weeks) -> None:
    assert list(weeks) == [LAST - timedelta(weeks=back) for back in range(19, -1, -1)]
    dtypes = {name: table.empty().dtypes.to_dict() for name, table in TABLES.items()}
    for tables in weeks.values():
        assert {name: table.dtypes.to_dict() for name, table in tables.items()} == dtypes
        assert [list(table.columns) for table in tables.values()] == [one.column_names for one in TABLES.values()]


def test_the_same_person_keeps_the_same_facts_from_week_to_week(weeks: Weeks) -> None:
    facts = ["sentence_start", "release_on", "expected_end_on", "transferred_in_on", "mappa_level", "prolific"]
    earlier, later = (weeks[as_at]["cases"].set_index("crn") for as_at in (LAST - timedelta(weeks=1), LAST))
    both = earlier.index.intersection(later.index)
    assert len(earlier) * 0.97 < len(both) < len(earlier)
    assert len(later) > len(both)
    pd.testing.assert_frame_equal(earlier.loc[both, facts], later.loc[both, facts])
    moved = (earlier["om_code"][both].fillna("") != later["om_code"][both].fillna("")).mean()
    assert 0 < moved < 0.03


def test_a_tier_changes_now_and_then_and_is_counted(weeks: Weeks) -> None:
    first, last = weeks[min(weeks)]["cases"].set_index("crn"), weeks[LAST]["cases"].set_index("crn")
    both = first.index.intersection(last.index)
    retiered = both[(first["tier"][both].notna() & (first["tier"][both] != last["tier"][both])).to_numpy()]
    assert 0.01 < len(retiered) / len(both) < 0.10
    assert (last["tier_changes"][retiered] - first["tier_changes"][retiered]).eq(1).all()
