"""What came of a decision has in the API what it has in its export."""

from monitor.snapshots.contracts.follow_through import DECISION_OUTCOMES
from monitor.web.api.outcome_row import OutcomeRow


def test_the_answer_has_every_column_of_the_export() -> None:
    assert set(OutcomeRow.model_fields) == set(DECISION_OUTCOMES.column_names)
