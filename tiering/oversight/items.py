"""Apply every rule beyond assessments to every case and offender manager at once: what is due, late or done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from tiering.capacity import has_left, hours_at_work, main_posts
from tiering.caseload import Caseload
from tiering.exact import each_once
from tiering.oversight.rules import Clock, OversightRule, Records
from tiering.points import WeighedCases
from tiering.policies.policy import Policy
from tiering.terms import HIGH_ROSH, Activity, Grade, Level, OversightKind
from tiering.timeliness.assessments import IDENTITY, due_dates, start_dates
from tiering.timeliness.completions import NEVER, Days, Flags, Positions, completion_keys, find_done, repeat_cycles

COLUMNS = ["rule", "kind", *IDENTITY, "since", "due_on", "done_on", "overdue", "high_risk"]


class _Items(NamedTuple):
    """Items of one rule: the position of the case or officer, and three dates; done is missing if it is not done."""

    subject: Positions
    since: Days
    due: Days
    done: Days

    def at(self, places: Positions) -> "_Items":
        """Some of the items, in that order."""
        return _Items(self.subject[places], self.since[places], self.due[places], self.done[places])


@dataclass(frozen=True)
class _Records:
    """The rows of an extract by the position of their case, -1 if it is no case; only what has happened by ``today``.

    - worked_on: which cases the rules are for.
    """

    caseload: Caseload
    today: np.datetime64
    worked_on: Flags
    enforcement: Positions
    contacts: Positions
    oversight: Positions

    @classmethod
    def of(cls, caseload: Caseload, as_at: date) -> "_Records":
        cases = caseload.cases
        active = cases["activity"].isin([Activity.ACTIVE, Activity.SUSPENDED]) & cases["number_of_cases"].eq(1)
        crns = pd.Index(cases["crn"])
        tables = (caseload.enforcement, caseload.contacts, caseload.oversight)
        places = (crns.get_indexer(pd.Index(table["crn"])) for table in tables)
        return cls(caseload, np.datetime64(as_at, "D"), active.to_numpy(dtype=bool), *places)


def rules_on_record(rules: Sequence[OversightRule], caseload: Caseload) -> tuple[OversightRule, ...]:
    """The rules whose work is recorded in an extract: their table has a row, and of their kind if they have one.

    A service that does not record a kind of work would else be shown all of it as late.
    """
    recorded = {
        Records.ENFORCEMENT: set(caseload.enforcement["kind"].unique()),
        Records.CONTACTS: {""} if len(caseload.contacts) else set(),
        Records.OVERSIGHT: set(caseload.oversight["kind"].unique()),
    }
    return tuple(rule for rule in rules if rule.kind in recorded[rule.records])


def oversight_items(
    caseload: Caseload,
    weighed: WeighedCases,
    units: pd.DataFrame,
    seen: pd.DataFrame,
    rules: Sequence[OversightRule],
    policy: Policy,
    as_at: date,
) -> pd.DataFrame:
    """List everything beyond assessments that is still to be done, or that fell due within the timeliness window.

    units: the workload of every unit; it shows who has no hours at work.
    seen: when each person was first seen in post, as of tiering.staff.staffing.
    rules: those of ``rules_on_record``.

    Returns one row per item, columns ``COLUMNS``, sorted by rule, CRN, officer and since: the date from which its time
    runs. An item about an officer has no CRN, and stands in their team of most hours. A failure to comply that is
    recorded twice is one.
    """
    records = _Records.of(caseload, as_at)
    people = _officers(caseload, units, as_at)
    window_start = records.today - np.timedelta64(policy.timeliness_window, "D")
    found: list[tuple[OversightRule, _Items]] = []
    for rule in sorted(rules, key=lambda rule: rule.name):
        items = _items_of(rule, records, people, seen)
        wanted = items.due > window_start if rule.lapses else np.isnat(items.done) | (items.due > window_start)
        places = np.flatnonzero(wanted)
        found.append((rule, items.at(places[np.lexsort((items.since[places], items.subject[places]))])))
    return _identify(found, pd.concat([_case_identity(caseload, weighed), people], ignore_index=True), as_at)


def _items_of(rule: OversightRule, records: _Records, people: pd.DataFrame, seen: pd.DataFrame) -> _Items:
    if rule.is_of_officers:
        items = _officer_items(rule, records, people, seen)
        return items._replace(subject=items.subject + len(records.caseload.cases))
    if rule.records is Records.ENFORCEMENT:
        return _enforcement_items(rule, records)
    return _case_items(rule, records)


def _identify(found: Sequence[tuple[OversightRule, _Items]], subjects: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The items with the identity of their case or officer, and what is overdue and of high risk."""
    lengths = [len(items.subject) for _, items in found]
    none = np.array([], dtype="datetime64[D]")
    parts = [_Items(np.array([], dtype=np.int64), none, none, none), *(items for _, items in found)]
    items = _Items(*(np.concatenate(values) for values in zip(*parts, strict=True)))
    identified = subjects.iloc[items.subject].reset_index(drop=True)
    names = {"rule": [rule.name for rule, _ in found], "kind": [rule.kind or "contact" for rule, _ in found]}
    for column, words in names.items():
        identified[column] = pd.Series(words, dtype="str").repeat(lengths).reset_index(drop=True)
    for column, days in (("since", items.since), ("due_on", items.due), ("done_on", items.done)):
        identified[column] = days.astype("datetime64[s]")
    identified["overdue"] = identified["done_on"].isna() & identified["due_on"].lt(pd.Timestamp(as_at))
    identified["high_risk"] = identified["rosh"].isin(HIGH_ROSH)
    return identified[COLUMNS]


def _case_identity(caseload: Caseload, weighed: WeighedCases) -> pd.DataFrame:
    """The identity of each case, in the order of the cases, which are sorted by CRN."""
    codes = caseload.organisation.set_index("team_code")[["office_code", "cluster_code", "area_code"]]
    return weighed.frame[["crn", "om_code", "team_code", "tier", "rosh"]].join(codes, on="team_code")[IDENTITY]


def _applies(rule: OversightRule, records: _Records) -> Flags:
    cases = records.caseload.cases
    flags = records.worked_on & cases["setting"].isin(rule.settings).to_numpy(dtype=bool)
    for column, wanted in (("rosh", rule.rosh), ("tier", rule.tiers), ("mappa_level", rule.mappa)):
        if wanted is not None:
            flags &= cases[column].isin(wanted).to_numpy(dtype=bool)
    if rule.flag is not None:
        flags &= cases[rule.flag].fillna(False).to_numpy(dtype=bool)
    return flags


def _case_items(rule: OversightRule, records: _Records) -> _Items:
    """Contacts and management oversight of cases."""
    cases = records.caseload.cases
    if rule.records is Records.CONTACTS:
        rows = records.caseload.contacts
        position, counts, day = records.contacts, rows["kept"].fillna(False), rows["planned_on"]
    else:
        rows = records.caseload.oversight
        position, counts, day = records.oversight, rows["kind"].eq(rule.kind), rows["done_on"]
    applies = _applies(rule, records)
    wanted = counts.to_numpy(dtype=bool) & (position >= 0) & applies[position] if len(applies) else position >= 0
    completions = _sorted_keys(position[wanted], _days(day)[wanted], records.today)
    case = np.flatnonzero(applies)
    clock = _clock(rule, cases.iloc[case])
    counts_from = clock if rule.counts_from == "clock" else _days(cases["sentence_start"])[case]
    started = ~np.isnat(clock)
    return _periods(rule, case[started], clock[started], counts_from[started], completions)


def _clock(rule: OversightRule, cases: pd.DataFrame) -> Days:
    return start_dates(cases) if rule.clock is Clock.START else _days(cases[rule.clock.value])


def _periods(rule: OversightRule, subject: Positions, clock: Days, counts_from: Days, completions: Positions) -> _Items:
    if rule.repeats:
        subject, clock, done = repeat_cycles(subject, clock, completions)
    else:
        done = find_done(subject, counts_from, completions, rule.times)
    return _Items(subject, clock, due_dates(clock, rule.due, rule.due_unit), done)


def _enforcement_items(rule: OversightRule, records: _Records) -> _Items:
    """One item for each failure to comply; the earlier of its recorded and its published limit counts."""
    rows = records.caseload.enforcement.assign(case=records.enforcement)
    rows = rows[rows["kind"].eq(rule.kind) & (records.enforcement >= 0)]
    failures = rows.groupby(["case", "occurred_on"], as_index=False)[["action_by", "acted_on", "resolved_on"]].min()
    case = failures["case"].to_numpy(dtype=np.int64)
    counted = _applies(rule, records)[case]
    failures, case = failures[counted], case[counted]
    since = _days(failures["occurred_on"])
    due = due_dates(since, rule.due, rule.due_unit)
    if rule.ends_with == "acted_on":
        due = np.fmin(due, _days(failures["action_by"]))
    done = _days(failures[rule.ends_with])
    return _Items(case, since, due, np.where(done <= records.today, done, NEVER))


def _officers(caseload: Caseload, units: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The offender managers at work, each once, with the identity of the team of most hours."""
    persons = hours_at_work(units[units["level"].eq(Level.OFFENDER_MANAGER)].set_index("code"))
    posts = main_posts(caseload.offender_managers, as_at)
    is_at_work = posts["grade"].ne(Grade.SPO) & ~has_left(posts, as_at) & posts["om_code"].map(persons).gt(0)
    people = posts[is_at_work].merge(caseload.organisation, on="team_code", how="left")
    missing = pd.Series(np.nan, index=people.index, dtype="str")
    return people.assign(crn=missing, tier=missing, rosh=missing)[IDENTITY]


def _officer_items(rule: OversightRule, records: _Records, people: pd.DataFrame, seen: pd.DataFrame) -> _Items:
    """Supervision of officers; of one for whom none is recorded, time runs from the first snapshot with them."""
    done = records.caseload.oversight
    done = done[done["kind"].eq(OversightKind.SUPERVISION)]
    position = pd.Index(people["om_code"]).get_indexer(pd.Index(done["om_code"]))
    completions = _sorted_keys(position[position >= 0], _days(done["done_on"])[position >= 0], records.today)
    first_seen = seen.groupby("om_code")["first_seen"].min().reindex(people["om_code"])
    first_done = done.groupby("om_code")["done_on"].min().reindex(people["om_code"])
    start = np.fmin(_days(first_seen), _days(first_done))
    return _periods(rule, np.arange(len(people)), start, start, completions)


def _sorted_keys(position: Positions, day: Days, today: np.datetime64) -> Positions:
    return each_once(completion_keys(position, day)[day <= today])


def _days(dates: "pd.Series[pd.Timestamp]") -> Days:
    return dates.to_numpy(dtype="datetime64[D]")
