"""The answers about one unit and one person say of which snapshot they are."""

from typing import get_args

from monitor.web.api.answers import OffenderManagerAnswer, UnitAnswer
from monitor.web.api.schemas import LateRow, UnitRow


def test_an_answer_has_the_date_and_revision_of_its_snapshot() -> None:
    for answer in (UnitAnswer, OffenderManagerAnswer):
        assert {"as_at", "revision"} <= {name for name, field in answer.model_fields.items() if field.is_required()}
        assert answer.model_fields["unit"].annotation is UnitRow


def test_what_is_late_is_listed_with_its_days() -> None:
    assert get_args(OffenderManagerAnswer.model_fields["overdue"].annotation) == (LateRow,)
