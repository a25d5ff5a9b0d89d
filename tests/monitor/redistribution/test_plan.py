"""A plan from a stored snapshot: what it moves and says, that it is the same again, and what it is refused."""

import pandas as pd
import pytest

from monitor.redistribution.plan import Plan, scenario_to_repeat
from monitor.redistribution.results.figures import summarise
from monitor.redistribution.results.remarks import DangerousUnplaced, OtherNumbers, PlanRemark, remark_on
from monitor.redistribution.results.tables.moves import caseload_after
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.scenario.faults import ScenarioFault
from monitor.redistribution.scenario.remarks import AcceptedRisk
from monitor.redistribution.scenario.yaml_file import read_scenario, scenario_yaml

from ..conftest import AS_AT, Home, everything_in
from .service import after, before, counts_of, moves_of, plan_anew, plan_for, unmoved_of

"""What a programme that reads the answer relies on, in this order."""


def holder_after(plan: Plan) -> "pd.Series[str]":
    return caseload_after(plan).cases.set_index("crn")["om_code"]


def test_the_cases_of_the_absent_and_of_nobody_are_placed_first(service: Home) -> None:
    plan = plan_for(service, "limits: {elective_moves: 0}\n")
    nobodys = ["X000900", "X000901"]
    assert moves_of(plan)["forced"].all()
    assert set(moves_of(plan).loc[moves_of(plan)["from_om_code"].isna(), "crn"]) == set(nobodys)
    assert set(moves_of(plan)["from_om_code"].dropna()) == {"P04"}
    assert (counts_of(plan).forced, counts_of(plan).elective, counts_of(plan).unplaced) == (len(moves_of(plan)), 0, 0)
    assert holder_after(plan).loc[nobodys].notna().all()


def test_more_moves_make_the_load_more_even(service: Home) -> None:
    few, many = (plan_for(service, f"limits: {{elective_moves: {number}}}\n") for number in (0, 20))
    assert 0 < counts_of(many).elective <= 20
    assert many.solution.objective < few.solution.objective
    assert after(many).peak < after(few).peak
    assert before(many) == before(few)


def test_a_named_move_is_carried_out_beside_the_budget(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - move: {crn: X000001, to_om_code: P02}\nlimits: {elective_moves: 0}\n")
    assert holder_after(plan)["X000001"] == "P02"
    assert (counts_of(plan).named, counts_of(plan).elective) == (1, 0)


def test_what_is_pinned_stays_and_who_is_barred_does_not_get_it(service: Home) -> None:
    free = plan_for(service, "limits: {elective_moves: 20}\n")
    crn = moves_of(free).loc[~moves_of(free)["forced"], "crn"].iloc[0]
    taker = moves_of(free).set_index("crn").loc[crn, "to_om_code"]
    text = "changes:\n  - {what}\nlimits: {{elective_moves: 20}}\n"
    pinned = plan_for(service, text.format(what=f"pin: {{crn: {crn}}}"))
    assert crn not in set(moves_of(pinned)["crn"])
    assert "this one stays" in unmoved_of(pinned).set_index("crn").loc[crn, "why"]
    barred = plan_for(service, text.format(what=f"bar: {{crn: {crn}, om_code: {taker}}}"))
    assert holder_after(barred)[crn] != taker
    locked = plan_for(service, text.format(what=f"pin: {{om_code: {taker}}}"))
    assert taker not in {*moves_of(locked)["from_om_code"], *moves_of(locked)["to_om_code"]}


def test_a_wider_referral_lets_another_type_of_team_take_cases(service: Home) -> None:
    def takers(changes: str) -> set[str]:
        return set(
            moves_of(plan_for(service, f"{changes}limits: {{elective_moves: 20, intake: 20}}\n"))["to_team_code"]
        )

    assert "T4" not in takers("")
    assert "T4" in takers("changes:\n  - widen: {team_type: ppu, takes: [omu]}\n")


def test_the_same_question_gives_the_same_answer(service: Home) -> None:
    one, two = plan_anew(service), plan_anew(service)
    pd.testing.assert_frame_equal(moves_of(one), moves_of(two))
    figures = [summarise(plan, tabulate_people(plan)).model_dump(exclude={"seconds"}) for plan in (one, two)]
    assert figures[0] == figures[1]


def others(plan: Plan) -> list[PlanRemark]:
    """The remarks that other numbers are in force than the scenario was saved under."""
    remarks = remark_on(plan, tabulate_people(plan), unmoved_of(plan))
    return [remark for remark in remarks if isinstance(remark, OtherNumbers)]


def test_a_saved_scenario_asks_the_same_again_and_says_when_the_numbers_are_others(service: Home) -> None:
    plan = plan_for(service, "limits: {elective_moves: 5}\n")
    text = scenario_yaml(scenario_to_repeat(plan))
    repeat = read_scenario(text, "kept.yaml")
    assert (repeat.as_at, repeat.revision, repeat.policy_fingerprint) == (AS_AT, 1, plan.baseline.policy.fingerprint)
    again = plan_for(service, text.partition("\n")[2].replace("scope: {cluster: C1}\n", ""))
    pd.testing.assert_frame_equal(moves_of(again), moves_of(plan))
    assert not others(again)
    assert others(plan_for(service, "prices_fingerprint: abc\n")) == [OtherNumbers(fingerprint="prices_fingerprint")]


def test_a_what_if_changes_nothing_that_is_stored(service: Home) -> None:
    before = everything_in(service)
    plan = plan_for(service, "changes:\n  - absent: {om_code: P01}\n")
    assert counts_of(plan).forced > 0
    assert everything_in(service) == before


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("move: {crn: X000001, to_om_code: P04}", "no one without available hours takes a case"),
        ("move: {crn: X000001, to_om_code: P07}", "a ppu team does not take the cases of a omu team"),
        ("move: {crn: X000005, to_om_code: P05}", "high or very high RoSH, go to a PO only"),
        ("pin: {om_code: P02}\n  - move: {crn: X000001, to_om_code: P02}", "a person pinned neither gives nor takes"),
        ("bar: {crn: X000001, om_code: P02}\n  - move: {crn: X000001, to_om_code: P02}", "are barred from each other"),
    ],
)
def test_a_named_move_that_breaks_a_rule_is_refused_with_the_rule(service: Home, change: str, rule: str) -> None:
    with pytest.raises(ScenarioFault) as raised:
        plan_for(service, f"changes:\n  - {change}\n")
    (fault,) = raised.value.faults
    assert fault.startswith(f"tried.yaml: changes.{change.count('- ') + 1}.move.to_om_code: X00000")
    assert rule in fault


def test_a_named_move_to_another_cluster_needs_leave(service: Home) -> None:
    change = "changes:\n  - move: {crn: X000001, to_om_code: P08}\n"
    with pytest.raises(ScenarioFault, match=r"it is another cluster; set limits\.between_clusters: true"):
        plan_for(service, change, "all")
    assert counts_of(plan_for(service, f"{change}limits: {{between_clusters: true}}\n", "all")).named == 1


ABSENT = "author: Pat\nchanges:\n  - absent: {om_code: P01}\n"


def dangers(plan: Plan) -> list[PlanRemark]:
    """What stands at the top of a plan in red."""
    remarks = remark_on(plan, tabulate_people(plan), unmoved_of(plan))
    first = [remark for remark in remarks if isinstance(remark, AcceptedRisk | DangerousUnplaced)]
    assert remarks[: len(first)] == first
    return first


def test_a_high_rosh_case_is_not_left_with_the_absent_in_silence(service: Home) -> None:
    with pytest.raises(ScenarioFault) as raised:
        plan_for(service, f"{ABSENT}  - pin: {{crn: X000005}}\n")
    (fault,) = raised.value.faults
    assert fault.startswith("tried.yaml: changes.2.pin.crn: leaves X000005 with P01, who has no available hours")
    accepted = plan_for(service, f"{ABSENT}  - pin: {{crn: X000005, accept_risk: in custody until May}}\n")
    risk = AcceptedRisk(crn="X000005", om_code="P01", accepted_by="Pat", reason="in custody until May", place=2)
    assert dangers(accepted) == [risk]
    assert "X000005" not in set(moves_of(accepted)["crn"])
    assert dangers(plan_for(service, f"{ABSENT}  - pin: {{crn: X000001}}\n")) == []


def test_an_intake_that_leaves_high_rosh_unplaced_is_refused_unless_the_risk_is_accepted(service: Home) -> None:
    with pytest.raises(ScenarioFault) as raised:
        plan_for(service, f"{ABSENT}limits: {{intake: 0}}\n")
    (fault,) = raised.value.faults
    assert fault.startswith("tried.yaml: limits.intake: leaves X000005, ")
    assert "with P01 and P04, who have no available hours, or with no one" in fault
    accepted = dangers(plan_for(service, f"{ABSENT}limits: {{intake: 0, accept_risk: for a week}}\n"))
    assert {(type(risk), getattr(risk, "place", None)) for risk in accepted} == {(AcceptedRisk, 0)}


def test_dangerous_cases_that_no_one_may_take_stand_at_the_top(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - absent: {om_code: P08}\n  - absent: {om_code: P09}\n", "{cluster: C2}")
    (left,) = dangers(plan)
    assert isinstance(left, DangerousUnplaced)
    waiting = unmoved_of(plan).query("unplaced")["crn"]
    high = plan.problem.cases.set_index("crn")["high"]
    assert left.crns == tuple(waiting[waiting.map(high)])[:5]
    assert left.cases == int(waiting.map(high).sum())
