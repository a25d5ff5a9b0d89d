"""What is left out of an email and counted instead."""

from alerts.digest.brief import MOST_HOTSPOTS, MOST_OTHERS, MOST_PARTS, shorten_story
from alerts.digest.story import build_story
from tests.alerts.digest.digests import NORTH
from tests.alerts.pictures import Team, hotspot, london, picture


def test_what_is_cut_is_counted_with_the_rest() -> None:
    teams = [Team(f"T{n}", f"F{n}", f"C{n % 9}", load=115 + n, awaiting=2, longest_wait=9) for n in range(20)]
    found = [hotspot("over_threshold", "office", f"F{n}") for n in range(12)]
    found += [hotspot("hot_and_late", "office", f"F{n}") for n in range(2)]
    found += [hotspot("rising", "office", f"F{n}", value=9, usual=2) for n in range(12, 19)]
    whole = build_story(picture(teams, found), NORTH, red_line=110, small_team=5)
    short = shorten_story(whole)
    assert len(short.hot_and_late) + len(short.hotspots) == MOST_HOTSPOTS
    assert short.more + MOST_HOTSPOTS == whole.more + len(whole.hot_and_late) + len(whole.hotspots) == 12
    assert (len(short.rising), short.more_rising + MOST_OTHERS) == (MOST_OTHERS, 7)
    assert (len(short.supervised), short.more_supervised + MOST_OTHERS) == (MOST_OTHERS, 20)
    assert (len(short.named_parts), len(whole.named_parts)) == (MOST_PARTS, 9)
    assert short.hot_and_late + short.hotspots == (*whole.hot_and_late, *whole.hotspots)[:MOST_HOTSPOTS]
    assert (short.new, short.continuing, short.measured) == (whole.new, whole.continuing, whole.measured)


def test_a_story_that_is_short_stays_as_it_is() -> None:
    story = build_story(london(), NORTH, red_line=110, small_team=5)
    short = shorten_story(story)
    assert short.cleared == story.cleared
    calm = build_story(picture([Team("T1", "F1", "C1", load=90)]), NORTH, red_line=110, small_team=5)
    assert shorten_story(calm).hotspots == calm.hotspots == ()
