"""The rows of a plan's tables: every field is shown by a template, and moves and loads agree."""

import re
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor import web
from monitor.web.read_model.rows import rows_of
from monitor.web.what_if.pages import plan_rows
from monitor.web.what_if.pages.plan import record_in
from monitor.web.what_if.pages.plan_rows import Move, PersonLoad, UnmovedReason

from ..planner import Planner

TEMPLATES = sorted((Path(web.__file__).parent / "templates").glob("what_if*.html"))
ROWS: list[Any] = [
    row for row in vars(plan_rows).values() if is_dataclass(row) and row.__module__ == plan_rows.__name__
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.__name__)
def test_every_field_is_a_word_of_a_template(row: Any) -> None:
    texts = (path.read_text(encoding="utf-8") for path in TEMPLATES)
    code = " ".join(part for text in texts for part in re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL))
    assert {field.name for field in fields(row) if not re.search(rf"\b{field.name}\b", code)} == set()


def test_a_row_does_not_change() -> None:
    reason = UnmovedReason("locked", unplaced=False, cases=2, points=12.0)
    with pytest.raises(FrozenInstanceError):
        reason.cases = 3  # type: ignore[misc]


def test_a_person_gives_and_takes_the_cases_that_move(planner: Planner) -> None:
    record = record_in(planner.plan(planner.solved(planner.new())))
    moves = rows_of(Move, record.tables["moves"])
    assert moves
    for person in rows_of(PersonLoad, record.tables["people"]):
        assert person.given == sum(move.from_om_code == person.om_code for move in moves)
        assert person.taken == sum(move.to_om_code == person.om_code for move in moves)
