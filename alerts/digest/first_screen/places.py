"""Where it is worst: at most three units, each with its number, its change and its cause."""

from dataclasses import dataclass
from typing import Final

from alerts.digest.story import Story
from alerts.digest.units import ABOVE, Unit, hottest_first, key_of
from alerts.wording import change_text, count_of

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


def hottest_places(story: Story) -> tuple[Place, ...]:
    """The hotspots that the digest lists first, then the units over the line that are not hotspots yet.

    A unit inside a hotspot that is itself over the line is no further place.
    """
    hot = [spot.unit for spot in (*story.hot_and_late, *story.hotspots)]
    over = {key_of(unit) for unit in hot if unit.capacity > story.red_line or unit.has_no_capacity}
    others = [*story.watched, *sorted(story.places_over, key=hottest_first)]
    apart = [unit for unit in others if (ABOVE[unit.level], unit.parent) not in over]
    distinct = {key_of(unit): unit for unit in (*hot, *apart)}
    return tuple(Place(unit, _figures(story, unit), "") for unit in list(distinct.values())[:MOST_PLACES])


def _figures(story: Story, unit: Unit) -> str:
    change = change_text(unit.change)
    parts = [unit.standing]
    if change:
        parts.append(f"{change} since {story.since}")
    if unit.high_risk_overdue:
        parts.append(f"{count_of(unit.high_risk_overdue, 'high RoSH assessment')} overdue")
    return ", ".join(parts)
