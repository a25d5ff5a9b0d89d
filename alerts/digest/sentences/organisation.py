"""What changed in the organisation, in sentences."""

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest

from alerts.detection.organisation.model import ChangeKind, OrganisationChange, UnitName
from alerts.detection.organisation.unit_history import has_other_teams
from alerts.digest.organisation import ScopedChange, Side
from alerts.digest.story import Story
from alerts.wording import choose, clean, count_of, long_date, number

MOST_LISTED = 10
_COMPARED = (ChangeKind.MOVED, ChangeKind.MERGED)
_NOT_COMPARED = (ChangeKind.SPLIT, ChangeKind.REUSED)


def organisation_lines(story: Story) -> list[str]:
    """One line per change that concerns the reader; of very many the first, and how many more there are."""
    lines = [change_line(scoped) for scoped in story.organisation]
    more = len(lines) - MOST_LISTED
    return [*lines[:MOST_LISTED], f"{number(more)} more {choose(more, 'change', 'changes')}"] if more > 0 else lines


def organisation_note(story: Story, *, has_chart: bool = False) -> str:
    """How figures are compared over these changes; empty if there is nothing to say.

    has_chart: whether a chart next to it draws earlier weeks by the teams of now, as the digest's does.
    """
    kinds = {scoped.change.kind for scoped in story.organisation}
    if story.previous_as_at is None or not kinds:
        return ""
    parts = []
    if kinds.intersection(_COMPARED):
        parts.append(
            f"Changes since {story.since} and rises{' and the chart' if has_chart else ''} compare the teams that each "
            "unit has now, so a move does not count as more or less work."
        )
    if kinds.intersection(_NOT_COMPARED):
        parts.append(
            "No change is shown for a team whose code now stands for other people, or of which a part became another "
            "team."
        )
    return " ".join(parts)


def change_line(scoped: ScopedChange) -> str:
    """One change as a sentence or two."""
    change, points = scoped.change, ""
    if scoped.has_points:
        points = f" {_POINTS[scoped.side].format(points=count_of(change.points, 'point'))}"
    return _SENTENCES[change.kind](change) + points


def history_line(change: OrganisationChange, as_at: date, level: str, code: str) -> str:
    """What a change means for the history of one unit; empty if nothing.

    * as_at: date of the first snapshot that has the change.
    """
    day = long_date(as_at)
    if change.level == level and change.code == code:
        return _own_history(change, day)
    if not has_other_teams(level, code, change):
        return ""
    return f"On {day}: {_SENTENCES[change.kind](change)} {_BY_TEAMS_OF_NOW}"


def move_line(change: OrganisationChange, as_at: date) -> str:
    """That a unit moved on a date, for the histories of the units in it."""
    return f"{_titled(change.unit)}, which it belongs to, moved {_route(change)} on {long_date(as_at)}."


_BY_TEAMS_OF_NOW = "The chart shows each week with the teams of that week; rises and changes compare the teams of now."


def _own_history(change: OrganisationChange, day: str) -> str:
    if change.kind is ChangeKind.MOVED:
        now, before = (join_places(units) for units in _places(change))
        return f"In {now} since {day}; before that in {before}. The weeks before are of the same {change.level}."
    if change.kind is ChangeKind.RENAMED:
        return f"Called {_name(change.unit)} since {day}; before that {_name(change.previous_unit)}."
    if change.kind is ChangeKind.RECODED:
        before = _named(change.previous_unit)
        return f"Under the code {clean(change.code)} since {day}; before that {before}. Its history continues."
    if change.kind is ChangeKind.REUSED:
        return (
            f"Since {day} the code {clean(change.code)} stands for another {change.level}, with other people and "
            f"cases; before that it was {_name(change.previous_unit)}. Its history starts on that day."
        )
    if change.kind is ChangeKind.SPLIT:
        return f"Formed from {_named(change.previous_unit)} on {day}. Its history starts on that day."
    if change.kind is ChangeKind.MERGED:
        return f"{_titled(change.previous_unit)} became a part of it on {day}."
    return f"New on {day}." if change.kind is ChangeKind.NEW else ""


def _moved(change: OrganisationChange) -> str:
    return f"{_titled(change.unit)} moved {_route(change)}."


def _renamed(change: OrganisationChange) -> str:
    unit, before = f"{change.level.capitalize()} {clean(change.code)}", _name(change.previous_unit)
    return f"{unit} is now called {_name(change.unit)}; it was {before}. Its history continues."


def _recoded(change: OrganisationChange) -> str:
    before = _named(change.previous_unit)
    return f"{_titled(change.unit)} was {before} before. Its history continues under the new code."


def _split(change: OrganisationChange) -> str:
    return f"{_titled(change.unit)} was formed from {_named(change.previous_unit)}."


def _merged(change: OrganisationChange) -> str:
    return f"{_titled(change.previous_unit)} ended. Most of its people or cases are now in {_named(change.unit)}."


def _reused(change: OrganisationChange) -> str:
    return (
        f"The code {clean(change.code)} now stands for another {change.level}, {_name(change.unit)}, with other people "
        f"and cases; before it was {_name(change.previous_unit)}. Its figures start again with this snapshot."
    )


def _new(change: OrganisationChange) -> str:
    place = f" in {_name(change.above[0])}" if change.above else ""
    return f"{_titled(change.unit)} is new{place}."


def _gone(change: OrganisationChange) -> str:
    return f"{_titled(change.unit)} is no longer in the extract."


_SENTENCES = {
    ChangeKind.MOVED: _moved,
    ChangeKind.RENAMED: _renamed,
    ChangeKind.RECODED: _recoded,
    ChangeKind.SPLIT: _split,
    ChangeKind.MERGED: _merged,
    ChangeKind.REUSED: _reused,
    ChangeKind.NEW: _new,
    ChangeKind.GONE: _gone,
}
_POINTS = {
    Side.CAME: "It brings {points}.",
    Side.LEFT: "It takes {points} with it.",
    Side.WITHIN: "It holds {points}.",
}


def _name(unit: UnitName) -> str:
    return clean(unit.name) or clean(unit.code)


def _named(unit: UnitName) -> str:
    return f"{_name(unit)} ({clean(unit.code)})"


def _titled(unit: UnitName) -> str:
    """A unit at the beginning of a sentence: level, code and name."""
    return f"{unit.level.capitalize()} {clean(unit.code)} ({_name(unit)})"


def _route(change: OrganisationChange) -> str:
    now, before = (join_places(units) for units in _places(change))
    return f"from {before} to {now}"


def _places(change: OrganisationChange) -> tuple[list[UnitName], list[UnitName]]:
    """The units above now and before, the nearest first, as far as they differ."""
    pairs = list(zip_longest(change.above, change.previous_above))
    differing = [place for place, (now, before) in enumerate(pairs) if now.code != before.code]
    return [pairs[place][0] for place in differing], [pairs[place][1] for place in differing]


def join_places(units: Sequence[UnitName]) -> str:
    """Units each in the next."""
    return " in ".join(_name(unit) for unit in units)
