"""A decision as the API answers it."""

from datetime import date

from pydantic import Field

from monitor.web.api.schemas import UnitFigures


class DecisionRow(UnitFigures):
    """One decision about the episode of a hotspot; a later one has a higher number and changes nothing."""

    as_at: date = Field(description="Date of the snapshot that the person saw.")
    episode: str
    number: int
    rule: str
    level: str
    code: str
    first_week: str
    unit_name: str
    decided_at: str
    decided_on: date
    decided_by: str
    role: str
    kind: str
    owner: str
    review_on: date | None = Field(description="Null for a withdrawal.")
    has_note: bool
    note: str | None = Field(description="Null without a note, and once its term is over.")
    plan_id: int | None
    is_made_up: bool
