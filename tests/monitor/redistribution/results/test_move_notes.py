"""What the list of moves says to someone who is handed only that list."""

from dataclasses import replace

import pandas as pd
import pytest

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.move_notes import NOTES, add_notes
from monitor.redistribution.results.remarks import remark_on
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.scenario.remarks import AcceptedRisk
from monitor.snapshots.weeks.holders import HolderChanges

from ...conftest import Home
from ..service import moves_of, plan_for, unmoved_of

# No one below 20% can take what has to be placed, so that it goes above the line.
TEXT = """author: Pat
changes:
  - absent: {om_code: P01}
  - pin: {crn: X000005, accept_risk: in custody}
  - pin: {crn: X000011, accept_risk: near the end}
  - threshold: {over: 20}
limits: {elective_moves: 0}
"""


@pytest.fixture
def plan(service: Home) -> Plan:
    return plan_for(service, TEXT)


def notes(plan: Plan) -> pd.DataFrame:
    remarks = remark_on(plan, tabulate_people(plan), unmoved_of(plan))
    return add_notes(moves_of(plan), plan, [remark for remark in remarks if isinstance(remark, AcceptedRisk)])


def test_the_notes_follow_all_other_columns(plan: Plan) -> None:
    noted, moves = notes(plan), moves_of(plan)
    assert noted.columns.tolist() == [*moves.columns, *NOTES]
    assert noted[moves.columns.tolist()].equals(moves)


def test_a_case_that_no_one_below_the_line_can_take_is_marked(plan: Plan) -> None:
    noted = notes(plan)
    assert noted["over_line"].sum() == plan.solution.over_line.sum() > 0
    assert noted["reason"].str.contains("above 20%, because no one").equals(noted["over_line"])


def test_the_moves_of_a_giver_say_which_dangerous_cases_stay_why_and_who_answers_for_it(plan: Plan) -> None:
    noted = notes(plan).set_index("crn")
    says = "X000005 stays: in custody (accepted by Pat); X000011 stays: near the end (accepted by Pat)"
    assert set(noted.loc[noted["from_om_code"].eq("P01"), "accepted_risk"]) == {says}
    assert noted.loc[~noted["from_om_code"].eq("P01"), "accepted_risk"].isna().all()


def test_risks_accepted_for_unallocated_cases_stand_with_the_moves_that_no_one_gives(plan: Plan) -> None:
    moves = moves_of(plan)
    risk = AcceptedRisk(crn="X000901", om_code=None, accepted_by="Pat", reason="one week", place=0)
    said = add_notes(moves, plan, [risk])["accepted_risk"]
    assert said.notna().equals(moves["from_om_code"].isna())
    assert set(said.dropna()) == {"X000901 stays: one week (accepted by Pat)"}


def test_changes_of_offender_manager_are_those_of_the_case_and_missing_if_no_week_was_read(plan: Plan) -> None:
    moves = moves_of(plan)
    changes = plan.problem.cases.assign(holders_changed=0)
    changes.loc[changes["crn"].eq(moves["crn"].iloc[0]), "holders_changed"] = 2
    counted = replace(plan, problem=replace(plan.problem, cases=changes))
    read = replace(counted, baseline=replace(plan.baseline, holders=HolderChanges(weeks=3)))
    assert add_notes(moves, read, ())["holder_changes"].tolist() == [2, *[0] * (len(moves) - 1)]
    unread = replace(counted, baseline=replace(plan.baseline, holders=HolderChanges()))
    assert add_notes(moves, unread, ())["holder_changes"].isna().all()
