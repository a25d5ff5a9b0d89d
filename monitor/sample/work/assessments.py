"""Draw the work completed for the cases, on time as often as their cluster manages, and late otherwise."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.sample import figures
from monitor.sample.caseload import Flags, Floats
from monitor.sample.days import NEVER, Days, add_months, add_weekdays, weekday_before
from monitor.sample.storyline import SLIPPING_DAYS_LATE, SLIPPING_ON_TIME

KINDS: Final = (
    "rosh_screening",
    "rosh_full_analysis",
    "risk_management_plan",
    "rosh_review",
    "sentence_plan",
    "sentence_plan_review",
    "home_visit",
)
_SCREENING, _ANALYSIS, _RISK_PLAN, _REVIEW, _PLAN, _PLAN_REVIEW, _VISIT = range(len(KINDS))
_KEPT_AFTER_THE_NEXT = 130  # days: more than the window in which timeliness is calculated
_REVIEWS_BEFORE_FIRST = 420  # days before the first extract from which reviews are drawn
_MOST_REVIEWS = 12


@dataclass(frozen=True)
class Habits:
    """How work gets done: the share on time for each measure and cluster, and the office where reviews slip."""

    on_time: dict[str, Floats]
    slipping_office: int
    slipping_from: int
    first_as_at: int
    last_as_at: int


def draw_events(rng: np.random.Generator, cases: pd.DataFrame, habits: Habits) -> pd.DataFrame:
    """Draw the significant changes: at most one per case at random, and one whenever RoSH goes up."""
    since = np.maximum(cases["sentence_start"].to_numpy() + 14, habits.first_as_at - 365)
    until = np.minimum(cases["closed_on"].to_numpy(), habits.last_as_at)
    span = np.maximum(until - since, 0)
    happens = rng.random(len(cases)) < span / 365 * figures.RECORDED_CHANGES_A_YEAR
    when = weekday_before(since + (rng.random(len(cases)) * span).astype(np.int64))
    rises = _rises(cases)
    events = pd.DataFrame(
        {
            "no": np.concatenate([cases["no"][happens], cases["no"][rises]]),
            "occurred_on": np.concatenate([np.maximum(when, since)[happens], cases["rosh_changes_on"][rises]]),
        }
    )
    return events[events["occurred_on"] <= habits.last_as_at]


def draw_assessments(
    rng: np.random.Generator, cases: pd.DataFrame, events: pd.DataFrame, habits: Habits
) -> pd.DataFrame:
    """Draw everything completed for ``cases`` up to the last extract.

    Returns one row per completion: no, kind, completed_on, countersigned_on, similarity, and gone_on, the day from
    which the extract no longer needs the row because later work has long replaced it.
    """
    worked_on = cases[~cases["unpaid_work"]]
    parts = [
        *_at_the_start(rng, worked_on, habits),
        *_on_release(rng, worked_on, habits),
        *_on_transfer(rng, worked_on, habits),
        *_when_rosh_rises(rng, worked_on),
        *_reviews(rng, worked_on, habits),
        *_after_changes(rng, worked_on, events, habits),
    ]
    drawn = pd.concat(parts, ignore_index=True)
    drawn = drawn[drawn["completed_on"] <= habits.last_as_at].reset_index(drop=True)
    return drawn.assign(**_countersign_and_compare(rng, drawn, cases))


def _rises(cases: pd.DataFrame) -> Flags:
    classified = (cases["rosh"] != figures.UNCLASSIFIED) & (cases["rosh_after"] > cases["rosh"])
    return (classified & (cases["rosh_changes_on"] < cases["closed_on"])).to_numpy()


def _serious(rosh: "pd.Series[int]") -> Flags:
    return rosh.isin([figures.HIGH, figures.VERY_HIGH]).to_numpy()


def _rows(kind: int, no: npt.ArrayLike, completed_on: npt.ArrayLike, gone_on: npt.ArrayLike = NEVER) -> pd.DataFrame:
    return pd.DataFrame({"no": no, "kind": kind, "completed_on": completed_on, "gone_on": gone_on})


def _first(
    rng: np.random.Generator,
    habits: Habits,
    cases: pd.DataFrame,
    kind: int,
    measure: str,
    clock: Days,
    weekdays: int,
    gone_on: npt.ArrayLike = NEVER,
) -> pd.DataFrame:
    """One piece of work for each case, due a number of working days after its clock date."""
    count = len(cases)
    on_time = rng.random(count) < habits.on_time[measure][cases["cluster"].to_numpy()]
    taken = np.maximum(rng.integers(0, weekdays + 1, count), rng.integers(0, weekdays + 1, count))
    late = add_weekdays(clock, weekdays) + 1 + rng.exponential(figures.DAYS_LATE[measure], count).astype(np.int64)
    completed = np.where(on_time, add_weekdays(clock, taken), add_weekdays(late, 0))
    done = rng.random(count) >= figures.NEVER_DONE[measure]
    return _rows(kind, cases["no"], completed, gone_on)[done]


def _at_the_start(rng: np.random.Generator, cases: pd.DataFrame, habits: Habits) -> list[pd.DataFrame]:
    """Work due at the start of a community sentence or in custody; custody's is replaced on release."""
    at = figures
    medium = cases["rosh"].isin([at.MEDIUM, at.HIGH, at.VERY_HIGH])
    serious = pd.Series(_serious(cases["rosh"]), index=cases.index)
    community = ~cases["prison"]

    def first(who: "pd.Series[bool]", kind: int, measure: str, weekdays: int) -> pd.DataFrame:
        chosen = cases[who]
        clock = chosen["sentence_start"].to_numpy()
        return _first(rng, habits, chosen, kind, measure, clock, weekdays, chosen["release_on"].to_numpy())

    everyone = pd.Series(True, index=cases.index)
    return [
        first(everyone, _SCREENING, at.SCREENING_AT_START, 1),
        first(medium & ~serious, _ANALYSIS, at.FULL_ANALYSIS, 15),
        first(serious, _ANALYSIS, at.FULL_ANALYSIS, 5),
        first(community & medium & ~serious, _RISK_PLAN, at.PLAN_COMMUNITY, 15),
        first(community & serious, _RISK_PLAN, at.PLAN_COMMUNITY_HIGH, 5),
        first(community & (cases["tier"] != at.TIER_4), _PLAN, at.SENTENCE_PLAN, 15),
        first(community & (cases["tier"] == at.TIER_4), _PLAN, at.SENTENCE_PLAN, 5),
        first(~community, _PLAN, at.SENTENCE_PLAN, 80),
        first(community & serious, _VISIT, at.HOME_VISIT, 10),
    ]


def _on_release(rng: np.random.Generator, cases: pd.DataFrame, habits: Habits) -> list[pd.DataFrame]:
    """Work due when a person leaves prison on licence."""
    at = figures
    out = cases[cases["prison"] & (cases["release_on"] <= habits.last_as_at)]
    medium = out["rosh"].isin([at.MEDIUM, at.HIGH, at.VERY_HIGH])
    serious = pd.Series(_serious(out["rosh"]), index=out.index)

    def first(who: "pd.Series[bool]", kind: int, measure: str, weekdays: int) -> pd.DataFrame:
        chosen = out[who]
        return _first(rng, habits, chosen, kind, measure, chosen["release_on"].to_numpy(), weekdays)

    everyone = pd.Series(True, index=out.index)
    plans = first(medium, _RISK_PLAN, at.PLAN_BEFORE_RELEASE, 0)
    release = out.set_index("no")["release_on"].reindex(plans["no"]).to_numpy()
    ahead = weekday_before(release - rng.integers(0, 40, len(plans)))
    plans["completed_on"] = np.where(plans["completed_on"] <= release, ahead, plans["completed_on"])
    return [
        plans,
        first(everyone, _SCREENING, at.SCREENING_ON_RELEASE, 5),
        first(medium & ~serious, _ANALYSIS, at.FULL_ANALYSIS, 15),
        first(serious, _ANALYSIS, at.FULL_ANALYSIS, 5),
        first(out["tier"] != at.TIER_4, _PLAN, at.SENTENCE_PLAN, 15),
        first(out["tier"] == at.TIER_4, _PLAN, at.SENTENCE_PLAN, 5),
        first(serious, _VISIT, at.HOME_VISIT, 10),
    ]


def _on_transfer(rng: np.random.Generator, cases: pd.DataFrame, habits: Habits) -> list[pd.DataFrame]:
    moved = cases[_serious(cases["rosh"]) & (cases["transferred_in_on"] != NEVER)]
    clock = moved["transferred_in_on"].to_numpy()
    return [_first(rng, habits, moved, _RISK_PLAN, figures.PLAN_TRANSFER, clock, 5)]


def _when_rosh_rises(rng: np.random.Generator, cases: pd.DataFrame) -> list[pd.DataFrame]:
    """Work due soon after a person's RoSH rises, because the new level asks for it."""
    risen = cases[_rises(cases) | (cases["rosh_changes_on"] != NEVER) & (cases["rosh"] == figures.UNCLASSIFIED)]
    visited = risen[(risen["rosh_after"] == figures.HIGH) & (~risen["prison"] | (risen["release_on"] != NEVER))]

    def soon(kind: int, who: pd.DataFrame, longest: int) -> pd.DataFrame:
        return _rows(
            kind, who["no"], add_weekdays(who["rosh_changes_on"].to_numpy(), rng.integers(0, longest, len(who)))
        )

    return [soon(_ANALYSIS, risen, 12), soon(_RISK_PLAN, risen, 12), soon(_VISIT, visited, 25)]


def _reviews(rng: np.random.Generator, cases: pd.DataFrame, habits: Habits) -> list[pd.DataFrame]:
    """Reviews of RoSH and of the sentence plan: four-monthly in the community and on licence, yearly in custody."""
    outside = cases[~cases["prison"] | (cases["release_on"] <= habits.last_as_at)]
    clock = np.where(outside["prison"], outside["release_on"], outside["sentence_start"])
    inside = cases[cases["prison"]]
    until = np.minimum(inside["release_on"].to_numpy(), inside["closed_on"].to_numpy())
    measures = {
        _REVIEW: (figures.FIRST_REVIEW, figures.NEXT_REVIEW),
        _PLAN_REVIEW: (figures.PLAN_REVIEW, figures.PLAN_REVIEW),
    }
    yearly = (figures.REVIEW_IN_CUSTODY, figures.REVIEW_IN_CUSTODY)
    return [
        *(
            chain
            for kind, both in measures.items()
            for chain in _chain(rng, outside, kind, both, clock, outside["closed_on"].to_numpy(), 4, habits)
        ),
        *_chain(rng, inside, _REVIEW, yearly, inside["sentence_start"].to_numpy(), until, 12, habits),
    ]


def _chain(
    rng: np.random.Generator,
    cases: pd.DataFrame,
    kind: int,
    measures: tuple[str, str],
    clock: Days,
    until: Days,
    months: int,
    habits: Habits,
) -> list[pd.DataFrame]:
    """A chain of reviews, each due a number of months after the one before.

    Long sentences start part way along their chain, because reviews of years ago do not matter for this half-year.
    """
    no, cluster = cases["no"].to_numpy(), cases["cluster"].to_numpy()
    slips = (cases["office"] == habits.slipping_office).to_numpy()
    since = habits.first_as_at - _REVIEWS_BEFORE_FIRST
    midway = clock < since
    last = np.where(midway, weekday_before(since + rng.integers(0, 30 * months, len(no))), clock)
    alive = last <= np.minimum(until, habits.last_as_at)
    reviewed = midway.copy()
    chains = []
    for _ in range(_MOST_REVIEWS):
        no, cluster, slips, until = no[alive], cluster[alive], slips[alive], until[alive]
        last, reviewed = last[alive], reviewed[alive]
        if not len(no):
            break
        due = add_months(last, months)
        slipping = slips & (due >= habits.slipping_from)
        usual = np.where(reviewed, habits.on_time[measures[1]][cluster], habits.on_time[measures[0]][cluster])
        on_time = rng.random(len(no)) < np.where(slipping, SLIPPING_ON_TIME, usual)
        days_late = np.where(slipping, SLIPPING_DAYS_LATE, figures.DAYS_LATE[measures[1]])
        late = add_weekdays(due + 1 + rng.exponential(days_late).astype(np.int64), 0)
        done = np.where(on_time, np.maximum(weekday_before(due - rng.integers(0, 22, len(no))), last + 1), late)
        if reviewed.any():
            chains.append(_rows(kind, no[reviewed], last[reviewed], (done + _KEPT_AFTER_THE_NEXT)[reviewed]))
        last, reviewed = done, np.ones(len(no), dtype=bool)
        alive = done <= np.minimum(until, habits.last_as_at)
    return chains


def _after_changes(
    rng: np.random.Generator, cases: pd.DataFrame, events: pd.DataFrame, habits: Habits
) -> list[pd.DataFrame]:
    """A review of RoSH after a significant change; it is rarely late for high RoSH."""
    changed = events.merge(cases[["no", "cluster", "rosh"]], on="no")
    usual = habits.on_time[figures.CHANGE_REVIEW][changed["cluster"].to_numpy()]
    on_time = rng.random(len(changed)) < np.where(_serious(changed["rosh"]), figures.CHANGE_REVIEW_HIGH, usual)
    clock = changed["occurred_on"].to_numpy()
    waited = 1 + rng.exponential(figures.DAYS_LATE[figures.CHANGE_REVIEW], len(changed)).astype(np.int64)
    late = add_weekdays(add_weekdays(clock, 5) + waited, 0)
    done = np.where(on_time, add_weekdays(clock, rng.integers(0, 6, len(changed))), late)
    return [_rows(_REVIEW, changed["no"], done)]


def _countersign_and_compare(
    rng: np.random.Generator, drawn: pd.DataFrame, cases: pd.DataFrame
) -> dict[str, npt.NDArray[np.generic]]:
    """Draw countersignatures of high RoSH risk management plans, and how similar each review is to the last one."""
    count = len(drawn)
    serious = drawn["no"].isin(cases["no"][_serious(cases["rosh"])])
    plans = (drawn["kind"] == _RISK_PLAN) & serious
    soon = rng.random(count) < figures.COUNTERSIGNED_SHARE
    days = rng.integers(0, 8, count)
    compared = drawn["kind"].isin([_REVIEW, _PLAN_REVIEW])
    copied = rng.random(count) < figures.COPIED_SHARE
    likeness = np.where(copied, rng.uniform(0.95, 1, count), rng.beta(4, 3, count) * 0.93).round(2)
    # From a random stream of its own, so that whatever is drawn afterwards does not change.
    late = 8 + rng.spawn(1)[0].exponential(figures.LATE_SIGNATURE_WORKDAYS - 8, count).astype(np.int64)
    signed = add_weekdays(drawn["completed_on"].to_numpy(), np.where(soon, days, late))
    return {
        "countersigned_on": np.where(plans, signed, NEVER),
        "similarity": np.where(compared, likeness, np.nan),
    }
