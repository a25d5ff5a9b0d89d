"""What is due, late and done beyond assessments."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.tiering.rows import FRIDAY, case, caseload, post, reduction, team
from tiering.oversight.items import COLUMNS, rules_on_record

from .worlds import contact, dates_of, failure, items_of, oversight, shipped_rules

NOVEMBER = date(2009, 11, 2)


def test_action_on_a_breach_is_due_ten_working_days_after_the_failure_or_earlier_if_so_recorded() -> None:
    failures = [
        failure(NOVEMBER, acted_on=date(2009, 11, 16)),
        failure(date(2009, 11, 3), action_by=date(2009, 11, 10)),
        failure(date(2009, 11, 4), action_by=date(2009, 12, 30)),
    ]
    items = items_of(case(rosh="high"), enforcement=failures)
    assert dates_of(items, "breach_action") == [
        ("11-02", "11-16", "11-16"),
        ("11-03", "11-10", ""),
        ("11-04", "11-18", ""),
    ]
    assert items[items["rule"].eq("breach_action")]["overdue"].tolist() == [False, True, True]
    assert dates_of(items, "breach_resolved")[0] == ("11-02", "12-07", "")
    assert dates_of(items, "recall_action") == []
    assert items["high_risk"].all()


def test_a_failure_that_is_recorded_twice_is_one_and_the_first_action_counts() -> None:
    twice = [failure(NOVEMBER, acted_on=date(2009, 11, 18)), failure(NOVEMBER, acted_on=date(2009, 11, 12))]
    assert dates_of(items_of(case(), enforcement=twice), "breach_action") == [("11-02", "11-16", "11-12")]


@pytest.mark.parametrize("given", [{"activity": "warrant"}, {"number_of_cases": 2}])
def test_cases_that_no_one_works_on_or_that_only_count_owe_nothing(given: dict[str, Any]) -> None:
    assert items_of(case(**given), enforcement=[failure(NOVEMBER)], contacts=[contact(NOVEMBER)]).empty


def test_the_next_contact_is_due_by_tier_after_the_last_one_kept() -> None:
    start, rows = date(2009, 10, 1), [contact(date(2009, 10, 9)), contact(date(2009, 10, 20), kept=False)]
    rows += [contact(date(2009, 10, 27), kept=None), contact(date(2009, 11, 25))]
    items = items_of(case(tier="4", sentence_start=start), contacts=rows)
    assert dates_of(items, "contact_tier_4") == [("10-01", "10-15", "10-09"), ("10-09", "10-23", "")]
    assert dates_of(items_of(case(tier="1", sentence_start=start), contacts=rows), "contact_tier_1")[-1] == (
        "10-09", "11-20", ""
    )  # fmt: skip
    assert items_of(case(tier="3", setting="custody"), contacts=rows).empty


def test_tier_2_has_ten_contacts_in_its_first_16_weeks_and_lapses_when_it_is_long_past() -> None:
    start = date(2009, 7, 31)
    days = [contact(start + timedelta(days=3 * number)) for number in range(10)]
    rule = "contacts_first_16_weeks_tier_2"
    ten = items_of(case(tier="2", sentence_start=start), contacts=[*days, days[0]])
    assert dates_of(ten, rule) == [("07-31", "11-20", "08-27")]
    assert dates_of(items_of(case(tier="2", sentence_start=start), contacts=days[1:]), rule) == [("07-31", "11-20", "")]
    long_ago = case(tier="2", sentence_start=FRIDAY - timedelta(days=112 + 90))
    assert dates_of(items_of(long_ago, contacts=days[:1]), rule) == []


def test_oversight_of_safeguarding_repeats_and_of_other_cases_is_not_due() -> None:
    rows = [oversight("safeguarding", date(2009, 8, 3)), oversight("safeguarding", date(2009, 8, 4), crn="X2")]
    items = items_of(case(safeguarding=True), case("X2", safeguarding=False), oversight=rows)
    assert dates_of(items, "safeguarding_oversight") == [("08-03", "12-03", "")]


def test_reviews_of_mappa_are_due_by_level() -> None:
    cases = [case(f"X{level}", mappa_level=level) for level in ("1", "2", "3")]
    items = items_of(*cases, oversight=[oversight("mappa_review", date(2009, 9, 1), crn="X3")])
    assert dates_of(items, "mappa_review_level_2") == [("01-01", "04-23", "")]
    assert dates_of(items, "mappa_review_level_3")[-1] == ("09-01", "10-27", "")


def test_a_review_before_release_is_due_on_the_release_and_any_since_the_sentence_counts() -> None:
    cases = [
        case("X1", setting="custody", release_on=date(2009, 12, 1)),
        case("X2", setting="licence", release_on=date(2009, 11, 2)),
        case("X3", setting="licence", release_on=date(2009, 5, 1)),
        case("X4", setting="custody"),
    ]
    items = items_of(*cases, oversight=[oversight("pre_release_review", date(2009, 10, 1), crn="X2")])
    assert dates_of(items, "pre_release_review") == [("12-01", "12-01", ""), ("11-02", "11-02", "10-01")]


def test_what_is_due_on_the_day_is_not_yet_overdue() -> None:
    days = [FRIDAY - timedelta(days=1), FRIDAY, FRIDAY + timedelta(days=1)]
    cases = [case(f"X{place}", setting="custody", release_on=day) for place, day in enumerate(days)]
    items = items_of(*cases, oversight=[oversight("pre_release_review", date(2009, 1, 1), crn="X9")])
    assert items[items["rule"].eq("pre_release_review")].sort_values("crn")["overdue"].tolist() == [True, False, False]


def test_plans_for_custody_and_contact_with_victims_are_due_once() -> None:
    rows = [oversight("custody_plan", date(2009, 2, 2)), oversight("victim_contact", date(2009, 2, 2))]
    cases = [case(setting="custody", victim_contact=True), case("X2", setting="licence", release_on=date(2009, 10, 1))]
    items = items_of(*cases, case("X3", setting="custody"), oversight=rows)
    assert dates_of(items, "custody_plan") == [("01-01", "04-23", "")]
    assert items[items["rule"].eq("custody_plan")]["crn"].tolist() == ["X3"]
    assert dates_of(items, "victim_contact") == []


def test_supervision_is_of_officers_at_work_in_their_team_of_most_hours() -> None:
    posts = [post("P", "T1", 10), post("P", "T2", 27), post("S", grade="SPO"), post("L", left_on=NOVEMBER), post("A")]
    away = [reduction(37, om_code="A")]
    rows = [oversight("supervision", date(2009, 9, 1), crn=None, om_code="P")]
    known: dict[str, Any] = {"organisation": [team(), team("T2")], "offender_managers": posts, "reductions": away}
    items = items_of(case(), oversight=rows, **known)
    assert items[["rule", "om_code", "team_code"]].to_numpy().tolist() == [["supervision", "P", "T2"]]
    assert items["crn"].isna().all()
    assert dates_of(items, "supervision") == [("09-01", "10-13", "")]
    assert not items["high_risk"].any()


def test_time_runs_from_the_first_snapshot_with_an_officer_of_whom_no_supervision_is_recorded() -> None:
    rows = [oversight("supervision", date(2009, 11, 10), crn=None, om_code="Q")]
    known = {"offender_managers": [post("P"), post("Q")], "oversight": rows}
    items = items_of(case(), seen_on=date(2009, 11, 6), **known)
    assert dates_of(items, "supervision") == [
        ("11-06", "12-18", ""),
        ("11-06", "12-18", "11-10"),
        ("11-10", "12-22", ""),
    ]


def test_a_rule_is_in_force_only_where_its_work_is_recorded() -> None:
    def names(**tables: list[dict[str, Any]]) -> set[str]:
        return {rule.name for rule in rules_on_record(shipped_rules(), caseload(case(), **tables))}

    assert names() == set()
    assert names(enforcement=[failure(NOVEMBER, kind="recall")]) == {"recall_action"}
    assert names(oversight=[oversight("custody_plan", NOVEMBER)]) == {"custody_plan"}
    assert len(names(contacts=[contact(NOVEMBER, kept=False)])) == 5


def test_without_anything_recorded_there_are_no_items_in_the_same_columns() -> None:
    items = items_of(case())
    assert items.empty
    assert list(items.columns) == COLUMNS
