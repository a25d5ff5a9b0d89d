"""What the record leaves out, contradicts or leaves unwatched."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from tests.tiering.rows import FRIDAY, LONDON, WMT, Row, case, caseload, done, post, reduction, team, weigh
from tiering.caseload import Caseload
from tiering.findings import COLUMNS, FINDINGS, find
from tiering.policies.policy import Policy
from tiering.workload import weigh_units

DAY = timedelta(days=1)


def found(known: Caseload, policy: Policy = LONDON) -> pd.DataFrame:
    weighed = weigh(known, policy)
    return find(known, weighed, weigh_units(known, weighed, policy, FRIDAY), policy, FRIDAY)


def by_case(known: Caseload) -> dict[str, dict[str, str]]:
    """The findings of each case that has any, with what each says."""
    rows = found(known).fillna({"detail": ""})
    answer: dict[str, dict[str, str]] = {}
    for row in rows.itertuples():
        assert row.finding not in answer.get(row.crn, {})
        answer.setdefault(row.crn, {})[row.finding] = row.detail
    return answer


def test_a_finding_says_what_is_wrong_with_the_record_or_the_holder() -> None:
    known = caseload(
        case("nothing wrong"),
        case("one RoSH", rosh="medium", rosh_delius="medium"),
        case("silent record", rosh="high", tier="4"),
        case("two RoSHs", rosh="medium", rosh_delius="low"),
        case("no RoSH", rosh=None, rosh_delius="low"),
        case("no tier", tier=None, rosh="high"),
        case("one change", tier_changes=1, tier_documented=True),
        case("two changes", tier_changes=2),
        case("no grounds", tier_documented=False),
        case("MAPPA 2", mappa_level="2"),
        case("MAPPA unknown", mappa_level="unrecorded"),
        case("MAPPA eligible", mappa_eligible=True, rosh="medium"),
        case("MAPPA referred", mappa_eligible=True, mappa_level="1"),
        case("no copy", setting="licence", licence_copy=False),
        case("no licence", licence_copy=False),
        case("high in tier 3", tier="3", rosh="very_high"),
        case("high in tier 4", tier="4", rosh="high"),
        case("low in tier 4", tier="4", rosh="low"),
        case("nobody's", om_code=None),
        case("a stranger's", om_code="Z"),
        case("of another team", om_code="Q"),
        case("a leaver's", om_code="L"),
        case("a leaver's to be", om_code="M"),
        case("without hours", om_code="N"),
        case("hours elsewhere", om_code="H"),
        case("an SPO's at work", om_code="B"),
        case("an SPO's on leave", om_code="C"),
        case("no hours anywhere", om_code="R"),
        case("a PSO's", om_code="S", rosh="medium", tier="3"),
        case("a PSO's, high", om_code="S", rosh="high", tier="3"),
        case("a PSO's, tier 4", om_code="S", rosh=None, tier="4"),
        case("a PSO's, untiered", om_code="S", rosh="very_high", tier=None),
        organisation=[team(), team("T2")],
        offender_managers=[
            post(),
            post("L", left_on=FRIDAY),
            post("M", left_on=FRIDAY + DAY),
            post("N", hours=0),
            *(post("H", hours=0), post("H", "T2", hours=7.4)),
            *(post("R", hours=0), post("R", "T2", hours=7.4)),
            post("Q", "T2"),
            post("S", grade="PSO"),
            *(post("B", grade="SPO"), post("C", grade="SPO")),
        ],
        reductions=[reduction(7.4, team_code=None, om_code="R"), reduction(37, om_code="C")],
    )
    stranger = "who has no post in the team"
    assert by_case(known) == {
        "two RoSHs": {"rosh_mismatch": "OASys medium, case record low"},
        "no RoSH": {"rosh_missing": ""},
        "no tier": {"tier_missing": ""},
        "two changes": {"tier_changed": "2 changes"},
        "no grounds": {"tier_undocumented": ""},
        "MAPPA unknown": {"mappa_level_unrecorded": ""},
        "MAPPA eligible": {"mappa_not_referred": "RoSH medium"},
        "no copy": {"licence_copy_missing": ""},
        "high in tier 3": {"rosh_above_tier": "RoSH very_high, tier 3"},
        "low in tier 4": {"rosh_below_tier": "RoSH low, tier 4"},
        "nobody's": {"unallocated": ""},
        "a stranger's": {"post_missing": f"recorded with Z, {stranger}"},
        "of another team": {"post_missing": f"recorded with Q, {stranger}"},
        "a leaver's": {"held_by_leaver": "left on 2009-11-20"},
        "without hours": {"no_available_hours": ""},
        "no hours anywhere": {"no_available_hours": ""},
        "an SPO's on leave": {"no_available_hours": ""},
        "a PSO's, high": {
            "grade_not_permitted": "RoSH high, tier 3, held by a PSO",
            "rosh_above_tier": "RoSH high, tier 3",
        },
        "a PSO's, tier 4": {"grade_not_permitted": "RoSH none, tier 4, held by a PSO", "rosh_missing": ""},
        "a PSO's, untiered": {"grade_not_permitted": "RoSH very_high, tier none, held by a PSO", "tier_missing": ""},
    }


def test_every_assessment_that_is_a_copy_of_the_one_before_is_found() -> None:
    days = [date(2009, 11, day) for day in (2, 3, 4, 5)]
    similar = zip(days, (0.95, 0.9499, 1, None), strict=True)
    known = caseload(case(), assessments=[done("rosh_review", day, similarity=share) for day, share in similar])
    rows = found(known)
    assert set(zip(rows["finding"], rows["crn"], strict=True)) == {("assessment_copied", "X1")}
    assert rows["detail"].tolist() == [
        "rosh_review of 2009-11-02, similarity 0.95",
        "rosh_review of 2009-11-04, similarity 1.0",
    ]


def plan(crn: str, day: int, signed: int | None) -> Row:
    """A risk management plan of a day of November 2009, countersigned on another."""
    countersigned_on = None if signed is None else date(2009, 11, signed)
    return done("risk_management_plan", date(2009, 11, day), crn, countersigned_on=countersigned_on)


def test_the_newest_plan_of_a_high_risk_case_must_be_countersigned() -> None:
    plans = {
        "no plan": [],
        "not signed": [(10, None)],
        "signed": [(10, 11)],
        "signed today": [(10, 20)],
        "signed tomorrow": [(10, 21)],
        "the older signed": [(10, 11), (12, None)],
        "the newer signed": [(10, None), (12, 12)],
        "one of two of a day": [(12, None), (12, 13)],
        "none of two of a day": [(12, None), (12, None)],
        "the next of tomorrow": [(10, 10), (21, None)],
    }
    known = caseload(
        *(case(crn, rosh="very_high" if len(crn) % 2 else "high", tier="4") for crn in plans),
        case("medium", rosh="medium", tier="4"),
        assessments=[
            plan("medium", 10, None),
            done("rosh_review", date(2009, 11, 10), "no plan"),
            *(plan(crn, day, signed) for crn, days in plans.items() for day, signed in days),
        ],
    )
    assert by_case(known) == {
        "not signed": {"plan_not_countersigned": "risk_management_plan of 2009-11-10"},
        "signed tomorrow": {"plan_not_countersigned": "risk_management_plan of 2009-11-10"},
        "the older signed": {"plan_not_countersigned": "risk_management_plan of 2009-11-12"},
        "none of two of a day": {"plan_not_countersigned": "risk_management_plan of 2009-11-12"},
    }


def test_the_highest_published_tiers_are_the_a_tiers_under_supervision() -> None:
    known = caseload(
        case("X1", tier="A0", rosh="high"), case("X2", tier="A0S", rosh="high"), case("X3", tier="A2", rosh="low")
    )
    rows = found(known, WMT)
    assert list(zip(rows["finding"], rows["crn"], strict=True)) == [
        ("rosh_above_tier", "X2"),
        ("rosh_below_tier", "X3"),
    ]


def test_what_counts_as_a_copy_or_as_too_many_changes_is_the_policys() -> None:
    policy = LONDON.model_copy(update={"copied_from_similarity": Decimal("0.8"), "tier_changes_allowed": 2})
    known = caseload(case(tier_changes=2), assessments=[done("rosh_review", FRIDAY, similarity=0.8)])
    assert set(found(known)["finding"]) == {"tier_changed"}
    assert set(found(known, policy)["finding"]) == {"assessment_copied"}


def test_findings_are_listed_by_kind_and_case_with_the_place_of_the_case() -> None:
    known = caseload(
        case("X3", tier=None, team_code="T2", om_code="Z"),
        case("X1", tier=None),
        case("X2", rosh=None),
        organisation=[team(), team("T2", office="F2", cluster="C2")],
    )
    rows = found(known)
    assert list(rows.columns) == COLUMNS
    assert rows.fillna("nobody").drop(columns="detail").to_numpy().tolist() == [
        ["post_missing", "X3", "nobody", "T2", "F2", "C2"],
        ["rosh_missing", "X2", "P", "T1", "F1", "C1"],
        ["tier_missing", "X1", "P", "T1", "F1", "C1"],
        ["tier_missing", "X3", "nobody", "T2", "F2", "C2"],
    ]


def test_every_finding_there_is_can_be_made_and_has_its_words() -> None:
    cases = [
        case("X01", rosh="medium", rosh_delius="low", tier_changes=2, tier_documented=False, mappa_level="unrecorded"),
        case("X02", tier=None, rosh=None, om_code=None),
        case("X03", tier="3", rosh="high", om_code="S"),
        case("X04", tier="4", om_code="Z"),
        case("X05", om_code="L"),
        case("X06", om_code="N"),
        case("X07", setting="licence", licence_copy=False, mappa_eligible=True),
    ]
    work = [done("risk_management_plan", FRIDAY, "X03", similarity=1)]
    posts = [post(), post("L", left_on=FRIDAY), post("N", hours=0), post("S", grade="PSO"), post("U", grade="unknown")]
    known = caseload(*cases, offender_managers=posts, assessments=work)
    made = set(found(with_assumed_hours(known, "P"))["finding"])
    modern = caseload(
        case(tier="B1"), tier_inputs=[{"crn": "X1", "mandate": True, "rsr": 1, "ogrs": 5, "complexity_factors": 0}]
    )
    made |= set(found(modern, policy=WMT)["finding"])
    assert made == set(FINDINGS)
    assert all(FINDINGS.values())


def with_assumed_hours(known: Caseload, *om_codes: str) -> Caseload:
    """The same rows from a source that does not know the hours of some people."""
    managers = known.offender_managers
    return replace(known, offender_managers=managers.assign(hours_assumed=managers["om_code"].isin(om_codes)))


def test_a_post_of_assumed_hours_or_of_unknown_grade_is_a_finding_about_no_case() -> None:
    posts = [post(), post("H", hours=18.5), post("U", grade="unknown", hours=0)]
    known = with_assumed_hours(caseload(case(), offender_managers=posts), "H", "U")
    assert found(known).to_numpy().tolist() == [
        ["grade_unknown", "", "U", "T1", "F1", "C1", "post T1/U: no target, no hours"],
        ["hours_assumed", "", "H", "T1", "F1", "C1", "post T1/H: 18.5 hours, by grade PO"],
    ]


def test_a_class_of_cases_that_are_only_counted_lacks_no_rosh() -> None:
    known = caseload(case("class", rosh=None, sentence_start=None, number_of_cases=4), case("one case", rosh=None))
    assert found(known)[["finding", "crn"]].to_numpy().tolist() == [["rosh_missing", "one case"]]


def test_a_service_without_cases_has_no_findings() -> None:
    rows = found(caseload())
    assert (len(rows), list(rows.columns)) == (0, COLUMNS)
