"""The five answers above everything else: better or worse, where, because, what would help, what became of it."""

from dataclasses import dataclass
from typing import Final

from alerts.digest.first_screen.places import Place, hottest_places
from alerts.digest.sentences.headline import further_counts, verdict
from alerts.digest.spare_capacity import whole_cases
from alerts.digest.story import Story
from alerts.digest.units import Unit
from alerts.digest.week_facts import WeekFacts
from alerts.wording import PLURALS, choose, count_of, join_list, limit, number

_MOST_NAMED: Final = 2


@dataclass(frozen=True)
class FirstScreen:
    """What one screen of a phone says.

    verdict: better or worse, in one sentence; counts: the other counts that it goes by.
    places: where, the worst first, each with its cause.
    nowhere: why there are no places; empty if there are.
    help: what would help; became: what became of it.
    """

    verdict: str
    counts: tuple[str, ...]
    places: tuple[Place, ...]
    nowhere: str
    help: tuple[str, ...]
    became: tuple[str, ...]


def write_first_screen(story: Story, picture: WeekFacts) -> FirstScreen:
    """Answer the five questions for one scope; only the verdict where the scope is too small for figures."""
    if story.whole.withheld:
        return FirstScreen(verdict(story), (), (), "", (), ())
    places = hottest_places(story)
    return FirstScreen(
        verdict=verdict(story),
        counts=tuple(further_counts(story)),
        places=places,
        nowhere="" if places else f"No {story.place} is a hotspot or over {limit(story.red_line)}.",
        help=tuple(_help(story, picture.full_time_points)),
        became=tuple(_became(story)),
    )


def _help(story: Story, full_time_points: float) -> list[str]:
    """What the whole scope is short of, and what its units with room could take."""
    whole = story.whole
    over = [unit for unit in story.places if unit.total_points > unit.available_points]
    if not over:
        return []
    excess = sum(-unit.spare_points for unit in over)
    room = sum(max(unit.spare_points, 0.0) for unit in story.places)
    if whole.spare_points < 0:
        short = -whole.spare_points
        people = f", the work of {_full_time(short, full_time_points)}" if full_time_points else ""
        lines = [f"{whole.name} is {count_of(short, 'point')} short of 100%{people}."]
    else:
        lines = [f"{whole.name} has room for all its work: {count_of(whole.spare_points, 'point')} free."]
    if len(story.places) > 1:
        lines.append(_room(story, over, excess, room))
    return lines


def _room(story: Story, over: list[Unit], excess: float, room: float) -> str:
    """What moving cases between the units could do."""
    places = PLURALS[story.place]
    above = f"{count_of(len(over), story.place)} over 100% {choose(len(over), 'has', 'have')}"
    above = f"{above} {count_of(excess, 'point')} too many"
    cases = whole_cases(room, story.average_case) if story.average_case else 0
    if not cases:
        return f"{above}; no other {story.place} has room for a case."
    return f"{above}; {places} with room could take about {count_of(cases, 'case')} ({count_of(room, 'point')})."


def _full_time(points: float, full_time_points: float) -> str:
    people = f"{points / full_time_points:,.1f}"
    return f"{people} full-time {'officer' if people == '1.0' else 'officers'}"


def _became(story: Story) -> list[str]:
    """Which hotspots are new, which have cleared, and which have lasted so long that the rules ask for a decision."""
    lines = []
    if story.previous_as_at is not None:
        cleared = [entry.unit.name for entry in story.cleared]
        named = f" ({join_list(cleared)})" if 0 < len(cleared) <= _MOST_NAMED else ""
        news = [f"{number(len(cleared))} cleared{named}"] if cleared else []
        news += [f"{number(story.new)} new"] if story.new else []
        if news:
            lines.append(f"Hotspots since {story.since}: {', '.join(news)}, {number(story.continuing)} continuing.")
        elif story.continuing:
            same = choose(story.continuing, "hotspot", f"{number(story.continuing)} hotspots")
            lines.append(f"The same {same} as {story.comparison}.")
    if story.asking:
        live = story.new + story.continuing
        which = "All of them" if story.asking == live > 1 else "It" if live == 1 else f"{number(story.asking)} of them"
        lines.append(f"{which} {choose(story.asking, 'has', 'have')} lasted so long that the rules ask for a decision.")
    return lines
