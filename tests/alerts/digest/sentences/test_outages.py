"""Recorded outages in words, in both parts of a digest and next to timeliness."""

from datetime import date

import pandas as pd
import pytest

from alerts.detection.outages import Outage, count_in_outages
from alerts.digest.sentences.outages import outage_lines
from tests.alerts.detection.test_outages import TEAMS, WINDOW, an_event, late
from tests.alerts.digest.digests import digest_of
from tests.alerts.pictures import AS_AT, Team, picture

FIRST, LAST = date(2026, 11, 3), date(2026, 11, 7)
HOT = [Team("T11", "F11", "C1", load=120), Team("T12", "F12", "C1"), Team("T21", "F21", "C2")]


@pytest.mark.parametrize(
    ("outage", "line"),
    [
        (
            Outage(FIRST, LAST, "OASys", "", 41, 12),
            "Outage recorded: OASys (3 to 7 November 2026). 41 overdue assessments fell due then, 12 of high RoSH.",
        ),
        (
            Outage(FIRST, None, "OASys", "Hackney", 1, 0),
            "Outage recorded: OASys (Hackney, since 3 November 2026). "
            "1 overdue assessment fell due then, none of high RoSH.",
        ),
        (
            Outage(FIRST, FIRST, "nDelius", "", 1, 1),
            "Outage recorded: nDelius (3 November 2026). 1 overdue assessment fell due then, of high RoSH.",
        ),
        (
            Outage(date(2026, 10, 30), LAST, "OASys", "", 0, 0),
            "Outage recorded: OASys (30 October to 7 November 2026). None of the overdue assessments fell due then.",
        ),
    ],
)
def test_an_outage_says_when_it_was_of_what_and_what_fell_due_then(outage: Outage, line: str) -> None:
    assert outage_lines([outage]) == [line]


def test_a_digest_shows_an_outage_with_timeliness_and_lowers_no_figure_for_it() -> None:
    overdue = late(("T11", "2026-11-03", True), ("T21", "2026-11-05", False))
    counts = count_in_outages(pd.DataFrame([an_event()]), overdue, TEAMS, AS_AT, WINDOW)
    line = "Outage recorded: OASys (3 to 7 November 2026). 2 overdue assessments fell due then, 1 of high RoSH."
    without, shown = digest_of(picture(HOT)), digest_of(picture(HOT, outages=counts))
    assert line in shown.html
    assert line not in without.html
    assert shown.text.replace(f"{line}\n\n", "") == without.text
    assert shown.text.index("Assessments done on time") < shown.text.index(line) < shown.text.index("About these")


def test_an_outage_of_other_units_is_not_in_the_digest() -> None:
    events = pd.DataFrame([an_event(level="cluster", code="C9")])
    counts = count_in_outages(events, late(), TEAMS, AS_AT, WINDOW)
    assert "Outage" not in digest_of(picture(HOT, outages=counts)).text
