"""How the columns of a table are written for people: their headings, their number formats, what they mean."""

from typing import Final

from monitor.snapshots.contracts.frames import FRAMES
from monitor.snapshots.exports.workbook import DATE, POINTS, SHARE, WHOLE, Column
from monitor.web.formatting import title_words

_HEADINGS: Final = {
    "as_at": "As at",
    "om_code": "Offender manager code",
    "om_name": "Offender manager",
    "crn": "CRN",
    "on": "Day",
    "what": "What",
    "capacity_percentage": "Capacity",
    "high_risk_overdue": "Overdue, high RoSH",
    "change": "Change, percentage points",
    "weeks_over": "Weeks over the line",
    "awaiting_countersignature": "Waiting for countersignature",
    "received_7": "Cases received, 7 days",
    "received_28": "Cases received, 28 days",
    "offender_managers_over": "Offender managers over the line",
}
"""Headings that are not the name of the column in words."""

_MEANINGS: Final = {
    "capacity_percentage": "Total points in per cent of available points.",
    "total_points": "Points of cases, unallocated cases, duties and reports.",
    "available_points": "Points that the hours after reductions are expected to carry, by grade and type of team.",
    "contracted_hours": "Hours a week.",
    "reduction_hours": "Hours a week lost to reductions in force on the date.",
    "case_points": "Tier points and RoSH points, times the share for the activity, of cases that an officer holds.",
    "duty_points": "Points of duties and of reports.",
    "unallocated_points": "Points of cases that no one holds.",
    "change": "Percentage points of capacity since the snapshot before.",
    "weeks_over": "Weeks running over the red line of the policy, this one included.",
    "overdue": "Assessments and plans past their due date and not done.",
    "high_risk_overdue": "Overdue assessments of cases of high or very high RoSH.",
    "due_soon": "Assessments and plans that fall due in the four weeks after the date.",
    "due_this_week": "Assessments and plans due in the week of the download, Monday to Sunday.",
    "due_next_week": "Assessments and plans due in the week after it.",
    "awaiting_countersignature": "High RoSH cases whose latest risk management plan has no countersignature.",
    "received_7": "Cases allocated in the 7 days up to the date.",
    "received_28": "Cases allocated in the 28 days up to the date.",
    "band": "Red, amber, green, spare or no capacity, by the lines of the policy.",
    "days_overdue": "Calendar days since the due date.",
    "quantity": "Reports, or hours a week of a reduction.",
    "activity_share": "The share of its points that a case counts by its activity.",
}
"""What columns mean that a stranger to the file would ask about."""

_UNITS: Final = {column.name: column.unit for frame in FRAMES.values() for column in frame.columns if column.unit}
_CHANGES: Final = "+0.0;-0.0;0.0"
_FRACTION: Final = "0.00"
_WIDEST: Final = 60
_NARROWEST: Final = 9


def heading_of(name: str) -> str:
    """The heading of a column in words."""
    return _HEADINGS.get(name) or title_words(name)


def meaning_of(name: str) -> str:
    """What a column means; empty if its heading says it."""
    return _MEANINGS.get(name, "")


def is_percentage(name: str) -> bool:
    """Whether a column of numbers holds per cent."""
    unit = _UNITS.get(name, "")
    return unit.startswith("per cent") or name == "percentage" or name.endswith("_percentage")


def form_of(name: str, *, is_whole: bool) -> str:
    """The number format of a column of numbers. is_whole: whether all its numbers are."""
    if is_percentage(name):
        return SHARE
    if name == "change" or _UNITS.get(name) == "percentage points":
        return _CHANGES
    if _UNITS.get(name) == "share":
        return _FRACTION
    return WHOLE if is_whole else POINTS


def column_of(name: str, form: str, longest: int) -> Column:
    """A column wide enough for its heading in two lines and for its longest value. longest: its characters."""
    heading = heading_of(name)
    width = max(len(heading) * 0.6, 11 if form == DATE else longest, _NARROWEST)
    return Column(heading, min(width + 2, _WIDEST), form)
