"""Make enforcement, contacts and oversight as an extract of one day has them, as often on time as was inspected.

Everything here follows from the cases and officers of that day and from ``chance``, so the world keeps no record of it.
"""

from typing import Final

import numpy as np
import pandas as pd

from monitor.sample import figures, staff
from monitor.sample.caseload import CUSTODY, LICENCE, WARRANT, Flags, Floats, Ints, activity_on, setting_on, tier_on
from monitor.sample.days import NEVER, Days, add_weekdays
from monitor.sample.organisation import CLUSTERS
from monitor.sample.work.chance import chance
from monitor.sample.world import World

ENFORCEMENT_KINDS: Final = ("breach", "recall")
CONTACT_KINDS: Final = ("office", "telephone", "home")
OVERSIGHT_KINDS: Final = (
    "safeguarding",
    "mappa_review",
    "pre_release_review",
    "victim_contact",
    "custody_plan",
    "supervision",
)
_SAFEGUARDING, _MAPPA, _PRE_RELEASE, _VICTIM, _PLAN, _SUPERVISION = range(len(OVERSIGHT_KINDS))

_TWO_MONTHS = 61
_KEPT_DAYS = 250  # for how long enforcement and oversight stay in the extract
_KEPT_BEYOND = 9  # days that a contact stays after the next is due; all first ones of a case that started lately stay
_NEW_CASE, _NEW_IN_TIER_2 = 135, 205  # days
_KNOWN_AHEAD = 7
_LATE_OF_MISSED = 0.86  # a missed appointment soon after another may still be made up for in time
_CONTACT_DAYS: Final = np.array([40, 26, 19, 12, 26])  # by tier, untiered last: just within what is asked
_TIER_2 = 1
_FIRST_WEEKS, _OFTEN, _SELDOM = 112, 10, 13  # tier 2 in its first 16 weeks: days between contacts
_DAYS_LATE: Final = {"action": 5, "resolved": 20, "oversight": 18}  # assumptions: mean days late of what is late

_SHARES: Final = figures.oversight_timeliness([cluster.name for cluster in CLUSTERS])


def draw_enforcement(world: World, on: int) -> pd.DataFrame:
    """The failures to comply of the last months: no, kind, occurred_on, action_by, acted_on, resolved_on."""
    outside = world.cases[(setting_on(world.cases, on) != CUSTODY) & ~world.cases["unpaid_work"]]
    parts = []
    for turn in range((on - _KEPT_DAYS) // _TWO_MONTHS, on // _TWO_MONTHS + 1):
        cases = outside[chance(outside["no"], "fails", turn) < figures.FAILURES_IN_TWO_MONTHS]
        no, cluster = cases["no"].to_numpy(), cases["cluster"].to_numpy()
        occurred = add_weekdays(turn * _TWO_MONTHS + (chance(no, "fail day", turn) * _TWO_MONTHS).astype(np.int64), 0)
        recalled = (setting_on(cases, on) == LICENCE) & (chance(no, "recall", turn) < figures.RECALLED_SHARE)
        acted = _done(no, "acted", turn, occurred, _SHARES[figures.BREACH_ACTION][cluster], 10, _DAYS_LATE["action"])
        at_once = add_weekdays(occurred, (chance(no, "at once", turn) < 0.2).astype(np.int64))
        acted = np.where(recalled, at_once, acted)
        share = _SHARES[figures.BREACH_RESOLVED][cluster]
        resolved = _done(no, "resolve", turn, occurred, share, 25, _DAYS_LATE["resolved"])
        by = np.where(chance(no, "recorded", turn) < 0.3, add_weekdays(occurred, np.where(recalled, 1, 10)), NEVER)
        parts.append(
            pd.DataFrame(
                {
                    "no": no,
                    "kind": recalled.astype(np.int64),
                    "occurred_on": occurred,
                    "action_by": by,
                    "acted_on": acted,
                    "resolved_on": np.maximum(resolved, acted),
                }
            )[(occurred > start_of(cases)) & (occurred <= on)]
        )
    drawn = pd.concat(parts, ignore_index=True).sort_values(["no", "occurred_on"], ignore_index=True)
    for name in ("acted_on", "resolved_on"):
        drawn[name] = drawn[name].where(drawn[name] <= on, NEVER)
    return drawn


def _done(no: Ints, subject: str, turn: int, clock: Days, share: Floats, weekdays: int, days_late: int) -> Days:
    """When work is done that is due so many working days after its clock."""
    luck = chance(no, subject, turn)
    # The luck of being on time, and how early or late within that, both from one number.
    early = add_weekdays(clock, (weekdays * (0.3 + 0.7 * luck / share)).clip(0, weekdays).astype(np.int64))
    wait = 2 + _waits(chance(no, f"l{subject}", turn), days_late)
    late = add_weekdays(add_weekdays(clock, weekdays) + wait, 0)
    return np.where(luck < share, early, late)


def _waits(luck: Floats, mean: float) -> Ints:
    """Waiting times in days, most of them short, from numbers of ``chance``."""
    waits: Ints = (-mean * np.log1p(-luck)).astype(np.int64)
    return waits


def start_of(cases: pd.DataFrame) -> Days:
    """The day supervision started outside prison, or the sentence if that is where a person is."""
    released = cases["prison"] & (cases["release_on"] < NEVER)
    return np.where(released, cases["release_on"], cases["sentence_start"])


def draw_contacts(world: World, on: int) -> pd.DataFrame:
    """The appointments of the last weeks and the next: no, planned_on, kept (-1: not yet known), kind."""
    cases = world.cases
    seen = (setting_on(cases, on) != CUSTODY) & (activity_on(cases, on) != WARRANT) & ~cases["unpaid_work"]
    cases = cases[seen]
    no, start, share = cases["no"].to_numpy(), start_of(cases), _SHARES[figures.CONTACT][cases["cluster"].to_numpy()]
    tier = tier_on(cases, on)
    is_new = start > on - np.where(tier == _TIER_2, _NEW_IN_TIER_2, _NEW_CASE)
    often = np.where(chance(no, "often") < share, _OFTEN, _SELDOM)
    days = np.where((tier == _TIER_2) & is_new, often, _CONTACT_DAYS[tier])
    frame = pd.DataFrame({"no": no, "days": days, "share": share, "until": np.where(is_new, start + _FIRST_WEEKS, 0)})
    frame["first"] = start + 1 + (chance(no, "phase") * (days - 1)).astype(np.int64)
    frame["kept_days"] = _CONTACT_DAYS[tier] + _KEPT_BEYOND
    since = np.where(is_new, frame["first"], on - frame["kept_days"])
    frame["turn"] = np.maximum(-((frame["first"] - since) // days), 0)
    parts = []
    while len(frame):
        frame = frame.assign(planned_on=frame["first"] + frame["turn"] * frame["days"])
        frame = frame[frame["planned_on"] <= on + _KNOWN_AHEAD]
        parts.append(_appointments(frame, on))
        frame = frame.assign(turn=frame["turn"] + 1)
    drawn = pd.concat(parts, ignore_index=True).sort_values(["no", "planned_on"], ignore_index=True)
    drawn = drawn[(drawn["planned_on"] > on - drawn.pop("kept_days")) | (drawn["planned_on"] <= drawn.pop("until"))]
    drawn = drawn.reset_index(drop=True)
    return drawn.assign(kept=np.where(drawn["planned_on"] <= on, drawn["kept"].astype(np.int64), -1))


def _appointments(planned: pd.DataFrame, on: int) -> pd.DataFrame:
    """Appointments, and the next ones of those who missed theirs, a few days later."""
    no, turn = planned["no"].to_numpy(), planned["turn"].to_numpy()
    kept = chance(no, "missed", turn) < 1 - (1 - planned["share"].to_numpy()) / _LATE_OF_MISSED
    kind = (chance(no, "way", turn) * len(CONTACT_KINDS)).astype(np.int64)
    here = planned.assign(kept=kept, kind=kind)[["no", "planned_on", "kept", "kind", "kept_days", "until"]]
    missed = here[~kept]
    wait = 3 + (chance(missed["no"], "again", turn[~kept]) * 5).astype(np.int64)
    again = missed.assign(planned_on=missed["planned_on"] + wait, kept=True)
    return pd.concat([here, again[again["planned_on"] <= on + _KNOWN_AHEAD]], ignore_index=True)


def draw_oversight(world: World, kept: Flags, on: int) -> pd.DataFrame:
    """What managers have done lately: no of the case or person of the officer (-1: neither), kind, done_on.

    kept: the posts that are in the extract.
    """
    cases = world.cases[~world.cases["unpaid_work"]]
    parts = [
        _reviews(cases[cases["safeguarding"]], _SAFEGUARDING, figures.SAFEGUARDING, 118, on),
        _reviews(cases[cases["mappa"] == 1], _MAPPA, figures.MAPPA_REVIEW, 110, on),
        _reviews(cases[cases["mappa"] == 2], _MAPPA, figures.MAPPA_REVIEW, 54, on),
        _before_release(cases[cases["prison"]], on),
        _once(cases[setting_on(cases, on) == CUSTODY], _PLAN, figures.CUSTODY_PLAN, 80),
        _once(cases[needs_victim_contact(cases)], _VICTIM, figures.VICTIM_CONTACT, 40),
    ]
    of_cases = pd.concat(parts, ignore_index=True).assign(person=-1)
    posts = world.posts[kept & (world.posts["grade"] != staff.SPO).to_numpy()]
    people = np.unique(posts["person"].to_numpy())
    officers = _chain(people, np.full(len(people), on - 400), _constant(figures.SUPERVISION, len(people)), 40, on)
    of_officers = officers.rename(columns={"no": "person"}).assign(no=-1, kind=_SUPERVISION)
    drawn = pd.concat([of_cases, of_officers], ignore_index=True)
    drawn = drawn[drawn["done_on"] <= on]
    return drawn.sort_values(["no", "person", "kind", "done_on"], ignore_index=True)


def needs_victim_contact(cases: pd.DataFrame) -> Flags:
    """Whether the victim is to be offered contact: only of people sentenced to prison."""
    share = np.where(cases["rosh"].isin([figures.HIGH, figures.VERY_HIGH]), *_by_high_rosh())
    needs: Flags = cases["prison"].to_numpy() & (chance(cases["no"], "victim") < share)
    return needs


def _by_high_rosh() -> tuple[float, float]:
    return figures.VICTIM_CONTACT_SHARE[True], figures.VICTIM_CONTACT_SHARE[False]


def is_mappa_eligible(cases: pd.DataFrame) -> Flags:
    """Whether a person must be referred to MAPPA: all who were, and a few who were not."""
    eligible: Flags = (cases["mappa"] >= 0).to_numpy() | (chance(cases["no"], "eligible") < figures.NOT_REFERRED_SHARE)
    return eligible


def has_licence_copy(cases: pd.DataFrame) -> Flags:
    """Whether a copy of the licence is on file, of those who are on licence."""
    has: Flags = chance(cases["no"], "copy") >= figures.LICENCE_COPY_MISSING
    return has


def _constant(measure: str, count: int) -> Floats:
    return np.full(count, _SHARES[measure][0])


def _reviews(cases: pd.DataFrame, kind: int, measure: str, days: int, on: int) -> pd.DataFrame:
    share = _SHARES[measure][cases["cluster"].to_numpy()]
    setting = setting_on(cases, on)
    start = np.where(setting == LICENCE, cases["release_on"], cases["sentence_start"])
    return _chain(cases["no"].to_numpy(), start, share, days, on).assign(kind=kind)


def _chain(no: Ints, start: Days, share: Floats, days: int, on: int) -> pd.DataFrame:
    """Work that starts its next period: done within ``days`` of the last, or some weeks late; the latest of it."""
    last, parts, turn = start.astype(np.int64), [], 0
    while len(no):
        luck = chance(no, "review", turn)
        early = days - (chance(no, "days", turn) * days / 5).astype(np.int64)
        late = days + 8 + _waits(chance(no, "late", turn), _DAYS_LATE["oversight"])
        last = add_weekdays(last + np.where(luck < share, early - 2, late), 0)
        here = last <= on
        no, last, share = no[here], last[here], share[here]
        lately = last > on - _KEPT_DAYS
        parts.append(pd.DataFrame({"no": no[lately], "done_on": last[lately]}))
        turn += 1
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"no": no, "done_on": last})


def _before_release(cases: pd.DataFrame, on: int) -> pd.DataFrame:
    """Reviews before releases of the last months and the next."""
    near = (cases["release_on"] > on - _KEPT_DAYS) & (cases["release_on"] <= on + 90)
    cases = cases[near]
    no, release = cases["no"].to_numpy(), cases["release_on"].to_numpy()
    share = _SHARES[figures.PRE_RELEASE][cases["cluster"].to_numpy()]
    luck, wait = chance(no, "release"), chance(no, "wait")
    ahead = np.maximum(release - 3 - (wait * 60).astype(np.int64), cases["sentence_start"].to_numpy())
    done = np.where(luck < share, ahead, release + 2 + (wait * 30).astype(np.int64))
    is_ever_done = luck < 1 - (1 - share) / 2
    return pd.DataFrame({"no": no[is_ever_done], "done_on": done[is_ever_done], "kind": _PRE_RELEASE})


def _once(cases: pd.DataFrame, kind: int, measure: str, weekdays: int) -> pd.DataFrame:
    """Work due once, so many working days after the sentence."""
    no, share = cases["no"].to_numpy(), _SHARES[measure][cases["cluster"].to_numpy()]
    done = _done(no, measure, 0, cases["sentence_start"].to_numpy(), share, weekdays, _DAYS_LATE["oversight"])
    return pd.DataFrame({"no": no, "done_on": done, "kind": kind})
