"""Rows of cases and their assessments have columns that the frame stores."""

from typing import Any

import pytest

from monitor.snapshots.contracts.frames import FRAMES
from monitor.web.read_model import rows_of_cases

from .test_rows import columns_of

OF_FRAMES: list[tuple[Any, str, set[str]]] = [
    (rows_of_cases.DueAssessment, "due_soon", set()),
    (rows_of_cases.LateAssessment, "overdue", set()),
    (rows_of_cases.Case, "cases", {"overdue", "due_soon"}),
    (rows_of_cases.Finding, "findings", {"says", "om_name"}),
]
"""Rows of a stored frame, with what the page adds to its columns."""


@pytest.mark.parametrize(("kind", "frame", "added"), OF_FRAMES, ids=[kind.__name__ for kind, *_ in OF_FRAMES])
def test_a_row_of_a_stored_frame_has_columns_that_are_stored(kind: Any, frame: str, added: set[str]) -> None:
    stored = set(FRAMES[frame].column_names) | {"high_risk"}
    assert set(columns_of(kind)) - stored == added - stored


def test_a_late_assessment_is_a_due_one_with_the_days() -> None:
    assert columns_of(rows_of_cases.LateAssessment) == [*columns_of(rows_of_cases.DueAssessment), "days_overdue"]
