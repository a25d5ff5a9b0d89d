"""The countersigned plans that a second SPO reads again, why each is on the list, and the form for what they find."""

from datetime import date
from typing import Final

import pandas as pd

from alerts.wording import choose
from monitor.follow_through.readings import DrawnPlan, is_by
from monitor.snapshots.follow_through.readings import Reading
from monitor.web.access_log import Subject
from monitor.web.auth.permissions import READ_AGAIN
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.formatting import rosh
from monitor.web.pages.scope import part_asked
from monitor.web.pages.supervision.coming import coming_subjects, scope_asked, scope_in_words
from monitor.web.pages.supervision.models import BenchmarkPage, ListedPlan, ReadingPage
from monitor.web.pages.view_models.page import Link
from monitor.web.read_model.rows import rows_of
from monitor.web.read_model.supervision.benchmark import (
    BenchmarkPlan,
    Lack,
    agreement_by_office,
    benchmark_rows,
    by_plan,
    countersigned,
    key_of,
    lack_of_list,
    readings_in,
)
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import file_part, reading_address
from tiering.terms import Level
from tiering.timeliness.countersigning import month_before

COLUMNS: Final = [
    "month", "spo_code", "spo", "second_spo_code", "second_spo", "crn", "om_code", "om_name", "team_code",
    "office_code", "cluster_code", "rosh", "kind", "completed_on", "countersigned_on", "drawn", "countersigned",
    "agrees", "read_on",
]  # fmt: skip
"""The columns of the list as it is downloaded."""

LIST: Final = "/benchmark"
"""The address of the list."""


def benchmark_page(reader: Reader) -> BenchmarkPage:
    """The plans of the unit in the query, or of the reader's whole scope.

    Raises Forbidden for a unit outside the reader's scope, NotFound for what is no unit.
    """
    unit = reader.text("unit", LONGEST_UNIT)
    level, code = scope_asked(reader, unit)
    rows = benchmark_rows(reader.week, reader.sight, level, code, given=not unit)
    part = part_asked(reader, len(rows))
    month, numbers = month_before(reader.week.as_at), reader.week.policy.countersigning_sample
    readings = readings_in(reader.snapshots, reader.week)
    scope = scope_in_words(reader, level, code)
    return BenchmarkPage(
        title="Countersigned plans to read again",
        scope=scope,
        month=f"{month:%B %Y}",
        plans_per_spo=0 if numbers is None else numbers.plans_per_spo,
        plans=listed_plans(reader, rows.iloc[part.first : part.end], month),
        agreement=agreement_by_office(reader.week, rows[~rows["is_outside"]], reader.sight, readings, reader.day),
        lack="" if len(rows) else lack_in_words(lack_of_list(reader.week), month),
        count=len(rows),
        part=part,
        tables={"benchmark_plans": lambda: with_readings(reader, rows)[COLUMNS]},
        file_part=file_part(level, scope),
        subjects=(*coming_subjects(reader, unit), *_subjects_outside(rows)),
    )


def _subjects_outside(rows: pd.DataFrame) -> tuple[Subject, ...]:
    """The cases of the list outside the reader's scope, for the access log."""
    outside = rows.loc[rows["is_outside"], ["team_code", "crn"]]
    return tuple(Subject(Level.TEAM.value, team, crn) for team, crn in outside.itertuples(index=False))


def listed_plans(reader: Reader, rows: pd.DataFrame, month: date) -> tuple[ListedPlan, ...]:
    """The plans of some rows, with what was found of them and where the reader says what they find."""
    read = by_plan(readings_in(reader.snapshots, reader.week))
    may_record = READ_AGAIN.is_for(reader.sight.person) and reader.sees_newest
    return tuple(
        ListedPlan(
            plan,
            reason_of(plan, month),
            read.get(plan.plan),
            reading_address(key_of(plan.plan)) if may_record and _is_open(reader, plan, read.get(plan.plan)) else "",
        )
        for plan in rows_of(BenchmarkPlan, rows)
    )


def _is_open(reader: Reader, plan: BenchmarkPlan, reading: Reading | None) -> bool:
    """Whether a plan is not read yet, or by the reader, who may correct what they found; never for its own SPO."""
    person = reader.sight.person
    return not countersigned(person, plan.spo_code) and (reading is None or is_by(reading, person))


def reading_of(reader: Reader, plan: BenchmarkPlan) -> Reading | None:
    """What is on record of a plan."""
    return by_plan(readings_in(reader.snapshots, reader.week)).get(plan.plan)


def with_readings(reader: Reader, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of plans with two more columns: whether the second SPO agrees, and since when; missing if not read."""
    read = by_plan(readings_in(reader.snapshots, reader.week))
    found = [read.get(plan.plan) for plan in rows_of(BenchmarkPlan, rows)]
    agrees = ["" if reading is None else "yes" if reading.agrees else "no" for reading in found]
    read_on = pd.Series([None if reading is None else reading.read_on for reading in found], index=rows.index)
    return rows.assign(agrees=agrees, read_on=read_on.astype("datetime64[s]"))


def plan_asked(reader: Reader, key: str) -> tuple[BenchmarkPlan, DrawnPlan]:
    """The plan of the list that a key stands for.

    Raises Forbidden unless it is on the list, the reader sees it and did not countersign it; NotFound for an earlier
    week.
    """
    rows = benchmark_rows(reader.week, reader.sight, Level.ALL, "", given=True)
    plan = next((plan for plan in rows_of(BenchmarkPlan, rows) if key_of(plan.plan) == key), None)
    if plan is None or countersigned(reader.sight.person, plan.spo_code):
        raise Forbidden(f"plan {key}")
    if not reader.sees_newest:
        raise NotFound("Second readings are recorded on the latest figures.")
    month = month_before(reader.week.as_at)
    return plan, DrawnPlan(plan.plan, month, plan.team_code, plan.office_code)


def reading_page(
    reader: Reader, plan: BenchmarkPlan, verdict: str = "", note: str = "", fault: str = ""
) -> ReadingPage:
    """The form of a second reading: empty, as it was sent, or with what its SPO corrects."""
    reading = reading_of(reader, plan)
    if reading is not None and not fault:
        verdict, note = "agree" if reading.agrees else "disagree", reading.note
    return ReadingPage(
        title=f"Do you agree with the countersignature of {plan.crn}?",
        plan=plan,
        why=reason_of(plan, month_before(reader.week.as_at)),
        back=Link("Back to the list", LIST),
        path=reading_address(key_of(plan.plan)),
        verdict=verdict,
        note=note,
        fault=fault,
        reading=reading,
        is_open=_is_open(reader, plan, reading),
        number=1 if reading is None else reading.number + 1,
        subjects=(Subject(Level.TEAM.value, plan.team_code, plan.crn),),
    )


def reason_of(plan: BenchmarkPlan, month: date) -> str:
    """Why a plan is on the list: '2 of 6 high RoSH plans countersigned in October, by lot'."""
    risk = "unclassified" if plan.rosh is None else f"{rosh(plan.rosh).lower()} RoSH"
    plans = choose(plan.countersigned, "plan", "plans")
    drawn = "by lot" if plan.drawn < plan.countersigned else "all of them" if plan.drawn > 1 else "the only one"
    return f"{plan.drawn} of {plan.countersigned:,} {risk} {plans} countersigned in {month:%B}, {drawn}"


def lack_in_words(lack: Lack, month: date) -> str:
    """Why there is no plan to read again, and what is missing."""
    match lack:
        case Lack.NO_NUMBER:
            return "The policy does not say how many plans a second SPO reads again: it has no countersigning_sample."
        case Lack.NO_DATES:
            return (
                "The extract does not say when plans were countersigned, so no list can be drawn. "
                "It needs the column countersigned_on of assessments."
            )
        case Lack.NO_SPO:
            return "The extract has no SPO in post, so it cannot be said whose plans to read again."
        case Lack.NO_PLAN:
            return f"No plan of a team with an SPO was countersigned in {month:%B %Y}."
