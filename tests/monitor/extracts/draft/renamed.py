"""The small extract in the words of other services: what each table, column and value may be called there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import strategies as st

from tiering.caseload import TABLES

from ..small import Tables, a_case, a_post, a_reduction, an_assessment, small_with

NAMES: dict[str, tuple[str, ...]] = {
    "organisation": ("organisation", "Teams", "Team Structure", "ORG_STRUCTURE"),
    "offender_managers": ("Offender Managers", "Staff", "Officers", "Practitioner list", "POs"),
    "cases": ("cases", "Caseload", "Caseload 20 Nov 2026", "tbl_Cases", "People on probation"),
    "assessments": ("Assessments", "OASys", "oasys_assessments"),
    "events": ("Events", "Significant changes"),
    "duties": ("duties", "Court reports", "Duties and reports"),
    "reductions": ("Reductions", "Absences", "Sick leave"),
}
HEADINGS: dict[str, tuple[str, ...]] = {
    "team_code": ("Team Code", "TEAM_ID", "Team Ref", "team key"),
    "team_name": ("Team Name", "TeamName", "Team Description"),
    "team_type": ("Team Type", "Function", "Type of team"),
    "office_code": ("Office Code", "Site code", "office_id"),
    "office_name": ("Office", "Office Name", "Site Name"),
    "cluster_code": ("Cluster Code", "PDU Code", "LDU_ID", "BoroughCode"),
    "cluster_name": ("Cluster", "PDU", "LDU Name", "Borough"),
    "area_code": ("Area code", "Region Code", "REGION_ID"),
    "area_name": ("Area", "Region", "Region name"),
    "om_code": ("OM Code", "Officer ID", "Practitioner Code", "StaffNumber", "Offender Manager ID", "om_key"),
    "om_name": ("Officer Name", "OM Name", "Name of practitioner", "StaffName"),
    "grade": ("Grade", "Role", "Job Title"),
    "contracted_hours": ("Contracted Hours", "Hours per week", "WEEKLY_HOURS", "Contract hrs"),
    "qualified_on": ("Qualified on", "Date Qualified", "Qualification Date"),
    "left_on": ("Left on", "Leaving Date", "Date left"),
    "crn": ("CRN", "Case Ref", "Case Ref No", "Case reference number", "CASE_REF_NO", "Delius ID"),
    "tier": ("Tier", "Tier Level", "Current tier"),
    "rosh": ("RoSH", "Risk of Serious Harm", "Risk level", "OASys RoSH"),
    "rosh_delius": ("RoSH Delius", "nDelius RoSH", "Delius risk"),
    "setting": ("Setting", "Order type", "Sentence Type"),
    "activity": ("Activity", "Case Status", "Status"),
    "sentence_start": ("Sentence Start", "Order start date", "Commencement Date", "SentenceStartDate"),
    "release_on": ("Release on", "Release Date", "Date of release"),
    "mappa_level": ("MAPPA Level", "MAPPA"),
    "prolific": ("Prolific", "PPO", "IOM"),
    "tier_changes": ("Tier changes", "Number of tier changes"),
    "number_of_cases": ("Number of cases", "Case count"),
    "kind": ("Kind", "Type"),
    "completed_on": ("Completed on", "Date completed", "Completion Date", "DateCompleted"),
    "countersigned_on": ("Countersigned on", "Countersignature date"),
    "countersigned_by": ("Countersigned by", "Countersigning SPO"),
    "similarity": ("Similarity",),
    "occurred_on": ("Occurred on", "Event date", "Date occurred"),
    "quantity": ("Quantity", "Number"),
    "reason": ("Reason", "Absence Type", "Absence reason"),
    "hours": ("Hours", "Hours lost", "Hours per week"),
    "starts_on": ("Starts on", "Start date", "From"),
    "ends_on": ("Ends on", "End Date", "To"),
}
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "team_type": {"omu": ("Offender Management Unit", "OMU"), "ppu": ("Public Protection",)},
    "grade": {"PO": ("Probation Officer", "po"), "SPO": ("Senior Probation Officer",)},
    "rosh": {"high": ("High", "High Risk", "H"), "very_high": ("Very High", "VH"), "low": ("LOW", "Low RoSH")},
    "setting": {"licence": ("Licence", "On licence"), "community": ("Community", "Community Order")},
    "mappa_level": {"unrecorded": ("Unrecorded", "Not recorded"), "1": ("Level 1", "1")},
    "prolific": {"true": ("Y", "Yes"), "false": ("N", "No")},
    "kind": {
        "rosh_review": ("RoSH Review", "Risk review"),
        "sentence_plan": ("Sentence Plan", "ISP"),
        "sdr": ("SDR", "Standard Delivery Report"),
        "significant_change": ("Significant Change", "Change of circumstances"),
    },
    "reason": {"training": ("Training", "Training course"), "sickness": ("Sick", "Sickness")},
    "tier": {"3": ("3", "Tier 3"), "1": ("1", "Tier 1")},
}
DATES = {"yyyy-mm-dd": "%Y-%m-%d", "dd/mm/yyyy": "%d/%m/%Y", "dd-mmm-yyyy": "%d-%b-%Y", "yyyymmdd": "%Y%m%d"}


@dataclass(frozen=True)
class Renamed:
    """An extract in other words, and what was renamed: names, headings, values and the format of its dates."""

    tables: Tables
    names: Mapping[str, str]
    headings: Mapping[tuple[str, str], str]
    values: Mapping[tuple[str, str], Mapping[str, str]]
    dates: str


def a_little_more() -> Tables:
    """The small extract with a second value in most lists, and days over 12."""
    return small_with(
        offender_managers=[a_post("M3", grade="SPO", qualified_on=date(2014, 10, 27))],
        cases=[
            a_case("X5", rosh="very_high", setting="community", prolific=False, mappa_level="1", tier="1"),
            a_case("X6", rosh="low", sentence_start=date(2026, 4, 21), release_on=date(2027, 1, 30)),
        ],
        assessments=[an_assessment("X2", kind="sentence_plan", completed_on=date(2026, 5, 30))],
        reductions=[a_reduction(reason="sickness", starts_on=date(2026, 10, 14), ends_on=date(2026, 11, 30))],
    )


@st.composite
def renamed(draw: st.DrawFn) -> Renamed:
    """The extract with every name, heading, value and date written in one of the ways above."""
    ours = a_little_more()
    names = {name: draw(st.sampled_from(NAMES[name])) for name in ours}
    form = draw(st.sampled_from(list(DATES)))
    headings: dict[tuple[str, str], str] = {}
    values: dict[tuple[str, str], dict[str, str]] = {}
    tables: Tables = {}
    for name, rows in ours.items():
        for column in rows[0]:
            headings[name, column] = draw(st.sampled_from(HEADINGS[column]))
            values[name, column] = {
                value: draw(st.sampled_from(ways)) for value, ways in VALUES.get(column, {}).items()
            }
        tables[names[name]] = [
            {headings[name, column]: written(value, values[name, column], DATES[form]) for column, value in row.items()}
            for row in rows
        ]
    return Renamed(tables, names, headings, values, form)


def written(value: Any, words: Mapping[str, str], form: str) -> Any:
    """A value in their words."""
    match value:
        case bool():
            return words[str(value).lower()]
        case date():
            return value.strftime(form)
        case str():
            return words.get(value, value)
    return value


def date_columns(table: str) -> list[str]:
    """The columns of dates of a table of ours."""
    return [column.name for column in TABLES[table].columns if column.kind == "date"]
