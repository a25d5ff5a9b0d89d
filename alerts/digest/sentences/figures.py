"""The headline figures of a digest."""

import math
from dataclasses import dataclass

from alerts import wording
from alerts.digest.scope.spare_capacity import whole_cases
from alerts.digest.scope.units import Unit
from alerts.digest.sentences.headline import over_the_line
from alerts.digest.story import Story
from alerts.wording import (
    change_text,
    choose,
    count_of,
    number,
)


@dataclass(frozen=True)
class Figure:
    """One headline figure: its label, the value, and what it compares with."""

    label: str
    value: str
    note: str


def figures(story: Story) -> list[Figure]:
    """The headline figures; empty when the whole scope is withheld."""
    whole = story.whole
    if whole.withheld:
        return []
    change = change_text(whole.change)
    room = sum(max(unit.spare_points, 0.0) for unit in story.places)
    about_cases = count_of(whole_cases(room, story.average_case), "case") if story.average_case else ""
    places = wording.PLURALS[story.place]
    points = f"{number(whole.total_points)} of {number(whole.available_points)} available points"
    return [
        Figure("Capacity", whole.standing, f"{points}; {change} since {story.since}" if change else points),
        Figure(
            f"{places.capitalize()} {over_the_line(story)}",
            f"{number(len(story.places_over))} of {number(len(story.places))}",
            _hotspot_counts(story),
        ),
        Figure(
            "High RoSH assessments overdue",
            number(whole.high_risk_overdue),
            f"of {number(whole.overdue)} overdue of any RoSH{_due_soon_note(whole)}",
        ),
        Figure("Points to spare", number(room), f"about {about_cases} of average size" if about_cases else ""),
    ]


def _due_soon_note(whole: Unit) -> str:
    """How many more high RoSH assessments are due soon; empty if that is not known."""
    due = whole.high_risk_due_soon
    return "" if math.isnan(due) else f"; {number(due)} more high RoSH due soon"


def _hotspot_counts(story: Story) -> str:
    coming = len(story.rising) + story.more_rising
    more = f"; {number(coming)} may become {choose(coming, 'a hotspot', 'hotspots')}" if coming else ""
    return f"hotspots: {story.new} new, {story.continuing} continuing, {len(story.cleared)} cleared{more}"
