"""Why a week has no figures."""

from enum import StrEnum


class Cause(StrEnum):
    """Why a week has no figures."""

    NOT_ARRIVED = "not arrived"
    REFUSED = "refused"
    BROKEN_OFF = "broken off"
    NOT_STARTED = "not started"
