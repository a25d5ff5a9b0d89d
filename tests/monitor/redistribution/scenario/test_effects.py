"""What each kind of change does."""

from fractions import Fraction

import pandas as pd
import pytest

from monitor.redistribution.results.text import describe_remark
from monitor.redistribution.scenario.apply import AppliedChanges
from monitor.redistribution.scenario.effects import EXPECTED
from monitor.redistribution.scenario.faults import ScenarioFault
from tiering.capacity import available_points, reduction_hours
from tiering.terms import TeamType

from ...conftest import AS_AT, Home
from ..service import changed_by
from .test_apply import fault_of

FULL_TIME = Fraction(2176)


def available(changed: AppliedChanges) -> dict[str, Fraction]:
    """Available points of each post, by person and team."""
    managers = changed.caseload.offender_managers
    organisation = changed.caseload.organisation
    types = dict(zip(organisation["team_code"], organisation["team_type"], strict=True))
    lost = reduction_hours(changed.caseload.reductions, managers, AS_AT)
    points = available_points(managers, lost, types, changed.policy, AS_AT)
    return dict(zip(managers["om_code"] + " " + managers["team_code"], points, strict=True))


def notes_of(changed: AppliedChanges) -> list[str]:
    return [describe_remark(remark) for remark in changed.remarks]


def post_of(changed: AppliedChanges, om_code: str, team_code: str) -> "pd.Series[object]":
    managers = changed.caseload.offender_managers.set_index(["om_code", "team_code"])
    return managers.loc[(om_code, team_code)]


def test_somebody_absent_has_no_points_in_any_post(service: Home) -> None:
    before, after = (
        available(changed_by(service, "pin: {crn: X000001}")),
        available(changed_by(service, "absent: {om_code: P03}")),
    )
    assert before["P03 T1"] > 0 < before["P03 T2"]
    assert after == before | {"P03 T1": 0, "P03 T2": 0}


@pytest.mark.parametrize(
    ("said", "gone", "note"),
    [
        ("from: 2026-11-20", True, None),
        ("until: 2026-11-20", True, None),
        ("until: 2026-11-19", False, "until 2026-11-19 is before the as-at date"),
        ("from: 2026-01-01, until: 2026-12-31", True, None),
    ],
)
def test_an_absence_counts_from_its_first_day_to_its_last(
    service: Home, said: str, gone: bool, note: str | None
) -> None:
    changed = changed_by(service, f"absent: {{om_code: P01, {said}}}")
    assert available(changed)["P01 T1"] == (0 if gone else FULL_TIME)
    assert [note in said for said in notes_of(changed)] == [True] if note else not changed.remarks


def test_somebody_who_joins_has_the_points_of_their_hours(service: Home) -> None:
    changed = changed_by(
        service,
        "joins: {team_code: T2, grade: PO, contracted_hours: 18.5, name: A New One, qualified_on: 2026-09-01}\n"
        "joins: {team_code: T3, grade: PSO, contracted_hours: 37}\n"
        "joins: {team_code: T3, grade: PO, contracted_hours: 7.4, om_code: P02}",
    )
    points = available(changed)
    assert points["joins-1 T2"] == FULL_TIME / 2
    assert points["P02 T3"] == FULL_TIME / 5
    assert points["joins-2 T3"] > 0
    new = post_of(changed, "joins-1", "T2")
    assert (new["om_name"], new["qualified_on"]) == ("A New One", pd.Timestamp(2026, 9, 1))
    assert post_of(changed, "joins-2", "T3")["om_name"] == "New PSO 2"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("absent: {om_code: P01, from: 2026-11-21}", "absent.from"),
        ("joins: {team_code: T2, grade: PO, contracted_hours: 37, on: 2026-11-21}", "joins.on"),
        ("leaves: {om_code: P01, on: 2026-11-21}", "leaves.on"),
    ],
)
def test_a_change_that_begins_after_the_day_of_the_plan_is_refused_with_the_way_out(
    service: Home, change: str, place: str
) -> None:
    key = place.partition(".")[2]
    assert fault_of(service, change) == (
        f"changes.1.{place}: 2026-11-21 is after the as-at date 2026-11-20, so this plan would not know of it; write "
        f"plan_for: 2026-11-21 in the scenario to plan for that day, or leave {key} out to plan as if it had begun"
    )
    changed_by(service, change, plan_for="2026-11-21")
    with pytest.raises(ScenarioFault, match="2026-11-23 is after plan_for, 2026-11-22, so"):
        changed_by(service, change.replace("11-21", "11-23"), plan_for="2026-11-22")


def test_on_the_day_of_the_plan_a_change_that_begins_by_then_holds(service: Home) -> None:
    changes = (
        "absent: {om_code: P01, from: 2026-12-01, until: 2026-12-31}\n"
        "leaves: {om_code: P02, on: 2026-12-02}\n"
        "joins: {team_code: T2, grade: PO, contracted_hours: 37, on: 2026-12-03}"
    )
    changed = changed_by(service, changes, plan_for="2026-12-03")
    points = available(changed)
    assert (points["P01 T1"], points["P02 T1"], points["joins-1 T2"]) == (0, 0, FULL_TIME)
    assert not changed.remarks


def test_an_absence_that_ends_before_the_day_of_the_plan_has_no_effect(service: Home) -> None:
    changed = changed_by(service, "absent: {om_code: P01, until: 2026-12-01}", plan_for="2026-12-02")
    assert available(changed)["P01 T1"] == FULL_TIME
    assert notes_of(changed) == [
        "changes.1.absent: until 2026-12-01 is before plan_for, 2026-12-02: no effect on this plan"
    ]


def test_somebody_leaves_one_post_or_all_of_them(service: Home) -> None:
    one, every = (
        changed_by(service, "leaves: {om_code: P03, team_code: T1}"),
        changed_by(service, "leaves: {om_code: P03}"),
    )
    assert (available(one)["P03 T1"], available(one)["P03 T2"] > 0) == (0, True)
    assert (available(every)["P03 T1"], available(every)["P03 T2"]) == (0, 0)


def test_hours_change_in_one_post(service: Home) -> None:
    before = available(changed_by(service, "pin: {crn: X000001}"))
    after = available(changed_by(service, "hours: {om_code: P01, team_code: T1, contracted_hours: 22.2}"))
    assert after == before | {"P01 T1": FULL_TIME * 3 / 5}


def test_a_team_goes_to_another_office_with_everything_above_it(service: Home) -> None:
    changed = changed_by(service, "team: {team_code: T4, to_office: O3}", "{cluster: C2}")
    organisation = changed.caseload.organisation.set_index("team_code")
    assert organisation.loc["T4", ["office_code", "office_name", "cluster_code"]].to_list() == ["O3", "Office O3", "C2"]
    assert organisation.loc["T4", "team_name"] == "Team T4"
    assert changed.teams == {"T4", "T5"}
    assert (
        "T4 is in office O2 already: no effect"
        in notes_of(changed_by(service, "team: {team_code: T4, to_office: O2}"))[0]
    )


def test_a_type_of_team_takes_cases_of_further_types_and_keeps_its_own(service: Home) -> None:
    changed = changed_by(service, "widen: {team_type: ppu, takes: [omu]}\nwiden: {team_type: ppu, takes: [court, omu]}")
    assert changed.costs.takes[TeamType.PPU] == (TeamType.PPU, TeamType.OMU, TeamType.COURT)
    assert changed.costs.fingerprint != changed_by(service, "pin: {crn: X000001}").costs.fingerprint


def test_expected_cases_are_nobodys_and_weigh_what_such_cases_weigh(service: Home) -> None:
    changed = changed_by(
        service,
        "arrivals: {team_code: T3, tier: 4, rosh: high, setting: licence, cases: 3}\n"
        "arrivals: {team_code: T1, tier: 1, rosh: low, setting: community, cases: 9}",
    )
    cases = changed.caseload.cases
    new = cases[cases["crn"].str.startswith(EXPECTED)]
    assert new["om_code"].isna().all()
    assert new["crn"].is_unique
    kinds = new.groupby(["team_code", "tier", "rosh", "setting"])["number_of_cases"].sum().to_dict()
    assert kinds == {("T1", "1", "low", "community"): 9, ("T3", "4", "high", "licence"): 3}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("absent: {om_code: P1}", "absent.om_code: 'P1' is no offender manager of the snapshot of 2026-11-20 (did you"),
        ("joins: {team_code: T9, grade: PO, contracted_hours: 37}", "joins.team_code: 'T9' is no team of the snapshot"),
        (
            "joins: {team_code: T1, grade: PO, contracted_hours: 37, om_code: P01}",
            "joins.om_code: 'P01' has a post in T1 already; change its hours with hours",
        ),
        ("leaves: {om_code: P01, team_code: T2}", "leaves.team_code: 'T2': P01 has no post there; P01 has one in T1"),
        ("hours: {om_code: P03, team_code: T3, contracted_hours: 1}", "P03 has no post there; P03 has one in T1, T2"),
        ("team: {team_code: T1, to_office: C1}", "team.to_office: 'C1' is no office of the snapshot"),
        (
            "arrivals: {team_code: T1, tier: 7, rosh: low, setting: custody, cases: 1}",
            "arrivals.tier: '7' is no tier of london-2009; the tiers are 1, 2, 3, 4",
        ),
        ("policy: {tier_points: {9: {custody: 1}}}", "policy.tier_points.9: is no tier of london-2009; they are 1, 2"),
        ("policy: {nominal_target: {SPO: 5}}", "nominal_target.SPO: 5: an SPO manages and holds no cases; leave it 0"),
        ("policy: {default_hours: 36.12345}", "default_hours: 36.12345: has more than 3 decimals; write 36.123"),
        ("move: {crn: X9, to_om_code: P01}", "move.crn: 'X9' is no case of the snapshot"),
        ("move: {crn: X000001, to_om_code: P99}", "move.to_om_code: 'P99' is no offender manager"),
        ("move: {crn: X000001, to_om_code: P03}", "to_team_code: is missing; P03 has posts in T1, T2: write which"),
        (
            "move: {crn: X000001, to_om_code: P08}",
            "to_team_code: team T5 is outside the scope of this scenario; widen the scope, or leave the move out",
        ),
        ("pin: {crn: X9}", "pin.crn: 'X9' is no case of the snapshot"),
        ("bar: {crn: X000001, om_code: P99}", "bar.om_code: 'P99' is no offender manager"),
    ],
)
def test_a_change_that_the_snapshot_does_not_bear_is_told_with_its_place(service: Home, change: str, said: str) -> None:
    fault = fault_of(service, change)
    assert fault.startswith("changes.1.")
    assert said in fault
