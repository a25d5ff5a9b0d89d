"""The list of overdue assessments that a reader may see: filtered, in parts, hot and late first."""

import pandas as pd

from alerts.detection.outages import count_in_outages, outages_of
from alerts.digest.sentences.outages import outage_lines
from monitor.web.access_log import Subject
from monitor.web.auth.permissions import UNITS
from monitor.web.dependencies import Reader
from monitor.web.exceptions import NotFound
from monitor.web.pages.scope import own_file_part, part_asked
from monitor.web.pages.view_models.models import AssessmentsPage, Filters
from monitor.web.read_model.cases import overdue_items
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.rows_of_cases import ListedAssessment
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import file_part
from tiering.terms import HIGH_ROSH


def assessments_page(reader: Reader) -> AssessmentsPage:
    """The list, narrowed to what the query asks for; raises Forbidden, or NotFound for what is no level of a unit."""
    chosen = Filters(
        rule=reader.text("rule"),
        rosh=reader.text("rosh"),
        unit=reader.text("unit", LONGEST_UNIT),
        sort=reader.text("sort"),
    )
    visible = overdue_items(reader.week, reader.sight)
    items = _narrow(reader, visible, chosen)
    part = part_asked(reader, len(items))
    return AssessmentsPage(
        title="Overdue assessments",
        items=rows_of(ListedAssessment, items.iloc[part.first : part.end]),
        count=len(items),
        high=int(items["high_risk"].sum()),
        hot=int(items["hot"].sum()),
        part=part,
        rules=tuple(sorted(visible["rule"].unique())),
        units=reader.week.recent.get(("choices", reader.sight.teams), lambda: _unit_choices(reader)),
        chosen=chosen,
        outages=_outages(reader, items, chosen),
        tables={"overdue": lambda: items},
        file_part=file_part(*chosen.unit.split("/", 1)) if chosen.unit else own_file_part(reader),
        subjects=subjects_of(reader, chosen),
    )


def filtered_items(reader: Reader, chosen: Filters) -> pd.DataFrame:
    """Every overdue assessment that the reader may see and the filters leave.

    Raises Forbidden for a unit outside the reader's scope, NotFound for what is no level of a unit.
    """
    return _narrow(reader, overdue_items(reader.week, reader.sight), chosen)


def _narrow(reader: Reader, items: pd.DataFrame, chosen: Filters) -> pd.DataFrame:
    if chosen.rule:
        items = items[items["rule"].eq(chosen.rule)]
    if chosen.rosh == "high":
        items = items[items["rosh"].isin(HIGH_ROSH)]
    elif chosen.rosh:
        items = items[items["rosh"].fillna("unclassified").eq(chosen.rosh)]
    if chosen.unit:
        level, _, code = chosen.unit.partition("/")
        if level not in UNITS:
            raise NotFound(f"{level} is not a level of a unit.")
        reader.sight.require(level, code)
        items = items[items[f"{level}_code"].eq(code)]
    if chosen.sort == "days":
        items = items.sort_values(["days_overdue", "crn", "rule"], ascending=[False, True, True])
    return items


def _outages(reader: Reader, items: pd.DataFrame, chosen: Filters) -> tuple[str, ...]:
    """What of the list fell due during outages recorded for the reader's units, or the one it is narrowed to."""
    week = reader.week
    counts = count_in_outages(
        week.frame("known_events"), items, week.organisation, week.as_at, week.policy.timeliness_window
    )
    level, _, code = chosen.unit.partition("/")
    teams = week.places.teams_of.get((level, code), frozenset()) if code else reader.sight.teams
    return tuple(outage_lines(outages_of(counts, teams)))


def subjects_of(reader: Reader, chosen: Filters) -> tuple[Subject, ...]:
    """What the list shows, for the access log: the unit it is narrowed to, or the reader's own scope."""
    level, _, code = chosen.unit.partition("/")
    return (Subject(level, code),) if code else reader.own_scope


def _unit_choices(reader: Reader) -> tuple[tuple[str, str], ...]:
    """The units a reader may choose from, as level/code and name, clusters before their offices."""
    organisation = reader.week.organisation.sort_values(["cluster_code", "office_code"])
    choices: dict[str, str] = {}
    for level in ("cluster", "office"):
        for code, name in zip(organisation[f"{level}_code"], organisation[f"{level}_name"], strict=True):
            if f"{level}/{code}" not in choices and reader.sight.may_see(level, code):
                choices[f"{level}/{code}"] = f"{name} ({level})"
    return tuple(choices.items())
