"""What a browser finds wrong with a page: what axe reports, and what does not fit its screen."""

from functools import cache
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

WIDTHS: Final = (1280, 360)
"""A desk and a phone."""

_AXE: Final = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """What axe reports about the page as it is drawn now."""
    # Half a megabyte: sent to each document once.
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_axe())
    # No script runs in the frames of digests: axe would wait for an answer from them, and get none.
    found = page.evaluate("axe.run({resultTypes: ['violations'], iframes: false}).then(result => result.violations)")
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def wrong_with(page: Page, what: str) -> list[str]:
    """What is not accessible, or does not fit its screen, wide and narrow; the page is loaded once."""
    wrong = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        wrong += [f"{what} {width}: {violation}" for violation in violations(page)]
        if page.evaluate("document.scrollingElement.scrollWidth") > width:
            wrong.append(f"{what} {width}: has to be scrolled sideways")
    page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    return wrong
