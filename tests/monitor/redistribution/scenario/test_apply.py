"""What a scenario changes before anything is moved, and what it cannot change in this snapshot."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from monitor.redistribution.scenario.apply import EXPECTED, Changed
from monitor.redistribution.scenario.baseline import start_of
from tiering.capacity import available_points, reduction_hours
from tiering.faults import ConfigFault
from tiering.terms import TeamType

from ...conftest import AS_AT, Home
from ..service import asked, changed_by, start_for

FULL_TIME = Fraction(2176)


def available(changed: Changed) -> dict[str, Fraction]:
    """Available points of each post, by person and team."""
    managers = changed.caseload.offender_managers
    organisation = changed.caseload.organisation
    types = dict(zip(organisation["team_code"], organisation["team_type"], strict=True))
    lost = reduction_hours(changed.caseload.reductions, managers, AS_AT)
    points = available_points(managers, lost, types, changed.policy, AS_AT)
    return dict(zip(managers["om_code"] + " " + managers["team_code"], points, strict=True))


def fault_of(home: Home, changes: str, scope: str = "{cluster: C1}") -> str:
    with pytest.raises(ConfigFault) as raised:
        changed_by(home, changes, scope)
    (fault,) = raised.value.faults
    return fault.removeprefix("tried.yaml: ")


def post_of(changed: Changed, om_code: str, team_code: str) -> "pd.Series[object]":
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
        ("from: 2026-11-21", False, "from 2026-11-21 is after the as-at date"),
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
    assert [note in said for said in changed.notes] == [True] if note else not changed.notes


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


def test_somebody_who_joins_later_is_not_there_yet(service: Home) -> None:
    changed = changed_by(service, "joins: {team_code: T2, grade: PO, contracted_hours: 37, on: 2026-11-21}")
    assert "joins-1 T2" not in available(changed)
    assert "on 2026-11-21 is after the as-at date 2026-11-20: no effect on this plan" in changed.notes[0]


def test_somebody_leaves_one_post_or_all_of_them(service: Home) -> None:
    one, every = (
        changed_by(service, "leaves: {om_code: P03, team_code: T1}"),
        changed_by(service, "leaves: {om_code: P03}"),
    )
    assert (available(one)["P03 T1"], available(one)["P03 T2"] > 0) == (0, True)
    assert (available(every)["P03 T1"], available(every)["P03 T2"]) == (0, 0)


def test_somebody_who_leaves_later_is_still_there(service: Home) -> None:
    changed = changed_by(service, "leaves: {om_code: P01, on: 2026-11-21}")
    assert available(changed)["P01 T1"] == FULL_TIME
    assert "no effect on this plan" in changed.notes[0]


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
        "T4 is in office O2 already: no effect" in changed_by(service, "team: {team_code: T4, to_office: O2}").notes[0]
    )


def test_a_type_of_team_takes_cases_of_further_types_and_keeps_its_own(service: Home) -> None:
    changed = changed_by(service, "widen: {team_type: ppu, takes: [omu]}\nwiden: {team_type: ppu, takes: [court, omu]}")
    assert changed.prices.takes[TeamType.PPU] == (TeamType.PPU, TeamType.OMU, TeamType.COURT)
    assert changed.prices.fingerprint != changed_by(service, "pin: {crn: X000001}").prices.fingerprint


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


def test_numbers_of_the_policy_are_replaced_one_by_one_and_exactly(service: Home) -> None:
    stored = start_of(service.store, asked(), "tried.yaml").policy
    changed = changed_by(
        service,
        "policy: {tier_points: {4: {custody: 60.1}}, rosh_points: {unclassified: {custody: 1.5}}, "
        "nominal_target: {PO: 2300}, default_hours: 36}",
    ).policy
    assert changed.tier_points["4"] == stored.tier_points["4"] | {"custody": Decimal("60.1")}
    assert changed.tier_points["3"] == stored.tier_points["3"]
    assert changed.rosh_points["unclassified"]["custody"] == Decimal("1.5")
    assert changed.nominal_target == stored.nominal_target | {"PO": Decimal(2300)}
    assert changed.default_hours == 36
    assert changed.fingerprint != stored.fingerprint
    assert stored.tier_points["4"]["custody"] != Decimal("60.1")


def test_where_points_are_rounded_only_whole_ones_are_tried(service_wmt: Home) -> None:
    changed = changed_by(service_wmt, "policy: {tier_points: {D2: {community: 50}}, nominal_target: {PO: 2300.5}}")
    assert changed.policy.tier_points["D2"]["community"] == 50
    said = fault_of(service_wmt, "policy: {tier_points: {D2: {community: 50.5}}}")
    assert said == "changes.1.policy.tier_points.D2.community: 50.5: wmt counts in whole points; write 50"


def test_another_line_is_the_line_of_the_plan(service: Home) -> None:
    changed = changed_by(service, "threshold: {over: 102.5}")
    assert (changed.over_line, changed.policy.bands.red_above) == (102.5, Decimal("102.5"))
    assert changed_by(service, "pin: {crn: X000001}").over_line == 110


def test_moves_pins_and_bars_become_locks_whatever_their_order(service: Home) -> None:
    changed = changed_by(
        service,
        "move: {crn: X000002, to_om_code: N1}\npin: {crn: X000003}\npin: {om_code: P05}\n"
        "bar: {crn: X000004, om_code: P02}\n"
        "joins: {team_code: T2, grade: PO, contracted_hours: 37, om_code: N1}",
    )
    assert changed.locks.fixed == (("X000002", "N1", "T2"),)
    assert (changed.locks.crns, changed.locks.om_codes) == ({"X000003"}, {"P05"})
    assert changed.locks.barred == {("X000004", "P02")}
    assert not changed.notes


def test_a_pin_outside_the_scope_says_that_it_does_nothing(service: Home) -> None:
    notes = changed_by(service, "pin: {om_code: P08}\npin: {crn: X000001}").notes
    assert notes == ("changes.1.pin: P08 is outside the scope of this scenario: no effect",)


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


@pytest.mark.parametrize(
    "change",
    [
        "threshold: {over: 100}",
        "team: {team_code: T1, to_office: O2}",
        "hours: {om_code: P01, team_code: T1, contracted_hours: 1}",
        "move: {crn: X000001, to_om_code: P02}",
    ],
)
def test_what_is_said_twice_is_a_fault(service: Home, change: str) -> None:
    assert fault_of(service, f"{change}\n{change}").startswith("changes.2.")


def test_a_scope_that_is_not_there_is_a_fault(service: Home) -> None:
    said = fault_of(service, "pin: {crn: X000001}", "{cluster: C3}")
    assert said.startswith("scope.cluster: 'C3' is no cluster of the snapshot of 2026-11-20; write a code as")
    assert fault_of(service, "pin: {crn: X000001}", "{teams: [T1, T9]}").startswith("scope.teams: 'T9' is no team")


def test_every_fault_of_a_scenario_is_told_at_once_in_its_order(service: Home) -> None:
    with pytest.raises(ConfigFault) as raised:
        changed_by(
            service, "pin: {crn: X9}\nabsent: {om_code: P99}\nthreshold: {over: 99}\nmove: {crn: X8, to_om_code: P77}"
        )
    places = [fault.split(" ")[1] for fault in raised.value.faults]
    assert places == [
        "changes.1.pin.crn:",
        "changes.2.absent.om_code:",
        "changes.4.move.crn:",
        "changes.4.move.to_om_code:",
    ]


def test_the_snapshot_that_comes_in_is_never_written_to(service: Home) -> None:
    scenario = asked()
    before, again = start_for(service, scenario), start_of(service.store, scenario, "tried.yaml")
    changed_by(
        service,
        "absent: {om_code: P01}\nleaves: {om_code: P02}\nhours: {om_code: P03, team_code: T1, contracted_hours: 1}\n"
        "team: {team_code: T1, to_office: O2}\n"
        "arrivals: {team_code: T1, tier: 1, rosh: low, setting: custody, cases: 1}",
    )
    for name, table in before.caseload.tables().items():
        pd.testing.assert_frame_equal(table, again.caseload.tables()[name])
