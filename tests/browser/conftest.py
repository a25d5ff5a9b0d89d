"""The browser goes by the machine's clock, whatever day the tests are run as if on."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="package", autouse=True)
def _machines_clock_for_the_browser() -> Iterator[None]:
    """Leave libfaketime out of what is started here: Chromium runs into its time limits with it, and draws no date."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("LD_PRELOAD", raising=False)
        yield
