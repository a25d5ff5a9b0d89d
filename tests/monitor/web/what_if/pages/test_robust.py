"""How well a plan holds, on its page."""

from monitor.redistribution.robust.wording import WHAT_IT_MEANS
from monitor.web.what_if.pages.robust import robust_section
from tests.monitor.redistribution.robust.test_wording import judged


def test_the_section_has_everyone_in_scope_first_then_every_office() -> None:
    section = robust_section(judged())
    assert section is not None
    assert section.caption == "Draws in which no one is over 110%, of 200 draws of 8 weeks"
    assert section.meaning == WHAT_IT_MEANS
    assert [(row.name, row.people, row.before, row.after) for row in section.rows] == [
        ("Everyone in scope", 17, "5%", "40%"),
        ("F011 Kentish Town", 17, "5%", "80%"),
    ]
    assert section.rows[1].margin.startswith("a margin of about 6.4 points")


def test_a_plan_that_was_not_judged_has_no_section() -> None:
    assert robust_section(None) is None
