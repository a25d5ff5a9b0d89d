"""A thing that is known to come, as the API gives it."""

from datetime import date

from pydantic import Field

from monitor.web.api.schemas import UnitFigures


class ComingRow(UnitFigures):
    """One thing that is known to come: work due, a change in a case, or a change in someone's hours."""

    on: date
    kind: str
    what: str = Field(description="The rule, the kind of report, or the reason of a reduction.")
    crn: str | None
    om_code: str | None
    om_name: str
    team_code: str
    office_code: str
    cluster_code: str
    tier: str | None
    rosh: str | None
    quantity: float | None = Field(description="Reports, or hours a week of a reduction.")
