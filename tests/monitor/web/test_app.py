"""The application as it is put together, and as the command serves it."""

from collections.abc import Callable

from tests.monitor.conftest import Answer, Home


def test_serve_refuses_in_words(hotspots: Callable[..., Answer], home: Home) -> None:
    answer = hotspots("serve", "--host", "0.0.0.0", home=home)
    assert answer.status == 2
    assert "HOTSPOTS_AUTH" in answer.err
