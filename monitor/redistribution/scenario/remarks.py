"""What a planner should know about a valid change, as values: each says why a change has no effect."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Remark(BaseModel):
    """Something that a planner should know: ``kind`` says what, and the other fields are its values."""

    model_config = ConfigDict(frozen=True)


class ChangeRemark(Remark):
    """A remark on one change: its place in the scenario, counted from 1, and its kind."""

    place: int
    change: str


class AlreadyInOffice(ChangeRemark):
    """A team is to move to the office it is in."""

    kind: Literal["already in office"] = "already in office"
    team_code: str
    office_code: str


class StartsLater(ChangeRemark):
    """The day of the change, under the key ``label``, is after the as-at date.

    Such a change is refused; plans that were stored before it was may still say this.
    """

    kind: Literal["starts later"] = "starts later"
    label: Literal["on", "from"]
    day: date
    as_at: date


class EndsEarlier(ChangeRemark):
    """The last day of an absence is before the as-at date, or before the day that the plan is for."""

    kind: Literal["ends earlier"] = "ends earlier"
    day: date
    as_at: date
    plan_for: date | None = None


class HasLeft(ChangeRemark):
    """An offender manager who has already left is to leave."""

    kind: Literal["has left"] = "has left"
    om_code: str


class OutsideScope(ChangeRemark):
    """A pinned case or offender manager is outside the scope."""

    kind: Literal["outside scope"] = "outside scope"
    code: str


class AcceptedRisk(Remark):
    """A dangerous case stays without anyone who has hours for it, because a planner accepts the risk.

    - om_code: of its holder, None if it is unallocated; place: of the change that accepts it, 0 for the limits.
    """

    kind: Literal["accepted risk"] = "accepted risk"
    crn: str
    om_code: str | None
    accepted_by: str
    reason: str
    place: int


NoEffect = AlreadyInOffice | StartsLater | EndsEarlier | HasLeft | OutsideScope
"""Every reason why a change has no effect on the plan."""
