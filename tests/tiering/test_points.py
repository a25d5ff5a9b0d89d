"""What a case demands by tier, RoSH, setting, activity and number, and what duties demand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.tiering.rows import CONFIG, FRIDAY, LONDON, LONG_AGO, WMT, Row, case, caseload, duty, post, team, weigh
from tiering.capacity import Post
from tiering.caseload import Caseload
from tiering.points import duty_points
from tiering.policies.policy import Policy
from tiering.policies.policy_files import load_policy
from tiering.terms import Activity, Setting


def parts(*cases: Row, policy: Policy = LONDON) -> dict[str, tuple[float, ...]]:
    """Tier points, RoSH points, share and points of each case."""
    frame = weigh(caseload(*cases), policy).frame.set_index("crn")
    columns = frame[["tier_points", "rosh_points", "activity_share", "points"]]
    return {str(crn): tuple(row) for crn, row in zip(columns.index, columns.to_numpy().tolist(), strict=True)}


def test_a_case_weighs_its_tier_and_its_rosh_in_its_setting() -> None:
    assert parts(
        case("X1", tier="1", rosh="low"),
        case("X2", tier="3", rosh="high"),
        case("X3", tier="3", rosh="high", setting="licence"),
        case("X4", tier="4", rosh="very_high", setting="custody"),
    ) == {"X1": (25, 0, 1, 25), "X2": (80, 30, 1, 110), "X3": (85, 30, 1, 115), "X4": (45, 24, 1, 69)}


def test_only_what_is_worked_on_has_points_and_the_parts_are_still_told() -> None:
    found = parts(*(case(activity, tier="3", rosh="high", activity=activity) for activity in Activity))
    assert found == {
        "active": (80, 30, 1, 110),
        "suspended": (80, 30, 1, 110),
        "reset": (80, 30, 1, 110),
        "impact": (80, 30, 1, 110),
        "unpaid_work_only": (80, 30, 1, 110),
        "warrant": (80, 30, 0, 0),
        "overdue_termination": (80, 30, 0, 0),
    }


def test_contact_that_a_prioritisation_stops_has_the_share_of_its_date() -> None:
    rows = [case(activity, tier="C2", activity=activity) for activity in ("active", "suspended", "reset", "impact")]
    before, after = (load_policy(CONFIG, "modern", day) for day in (date(2024, 4, 28), date(2024, 4, 29)))
    assert [part[3] for part in parts(*rows, policy=before).values()] == [63, 63, 63, 63]
    found = parts(*rows, policy=after)
    assert {name: part[3] for name, part in found.items()} == {
        "active": 63,
        "suspended": 63,
        "reset": 0,
        "impact": 31.5,
    }


def test_an_untiered_or_unclassified_case_is_work_too() -> None:
    frame = weigh(caseload(case(tier=None, rosh=None, setting="licence"))).frame
    assert frame[["tier_points", "rosh_points", "points"]].to_numpy().tolist() == [[50, 8, 58]]
    assert frame[["tier", "rosh"]].isna().all(axis=None)


def test_the_workload_management_tool_scores_neither_rosh_nor_untiered_cases() -> None:
    assert parts(
        case("X1", tier="B1", rosh="very_high", setting="licence"), case("X2", tier=None, rosh="high"), policy=WMT
    ) == {"X1": (119, 0, 1, 119), "X2": (0, 0, 1, 0)}


def test_a_row_that_stands_for_seven_cases_weighs_seven_times_as_much() -> None:
    assert parts(case(tier="2", rosh="medium", number_of_cases=7)) == {"X1": (45, 8, 1, 7 * 53)}


def test_part_of_a_case_gives_that_part_of_its_points() -> None:
    """The tool's fact, a weighting of 75 per cent, in our shares."""
    shares = dict(LONDON.activity_share) | {Activity.WARRANT: Decimal("0.75")}
    policy = LONDON.model_copy(update={"activity_share": shares})
    assert parts(case(activity="warrant", number_of_cases=10), policy=policy) == {"X1": (25, 0, 0.75, 187.5)}


def test_points_are_kept_as_whole_units_so_that_fractions_add_up_exactly() -> None:
    fine = dict(zip(Setting, (Decimal("0.1"), Decimal("0.25"), Decimal(0)), strict=True))
    shares = dict(LONDON.activity_share) | {Activity.SUSPENDED: Decimal("0.125")}
    changed = {"rosh_points": dict.fromkeys(LONDON.rosh_points, fine), "activity_share": shares}
    policy = LONDON.model_copy(update=changed)
    cases = [case(f"X{number}", setting="licence", activity="suspended") for number in range(3)]
    weighed = weigh(caseload(*cases), policy)
    assert Fraction(int(weighed.exact.sum()), weighed.units) == 3 * Fraction("25.25") / 8
    columns = ["tier_points", "rosh_points", "activity_share", "points"]
    assert weighed.frame[columns].to_numpy().tolist() == [[25, 0.25, 0.125, 25.25 / 8]] * 3


def test_every_case_keeps_its_place_and_its_words() -> None:
    known = caseload(case("X2", tier="4", rosh="high"), case("X1", setting="custody", activity="warrant"))
    frame = weigh(known).frame
    assert " ".join(frame.columns) == (
        "crn om_code team_code tier rosh setting activity number_of_cases tier_points rosh_points activity_share points"
    )
    assert frame[["crn", "tier", "setting", "points"]].to_numpy().tolist() == [
        ["X1", "1", "custody", 0],
        ["X2", "4", "community", 150],
    ]


def test_a_case_of_nobody_or_of_someone_with_no_post_in_the_team_is_unallocated() -> None:
    known = caseload(
        case("X1"),
        case("X2", om_code=None),
        case("X3", om_code="Z"),
        case("X4", team_code="T2"),
        case("X5", om_code="Q", team_code="T2"),
        organisation=[team(), team("T2")],
        offender_managers=[post(), post("Q", "T2")],
    )
    weighed = weigh(known)
    assert weighed.post.tolist() == [0, -1, -1, -1, 1]
    frame = weighed.frame
    assert frame["om_code"].fillna("nobody").tolist() == ["P", "nobody", "nobody", "nobody", "Q"]
    assert frame["points"].tolist() == [25] * 5


def test_a_service_without_a_case_or_without_a_post_has_no_points_to_weigh() -> None:
    assert len(weigh(caseload()).frame) == 0
    weighed = weigh(caseload(case(), offender_managers=[]))
    assert weighed.frame["om_code"].isna().all()
    assert weighed.exact.sum() / weighed.units == 25


def test_a_tier_of_another_scheme_is_an_error_that_names_it() -> None:
    with pytest.raises(ValueError, match=r"not in the policy: \['A3'\]"):
        weigh(caseload(case("X1", tier="A3"), case("X2", tier="1")))


DAY = timedelta(days=1)


def points(known: Caseload) -> dict[Post, Fraction]:
    return duty_points(known.duties, known.offender_managers, LONDON, FRIDAY)


def of_one(*duties: Row, **given: object) -> Fraction:
    """Duty points of the one post there is."""
    return points(caseload(offender_managers=[post(**given)], duties=duties)).get(("P", "T1"), Fraction(0))


@pytest.mark.parametrize(
    ("kind", "each"),
    [("sdr", 138), ("fdr", 65), ("oral_report", 0)],
)
def test_a_report_has_the_published_points(kind: str, each: int) -> None:
    assert of_one(duty(kind, 3)) == 3 * each


@pytest.mark.parametrize(
    ("completed_on", "counted"),
    [(FRIDAY + DAY, False), (FRIDAY, True), (FRIDAY - 29 * DAY, True), (FRIDAY - 30 * DAY, False)],
)
def test_a_report_counts_when_completed_in_the_last_thirty_days(completed_on: date, counted: bool) -> None:
    assert of_one(duty("sdr", 1, completed_on)) == (138 if counted else 0)


def test_a_report_has_no_last_day() -> None:
    assert of_one(duty("fdr", 2, FRIDAY - 20 * DAY, FRIDAY - 10 * DAY)) == 130


@pytest.mark.parametrize("kind", ["court_duty", "office_duty", "group_work"])
def test_an_hour_of_duty_weighs_as_much_as_an_hour_of_the_target(kind: str) -> None:
    """3.7 of 37 hours are a tenth of 2,176 points."""
    assert of_one(duty(kind, 3.7, LONG_AGO)) == Fraction("217.6")


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "in_force"),
    [
        (FRIDAY, None, True),
        (FRIDAY + DAY, None, False),
        (LONG_AGO, FRIDAY, True),
        (LONG_AGO, FRIDAY - DAY, False),
        (LONG_AGO, FRIDAY + DAY, True),
    ],
)
def test_hours_of_duty_count_while_they_are_in_force(starts_on: date, ends_on: date | None, in_force: bool) -> None:
    assert of_one(duty("court_duty", 37, starts_on, ends_on)) == (2176 if in_force else 0)


@pytest.mark.parametrize(("grade", "hour"), [("PO", 2176), ("PSO", 2176), ("TPO", 2176), ("SPO", 0)])
def test_an_hour_of_duty_follows_the_target_of_the_grade(grade: str, hour: int) -> None:
    assert of_one(duty("group_work", 37, LONG_AGO), grade=grade) == hour


def test_duty_of_a_part_timer_or_in_a_public_protection_unit_weighs_the_same() -> None:
    known = caseload(
        organisation=[team(team_type="ppu")],
        offender_managers=[post(hours=7.4)],
        duties=[duty("court_duty", 3.7, LONG_AGO)],
    )
    assert points(known) == {("P", "T1"): Fraction("217.6")}


def test_duties_add_up_for_each_post_and_the_same_row_twice_counts_twice() -> None:
    known = caseload(
        organisation=[team(), team("T2")],
        offender_managers=[post(), post(team_code="T2"), post("Q")],
        duties=[
            duty("sdr", 1),
            duty("sdr", 1),
            duty("court_duty", 3.7),
            duty("fdr", 1, team_code="T2"),
            duty("oral_report", 1, om_code="Q"),
        ],
    )
    assert points(known) == {("P", "T1"): 276 + Fraction("217.6"), ("P", "T2"): 65, ("Q", "T1"): 0}


def test_who_has_no_duty_is_not_listed() -> None:
    assert points(caseload()) == {}


def test_the_window_and_the_points_of_a_report_are_the_policys() -> None:
    week = LONDON.model_copy(update={"report_window": 7})
    known = caseload(duties=[duty("sdr", 1, FRIDAY - 7 * DAY), duty("sdr", 1, FRIDAY - 6 * DAY)])
    assert duty_points(known.duties, known.offender_managers, week, FRIDAY) == {("P", "T1"): 138}
    assert duty_points(known.duties, known.offender_managers, WMT, FRIDAY) == {("P", "T1"): 276}


def test_points_of_support_go_from_the_person_of_the_case_to_the_person_who_helped_while_they_are_in_force() -> None:
    last, gone = FRIDAY, FRIDAY - timedelta(days=1)
    known = caseload(
        offender_managers=[post("P"), post("Q", grade="unknown", hours=0)],
        duties=[
            duty("support_given", 9, ends_on=last, om_code="Q"),
            duty("support_received", 9, ends_on=last),
            duty("support_received", 13, starts_on=gone, ends_on=gone),
            duty("group_work", 5, om_code="Q"),
        ],
    )
    points = duty_points(known.duties, known.offender_managers, WMT, FRIDAY)
    assert points == {("Q", "T1"): 9, ("P", "T1"): -9}
