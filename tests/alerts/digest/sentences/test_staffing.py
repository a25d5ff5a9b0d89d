"""Turnover, sickness and experience in words, in both parts of a digest."""

import math

import pandas as pd

from alerts.digest.sentences.staffing import staff_lines
from tests.alerts.digest.digests import digest_of
from tests.alerts.digest.scope.test_staffing import row, staff
from tests.alerts.pictures import Team, picture
from tiering.staff.staffing import COLUMNS

WHOLE = (
    "In 26 weeks 10 people left and 8 people joined; 100 are in post now. "
    "5.0% of contracted hours are lost to sickness; 4.0% over 26 weeks. 30.0% of offender managers are inexperienced."
)
HOT = [Team("T11", "F11", "C1", load=120), Team("T21", "F21", "C2")]


def test_the_scope_is_one_line_and_the_parts_that_stand_out_another() -> None:
    part = row("cluster", "C1", leavers=20, people=40, sick_percentage=9.0)
    assert staff_lines(staff(row("area", "N"), part)) == [
        WHOLE,
        "Most left for its size: Cluster C1 (20 people; 40 in post now). "
        "Most hours lost to sickness: Cluster C1 (9.0%).",
    ]


def test_a_small_number_of_people_is_not_said_exactly() -> None:
    (line,) = staff_lines(staff(row("area", "N", leavers=4, joiners=1, sick_people=0)))
    assert line.startswith("In 26 weeks fewer than 5 people left and fewer than 5 people joined; 100 are in post now.")
    (line,) = staff_lines(staff(row("area", "N", leavers=0, joiners=5, weeks=4)))
    assert line.startswith("In 4 weeks 0 people left and 5 people joined;")


def test_what_is_not_known_leaves_nothing_behind() -> None:
    assert staff_lines(None) == []
    nothing = row("area", "N", weeks=1, sick_people=0, inexperienced_percentage=math.nan)
    assert staff_lines(staff(nothing)) == []
    (line,) = staff_lines(staff(row("area", "N", weeks=1, sick_weeks=1)))
    assert line.startswith("5.0% of contracted hours are lost to sickness. 30.0%")


def test_both_parts_of_a_digest_have_the_lines_and_no_heading_without_them() -> None:
    frame = pd.DataFrame([row("area", "N")], columns=COLUMNS)
    shown, without = digest_of(picture(HOT, staffing=frame)), digest_of(picture(HOT))
    assert WHOLE in shown.html
    assert f"Staff\n-----\n\n{WHOLE}\n" in shown.text
    assert "Staff" not in without.text + without.html
    calm = [Team("T11", "F11", "C1", load=80), Team("T21", "F21", "C2", load=80)]
    assert "Staff" not in digest_of(picture(calm, staffing=frame)).text
