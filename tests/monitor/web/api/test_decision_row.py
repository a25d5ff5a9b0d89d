"""A decision has in the API what it has in its export."""

from monitor.snapshots.contracts.follow_through import DECISIONS
from monitor.web.api.decision_row import DecisionRow


def test_the_answer_has_every_column_of_the_export() -> None:
    assert set(DecisionRow.model_fields) == set(DECISIONS.column_names)
