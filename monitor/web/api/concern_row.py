"""How many offender managers of a unit cannot carry their caseload, as the API answers it."""

from pydantic import Field

from monitor.web.api.schemas import UnitFigures


class ConcernCountRow(UnitFigures):
    """One unit in which offender managers say "I cannot carry this safely"; units too small to count are left out."""

    level: str
    code: str
    raised: int = Field(description="Offender managers with a concern that is unanswered or at most four weeks old.")
    unanswered: int
    longest_days: int = Field(description="Days since the oldest unanswered concern.")
