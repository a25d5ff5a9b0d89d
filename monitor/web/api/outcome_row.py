"""What came of a decision, as the API answers it."""

from datetime import date

from pydantic import Field

from monitor.web.api.schemas import UnitFigures


class OutcomeRow(UnitFigures):
    """A unit at a decision and now, with what like units without a decision did over the same weeks."""

    as_at: date = Field(description="Date of the snapshot that now means.")
    episode: str
    number: int
    rule: str
    level: str
    code: str
    name: str
    kind: str
    decided_on: date
    since: date = Field(description="Date of the snapshot that the person saw, from which changes count.")
    weeks: int
    capacity_then: float
    capacity_now: float
    high_risk_overdue_then: int | None
    high_risk_overdue_now: int | None
    offender_managers_over_then: int | None
    offender_managers_over_now: int | None
    like_units: int
    like_low: float | None = Field(description="Percentage points; null with fewer than five like units.")
    like_middle: float | None
    like_high: float | None
    judgement: str = Field(description="too_early, no_comparison, worked or not_shown; it never says why.")
