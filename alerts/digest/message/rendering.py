"""Render templates of email as HTML and as text."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerts import wording
from alerts.wording import (
    change_text,
    choose,
    count_of,
    join_list,
    limit,
    long_date,
    number,
    percent,
)

_BAR_ENDS_AT: Final = 160.0
"""Per cent of capacity at the right end: hotter units fill the bar, so that the others stay apart."""


def bar_cells(capacity: float, red_line: float) -> list[tuple[str, int]]:
    """The cells of a bar as (kind, width in per cent); kinds: load, mark (the red line), over and rest.

    A table of cells, because many mail programs draw neither SVG nor positioned elements.
    """
    end = max(_BAR_ENDS_AT, red_line * 1.25)
    line = round(100 * red_line / end)
    # One part in a hundred is left for the mark, also on a bar that is full.
    load = min(99, max(1, round(100 * min(capacity, end) / end)))
    if load > line:
        cells = [("load", line), ("mark", 1), ("over", load - line), ("rest", 99 - load)]
    else:
        cells = [("load", load), ("rest", line - load), ("mark", 1), ("rest", 99 - line)]
    return [(kind, width) for kind, width in cells if width > 0]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "limit": limit,
        "number": number,
        "signed_change": wording.signed_change,
        "change_text": change_text,
        "choose": choose,
        "count_of": count_of,
        "join_list": join_list,
        "long_date": long_date,
        "plural": wording.PLURALS.__getitem__,
    }
    environment.globals |= {"bar_cells": bar_cells}
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)


def render_html(template: str, words: Mapping[str, Any]) -> str:
    """Render an HTML template of email, every style on its element: many mail programs ignore style sheets."""
    page = _inliner().inline(_environment().get_template(template).render(words))
    return re.sub(r"\s*\n\s*", "\n", page)


def render_text(template: str, words: Mapping[str, Any]) -> str:
    """Render a text template of email, without runs of empty lines."""
    page = _environment().get_template(template).render(words)
    return re.sub(r"\n{3,}", "\n\n", page).strip() + "\n"
