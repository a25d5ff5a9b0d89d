"""The column contract: which tables and columns an extract has, and what may be in them."""

from dataclasses import fields

import pandas as pd
import pytest

from tests.tiering.rows import case, caseload
from tiering.caseload import TABLES, Caseload, Kind, complete_table

# As the extract contract lists them; optional columns end in "?".
CONTRACT = {
    "organisation": "team_code team_name team_type office_code office_name cluster_code cluster_name"
    " area_code area_name",
    "offender_managers": "om_code team_code om_name grade contracted_hours qualified_on? left_on?",
    "cases": "crn om_code? team_code tier? rosh? rosh_delius? setting activity? sentence_start release_on?"
    " expected_end_on? allocated_on? transferred_in_on? mappa_level? prolific? safeguarding? domestic_abuse?"
    " tier_changes? tier_documented? number_of_cases? mappa_eligible? licence_copy? victim_contact?",
    "assessments": "crn kind completed_on countersigned_on? similarity? countersigned_by?",
    "events": "crn kind occurred_on",
    "duties": "om_code team_code kind quantity starts_on ends_on?",
    "reductions": "om_code team_code? reason hours starts_on ends_on?",
    "tier_inputs": "crn mandate? female? rsr? ogrs? complexity_factors? iom? unsupervised?"
    " previous_enforcement_activity? assessed_on? parental_responsibilities? impulsivity_or_temper_control?"
    " need_accommodation? need_education_training_and_employability? need_relationships?"
    " need_lifestyle_and_associates? need_drug_misuse? need_alcohol_misuse? need_thinking_and_behaviour?"
    " need_attitudes? need_financial_management_and_income? need_emotional_well_being? active_event? arp? arp_type?"
    " csrp? csrp_type? dc_srp? dc_srp_band? mappa_category? lifer_ipp? stalking? child_protection? sexual_offences?",
    "enforcement": "crn kind occurred_on action_by? acted_on? resolved_on?",
    "contacts": "crn planned_on kept? kind?",
    "oversight": "crn? om_code? kind done_on",
}
NEEDS = [name.rstrip("?") for name in CONTRACT["tier_inputs"].split() if name.startswith("need_")]
KEYS = {
    "organisation": ("team_code",),
    "offender_managers": ("om_code", "team_code"),
    "cases": ("crn",),
    "tier_inputs": ("crn",),
}
DATES = {
    "offender_managers": {"qualified_on", "left_on"},
    "cases": {"sentence_start", "release_on", "expected_end_on", "allocated_on", "transferred_in_on"},
    "assessments": {"completed_on", "countersigned_on"},
    "events": {"occurred_on"},
    "duties": {"starts_on", "ends_on"},
    "reductions": {"starts_on", "ends_on"},
    "tier_inputs": {"assessed_on"},
    "enforcement": {"occurred_on", "action_by", "acted_on", "resolved_on"},
    "contacts": {"planned_on"},
    "oversight": {"done_on"},
}
CHOICES = {
    ("organisation", "team_type"): "omu ppu substance_misuse custody court",
    ("offender_managers", "grade"): "PO PSO TPO SPO",
    ("cases", "rosh"): "low medium high very_high",
    ("cases", "rosh_delius"): "low medium high very_high",
    ("cases", "setting"): "community licence custody",
    ("cases", "activity"): "active warrant unpaid_work_only overdue_termination suspended reset impact",
    ("cases", "mappa_level"): "1 2 3 unrecorded",
    ("assessments", "kind"): "rosh_screening rosh_full_analysis risk_management_plan rosh_review sentence_plan"
    " sentence_plan_review home_visit",
    ("events", "kind"): "significant_change",
    ("duties", "kind"): "court_duty office_duty group_work sdr fdr oral_report",
    ("reductions", "reason"): "sickness maternity training part_secondment phased_return union other",
    **{("tier_inputs", need): "no_need standard severe" for need in NEEDS},
    ("tier_inputs", "arp_type"): "static dynamic",
    ("tier_inputs", "csrp_type"): "static dynamic",
    ("tier_inputs", "dc_srp_band"): "low medium high very_high not_applicable",
    ("tier_inputs", "mappa_category"): "m1 m2 m3 m4",
    ("enforcement", "kind"): "breach recall",
    ("contacts", "kind"): "office home telephone video other",
    ("oversight", "kind"): "safeguarding mappa_review pre_release_review victim_contact custody_plan supervision",
}
RANGES = {
    ("offender_managers", "contracted_hours"): (0, 60),
    ("cases", "tier_changes"): (0, None),
    ("cases", "number_of_cases"): (1, None),
    ("assessments", "similarity"): (0, 1),
    ("duties", "quantity"): (0, None),
    ("reductions", "hours"): (0, None),
    ("tier_inputs", "rsr"): (0, 1000),
    ("tier_inputs", "ogrs"): (0, 100),
    ("tier_inputs", "complexity_factors"): (0, 10),
    ("tier_inputs", "arp"): (0, 100),
    ("tier_inputs", "csrp"): (0, 100),
    ("tier_inputs", "dc_srp"): (0, 100),
}


def test_every_table_has_the_columns_of_the_contract_in_their_order() -> None:
    written = {
        name: " ".join(column.name + ("" if column.required else "?") for column in table.columns)
        for name, table in TABLES.items()
    }
    assert written == CONTRACT


def test_rows_of_teams_posts_and_cases_are_known_by_their_key() -> None:
    assert {name: table.key for name, table in TABLES.items() if table.key} == KEYS


OPTIONAL = ("events", "duties", "reductions", "enforcement", "contacts", "oversight", "tier_inputs")


def test_some_tables_may_be_left_out_of_an_extract() -> None:
    assert tuple(name for name, table in TABLES.items() if not table.required) == OPTIONAL


def test_what_was_added_later_may_always_be_left_out() -> None:
    added = {table.name for table in TABLES.values() if table.added}
    columns = {
        (table.name, column.name): column for table in TABLES.values() for column in table.columns if column.added
    }
    assert added == {"enforcement", "contacts", "oversight", "tier_inputs"} <= set(OPTIONAL)
    of_cases = {("cases", name) for name in ("mappa_eligible", "licence_copy", "victim_contact")}
    of_tiers = {("tier_inputs", name) for name in TABLES["tier_inputs"].column_names if name != "crn"}
    assert set(columns) == of_cases | of_tiers | {("assessments", "countersigned_by")}
    assert not any(column.required for column in columns.values())


def test_rows_stored_before_a_column_was_added_have_no_value_in_it() -> None:
    earlier = caseload(case()).cases.drop(columns=["licence_copy", "victim_contact"])
    complete = complete_table("cases", earlier)
    assert complete.dtypes.to_dict() == TABLES["cases"].dtypes
    assert complete["licence_copy"].isna().all()
    assert complete["crn"].tolist() == ["X1"]


def test_a_column_that_only_its_source_has_stays() -> None:
    stored = caseload(case()).offender_managers.assign(hours_assumed=True)
    complete = complete_table("offender_managers", stored)
    assert list(complete) == [*TABLES["offender_managers"].column_names, "hours_assumed"]
    assert complete["hours_assumed"].all()


def test_words_are_taken_from_the_lists_of_the_contract() -> None:
    found = {(table.name, c.name): " ".join(c.choices) for table in TABLES.values() for c in table.columns if c.choices}
    assert found == CHOICES


def test_numbers_stay_within_the_ranges_of_the_contract() -> None:
    found = {
        (table.name, column.name): (column.minimum, column.maximum)
        for table in TABLES.values()
        for column in table.columns
        if column.kind in (Kind.NUMBER, Kind.WHOLE)
    }
    assert found == RANGES


def test_what_has_happened_cannot_lie_in_the_future() -> None:
    found = {(table.name, column.name) for table in TABLES.values() for column in table.columns if column.past_only}
    assert found == {
        ("cases", "sentence_start"),
        ("assessments", "completed_on"),
        ("events", "occurred_on"),
        ("tier_inputs", "assessed_on"),
        ("enforcement", "occurred_on"),
        ("enforcement", "acted_on"),
        ("enforcement", "resolved_on"),
        ("oversight", "done_on"),
    }


def test_a_case_is_active_and_one_case_unless_its_row_says_otherwise() -> None:
    found = {c.name: c.default for table in TABLES.values() for c in table.columns if c.default is not None}
    assert found == {"activity": "active", "number_of_cases": 1}


def test_references_lead_to_a_table_that_has_the_columns() -> None:
    found = {
        (table.name, reference.columns, reference.table, reference.target)
        for table in TABLES.values()
        for reference in table.references
    }
    post = ("om_code", "team_code")
    assert found == {
        ("offender_managers", ("team_code",), "organisation", ("team_code",)),
        ("cases", ("team_code",), "organisation", ("team_code",)),
        ("assessments", ("crn",), "cases", ("crn",)),
        ("events", ("crn",), "cases", ("crn",)),
        ("duties", post, "offender_managers", post),
        ("reductions", post, "offender_managers", post),
        ("reductions", ("om_code",), "offender_managers", ("om_code",)),
        ("tier_inputs", ("crn",), "cases", ("crn",)),
        ("enforcement", ("crn",), "cases", ("crn",)),
        ("contacts", ("crn",), "cases", ("crn",)),
        ("oversight", ("crn",), "cases", ("crn",)),
        ("oversight", ("om_code",), "offender_managers", ("om_code",)),
    }


@pytest.mark.parametrize("name", TABLES)
def test_an_empty_table_has_every_column_with_its_type(name: str) -> None:
    frame = TABLES[name].empty()
    assert len(frame) == 0
    assert list(frame.columns) == TABLES[name].column_names
    dates = {column for column in frame if frame[column].dtype == "datetime64[s]"}
    assert dates == DATES.get(name, set())
    for column in frame:
        assert frame[column].dtype == TABLES[name].column(str(column)).kind.dtype


def test_text_numbers_and_flags_keep_a_missing_value_missing() -> None:
    cases = caseload(case(tier=None, tier_changes=None, prolific=None, release_on=None)).cases
    assert cases[["tier", "tier_changes", "prolific", "release_on"]].isna().all(axis=None)
    assert (cases["tier"].dtype, str(cases["tier_changes"].dtype), str(cases["prolific"].dtype)) == (
        pd.StringDtype(na_value=float("nan")),
        "Int64",
        "boolean",
    )


def test_a_caseload_gives_its_tables_by_the_names_of_the_contract() -> None:
    known = caseload(case(), tier_inputs=[{"crn": "X1"}])
    assert list(known.tables()) == list(TABLES) == [one.name for one in fields(Caseload)]
    assert all(known.tables()[name] is getattr(known, name) for name in TABLES)


def test_a_caseload_without_the_tables_that_may_be_left_out_has_them_empty() -> None:
    whole = caseload(case())
    known = Caseload(whole.organisation, whole.offender_managers, whole.cases, whole.assessments)
    for name in OPTIONAL:
        pd.testing.assert_frame_equal(known.tables()[name], TABLES[name].empty())
