"""The rows and the past of the teams of one scope."""

from dataclasses import replace
from datetime import date

import pandas as pd

from alerts.causes.model import EarlierWeek
from alerts.detection.organisation.model import ChangeKind, OrganisationChange, UnitName
from alerts.digest.privacy import name_scope
from monitor.bundles.narrow import Inside, narrow_caseload, narrow_events, narrow_past, narrow_units
from monitor.snapshots.weeks.history import Past
from tests.tiering.rows import FRIDAY, LONDON, case, caseload, done, duty, post, reduction, team
from tiering.terms import Level

KNOWN = caseload(
    case("X1"),
    case("X2", team_code="T2", om_code="Q"),
    organisation=[team(), team("T2", "F2"), team("T3", "F3", "C2")],
    offender_managers=[post(), post("P", "T2"), post("Q", "T2"), post("R", "T3")],
    assessments=[done("home_visit", FRIDAY, "X1"), done("home_visit", FRIDAY, "X2")],
    duties=[duty("court_duty", 2), duty("court_duty", 2, team_code="T2")],
    reductions=[
        reduction(1),
        reduction(2, None),
        reduction(3, "T2"),
        reduction(4, om_code="Q", team_code="T2"),
    ],
    oversight=[
        {"crn": "X1", "om_code": None, "kind": "mappa_review", "done_on": FRIDAY},
        {"crn": None, "om_code": "P", "kind": "supervision", "done_on": FRIDAY},
        {"crn": "X2", "om_code": None, "kind": "mappa_review", "done_on": FRIDAY},
        {"crn": None, "om_code": "Q", "kind": "supervision", "done_on": FRIDAY},
    ],
)


def inside(level: str, code: str) -> Inside:
    return Inside.of(name_scope([(level, code)], KNOWN.organisation), KNOWN.organisation)


def units(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["level", "code", "parent_code"], dtype="str")


def test_what_lies_within_a_scope_and_above_it() -> None:
    office = inside("office", "F1")
    assert (office.teams, office.levels) == ({"T1"}, ("office", "team"))
    assert office.units == {("team", "T1"), ("office", "F1")}
    assert office.above == {("cluster", "C1"), ("area", "A1"), ("all", "all")}
    whole = inside("all", "all")
    assert (whole.teams, whole.above) == ({"T1", "T2", "T3"}, frozenset())
    assert ("all", "all") in whole.units


def test_rows_of_other_teams_their_cases_and_their_people_are_left_out() -> None:
    own = narrow_caseload(KNOWN, inside("team", "T1").teams)
    assert list(own.organisation["team_code"]) == ["T1"]
    assert list(own.offender_managers["om_code"]) == ["P"]
    assert list(own.cases["crn"]) == list(own.assessments["crn"]) == ["X1"]
    assert list(own.duties["team_code"]) == ["T1"]
    assert sorted(own.reductions["hours"]) == [1, 2]
    assert sorted(own.oversight["kind"]) == ["mappa_review", "supervision"]


def test_a_scope_of_everything_leaves_out_nothing() -> None:
    whole = narrow_caseload(KNOWN, inside("all", "all").teams)
    for name, frame in KNOWN.tables().items():
        pd.testing.assert_frame_equal(whole.tables()[name], frame)


def test_units_of_the_scope_its_people_and_its_posts_are_left() -> None:
    rows = units(
        ("all", "all", ""),
        ("office", "F1", "C1"),
        ("team", "T1", "F1"),
        ("team", "T2", "F2"),
        ("offender_manager", "P", "T1"),
        ("offender_manager", "Q", "T2"),
        ("post", "T1/P", "T1"),
        ("post", "T2/P", "T2"),
    )
    own = narrow_units(rows, inside("office", "F1"), {"P"})
    assert list(own["code"]) == ["F1", "T1", "P", "T1/P"]


def test_events_of_the_scope_and_of_the_units_above_it_are_left() -> None:
    events = units(("team", "T1", ""), ("team", "T2", ""), ("area", "A1", ""), ("all", "all", ""))
    assert list(narrow_events(events, inside("team", "T1"))["code"]) == ["T1", "A1", "all"]


def a_change(code: str, previous: str = "", above: str = "") -> OrganisationChange:
    units_above = (UnitName(level=Level.OFFICE, code=above, name=above),) if above else ()
    return OrganisationChange(
        kind=ChangeKind.RECODED,
        level=Level.TEAM,
        code=code,
        name=code,
        previous_code=previous,
        previous_above=units_above,
    )


def test_the_past_of_a_scope_has_its_earlier_people_codes_and_changes() -> None:
    flows = pd.DataFrame({"team_code": ["T1", "T2"]}, dtype="str")
    rows = units(("team", "T1", "F1"), ("offender_manager", "GONE", "T1"), ("offender_manager", "Q", "T2"))
    changes = (a_change("T1", "T9"), a_change("T2", "T8"), a_change("T7", above="F1"))
    before = caseload(
        case("X9", team_code="T9"),
        case("X2", team_code="T8", om_code="Q"),
        organisation=[team("T9"), team("T8", "F2")],
        offender_managers=[post("P", "T9"), post("Q", "T8")],
    )
    past = Past(rows, flows, rows, None, None, rows, changes={FRIDAY: changes}, episodes=rows, weeks=rows)
    week = EarlierWeek(1, date(2009, 11, 13), before, LONDON)
    own = narrow_past(replace(past, compared=(week,)), inside("office", "F1"), narrow_caseload(KNOWN, {"T1"}))
    assert list(own.units["code"]) == list(own.episodes["code"]) == list(own.staffing["code"]) == ["T1", "GONE"]
    assert list(own.flows["team_code"]) == ["T1"]
    assert [change.code for change in own.changes[FRIDAY]] == ["T1", "T7"]
    assert list(own.compared[0].caseload.cases["crn"]) == ["X9"]
    people = pd.DataFrame({"om_code": ["P", "Q"], "team_code": ["T1", "T2"]}, dtype="str")
    seen = pd.DataFrame({"crn": ["X1", "X2"]}, dtype="str")
    more = narrow_past(
        replace(past, people=people, first_seen=seen), inside("team", "T1"), narrow_caseload(KNOWN, {"T1"})
    )
    assert more.people is not None
    assert more.first_seen is not None
    assert (list(more.people["om_code"]), list(more.first_seen["crn"])) == (["P"], ["X1"])
