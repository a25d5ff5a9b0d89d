"""What a case record leaves open or contradicts, and cases held by someone who cannot or may not hold them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from .card import HIGH, Row, Tables, exact, has_left, is_highest, post_of, posts_of
from .workload import Post, reduction_hours

COPIED_FROM = Fraction(95, 100)


def findings(tables: Tables, as_at: date, policy: str) -> Counter[tuple[str, str]]:
    """How often each finding is made for each case, by (finding, CRN)."""
    posts = posts_of(tables)
    hours = hours_at_work(tables, as_at)
    found: Counter[tuple[str, str]] = Counter()
    for case in tables["cases"]:
        plans = [
            row
            for row in tables["assessments"]
            if row["crn"] == case["crn"] and row["kind"] == "risk_management_plan" and row["completed_on"] <= as_at
        ]
        names = [*_of_the_record(case, policy), *_of_the_plan(case, plans, as_at)]
        names += _of_the_holder(case, posts, hours, as_at, policy)
        found.update((name, case["crn"]) for name in names)
    for row in tables["assessments"]:
        if row.get("similarity") is not None and exact(row["similarity"]) >= COPIED_FROM:
            found["assessment_copied", row["crn"]] += 1
    return found


def hours_at_work(tables: Tables, as_at: date) -> dict[str, Fraction]:
    """Hours a week of each person over the posts still held, less what reductions take from each."""
    taken = reduction_hours(tables, as_at)
    hours: dict[str, Fraction] = {}
    for key, post in posts_of(tables).items():
        left = Fraction(0) if has_left(post, as_at) else max(Fraction(0), exact(post["contracted_hours"]) - taken[key])
        hours[post["om_code"]] = hours.get(post["om_code"], Fraction(0)) + left
    return hours


def _of_the_record(case: Row, policy: str) -> Iterator[str]:
    tier, rosh = case.get("tier"), case.get("rosh")
    if rosh is not None and case.get("rosh_delius") is not None and rosh != case["rosh_delius"]:
        yield "rosh_mismatch"
    if rosh is None:
        yield "rosh_missing"
    if tier is None:
        yield "tier_missing"
    if (case.get("tier_changes") or 0) > 1:
        yield "tier_changed"
    if case.get("tier_documented") is False:
        yield "tier_undocumented"
    if case.get("mappa_level") == "unrecorded":
        yield "mappa_level_unrecorded"
    if case.get("mappa_eligible") is True and case.get("mappa_level") is None:
        yield "mappa_not_referred"
    if case["setting"] == "licence" and case.get("licence_copy") is False:
        yield "licence_copy_missing"
    if rosh in HIGH and tier is not None and not is_highest(policy, tier):
        yield "rosh_above_tier"
    if rosh == "low" and is_highest(policy, tier):
        yield "rosh_below_tier"


def _of_the_plan(case: Row, plans: list[Row], as_at: date) -> Iterator[str]:
    if case.get("rosh") not in HIGH or not plans:
        return
    newest = max(row["completed_on"] for row in plans)
    signed = [
        row
        for row in plans
        if row["completed_on"] == newest
        and row.get("countersigned_on") is not None
        and row["countersigned_on"] <= as_at
    ]
    if not signed:
        yield "plan_not_countersigned"


def _of_the_holder(
    case: Row, posts: dict[Post, Row], hours: dict[str, Fraction], as_at: date, policy: str
) -> Iterator[str]:
    if not case.get("om_code"):
        yield "unallocated"
        return
    post = post_of(case, posts)
    if post is None:
        yield "post_missing"
        return
    if has_left(post, as_at):
        yield "held_by_leaver"
    elif hours[post["om_code"]] == 0:
        yield "no_available_hours"
    if post["grade"] == "PSO" and (case.get("rosh") in HIGH or is_highest(policy, case.get("tier"))):
        yield "grade_not_permitted"
