"""The models of what changed: the page they are for, and its template."""

import re
from dataclasses import fields
from pathlib import Path

import monitor.web
from monitor.web.pages.view_models.cause_models import CauseRowsPage, ShownChange

TEMPLATES = Path(monitor.web.__file__).parent / "templates"


def read_by(template: str, name: str) -> set[str]:
    """The fields of a value that a template reads, by the name the template gives it."""
    return set(re.findall(rf"\b{name}\.(\w+)", (TEMPLATES / template).read_text(encoding="utf-8")))


def test_the_template_reads_only_what_the_page_has() -> None:
    read = read_by(CauseRowsPage.template, "page")
    assert read >= {"items", "count", "of_cases"}
    assert read <= {field.name for field in fields(CauseRowsPage)}


def test_the_section_of_a_unit_reads_only_what_a_change_has() -> None:
    assert read_by("causes.html", "change") == set(ShownChange._fields)
