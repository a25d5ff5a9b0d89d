"""The tables of follow-through: what is kept for good stands apart from what has a term."""

from monitor.snapshots.follow_through.tables import (
    AgreedPlan,
    AgreedRows,
    DecisionNote,
    DecisionRow,
    SecondReading,
)


def test_a_note_and_the_rows_of_a_plan_can_go_without_the_decision_and_the_agreement() -> None:
    assert "note" not in DecisionRow.model_fields
    assert not {"moves", "people"} & set(AgreedPlan.model_fields)
    assert not {"crn", "note"} & set(SecondReading.model_fields)
    assert set(DecisionNote.model_fields) == {"decision_id", "note", "decided_at"}
    assert set(AgreedRows.model_fields) == {"plan_id", "moves", "people"}
