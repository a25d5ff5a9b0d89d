"""The months of a unit in a browser: drawn, readable by everyone, at every width."""

from collections.abc import Iterator

import pytest

from monitor.web.app import make_app
from tests.browser.test_pages import NOW, Open, open_as
from tests.monitor.conftest import Template
from tests.monitor.web.conftest import copied, listening
from tests.monitor.web.half_a_year import six_months

from .accessibility import WIDTHS, wrong_with

__all__ = ["open_as", "six_months"]


@pytest.fixture(scope="module")
def address(six_months: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages of half a year of the little service are served."""
    with (
        copied(six_months, tmp_path_factory.mktemp("months")) as home,
        listening(make_app(home.settings, home.store, lambda: NOW)) as address,
    ):
        yield address


@pytest.mark.parametrize("path", ["/team/T3", "/cluster/C1"])
def test_the_months_are_drawn_accessible_and_as_wide_as_the_screen(open_as: Open, path: str) -> None:
    page = open_as("planner", path)
    page.get_by_text("The months as a table").click()
    assert page.get_by_role("table", name="Month by month").is_visible()
    assert wrong_with(page, path) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        box = page.get_by_role("img", name="month by month").bounding_box()
        assert box is not None
        assert 0 < box["width"] <= width


def test_the_month_outside_its_limits_is_marked_by_its_shape_and_in_words(open_as: Open) -> None:
    page = open_as("planner", "/team/T3")
    chart = page.get_by_role("img", name="month by month")
    assert (chart.locator("rect").count(), chart.locator("circle").count()) == (1, 5)
    assert "The month is above them" in page.locator("#months + p").inner_text()
    page.get_by_text("The months as a table").click()
    rows = page.get_by_role("table", name="Month by month").get_by_role("row").all_inner_texts()
    assert "Above the limits" in rows[1]
    assert all("Between them" in row for row in rows[2:])


def test_the_months_can_be_downloaded(open_as: Open) -> None:
    page = open_as("planner", "/team/T3")
    page.get_by_text("The months as a table").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="CSV of the months").click()
    lines = downloading.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "as_at,month,month_percentage,chart_mean,chart_lower,chart_upper,outside"
    assert lines[-1].endswith(",high")
