"""A plan from a stored snapshot: what it moves and says, that it is the same again, and what it is refused."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from monitor.redistribution.plan import Plan
from monitor.redistribution.results.moves import COLUMNS
from monitor.redistribution.results.summary import METRICS, in_words, messages, saved, summary
from monitor.redistribution.scenario.yaml_file import read_scenario, written
from tiering.faults import ConfigFault

from ..conftest import AS_AT, NOBODY, Home, everything_in, home_in
from ..extracts.small import write_csv
from .service import a_service, plan_for

KEYS = [
    "name", "as_at", "policy_fingerprint", "objective", "bound", "gap", "seconds", "status", "moves_elective",
    "moves_forced", "unplaced", "before", "after",
]  # fmt: skip
"""What a programme that reads the answer relies on, in this order."""


def holder_after(plan: Plan) -> "pd.Series[str]":
    return plan.caseload_after.cases.set_index("crn")["om_code"]


def test_the_cases_of_the_absent_and_of_nobody_are_placed_first(service: Home) -> None:
    plan = plan_for(service, "limits: {elective_moves: 0}\n")
    nobodys = ["X000900", "X000901"]
    assert plan.moves["forced"].all()
    assert set(plan.moves.loc[plan.moves["from_om_code"].isna(), "crn"]) == set(nobodys)
    assert set(plan.moves["from_om_code"].dropna()) == {"P04"}
    assert (plan.counts["forced"], plan.counts["elective"], plan.counts["unplaced"]) == (len(plan.moves), 0, 0)
    assert holder_after(plan).loc[nobodys].notna().all()


def test_more_moves_make_the_load_more_even(service: Home) -> None:
    few, many = (plan_for(service, f"limits: {{elective_moves: {number}}}\n") for number in (0, 20))
    assert 0 < many.counts["elective"] <= 20
    assert many.solution.objective < few.solution.objective
    assert many.after["peak"] < few.after["peak"]
    assert many.before == few.before


def test_the_figures_before_are_those_with_the_changes_and_of_nothing_moved(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - hours: {om_code: P01, team_code: T1, contracted_hours: 18.5}\n")
    person = plan.people.set_index("om_code").loc["P01"]
    assert person["before_available_points"] == 1088
    assert person["before_cases"] == 38
    assert (person["given"] > 0, person["after_cases"]) == (True, 38 - person["given"] + person["taken"])
    units = plan.units_before.set_index(["level", "code"])
    assert units.loc[("offender_manager", "P01"), "capacity_percentage"] == person["before_capacity_percentage"]
    at_start = plan.units_at_start.set_index(["level", "code"])
    assert at_start.loc[("offender_manager", "P01"), "available_points"] == 2176


def test_no_case_is_lost_and_the_points_of_all_stay_what_they_were(service: Home) -> None:
    plan = plan_for(service)
    before, after = (units.set_index("level").loc["all"] for units in (plan.units_before, plan.units_after))
    assert after["cases"] == before["cases"] == 151
    assert (before["unallocated_cases"], after["unallocated_cases"]) == (2, 0)
    assert after["points"] == before["points"]
    assert plan.people["given"].sum() == plan.moves["from_om_code"].notna().sum()
    assert plan.people["taken"].sum() == len(plan.moves)


def test_a_named_move_is_carried_out_beside_the_budget(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - move: {crn: X000001, to_om_code: P02}\nlimits: {elective_moves: 0}\n")
    assert holder_after(plan)["X000001"] == "P02"
    assert (plan.counts["named"], plan.counts["elective"]) == (1, 0)


def test_what_is_pinned_stays_and_who_is_barred_does_not_get_it(service: Home) -> None:
    free = plan_for(service, "limits: {elective_moves: 20}\n")
    crn = free.moves.loc[~free.moves["forced"], "crn"].iloc[0]
    taker = free.moves.set_index("crn").loc[crn, "to_om_code"]
    text = "changes:\n  - {what}\nlimits: {{elective_moves: 20}}\n"
    pinned = plan_for(service, text.format(what=f"pin: {{crn: {crn}}}"))
    assert crn not in set(pinned.moves["crn"])
    assert "this one stays" in pinned.untouched.set_index("crn").loc[crn, "why"]
    barred = plan_for(service, text.format(what=f"bar: {{crn: {crn}, om_code: {taker}}}"))
    assert holder_after(barred)[crn] != taker
    locked = plan_for(service, text.format(what=f"pin: {{om_code: {taker}}}"))
    assert taker not in {*locked.moves["from_om_code"], *locked.moves["to_om_code"]}


def test_a_wider_referral_lets_another_type_of_team_take_cases(service: Home) -> None:
    def takers(changes: str) -> set[str]:
        return set(plan_for(service, f"{changes}limits: {{elective_moves: 20, intake: 20}}\n").moves["to_team_code"])

    assert "T4" not in takers("")
    assert "T4" in takers("changes:\n  - widen: {team_type: ppu, takes: [omu]}\n")


def test_moves_are_told_in_the_columns_that_programmes_rely_on_and_in_words(service: Home) -> None:
    moves = plan_for(service).moves
    assert list(moves.columns) == COLUMNS
    assert COLUMNS == [
        "crn", "from_om_code", "from_team_code", "to_om_code", "to_team_code", "tier", "rosh", "setting", "points",
        "forced", "cost", "week", "reason",
    ]  # fmt: skip
    assert moves[["week", "crn"]].equals(moves[["week", "crn"]].sort_values(["week", "crn"]))
    assert (moves["reason"].str.len() > 20).all()
    assert not moves["reason"].str.contains(r"\bnan\b|^row").any()


def test_the_answer_has_the_keys_that_programmes_rely_on_first(service: Home) -> None:
    plan = plan_for(service)
    found = json.loads(json.dumps(summary(plan)))
    assert list(found)[: len(KEYS)] == KEYS
    for side in ("before", "after"):
        assert list(found[side])[:6] == ["peak", "over_100", "over_110", "points_over", "max_over_mean", "gini"]
        assert set(METRICS) <= set(found[side])
        assert isinstance(found[side]["over_110"], int)
    assert found["moves_elective"] + found["moves_forced"] + found["moves_named"] == len(plan.moves)
    assert found["gap"] == pytest.approx(1 - found["bound"] / found["objective"], abs=1e-9)
    assert found["before"]["peak"] == plan.people["before_capacity_percentage"].max()


def test_the_number_above_the_line_is_that_of_the_line_asked_for(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - threshold: {over: 60}\n")
    over = plan.people["after_capacity_percentage"].gt(60).sum()
    assert over > 0
    assert summary(plan)["after"]["over_line"] == over
    assert any(said.startswith("still over 60%: ") for said in messages(plan))
    assert "people over 60%" in "\n".join(in_words(plan))


def test_a_scope_that_cannot_hold_its_cases_says_how_much_is_missing(service: Home) -> None:
    gone = "changes:\n  - absent: {om_code: P01}\n  - absent: {om_code: P02}\n"
    plan = plan_for(service, gone, "{office: O1}")
    said = "\n".join(messages(plan))
    lacks = plan.shortfall
    assert lacks["points_short"] == pytest.approx(lacks["total_points"] / 1.1 - lacks["available_points"])
    assert f"redistribution cannot fix this: {lacks['total_points']:,.0f} points are held" in said
    assert f"short by {lacks['points_short']:,.0f} available points" in said


def test_cases_that_find_no_place_are_told_by_office_with_their_points_and_why(service: Home) -> None:
    plan = plan_for(service, "changes:\n  - absent: {om_code: P07}\n", "{team: T4}")
    unplaced = plan.untouched[plan.untouched["unplaced"]]
    assert len(unplaced) == plan.counts["unplaced"] == 14
    assert unplaced["why"].str.len().gt(20).all()
    said = list(messages(plan))
    assert sum(
        float(re.findall(r"short of ([\d,]+)", one)[0].replace(",", "")) for one in said if "short of" in one
    ) == (unplaced["points"].sum())
    assert any("PO points in Office O2" in one for one in said)
    told = [re.match(r"(\d+) case\(s\) that must be placed stay where they are: ", one) for one in said]
    assert sum(int(one[1]) for one in told if one) == 14


def test_the_same_question_gives_the_same_answer(service: Home) -> None:
    one, two = plan_for(service), plan_for(service)
    pd.testing.assert_frame_equal(one.moves, two.moves)
    assert summary(one) | {"seconds": 0} == summary(two) | {"seconds": 0}


def test_a_saved_scenario_asks_the_same_again_and_says_when_the_numbers_are_others(service: Home) -> None:
    plan = plan_for(service, "limits: {elective_moves: 5}\n")
    text = written(saved(plan))
    kept = read_scenario(text, "kept.yaml")
    assert (kept.as_at, kept.revision, kept.policy_fingerprint) == (AS_AT, 1, plan.start.policy.fingerprint)
    again = plan_for(service, text.partition("\n")[2].replace("scope: {cluster: C1}\n", ""))
    pd.testing.assert_frame_equal(again.moves, plan.moves)
    assert not any("fingerprint" in said for said in messages(again))
    other = plan_for(service, "prices_fingerprint: abc\n")
    assert "prices_fingerprint: the scenario was saved under other numbers than are in force now" in next(
        messages(other)
    )


def test_a_what_if_changes_nothing_that_is_stored(service: Home) -> None:
    before = everything_in(service)
    plan = plan_for(service, "changes:\n  - absent: {om_code: P01}\n")
    assert summary(plan)["moves_forced"] > 0
    assert everything_in(service) == before


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("move: {crn: X000001, to_om_code: P04}", "nobody without available hours takes a case"),
        ("move: {crn: X000001, to_om_code: P07}", "a ppu team does not take the cases of a omu team"),
        ("move: {crn: X000005, to_om_code: P05}", "high or very high RoSH, go to a PO only"),
        ("pin: {om_code: P02}\n  - move: {crn: X000001, to_om_code: P02}", "a person pinned neither gives nor takes"),
        ("bar: {crn: X000001, om_code: P02}\n  - move: {crn: X000001, to_om_code: P02}", "are barred from each other"),
    ],
)
def test_a_named_move_that_breaks_a_rule_is_refused_with_the_rule(service: Home, change: str, rule: str) -> None:
    with pytest.raises(ConfigFault) as raised:
        plan_for(service, f"changes:\n  - {change}\n")
    (fault,) = raised.value.faults
    assert fault.startswith(f"tried.yaml: changes.{change.count('- ') + 1}.move.to_om_code: X00000")
    assert rule in fault


def test_a_named_move_to_another_cluster_needs_leave(service: Home) -> None:
    change = "changes:\n  - move: {crn: X000001, to_om_code: P08}\n"
    with pytest.raises(ConfigFault, match=r"it is another cluster; set limits\.between_clusters: true"):
        plan_for(service, change, "all")
    assert plan_for(service, f"{change}limits: {{between_clusters: true}}\n", "all").counts["named"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("as_at: 2026-11-19", "as_at: there is no snapshot of 2026-11-19; the last ones: 2026-11-20"),
        ("as_at: 2026-11-20\nrevision: 2", "revision: there is no revision 2 of 2026-11-20; there are: 1"),
        ("revision: 2", "revision: 2: of which date? write as_at beside it"),
    ],
)
def test_a_snapshot_that_is_not_there_is_said(service: Home, text: str, said: str) -> None:
    with pytest.raises(ConfigFault) as raised:
        plan_for(service, f"{text}\n")
    assert raised.value.faults == [f"tried.yaml: {said}"]


def test_an_earlier_revision_can_be_asked_about(tmp_path: Path, own_environment: None) -> None:
    home = home_in(tmp_path / "revised", NOBODY)
    with pytest.raises(ConfigFault, match="there is no snapshot to start from; take one with: hotspots run"):
        plan_for(home)
    tables = a_service()
    for cases in (tables["cases"], tables["cases"][:-1]):
        home.take(write_csv(tmp_path / str(len(cases)), tables | {"cases": cases}))
    plans = {one: plan_for(home, f"as_at: 2026-11-20\nrevision: {one}\n") for one in (1, 2)}
    newest = plan_for(home)
    home.store.engine.dispose()
    assert len(plans[1].problem.cases) == len(plans[2].problem.cases) + 1
    assert newest.start.revision == 2
