"""The frames of causes: their columns are those of the stored contracts."""

from typing import Any

import pytest

from alerts.causes.model import CAUSE_DTYPES, ROW_DTYPES, STANDING_DTYPES, empty_frame
from monitor.snapshots.contracts.causes import CAUSE_ROWS, CAUSES, STANDING_CAUSES
from monitor.snapshots.contracts.columns import DerivedFrame


@pytest.mark.parametrize(
    ("dtypes", "contract"),
    [(ROW_DTYPES, CAUSE_ROWS), (CAUSE_DTYPES, CAUSES), (STANDING_DTYPES, STANDING_CAUSES)],
    ids=["rows", "units", "standing"],
)
def test_a_frame_without_rows_has_the_columns_of_its_contract(dtypes: dict[str, Any], contract: DerivedFrame) -> None:
    frame = empty_frame(dtypes)
    assert list(frame.columns) == contract.column_names
    assert frame.dtypes.equals(contract.empty().dtypes)
