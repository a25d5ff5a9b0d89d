"""Apply every assessment rule to every case at once: what is due, late, missing or on time."""

from datetime import date, timedelta
from functools import lru_cache

import holidays
import numpy as np
import pandas as pd

from tiering.by_level import by_level
from tiering.caseload import Caseload
from tiering.exact import each_once, places_of
from tiering.points import WeighedCases
from tiering.policies.policy import AssessmentRule, Clock, DueUnit, Policy, TimelinessBands
from tiering.terms import HIGH_ROSH, PRIORITISED, Activity, AssessmentKind, Band, EventKind, Level, Setting
from tiering.timeliness.completions import Days, Flags, Positions, completion_keys, find_done, repeat_cycles

_KINDS = pd.Index([kind.value for kind in AssessmentKind], dtype="str")
IDENTITY = ["crn", "om_code", "team_code", "office_code", "cluster_code", "area_code", "tier", "rosh"]


def assessment_items(caseload: Caseload, weighed: WeighedCases, policy: Policy, as_at: date) -> pd.DataFrame:
    """List every assessment that is still to be done, or that fell due within the policy's timeliness window.

    Returns one row per item: columns rule, kind, then ``IDENTITY``, due_on, done_on (missing: not done), overdue,
    high_risk. A repeating rule gives one item per cycle: a completion ends one cycle and starts the next.

    Source: A Stalled Journey (2009) and National Standards 2007, as config/assessments cites them.
    """
    cases = caseload.cases
    today = np.datetime64(as_at, "D")
    activity = cases["activity"].isin([Activity.ACTIVE, Activity.SUSPENDED, *PRIORITISED])
    assessed = (activity & cases["number_of_cases"].eq(1)).to_numpy(dtype=bool)
    window_start = today - np.timedelta64(policy.timeliness_window, "D")
    completions, clocks, sentenced = _completions(caseload, today), _clocks(caseload), _days(cases["sentence_start"])
    parts = []
    for rule in policy.rules:
        clock = clocks[rule.clock]
        case = np.flatnonzero(assessed & ~np.isnat(clock) & _applies(rule, cases, policy))
        counts_from = (sentenced if rule.counts_from == "sentence_start" else clock)[case]
        clock = clock[case]
        if rule.repeats:
            case, clock, done = repeat_cycles(case, clock, completions[rule.kind])
        else:
            done = find_done(case, counts_from, completions[rule.kind])
        due = due_dates(clock, rule.due, rule.due_unit)
        wanted = np.isnat(done) | (due > window_start)
        parts.append((case[wanted], due[wanted], done[wanted]))
    case, due, done = (np.concatenate(column) for column in zip(*parts, strict=True))
    sizes = [len(cases_of_rule) for cases_of_rule, _, _ in parts]
    rule_of = np.repeat(np.arange(len(parts)), sizes)
    names = pd.array([rule.name for rule in policy.rules], dtype="str")
    kinds = pd.array([rule.kind.value for rule in policy.rules], dtype="str")
    items = pd.DataFrame(
        {"rule": names.take(rule_of), "kind": kinds.take(rule_of), "case": case, "due_on": due, "done_on": done}
    )
    return _identify(items, caseload, weighed, as_at)


def overdue_items(items: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The items past their due date and not done, with days_overdue (calendar days), sorted by rule and CRN."""
    late = items[items["overdue"]].copy()
    late["days_overdue"] = (pd.Timestamp(as_at) - late["due_on"]).dt.days
    return late.sort_values(["rule", "crn"], ignore_index=True)


def due_soon_items(items: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """The items not done that fall due from ``as_at`` to the policy's horizon, both days included."""
    last = pd.Timestamp(as_at + timedelta(days=policy.due_soon))
    soon = items[items["done_on"].isna() & items["due_on"].between(pd.Timestamp(as_at), last)]
    return soon.sort_values(["rule", "crn"], ignore_index=True)


def timeliness(items: pd.DataFrame, policy: Policy, as_at: date) -> pd.DataFrame:
    """Calculate the share of what fell due in the policy's window that was done by its due date.

    Returns one row per level (office, cluster, area, all), unit and rule: columns level, code, rule, fell_due and
    on_time (items), percentage, band. Timely is not the same as good: the share says nothing about the content.
    """
    first = pd.Timestamp(as_at - timedelta(days=policy.timeliness_window))
    fell_due = items[items["due_on"].gt(first) & items["due_on"].le(pd.Timestamp(as_at))].copy()
    fell_due["on_time"] = fell_due["done_on"].le(fell_due["due_on"])
    levels = (Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
    by_rule = by_level(fell_due, levels, ["rule", "on_time"]).groupby(["level", "code", "rule"])
    shares = by_rule["on_time"].agg(fell_due="size", on_time="sum").reset_index()
    shares["percentage"] = 100 * shares["on_time"] / shares["fell_due"]
    bands = [
        timeliness_band(int(done), int(due), policy.timeliness_bands)
        for done, due in zip(shares["on_time"], shares["fell_due"], strict=True)
    ]
    shares["band"] = pd.Series(bands, dtype="str", index=shares.index)
    return shares.sort_values(["level", "code", "rule"], ignore_index=True)


def timeliness_band(on_time: int, fell_due: int, bands: TimelinessBands) -> Band:
    """Green, amber or red, by exact comparison."""
    if 100 * on_time >= bands.green_from * fell_due:
        return Band.GREEN
    return Band.AMBER if 100 * on_time >= bands.amber_from * fell_due else Band.RED


def due_dates(clock: Days, amount: int, unit: DueUnit) -> Days:
    """The due date for each clock date, which is day 0; months are calendar months, clipped to the month's last day."""
    if amount == 0:
        return clock
    if unit is DueUnit.WORKING_DAYS:
        return np.busday_offset(clock, amount, roll="backward", holidays=_bank_holidays(clock))
    if unit is DueUnit.MONTHS:
        return _add_months(clock, amount)
    return clock + np.timedelta64(amount * (7 if unit is DueUnit.WEEKS else 1), "D")


def working_days(after: date, until: date) -> int:
    """How many working days there are after one date and up to another, that one included."""
    days = np.array([after, until], dtype="datetime64[D]") + 1
    return int(np.busday_count(days[0], days[1], holidays=_bank_holidays(days)))


def _add_months(days: Days, months: int) -> Days:
    month = days.astype("datetime64[M]")
    day = days - month.astype("datetime64[D]")
    target = month + np.timedelta64(months, "M")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    days_after: Days = np.minimum(target.astype("datetime64[D]") + day, last)
    return days_after


def _bank_holidays(days: Days) -> Days:
    """Bank holidays of England and Wales in the years of the dates and the year after."""
    if not len(days):
        return np.array([], dtype="datetime64[D]")
    years = days.astype("datetime64[Y]").astype(int) + 1970
    needed = each_once(np.concatenate([years, years + 1]))
    return np.concatenate([_bank_holidays_of(int(year)) for year in needed])


@lru_cache(maxsize=400)
def _bank_holidays_of(year: int) -> Days:
    return np.array(sorted(holidays.country_holidays("GB", subdiv="ENG", years=year)), dtype="datetime64[D]")


def _applies(rule: AssessmentRule, cases: pd.DataFrame, policy: Policy) -> Flags:
    flags = cases["setting"].isin(rule.settings).to_numpy(dtype=bool)
    if rule.rosh is not None:
        flags = flags & cases["rosh"].isin(rule.rosh).to_numpy(dtype=bool)
    if rule.tiers != "all":
        highest = cases["tier"].isin(policy.highest_tiers).to_numpy(dtype=bool)
        flags = flags & (highest if rule.tiers == "highest" else ~highest)
    return flags


def start_dates(cases: pd.DataFrame) -> Days:
    """When supervision started: sentence_start, or for a licence release_on if there is one."""
    released = cases["setting"].eq(Setting.LICENCE) & cases["release_on"].notna()
    return _days(cases["sentence_start"].where(~released, cases["release_on"]))


def _clocks(caseload: Caseload) -> dict[Clock, Days]:
    """The date from which each case's time runs by each clock; missing where the case has no such date."""
    cases, events = caseload.cases, caseload.events
    changes = events[events["kind"].eq(EventKind.SIGNIFICANT_CHANGE)]
    newest = changes.groupby("crn")["occurred_on"].max()
    return {
        Clock.START: start_dates(cases),
        Clock.TRANSFERRED_IN: _days(cases["transferred_in_on"]),
        Clock.SIGNIFICANT_CHANGE: _days(newest.reindex(cases["crn"])),
    }


def _completions(caseload: Caseload, today: np.datetime64) -> dict[AssessmentKind, Positions]:
    """The sorted keys (case position x span + day) of every completion up to today, by kind."""
    done = caseload.assessments
    position = places_of(done["crn"], pd.Index(caseload.cases["crn"]))
    day = _days(done["completed_on"])
    counted = (position >= 0) & (day <= today)
    keys, codes = completion_keys(position, day)[counted], places_of(done["kind"], _KINDS)[counted]
    return {kind: each_once(keys[codes == code]) for code, kind in enumerate(AssessmentKind)}


def _identify(items: pd.DataFrame, caseload: Caseload, weighed: WeighedCases, as_at: date) -> pd.DataFrame:
    """The items with the identity of their case, and whether they are overdue and high risk."""
    codes = caseload.organisation.set_index("team_code")[["office_code", "cluster_code", "area_code"]]
    cases = weighed.frame[["crn", "om_code", "team_code", "tier", "rosh"]]
    cases = cases.join(codes, on="team_code")[IDENTITY]
    identified = items.drop(columns="case").join(cases.iloc[items["case"]].reset_index(drop=True))
    identified[["due_on", "done_on"]] = identified[["due_on", "done_on"]].astype("datetime64[s]")
    identified["overdue"] = identified["done_on"].isna() & identified["due_on"].lt(pd.Timestamp(as_at))
    identified["high_risk"] = identified["rosh"].isin(HIGH_ROSH)
    return identified[["rule", "kind", *IDENTITY, "due_on", "done_on", "overdue", "high_risk"]]


def _days(dates: "pd.Series[pd.Timestamp]") -> Days:
    return dates.to_numpy(dtype="datetime64[D]")
