"""The page of the countersigned plans that a second SPO reads again, each with why it is on the list."""

from datetime import date
from typing import Final

from alerts.wording import choose
from monitor.web.dependencies import Reader
from monitor.web.formatting import rosh
from monitor.web.pages.scope import part_asked
from monitor.web.pages.supervision.coming import coming_subjects, scope_asked, scope_in_words
from monitor.web.pages.supervision.models import BenchmarkPage
from monitor.web.read_model.benchmark import BenchmarkPlan, Lack, benchmark_rows, lack_of_plans
from monitor.web.read_model.rows import rows_of
from monitor.web.requests import LONGEST_UNIT
from monitor.web.urls import file_part
from tiering.countersigning import month_before

COLUMNS: Final = [
    "month", "spo_code", "spo", "second_spo_code", "second_spo", "crn", "om_code", "om_name", "team_code",
    "office_code", "cluster_code", "rosh", "kind", "completed_on", "countersigned_on", "drawn", "countersigned",
]  # fmt: skip
"""The columns of the list as it is downloaded."""


def benchmark_page(reader: Reader) -> BenchmarkPage:
    """The plans of the unit in the query, or of the reader's whole scope.

    Raises Forbidden for a unit outside the reader's scope, NotFound for what is no unit.
    """
    unit = reader.text("unit", LONGEST_UNIT)
    level, code = scope_asked(reader, unit)
    rows = benchmark_rows(reader.week, reader.sight, level, code)
    part = part_asked(reader, len(rows))
    month, numbers = month_before(reader.week.as_at), reader.week.policy.countersigning_sample
    plans = rows_of(BenchmarkPlan, rows.iloc[part.first : part.end])
    scope = scope_in_words(reader, level, code)
    return BenchmarkPage(
        title="Countersigned plans to read again",
        scope=scope,
        month=f"{month:%B %Y}",
        plans_per_spo=0 if numbers is None else numbers.plans_per_spo,
        plans=tuple((plan, reason_of(plan, month)) for plan in plans),
        lack="" if len(rows) else lack_in_words(_lack_of(reader), month),
        count=len(rows),
        part=part,
        tables={"benchmark_plans": lambda: rows[COLUMNS]},
        file_part=file_part(level, scope),
        subjects=coming_subjects(reader, unit),
    )


def reason_of(plan: BenchmarkPlan, month: date) -> str:
    """Why a plan is on the list: '2 of 6 high RoSH plans countersigned in October, by lot'."""
    risk = "unclassified" if plan.rosh is None else f"{rosh(plan.rosh).lower()} RoSH"
    plans = choose(plan.countersigned, "plan", "plans")
    drawn = "by lot" if plan.drawn < plan.countersigned else "all of them" if plan.drawn > 1 else "the only one"
    return f"{plan.drawn} of {plan.countersigned:,} {risk} {plans} countersigned in {month:%B}, {drawn}"


def _lack_of(reader: Reader) -> Lack:
    week = reader.week
    return lack_of_plans(week.policy, week.load("extract_assessments"), week.posts, week.as_at)


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
