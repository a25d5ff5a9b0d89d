"""What the pages of scenarios show: every field is a word of a template."""

import re
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor import web
from monitor.web.what_if.pages import models
from monitor.web.what_if.pages.models import ChangeLine

TEMPLATES = sorted((Path(web.__file__).parent / "templates").glob("what_if*.html"))
MODELS: list[Any] = [
    model for model in vars(models).values() if is_dataclass(model) and model.__module__ == models.__name__
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_a_word_of_a_template(model: Any) -> None:
    code = " ".join(
        part
        for path in TEMPLATES
        for part in re.findall(r"\{[{%].*?[%}]\}", path.read_text(encoding="utf-8"), re.DOTALL)
    )
    assert {field.name for field in fields(model) if not re.search(rf"\b{field.name}\b", code)} == set()


def test_what_is_shown_does_not_change() -> None:
    line = ChangeLine(1, "{}", "Ann Arbuthnot is absent", ())
    with pytest.raises(FrozenInstanceError):
        line.place = 2  # type: ignore[misc]
