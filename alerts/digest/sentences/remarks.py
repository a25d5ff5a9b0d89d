"""What a reader has to know before the figures."""

from alerts.digest.story import Story
from alerts.digest.week_facts import WeekFacts
from alerts.recipients import absence_in_words
from alerts.wording import (
    choose,
    count_of,
    join_list,
    long_date,
)


def remarks(story: Story, picture: WeekFacts) -> list[str]:
    """What a reader has to know before the figures, most important first."""
    absent = _absent_units(story, picture)
    lines = [f"{absence_in_words(absent)}."] if absent else []
    if story.whole.withheld:
        small = "This unit has too few offender managers for its figures to be sent by email. Sign in to see them."
        return [*lines, small]
    if picture.revision > 1:
        lines.append(f"This corrects the digest you received for {long_date(story.as_at)}. Please discard that one.")
    if picture.reweighed_since is not None:
        before = long_date(picture.reweighed_since)
        lines.append(
            f"The weights of the policy have changed since {before}. Changes in points and capacity since then are not "
            "shown, because they would mix new weights with new work. Rises and forecasts start again."
        )
    elif story.previous_as_at is None:
        lines.append("This is the first snapshot, so there is no earlier week to compare with.")
    empty = [unit for unit in story.visible_parts if unit.has_no_capacity]
    for missing in sorted({unit.lack for unit in empty}):
        names = [unit.name for unit in empty if unit.lack == missing]
        lines.append(f"No capacity: {join_list(names)} {choose(len(names), 'holds', 'hold')} cases and {missing}.")
    hidden = {story.part: len(story.parts) - len(story.visible_parts)} | {story.place: story.places_hidden}
    counts = [count_of(count, level) for level, count in hidden.items() if count]
    if counts:
        lines.append(f"Not counted: {join_list(counts)} too small to email, or withheld with a small one.")
    return lines


def _absent_units(story: Story, picture: WeekFacts) -> list[tuple[str, str]]:
    """The units of the reader, (level, code), that are not in the organisation of this week."""
    level = story.scope.level
    known = {"all"} if level == "all" else set(picture.organisation[f"{level}_code"])
    return [(level, code) for code in story.scope.codes if code not in known]
