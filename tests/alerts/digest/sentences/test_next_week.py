"""Next week in one line of an SPO's digest."""

from dataclasses import replace
from datetime import date

from alerts.digest.privacy import ReaderScope
from alerts.digest.scope.next_week import NextWeek
from alerts.digest.sentences.next_week import next_week_line
from alerts.digest.story import build_story
from tests.alerts.digest.digests import NORTH, digest_of
from tests.alerts.digest.scope.test_next_week import OFFICE, facts
from tests.alerts.pictures import Team, picture
from tiering.timeliness.coming import Coming

NOTHING = {kind.value: 0 for kind in Coming}
BUSY = NOTHING | {"assessment": 9, "plan": 5, "release": 3, "report": 2, "end": 1, "reduction_start": 4}
WHOLE = build_story(picture([Team("T1", "F1", "C1", offender_managers=11)]), OFFICE, red_line=110, small_team=5).whole
WEEK = NextWeek(date(2026, 11, 23), date(2026, 11, 29), BUSY)
START = "Next week (23 to 29 November 2026): "
COUNTS = f"{START}14 assessments and plans due, 2 reports due, 3 releases and 1 end of supervision"


def test_the_line_counts_what_comes_and_says_for_which_team_it_is_heaviest() -> None:
    heaviest = replace(WHOLE, name="Hackney OMU 2")
    assert next_week_line(WHOLE, WEEK) == f"{COUNTS}."
    assert next_week_line(WHOLE, replace(WEEK, heaviest=heaviest, heaviest_due=6)) == (
        f"{COUNTS}; heaviest for Hackney OMU 2 (6 due)."
    )


def test_within_one_team_it_says_how_few_hold_half_of_it_and_names_none_of_them() -> None:
    assert next_week_line(WHOLE, replace(WEEK, half_for=3)) == (
        f"{COUNTS}; half of what is due is for 3 of 11 offender managers."
    )
    assert next_week_line(WHOLE, replace(WEEK, half_for=6)) == f"{COUNTS}."


def test_one_and_none_and_little_read_as_they_should() -> None:
    assert next_week_line(WHOLE, None) == ""
    assert next_week_line(WHOLE, replace(WEEK, counts=NOTHING)) == f"{START}0 assessments and plans due."
    one = replace(WEEK, counts=NOTHING | {"plan": 1, "report": 1}, half_for=1)
    assert next_week_line(WHOLE, one) == f"{START}1 assessment or plan due and 1 report due."


def test_both_parts_of_an_spos_digest_have_the_line_and_a_directors_has_none() -> None:
    week = facts(("T1", "M1", "plan", 1), ("T1", "M1", "release", 1))
    spo, director = digest_of(week, ReaderScope("office", "F1", "Office F1")), digest_of(week, NORTH)
    for part in (spo.html, spo.text):
        assert "1 assessment or plan due and 1 release; heaviest for Team T1 (1 due)." in " ".join(part.split())
    assert "Next week" not in director.html + director.text
