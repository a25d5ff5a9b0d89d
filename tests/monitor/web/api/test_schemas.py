"""What the API answers with: every stored column, and none that the pages do not have."""

from dataclasses import fields
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from monitor.snapshots.tables import HotspotRow, TimelinessRow, UnitWorkload
from monitor.web.api import schemas
from monitor.web.api.schemas import Hotspot, PartRow, UnitRow
from monitor.web.api.schemas import TimelinessRow as TimelinessAnswer
from monitor.web.read_model import rows, rows_of_cases

ANSWERS = [
    kind
    for kind in vars(schemas).values()
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == schemas.__name__
]
OF_PAGES: list[tuple[type[BaseModel], Any]] = [
    (UnitRow, rows.UnitFigures),
    (schemas.WeekRow, rows.WeekFigures),
    (schemas.ForecastRow, rows.ForecastFigures),
    (TimelinessAnswer, rows.Timeliness),
    (schemas.AssessmentRow, rows_of_cases.DueAssessment),
    (schemas.LateRow, rows_of_cases.LateAssessment),
    (schemas.CaseRow, rows_of_cases.Case),
    (schemas.FindingRow, rows_of_cases.Finding),
    (schemas.PostRow, rows.Post),
]


@pytest.mark.parametrize(
    ("answer", "table"), [(UnitRow, UnitWorkload), (Hotspot, HotspotRow), (TimelinessAnswer, TimelinessRow)]
)
def test_an_answer_has_every_stored_column(answer: type[BaseModel], table: type[BaseModel]) -> None:
    assert list(answer.model_fields) == [name for name in table.model_fields if name != "snapshot_id"]


@pytest.mark.parametrize(("answer", "row"), OF_PAGES, ids=[answer.__name__ for answer, _ in OF_PAGES])
def test_a_page_and_an_answer_have_the_same_columns_in_the_same_order(answer: type[BaseModel], row: Any) -> None:
    shown = [field.name for field in fields(row)]
    assert [name for name in shown if name in answer.model_fields] == list(answer.model_fields)


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_column_that_is_not_described_is_never_sent(answer: type[BaseModel]) -> None:
    assert answer.model_config["extra"] == "forbid"
    assert (answer.__doc__ or "").strip().endswith(".")


def test_an_unknown_column_is_an_error_of_the_program() -> None:
    assert PartRow(name="case", cases=1, points=2.5).points == 2.5
    with pytest.raises(ValidationError, match="om_name"):
        PartRow.model_validate({"name": "case", "cases": 1, "points": 2.5, "om_name": "Ann Arbuthnot"})
