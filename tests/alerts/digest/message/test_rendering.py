"""Templates of email as HTML and as text."""

import re
from typing import Any

import pytest
from jinja2 import UndefinedError

from alerts.digest.message.rendering import bar_cells, render_html, render_text
from tests.alerts.digest.digests import digest_of
from tests.alerts.pictures import london
from tests.alerts.reading import tags_of, words_of


def notice(*paragraphs: str, marking: str = "OFFICIAL") -> dict[str, Any]:
    """What the templates of a notice need."""
    words = {"title": "Refused", "about": "Weekly run", "lead": "No figures.", "paragraphs": paragraphs, "steps": []}
    return {
        "notice": words,
        "reader": "On Call",
        "marking": marking,
        "preheader": "",
        "closing": "Replies are not read.",
    }


@pytest.mark.parametrize(
    ("capacity", "cells"),
    [
        (80.0, [("load", 50), ("rest", 19), ("mark", 1), ("rest", 30)]),
        (0.0, [("load", 1), ("rest", 68), ("mark", 1), ("rest", 30)]),
        (110.0, [("load", 69), ("mark", 1), ("rest", 30)]),
        (120.0, [("load", 69), ("mark", 1), ("over", 6), ("rest", 24)]),
        (900.0, [("load", 69), ("mark", 1), ("over", 30)]),
    ],
)
def test_a_bar_ends_at_160_per_cent_and_shows_the_red_line(capacity: float, cells: list[tuple[str, int]]) -> None:
    assert bar_cells(capacity, 110.0) == cells


@pytest.mark.parametrize("red_line", [90.0, 110.0, 150.0, 400.0])
def test_a_bar_is_as_wide_as_its_table_whatever_the_load(red_line: float) -> None:
    for capacity in range(700):
        cells = bar_cells(capacity, red_line)
        assert sum(width for _, width in cells) == 100, capacity
        assert [kind for kind, _ in cells].count("mark") == 1
        assert "over" not in dict(cells) or capacity > red_line


@pytest.mark.parametrize("missing", ["notice", "reader", "marking"])
def test_a_word_that_a_template_needs_is_never_left_out_silently(missing: str) -> None:
    words = {name: value for name, value in notice().items() if name != missing}
    for render, template in ((render_html, "notice.html"), (render_text, "notice.txt")):
        with pytest.raises(UndefinedError, match=f"'{missing}' is undefined"):
            render(template, words)


def test_markup_in_a_value_is_text_in_the_html_and_stays_as_it_is_in_the_text() -> None:
    words = notice("<b>Bold</b> & <script>alert(1)</script> {{ 7 * 7 }}")
    html = render_html("notice.html", words)
    assert not {"b", "script"} & {tag for tag, _ in tags_of(html)}
    for said in (words_of(html), render_text("notice.txt", words)):
        assert "<b>Bold</b> & <script>alert(1)</script> {{ 7 * 7 }}" in said


def test_styles_stand_on_their_elements() -> None:
    cells = [attributes for tag, attributes in tags_of(digest_of(london()).html) if attributes.get("class") == "num"]
    assert len(cells) > 20
    assert all("text-align" in (attributes["style"] or "") for attributes in cells)


def test_lines_of_the_html_have_no_indent_and_none_is_empty() -> None:
    assert not re.search(r"\n\s|[^\S\n]\n", render_html("notice.html", notice("One.", "Two.")))


def test_a_text_has_no_run_of_empty_lines_and_ends_with_one_newline() -> None:
    text = render_text("notice.txt", notice("One.\n\n\n\nTwo.", marking=""))
    assert "One.\n\nTwo.\n" in text
    assert re.match(r"\S", text)
    assert re.search(r"\S\n\Z", text)
