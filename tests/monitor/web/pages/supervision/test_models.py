"""The models of the pages of an SPO's week, and their templates."""

from dataclasses import fields

from monitor.web.pages.supervision.models import BenchmarkPage, ComingFilters, ComingPage, SheetPage, TeamSheetPage

from ..view_models.test_cause_models import read_by


def test_the_template_reads_only_what_the_page_has() -> None:
    read = read_by(ComingPage.template, "page")
    assert read >= {"weeks", "days", "count", "calendar"}
    assert read <= {field.name for field in fields(ComingPage)}
    assert set(read_by(ComingPage.template, "chosen")) <= {field.name for field in fields(ComingFilters)}


def test_the_templates_of_the_sheets_read_only_what_their_pages_have() -> None:
    for page in (SheetPage, TeamSheetPage, BenchmarkPage):
        read = read_by(page.template, "page")
        assert read & {"unit", "plans"}
        assert read <= {field.name for field in fields(page)}
