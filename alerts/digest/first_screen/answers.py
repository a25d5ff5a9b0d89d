"""The five answers above everything else: better or worse, where, because, what would help, what has happened since."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from alerts.causes.sentences import weights_share
from alerts.digest.first_screen.places import Place, hottest_places
from alerts.digest.scope.spare_capacity import whole_cases
from alerts.digest.scope.units import Unit
from alerts.digest.sentences.headline import further_counts, verdict
from alerts.digest.story import Story
from alerts.digest.week_facts import WeekFacts
from alerts.follow_through.concerns import concerns_in_words
from alerts.follow_through.outcomes import moves_in_words
from alerts.wording import PLURALS, choose, count_of, join_list, limit, number

_MOST_NAMED: Final = 2


@dataclass(frozen=True)
class FirstScreen:
    """What one screen of a phone says.

    verdict: better or worse, in one sentence; counts: the other counts that it goes by.
    places: where, the worst first, each with its cause.
    nowhere: why there are no places; empty if there are.
    help: what would help; became: what has happened since.
    """

    verdict: str
    counts: tuple[str, ...]
    places: tuple[Place, ...]
    nowhere: str
    help: tuple[str, ...]
    became: tuple[str, ...]


def write_first_screen(story: Story, picture: WeekFacts, *, is_stale: bool = False) -> FirstScreen:
    """Answer the five questions for one scope; only the verdict where the scope is too small for figures.

    is_stale: whether there should have been a later snapshot, so that nothing can be said of now.
    """
    if story.whole.withheld:
        return FirstScreen(verdict(story), (), (), "", (), ())
    places = hottest_places(story, picture)
    return FirstScreen(
        verdict=verdict(story, is_stale=is_stale),
        counts=(*further_counts(story), *_other_measure(story, picture)),
        places=places,
        nowhere="" if places else f"No {story.place} is a hotspot or over {limit(story.red_line)}.",
        help=tuple(_help(story, picture.full_time_points)),
        became=tuple(_became(story)),
    )


def _other_measure(story: Story, picture: WeekFacts) -> list[str]:
    """How much of the change is no change of work: that of new weights and of a changed organisation."""
    if len(story.scope.codes) != 1:
        return []
    share = weights_share(story.scope.level, story.scope.codes[0], picture.causes)
    return [f"{share[0].upper()}{share[1:]}."] if share else []


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
        lines = [f"In all {count_of(short, 'point')} short of 100%{people}."]
    else:
        lines = [f"In all there is room for the work: {count_of(whole.spare_points, 'point')} free."]
    if len(story.places) > 1:
        lines.append(_room(story, over, excess, room))
    return lines


def _room(story: Story, over: list[Unit], excess: float, room: float) -> str:
    """What moving cases between the units could do."""
    places = PLURALS[story.place]
    above = f"{count_of(excess, 'point')} too many in {count_of(len(over), story.place)} over 100%"
    cases = whole_cases(room, story.average_case) if story.average_case else 0
    if not cases:
        return f"There {choose(excess, 'is', 'are')} {above}; no other {story.place} has room for a case."
    room_for = f"{number(room)} (about {count_of(cases, 'case')})"
    return f"{places.capitalize()} with room could take {room_for} of the {above}."


def _full_time(points: float, full_time_points: float) -> str:
    people = f"{points / full_time_points:,.1f}"
    return f"{people} full-time {'officer' if people == '1.0' else 'officers'}"


def _became(story: Story) -> list[str]:
    """Which hotspots are new, which have cleared, and which have lasted so long that the rules ask for a decision."""
    lines = []
    if story.previous_as_at is not None:
        cleared = [entry.unit.name for entry in story.cleared]
        new = [spot.unit.name for spot in (*story.hot_and_late, *story.hotspots) if spot.status == "new"]
        news = [f"{number(len(cleared))} cleared{_names(cleared, len(cleared))}"] if cleared else []
        news += [f"{number(story.new)} new{_names(new, story.new)}"] if story.new else []
        if news:
            lines.append(f"Hotspots since {story.since}: {', '.join(news)}, {number(story.continuing)} continuing.")
        elif story.continuing:
            same = choose(story.continuing, "hotspot", f"{number(story.continuing)} hotspots")
            lines.append(f"The same {same} as {story.comparison}.")
    if story.asking:
        live = story.new + story.continuing
        which = "All of them" if story.asking == live > 1 else "It" if live == 1 else f"{number(story.asking)} of them"
        lines.append(f"{which} {choose(story.asking, 'is', 'are')} due a decision.")
    if story.reviews_overdue:
        reviews = count_of(story.reviews_overdue, "review")
        lines.append(f"{reviews} of decisions {choose(story.reviews_overdue, 'is', 'are')} overdue.")
    if story.concerns.raised:
        lines.append(concerns_in_words(story.concerns))
    return [*lines, *_came_of_it(story)]


def _came_of_it(story: Story) -> Iterator[str]:
    """How many units are below the line whose decision was reviewed, and how far agreed plans are carried out."""
    if story.reviewed:
        below = f"{number(story.reviewed_below)} {choose(story.reviewed_below, 'is', 'are')}"
        yield f"Of {number(story.reviewed)} reviewed, {below} at or below {limit(story.red_line)}."
    if story.agreed_moves:
        yield f"Agreed plans: {moves_in_words(story.agreed_moves)}."


def _names(names: list[str], count: int) -> str:
    """Names in brackets, if they are all and few."""
    return f" ({join_list(names)})" if len(names) == count <= _MOST_NAMED else ""
