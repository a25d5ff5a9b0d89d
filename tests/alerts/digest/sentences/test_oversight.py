"""What is owed beyond assessments, in one line of a digest."""

from dataclasses import replace

from alerts.digest.scope.oversight import KeptRule
from alerts.digest.sentences.oversight import oversight_line
from tests.alerts.digest.digests import digest_of
from tests.alerts.digest.scope.test_oversight import rates, story
from tests.alerts.pictures import Team, picture

LINE = (
    "Enforcement, contacts and oversight: 12 overdue, 3 of them high RoSH. Least often done in time: "
    "custody plan 40.0% (4 of 10) and breach action 75.0% (30 of 40)."
)
RULES = (KeptRule("custody_plan", 10, 4), KeptRule("breach_action", 40, 30))


def test_the_line_says_how_much_is_late_and_what_is_least_often_in_time() -> None:
    whole = replace(story().whole, oversight_overdue=12, oversight_high_risk_overdue=3)
    assert oversight_line(whole, RULES) == LINE
    assert oversight_line(whole, ()) == ""
    assert "time: MAPPA review level 2 0.0% (0 of 1)" in oversight_line(whole, [KeptRule("mappa_review_level_2", 1, 0)])


def test_at_most_three_rules_are_named() -> None:
    line = oversight_line(story().whole, [KeptRule(f"rule_{number}", 10, number) for number in range(5)])
    assert "rule 2" in line
    assert "rule 3" not in line


def test_both_parts_of_a_digest_have_the_line_and_without_records_none() -> None:
    hot = [Team("T11", "F11", "C1", load=120), Team("T21", "F21", "C2")]
    shown = digest_of(picture(hot, oversight_rates=rates(("area", "N", "custody_plan", 10, 4))))
    without = digest_of(picture(hot))
    for part in (shown.html, shown.text):
        assert "Least often done in time: custody plan" in " ".join(part.split())
    assert "Enforcement" not in without.html + without.text
