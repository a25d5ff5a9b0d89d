"""The first sentences of a digest: verdict, subject line and preheader."""

from typing import Final

from alerts import wording
from alerts.digest.settings import DigestSettings
from alerts.digest.story import Story
from alerts.digest.units import Unit
from alerts.wording import (
    choose,
    clean,
    count_of,
    limit,
    long_date,
    number,
    number_word,
    percent,
    shorten,
)

LONGEST_SUBJECT: Final = 90
LONGEST_PREHEADER: Final = 110
_LONGEST_NAME_IN_SUBJECT: Final = 30


def verdict(story: Story) -> str:
    """The first sentence: how many are over, and how that compares."""
    if story.whole.withheld:
        return f"Your {story.scope.level} is too small for its figures to be sent by email."
    over, shown = story.over, story.visible_parts
    line = limit(story.red_line)
    if len(shown) <= 1:
        unit = shown[0] if shown else story.whole
        return f"{_single_unit_verdict(unit, unit.name, story.red_line)}{_comparison(story)}."
    whose = possessive(story)
    units = count_of(len(shown), story.part)
    if not over:
        none = f"None of {whose} {units}" if len(shown) > 2 else f"Neither of {whose} {wording.PLURALS[story.part]}"
        return f"{none} is over {line}{_comparison(story)}{_places_clause(story)}."
    if len(over) == len(shown):
        every = f"All {whose} {units}" if len(shown) > 2 else f"Both of {whose} {wording.PLURALS[story.part]}"
        return f"{every} are over {line}{_comparison(story)}."
    return f"{number(len(over))} of {whose} {units} {choose(len(over), 'is', 'are')} over {line}{_comparison(story)}."


def subject(story: Story, revision: int, wording: DigestSettings) -> str:
    """Marking and verdict, at most 90 characters; the most important comes first, because phones cut the rest."""
    marking = clean(wording.marking)
    line = f"{marking}: {_short_verdict(story)}" if marking else _short_verdict(story)
    if revision > 1:
        line += " (corrected)"
    for more in (_comparison(story), f", {_short_name(story.whole)}"):
        if len(line) + len(more) <= LONGEST_SUBJECT:
            line += more
    return shorten(line, LONGEST_SUBJECT)


def preheader(story: Story) -> str:
    """The line that a list of emails shows next to the subject: 40 to 110 characters."""
    as_at = f"as at {long_date(story.as_at)}"
    name = _short_name(story.whole)
    if story.whole.withheld:
        return f"{name}: sign in to see the figures {as_at}"
    capacity = f"{percent(story.whole.capacity)} of capacity"
    if story.whole.has_no_capacity:
        capacity = wording.NO_CAPACITY
    late = f"{number(story.whole.high_risk_overdue)} high RoSH overdue"
    return shorten(f"{name}: {capacity}, {late}, {as_at}", LONGEST_PREHEADER)


def _short_name(unit: Unit) -> str:
    return shorten(unit.name, _LONGEST_NAME_IN_SUBJECT)


def possessive(story: Story) -> str:
    """The word before "clusters": your own, or those of the whole service."""
    return "the" if story.scope.level == "all" else "your"


def _single_unit_verdict(unit: Unit, name: str, red_line: float) -> str:
    if unit.has_no_capacity:
        return f"{name} has no capacity"
    return f"{name} is {'over' if unit.capacity > red_line else 'not over'} {limit(red_line)}"


def _comparison(story: Story) -> str:
    """How the count of those over compares with the previous snapshot."""
    if story.over_before is None or story.whole.withheld or not story.visible_parts:
        return ""
    if len(story.visible_parts) == 1 and story.visible_parts[0].has_no_capacity:
        return ""
    more = len(story.over) - story.over_before
    if more == 0:
        return f", as {story.comparison}"
    if len(story.visible_parts) == 1:
        return f", unlike {story.comparison}"
    return f", {number_word(abs(more))} {'more' if more > 0 else 'fewer'} than {story.comparison}"


def _places_clause(story: Story) -> str:
    over = len(story.places_over)
    if story.place == story.part or not over:
        return ""
    return f", but {number(over)} of {count_of(len(story.places), story.place)} {choose(over, 'is', 'are')}"


def _short_verdict(story: Story) -> str:
    line, shown = limit(story.red_line), story.visible_parts
    if story.whole.withheld:
        return f"small {story.scope.level}, sign in to see its figures"
    if len(shown) <= 1:
        unit = shown[0] if shown else story.whole
        return _single_unit_verdict(unit, _short_name(unit), story.red_line)
    parts = count_of(len(shown), story.part)
    if story.quiet:
        return f"all clear, none of {parts} over {line}"
    if not story.over and story.places_over:
        return f"{number(len(story.places_over))} of {count_of(len(story.places), story.place)} over {line}"
    return f"{number(len(story.over)) if story.over else 'none'} of {parts} over {line}"
