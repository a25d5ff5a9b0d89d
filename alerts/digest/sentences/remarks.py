"""What a reader has to know before the figures."""

from alerts.digest.settings import MOST_NAMED
from alerts.digest.story import Story
from alerts.digest.week_facts import Picture
from alerts.wording import (
    count_of,
    join_list,
    limit,
    long_date,
    percent,
)


def remarks(story: Story, picture: Picture) -> list[str]:
    """What has to be said before the figures."""
    found = []
    if story.whole.withheld:
        return ["Mail shows no figures of so few offender managers. Sign in to see them."]
    if picture.revision > 1:
        found.append(f"This corrects the digest sent before for {long_date(story.as_at)}; please discard that one.")
    if story.quiet:
        found.append("All clear: no hotspot, and nothing over the red line. Nothing here asks for action this week.")
    if picture.reweighed_since is not None:
        before = long_date(picture.reweighed_since)
        found.append(
            f"The weights of the policy have changed since {before}. No change in points or capacity is shown since "
            "then: it would mix the weights with the work. Rises and forecasts start again."
        )
    elif story.previous_as_at is None:
        found.append("This is the first snapshot, so there is no earlier week to compare with.")
    if story.over and len(story.shown) > 1 and len(story.over) <= MOST_NAMED:
        hottest = [f"{unit.name} ({percent(unit.capacity)})" for unit in story.over]
        found.append(f"Over {limit(story.red_line)}: {join_list(hottest)}.")
    empty = [unit for unit in story.shown if unit.has_no_capacity]
    for lack in sorted({unit.lack for unit in empty}):
        names = [unit.name for unit in empty if unit.lack == lack]
        found.append(f"No capacity: {join_list(names)} {'holds' if len(names) == 1 else 'hold'} cases and {lack}.")
    hidden = len(story.parts) - len(story.shown)
    if hidden:
        found.append(f"Not counted: {count_of(hidden, story.part)} too small to show by mail, or beside one.")
    return found
