"""One Chromium for all browser tests; it goes by the machine's clock, whatever day the tests are run as if on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="package", autouse=True)
def _machines_clock_for_the_browser() -> Iterator[None]:
    """Leave libfaketime out of what is started here: Chromium runs into its time limits with it, and draws no date."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LD_PRELOAD", raising=False)
        yield


@pytest.fixture(scope="package")
def browser(_machines_clock_for_the_browser: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield chromium
        chromium.close()
