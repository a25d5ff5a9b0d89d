"""What of a plan is handed out: lists by office, the case for it, a workbook."""

import io
import re

import openpyxl

from monitor.redistribution.results.handout import arrange_by_office
from monitor.redistribution.results.record import PlanRecord
from monitor.web.what_if.pages.handout import MOST_LINES
from monitor.web.what_if.worker import FURTHER
from tests.monitor.conftest import AS_AT

from ..planner import Planner, asked_elsewhere, number_in


def record_of(planner: Planner, plan: str) -> PlanRecord:
    row = planner.plan(plan)
    return PlanRecord.from_bytes(row.answer, row.figures or "")


def test_a_plan_is_printed_by_office_with_who_gives_and_who_takes(planner: Planner) -> None:
    plan = planner.solved(planner.new("area/N"))
    page = planner.get(f"{plan}/print")
    offices = arrange_by_office(record_of(planner, plan))
    sections = page.split('<section class="hotspots-office"')[1:]
    assert len(sections) == len(offices) > 0
    for office, section in zip(offices, sections, strict=True):
        heading = re.sub(r"<[^>]*>", "", section.partition("</h2>")[0].partition(">")[2])
        gives, takes = len(office.gives), len(office.takes)
        assert f"({office.code}) gives {gives} case" in heading
        assert f"takes {takes} case" in heading
        for crn in {*office.gives["crn"], *office.takes["crn"]}:
            assert section.count(crn) == office.gives["crn"].eq(crn).sum() + office.takes["crn"].eq(crn).sum()
        for code in office.people["om_code"]:
            assert f"({code})" in section


def test_the_case_for_a_plan_says_what_happens_and_what_the_plan_does(planner: Planner) -> None:
    planner.app.state.planning.further = FURTHER
    scenario = planner.new("area/N")
    planner.send(f"{scenario}/add/absent", om_code="M2", reason="sickness")
    planner.send(f"{scenario}/add/pin", crn="X000101")
    plan = planner.solved(scenario)
    figures = record_of(planner, plan).figures
    page = planner.get(f"{plan}/case")
    happens, decided = page.partition("What happens")[2].partition("What the planner decided beforehand")[::2]
    assert "(M2) is absent (sickness)" in happens.partition("</ul>")[0]
    assert "Case X000101 stays where it is" in decided.partition("</ul>")[0]
    does = (
        f"{figures.moves_elective:,} by choice, {figures.moves_forced:,} necessary, {figures.moves_named:,} by name. ",
        f"{figures.moves_high_rosh:,} of high or very high RoSH; {figures.moves_to_other_office:,} to another office. ",
    )
    for sentence in does:
        assert sentence.strip() in page
    assert f"{figures.before.peak:,.1f}%" in page
    assert "People taken over 110% by the plan" in page
    assert "As at 20 November 2026. Asked by planner@example.org" in page
    assert "No risk was accepted against a rule." in page
    assert f"{plan}/case" in planner.get(plan)


def test_long_lists_of_the_case_end_with_the_number_of_what_is_left_out(planner: Planner) -> None:
    scenario = planner.new("area/N")
    for cases in range(1, MOST_LINES + 3):
        planner.send(
            f"{scenario}/add/arrivals", team_code="T1", tier="3", rosh="low", setting="community", cases=str(cases)
        )
    page = planner.get(f"{planner.solved(scenario)}/case")
    assert "And 3 more: see the page of the plan." in page.partition("What happens")[2].partition("</ul>")[0]


def test_a_plan_about_nothing_new_says_so(planner: Planner) -> None:
    page = planner.get(f"{planner.solved(planner.new())}/case")
    assert "Nothing changes: the plan is about the cases as they are." in page


def test_the_workbook_of_a_plan_has_a_name_of_its_own_and_the_marking(planner: Planner) -> None:
    plans = [planner.solved(planner.new(unit)) for unit in ("cluster/C1", "area/N")]
    names = []
    for plan, unit in zip(plans, ("cluster-C1", "area-N"), strict=True):
        answer = planner.browser.get(f"{plan}/workbook")
        names.append(answer.headers["content-disposition"].partition('filename="')[2].rstrip('"'))
        assert names[-1] == f"plan-{number_in(plan)}-{unit}-{AS_AT.isoformat()}.xlsx"
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        assert {sheet.oddHeader.center.text for sheet in book.worksheets} == {planner.home.settings.marking}
        facts = {row[1]: row[2] for row in book["Summary"].values if row[1]}
        assert facts["Plan"] == f"{number_in(plan)}: Two away"
    assert len(set(names)) == 2


def test_tables_of_two_plans_have_two_names(planner: Planner) -> None:
    names = set()
    for plan in [planner.solved(planner.new(unit)) for unit in ("cluster/C1", "area/N")]:
        answer = planner.browser.get(plan, params={"table": "moves", "format": "csv"})
        names.add(answer.headers["content-disposition"].partition('filename="')[2].rstrip('"'))
        assert f"-plan-{number_in(plan)}-" in answer.headers["content-disposition"]
    assert len(names) == 2


def test_a_plan_that_is_not_found_has_nothing_to_hand_out(planner: Planner) -> None:
    plan = asked_elsewhere(planner, planner.new())
    for end in ("print", "case", "workbook"):
        assert "no such plan to print" in planner.get(f"{plan}/{end}", 404)
