"""Where it is worst: at most three units, each with its number, its change and its cause."""

from dataclasses import dataclass
from typing import Final

from alerts.causes.sentences import NO_SINGLE_CAUSE, because
from alerts.digest.scope.units import ABOVE, Unit, hottest_first, key_of
from alerts.digest.story import Story
from alerts.digest.week_facts import WeekFacts
from alerts.wording import change_text, number

MOST_PLACES: Final = 3


@dataclass(frozen=True)
class Place:
    """One unit of the first screen.

    figures: its capacity, how that changed, and how much high RoSH work is overdue.
    because: its cause in one sentence; empty where none is known.
    """

    unit: Unit
    figures: str
    because: str


def hottest_places(story: Story, picture: WeekFacts) -> tuple[Place, ...]:
    """The hotspots that the digest lists first, then the units over the line that are not hotspots yet.

    A unit inside a hotspot that is itself over the line is no further place.
    """
    hot = [spot.unit for spot in (*story.hot_and_late, *story.hotspots)]
    over = {key_of(unit) for unit in hot if unit.capacity > story.red_line or unit.has_no_capacity}
    others = [*story.watched, *sorted(story.places_over, key=hottest_first)]
    apart = [unit for unit in others if (ABOVE[unit.level], unit.parent) not in over]
    distinct = {key_of(unit): unit for unit in (*hot, *apart)}
    return tuple(
        Place(unit, _figures(unit), _cause(unit, picture, story.red_line))
        for unit in list(distinct.values())[:MOST_PLACES]
    )


def _cause(unit: Unit, picture: WeekFacts, red_line: float) -> str:
    """Why the unit is so loaded; empty where a snapshot does not know causes, or has no earlier week to tell one."""
    if picture.standing_causes.empty:
        return ""
    cause = because(unit.level, unit.code, picture.causes, picture.standing_causes, red_line)
    return "" if cause == NO_SINGLE_CAUSE and picture.causes.empty else cause


def _figures(unit: Unit) -> str:
    change = change_text(unit.change)
    parts = [unit.standing]
    if change:
        parts.append(change)
    if unit.high_risk_overdue:
        parts.append(f"{number(unit.high_risk_overdue)} high RoSH overdue")
    return ", ".join(parts)
