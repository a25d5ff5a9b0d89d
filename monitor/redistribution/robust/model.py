"""How well a plan holds in the weeks ahead, as figures."""

from pydantic import BaseModel, ConfigDict

from tiering.terms import Level


class HoldingUnit(BaseModel):
    """How often one office, or the whole scope, holds: no one in it is over the line.

    Shares are of all draws, from 0 to 1; before and after the plan.

    - level, code, name: an office; level all for the whole scope.
    - people: who are judged; capacity_percentage: of the unit as a whole after the plan, now; missing without points
      available.
    - before, after: no one is over the line in any week; *_at_end: in the last week.
    - *_whole: the unit as a whole is at or under the line in every week, however its cases are spread.
    - margin: points of capacity percentage that everyone in it must be below the line now so that 9 of 10 draws hold;
      missing if no margin is enough.
    """

    model_config = ConfigDict(frozen=True)

    level: Level
    code: str
    name: str
    people: int
    capacity_percentage: float | None
    before: float
    after: float
    before_at_end: float
    after_at_end: float
    before_whole: float
    after_whole: float
    margin: float | None


class Robustness(BaseModel):
    """How well a plan holds against draws of the weeks ahead.

    - line: per cent of capacity; weeks: ahead of the snapshot.
    - sick_share: of contracted hours that the service lost to sickness, from 0 to 1; sick_weeks: the mean length of a
      spell, in weeks of full absence; sick_weeks_read: the weeks that both were estimated from.
    - whole: the whole scope; offices: each office with people in scope, by code.
    """

    model_config = ConfigDict(frozen=True)

    draws: int
    weeks: int
    line: float
    sick_share: float
    sick_weeks: float
    sick_weeks_read: float
    whole: HoldingUnit
    offices: tuple[HoldingUnit, ...]

    @property
    def units(self) -> tuple[HoldingUnit, ...]:
        """The whole scope, then every office."""
        return (self.whole, *self.offices)
