"""The reasons for a week without figures, which the run table stores by their value."""

from alerts.digest.no_figures import Cause


def test_the_stored_causes_stay_readable() -> None:
    assert [Cause(stored) for stored in ("not arrived", "refused", "broken off", "not started")] == [*Cause]
