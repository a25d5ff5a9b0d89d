"""Where it is worst: at most three units, each with its number, its change and its cause."""

from dataclasses import dataclass
from typing import Final

from alerts.digest.story import Story
from alerts.digest.units import Unit, hottest_first, key_of
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
    """The hotspots that the digest lists first; if there are none, the units that are over the line all the same."""
    units = [spot.unit for spot in (*story.hot_and_late, *story.hotspots)]
    units = units or list(story.watched) or sorted(story.places_over, key=hottest_first)
    distinct = {key_of(unit): unit for unit in units}
    return tuple(Place(unit, _figures(story, unit), "") for unit in list(distinct.values())[:MOST_PLACES])


def _figures(story: Story, unit: Unit) -> str:
    change = change_text(unit.change)
    parts = [unit.standing]
    if change:
        parts.append(f"{change} since {story.since}")
    if unit.high_risk_overdue:
        parts.append(f"{count_of(unit.high_risk_overdue, 'high RoSH assessment')} overdue")
    return ", ".join(parts)
