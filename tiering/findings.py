"""Find what the data of each case leave out, contradict or leave unwatched."""

from datetime import date

import pandas as pd

from tiering.capacity import has_left, hours_at_work
from tiering.caseload import Caseload
from tiering.points import WeighedCases
from tiering.policies.policy import Policy
from tiering.terms import HIGH_ROSH, UNKNOWN_GRADE, AssessmentKind, Grade, Level, Rosh, Setting
from tiering.tier_check import check_tiers

FINDINGS = {
    "rosh_mismatch": "RoSH in OASys differs from the case record",
    "rosh_missing": "no RoSH classification",
    "tier_missing": "no tier",
    "tier_changed": "tier changed more often than allowed",
    "tier_differs": "recorded tier differs from the calculated tier",
    "tier_undocumented": "tier decision not documented",
    "mappa_level_unrecorded": "MAPPA level not recorded",
    "mappa_not_referred": "eligible for MAPPA and not referred",
    "licence_copy_missing": "copy of the licence not on file",
    "rosh_above_tier": "high or very high RoSH below the highest tier (a query, not a fault)",
    "rosh_below_tier": "low RoSH in the highest tier (a query, not a fault)",
    "assessment_copied": "assessment copied from the one before it",
    "plan_not_countersigned": "risk management plan of a high RoSH case not countersigned",
    "no_available_hours": "held by someone with no available hours",
    "held_by_leaver": "held by someone who has left",
    "grade_not_permitted": "high RoSH or highest tier held by a probation service officer",
    "unallocated": "held by no one",
    "post_missing": "recorded with an offender manager who has no post in the team",
    "hours_assumed": "contracted hours not given: the default of the grade, shared by the person's posts",
    "grade_unknown": "grade of the post not known: no target and no hours",
}
"""Every finding with its meaning."""

COLUMNS = ["finding", "crn", "om_code", "team_code", "office_code", "cluster_code", "detail"]


def find(caseload: Caseload, weighed: WeighedCases, units: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """List every finding, one row each; columns ``COLUMNS``, sorted by finding and CRN (empty if about a post).

    units: the workload of every unit. It shows who has no hours at work, whatever their target.
    """
    cases = caseload.cases
    posts = _posts_of(cases, caseload.offender_managers, as_at)
    high = cases["rosh"].isin(HIGH_ROSH)
    highest = cases["tier"].isin(policy.highest_tiers)
    persons = hours_at_work(units[units["level"].eq(Level.OFFENDER_MANAGER)].set_index("code"))
    allocated = weighed.frame["om_code"].notna()
    without_hours = (
        pd.Series(persons.reindex(weighed.frame["om_code"]).to_numpy() == 0, index=cases.index) & ~posts["left"]
    )
    rosh = cases["rosh"].fillna("none")
    tier = cases["tier"].fillna("none")

    parts = [
        _rows("rosh_mismatch", cases, cases["rosh"].notna() & cases["rosh_delius"].notna() & cases["rosh"].ne(
            cases["rosh_delius"]), "OASys " + rosh + ", case record " + cases["rosh_delius"].fillna("none")),
        # A class of cases that a source only counts has no start of a sentence, and no RoSH on record.
        _rows("rosh_missing", cases, cases["rosh"].isna() & cases["sentence_start"].notna(), ""),
        _rows("tier_missing", cases, cases["tier"].isna(), ""),
        _rows("tier_changed", cases, cases["tier_changes"].gt(policy.tier_changes_allowed),
              cases["tier_changes"].astype("str") + " changes"),
        _rows("tier_undocumented", cases, cases["tier_documented"].eq(False), ""),
        _rows("mappa_level_unrecorded", cases, cases["mappa_level"].eq("unrecorded"), ""),
        _rows("mappa_not_referred", cases, cases["mappa_eligible"].eq(True) & cases["mappa_level"].isna(),
              "RoSH " + rosh),
        _rows("licence_copy_missing", cases, cases["setting"].eq(Setting.LICENCE) & cases["licence_copy"].eq(False),
              ""),
        _rows("rosh_above_tier", cases, high & cases["tier"].notna() & ~highest, "RoSH " + rosh + ", tier " + tier),
        _rows("rosh_below_tier", cases, cases["rosh"].eq(Rosh.LOW) & highest, "RoSH " + rosh + ", tier " + tier),
        _rows("no_available_hours", cases, without_hours, ""),
        _rows("held_by_leaver", cases, posts["left"], "left on " + posts["left_on"].dt.strftime("%Y-%m-%d")),
        _rows("grade_not_permitted", cases, posts["grade"].eq(Grade.PSO) & (high | highest),
              "RoSH " + rosh + ", tier " + tier + ", held by a PSO"),
        _rows("unallocated", cases, cases["om_code"].isna(), ""),
        _rows("post_missing", cases, cases["om_code"].notna() & ~allocated,
              "recorded with " + cases["om_code"].fillna("") + ", who has no post in the team"),
        check_tiers(caseload, weighed, policy, as_at).assign(finding="tier_differs"),
        _copied_assessments(caseload, policy),
        _not_countersigned(caseload, high, as_at),
    ]  # fmt: skip
    of_cases = _add_identity(pd.concat(parts, ignore_index=True), caseload, weighed)
    found = pd.concat([of_cases, _of_posts(caseload)], ignore_index=True)
    return found.sort_values(["finding", "crn", "detail"], ignore_index=True)


def _rows(finding: str, cases: pd.DataFrame, holds: "pd.Series[bool]", detail: "pd.Series[str] | str") -> pd.DataFrame:
    rows = pd.DataFrame({"finding": finding, "crn": cases["crn"], "detail": detail}, index=cases.index)
    return rows[holds.fillna(False).astype(bool)]


def _posts_of(cases: pd.DataFrame, offender_managers: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The grade of the post that holds each case, and whether its holder has left; in the order of the cases."""
    managers = offender_managers.assign(left=has_left(offender_managers, as_at))
    columns = ["om_code", "team_code", "grade", "left", "left_on"]
    posts = cases[["om_code", "team_code"]].merge(managers[columns], on=["om_code", "team_code"], how="left")
    posts.index = cases.index
    posts["left"] = posts["left"].eq(True)
    return posts


def _of_posts(caseload: Caseload) -> pd.DataFrame:
    """Findings about posts: hours that no source gives, and grades that are not known."""
    managers = caseload.offender_managers
    # Only a source that may lack hours has the column.
    assumed = managers.get("hours_assumed", pd.Series(False, index=managers.index))
    unknown = managers["grade"].eq(UNKNOWN_GRADE)
    post = "post " + managers["team_code"] + "/" + managers["om_code"] + ": "
    hours = (
        post + managers["contracted_hours"].map("{:g}".format).astype("str") + " hours, by grade " + managers["grade"]
    )
    about = {
        "hours_assumed": (assumed.fillna(False).astype(bool) & ~unknown, hours),
        "grade_unknown": (unknown, post + "no target, no hours"),
    }
    parts = [
        managers.loc[holds, ["om_code", "team_code"]].assign(finding=finding, crn="", detail=detail[holds])
        for finding, (holds, detail) in about.items()
    ]
    codes = caseload.organisation[["team_code", "office_code", "cluster_code"]]
    return pd.concat(parts).merge(codes, on="team_code", how="left")[COLUMNS]


def _copied_assessments(caseload: Caseload, policy: Policy) -> pd.DataFrame:
    done = caseload.assessments
    copied = done[done["similarity"].ge(float(policy.copied_from_similarity))]
    detail = copied["kind"] + " of " + copied["completed_on"].dt.strftime("%Y-%m-%d")
    similarity = copied["similarity"].map(repr).astype("str")
    return pd.DataFrame(
        {"finding": "assessment_copied", "crn": copied["crn"], "detail": detail + ", similarity " + similarity}
    )


def _not_countersigned(caseload: Caseload, high: "pd.Series[bool]", as_at: date) -> pd.DataFrame:
    """High and very high RoSH cases whose latest risk management plan has no countersignature."""
    done = caseload.assessments
    today = pd.Timestamp(as_at)
    plans = done[
        done["kind"].eq(AssessmentKind.RISK_MANAGEMENT_PLAN)
        & done["crn"].isin(caseload.cases.loc[high, "crn"])
        & done["completed_on"].le(today)
    ]
    newest = plans[plans["completed_on"].eq(plans.groupby("crn")["completed_on"].transform("max"))]
    signed = newest["countersigned_on"].le(today).groupby(newest["crn"]).any()
    dates = newest.groupby("crn")["completed_on"].max()[~signed]
    detail = "risk_management_plan of " + dates.dt.strftime("%Y-%m-%d")
    return pd.DataFrame({"finding": "plan_not_countersigned", "crn": dates.index, "detail": detail.array})


def _add_identity(rows: pd.DataFrame, caseload: Caseload, weighed: WeighedCases) -> pd.DataFrame:
    codes = caseload.organisation[["team_code", "office_code", "cluster_code"]]
    cases = weighed.frame[["crn", "om_code", "team_code"]].merge(codes, on="team_code", how="left")
    identified = rows.merge(cases, on="crn", how="left", validate="many_to_one")
    identified["detail"] = identified["detail"].mask(identified["detail"].eq(""))
    return identified[COLUMNS]
