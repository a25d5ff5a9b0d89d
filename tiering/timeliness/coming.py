"""List what is known to come in the weeks after a snapshot, each with its day: work due, releases, ends, absences."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import pandas as pd

from tiering.capacity import has_left
from tiering.caseload import Caseload
from tiering.terms import REPORT_KINDS, AssessmentKind, Setting


class Coming(StrEnum):
    """What comes: work due, a change in a case, or a change in someone's hours."""

    ASSESSMENT = "assessment"
    PLAN = "plan"
    REPORT = "report"
    RELEASE = "release"
    END = "end"
    REDUCTION_START = "reduction_start"
    REDUCTION_END = "reduction_end"


PLAN_KINDS: Final = (
    AssessmentKind.RISK_MANAGEMENT_PLAN, AssessmentKind.SENTENCE_PLAN, AssessmentKind.SENTENCE_PLAN_REVIEW
)  # fmt: skip
PLACES: Final = ["office_code", "cluster_code", "area_code"]
COLUMNS: Final = ["on", "kind", "what", "crn", "om_code", "team_code", *PLACES, "tier", "rosh", "quantity"]
_OF_CASES: Final = ["kind", "what", "crn", "om_code", "team_code", "tier", "rosh"]
_KEY: Final = ["on", "kind", "what", "crn", "om_code", "team_code"]


def coming_events(
    caseload: Caseload, weighed: pd.DataFrame, due_soon: pd.DataFrame, as_at: date, days: int
) -> pd.DataFrame:
    """List what comes in the ``days`` days after ``as_at``, one row each; columns ``COLUMNS``, sorted by ``_KEY``.

    - caseload: its assessments and events are not read.
    - weighed: the cases with the post that holds each, from tiering.points: columns crn, om_code.
    - due_soon: from tiering.timeliness.assessments; also what falls due on ``as_at`` itself is to come.

    What each kind is, and its ``what`` and ``quantity``:

    - assessment, plan: the rule by which it falls due.
    - release: of someone in custody, on release_on. end: of the supervision, on expected_end_on.
    - report: the kind of report; how many.
    - reduction_start, reduction_end: the reason; hours a week. An end is the first day back, the day after ends_on. A
      reduction without a team has a row for each post that its person holds.
    """
    first, last = pd.Timestamp(as_at + timedelta(days=1)), pd.Timestamp(as_at + timedelta(days=days))
    posts = caseload.offender_managers
    held = posts.loc[~has_left(posts, as_at), ["om_code", "team_code"]]
    dated = [
        _changes_of_cases(caseload.cases, weighed),
        _reports(caseload.duties),
        _absences(caseload.reductions, held),
    ]
    rows = pd.concat([_work(due_soon), *(part[part["on"].between(first, last)] for part in dated)])
    places = caseload.organisation[["team_code", *PLACES]]
    rows = rows.merge(places, on="team_code", how="left").reindex(columns=COLUMNS)
    rows = rows.astype({"on": "datetime64[s]", "quantity": "float64"})
    return rows.sort_values(_KEY, ignore_index=True, na_position="first", kind="stable")


def _work(due_soon: pd.DataFrame) -> pd.DataFrame:
    """The assessments and plans that fall due."""
    is_plan = due_soon["kind"].isin(PLAN_KINDS)
    kind = is_plan.map({True: Coming.PLAN.value, False: Coming.ASSESSMENT.value})
    rows = due_soon.assign(kind=kind, on=due_soon["due_on"], what=due_soon["rule"])
    return pd.DataFrame(rows[["on", *_OF_CASES]])


def _changes_of_cases(cases: pd.DataFrame, weighed: pd.DataFrame) -> pd.DataFrame:
    """The releases from custody, and the ends of supervision; each with the person who holds the case."""
    holder = weighed.set_index("crn")["om_code"].reindex(cases["crn"]).to_numpy()
    held = cases.assign(om_code=holder, what="")
    inside = held[held["setting"].eq(Setting.CUSTODY)]
    releases = inside.assign(kind=Coming.RELEASE.value, on=inside["release_on"])
    ends = held.assign(kind=Coming.END.value, on=held["expected_end_on"])
    return pd.concat([part.loc[part["on"].notna(), ["on", *_OF_CASES]] for part in (releases, ends)])


def _reports(duties: pd.DataFrame) -> pd.DataFrame:
    """The reports to be completed, those of one post, kind and day added up."""
    reports = duties[duties["kind"].isin(REPORT_KINDS)].rename(columns={"kind": "what", "starts_on": "on"})
    added = pd.DataFrame(reports.groupby(["on", "what", "om_code", "team_code"], as_index=False)["quantity"].sum())
    return added.assign(kind=Coming.REPORT.value)


def _absences(reductions: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """The first day of each reduction and the first day after it, in every post that it is about."""
    named = reductions["team_code"].notna()
    everywhere = reductions[~named].drop(columns="team_code").merge(held, on="om_code")
    each = pd.concat([reductions[named].merge(held, on=["om_code", "team_code"]), everywhere])
    each = each.rename(columns={"reason": "what", "hours": "quantity"})
    starts = each.assign(kind=Coming.REDUCTION_START.value, on=each["starts_on"])
    ends = each.assign(kind=Coming.REDUCTION_END.value, on=each["ends_on"] + pd.Timedelta(days=1))
    rows = pd.concat([starts, ends])
    keys = ["on", "kind", "what", "om_code", "team_code"]
    return pd.DataFrame(rows.groupby(keys, as_index=False)["quantity"].sum())
