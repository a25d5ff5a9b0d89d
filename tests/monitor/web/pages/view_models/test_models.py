"""The pages as typed values: each with a template that shows its fields, and no table or store inside."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pandas as pd
import pytest
from fastapi import Request
from sqlalchemy import Engine

from monitor import web
from monitor.settings import Settings
from monitor.snapshots.store import Store
from monitor.web.pages.view_models import models
from monitor.web.pages.view_models.page import PageModel
from monitor.web.read_model.snapshot import SnapshotView

TEMPLATES = Path(web.__file__).parent / "templates"
PAGES: list[Any] = [
    model
    for model in vars(models).values()
    if isinstance(model, type) and issubclass(model, PageModel) and model is not PageModel
]
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
INSIDE = (pd.DataFrame, pd.Series, Store, Engine, Settings, SnapshotView, Request)
"""What would give a template more than the presenter chose to show."""


def parts_of(hint: Any) -> set[Any]:
    """A type with all types that it is made of."""
    return {hint}.union(*(parts_of(part) for part in getattr(hint, "__args__", ()) if part is not Ellipsis))


def test_every_page_has_a_template_of_its_own() -> None:
    templates = [page.template for page in PAGES]
    assert len(set(templates)) == len(templates) > 10
    assert [name for name in templates if not (TEMPLATES / name).is_file()] == []


@EVERY_PAGE
def test_every_field_of_a_page_is_shown_by_its_template(page: Any) -> None:
    text = (TEMPLATES / page.template).read_text(encoding="utf-8")
    own = {field.name for field in fields(page)} - {field.name for field in fields(PageModel)}
    assert {name for name in own if not re.search(rf"\bpage\.{name}\b", text)} == set()


@EVERY_PAGE
def test_a_template_reads_no_field_that_its_page_does_not_have(page: Any) -> None:
    text = (TEMPLATES / page.template).read_text(encoding="utf-8")
    assert {name for name in re.findall(r"\bpage\.(\w+)", text) if not hasattr(page, name)} - {
        field.name for field in fields(page)
    } == set()


@EVERY_PAGE
def test_a_page_holds_no_table_store_or_settings_and_nothing_untyped(page: Any) -> None:
    hints = get_type_hints(page, vars(models))
    own = {field.name for field in fields(page)} - {field.name for field in fields(PageModel)}
    for name in own:
        parts = parts_of(hints[name])
        assert not parts & {Any, object, dict}, name
        assert not [part for part in parts if isinstance(part, type) and issubclass(part, INSIDE)], name
