"""Shorten a story to what fits into six screens of a phone; the pages list everything."""

from dataclasses import replace
from typing import Final

from alerts.digest.story import Story

MOST_HOTSPOTS: Final = 4
MOST_OTHERS: Final = 2
MOST_WITH_ROOM: Final = 3
MOST_PARTS: Final = 6
MOST_TIMELY: Final = 4


def shorten_story(story: Story) -> Story:
    """The story with fewer entries in each list, and each count of the rest as much larger."""
    late = story.hot_and_late[:MOST_HOTSPOTS]
    hot = story.hotspots[: MOST_HOTSPOTS - len(late)]
    dropped = len(story.hot_and_late) + len(story.hotspots) - len(late) - len(hot)
    return replace(
        story,
        hot_and_late=late,
        hotspots=hot,
        more=story.more + dropped,
        rising=story.rising[:MOST_OTHERS],
        more_rising=story.more_rising + len(story.rising[MOST_OTHERS:]),
        supervised=story.supervised[:MOST_OTHERS],
        more_supervised=story.more_supervised + len(story.supervised[MOST_OTHERS:]),
        falls=story.falls[:MOST_OTHERS],
        rises=story.rises[:MOST_OTHERS],
        room=story.room[:MOST_WITH_ROOM],
        most_parts=MOST_PARTS,
        timeliness=story.timeliness[:MOST_TIMELY],
    )
