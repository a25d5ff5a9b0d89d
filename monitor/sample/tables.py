"""Turn the world on one day into the tables of an extract, in the columns and dtypes of tiering.caseload."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from monitor.sample import staff
from monitor.sample.caseload import ACTIVITIES, LICENCE, SETTINGS, activity_on, rosh_on, setting_on, tier_on
from monitor.sample.days import NEVER
from monitor.sample.figures import ROSH, TIERS, UNCLASSIFIED
from monitor.sample.work.assessments import KINDS
from monitor.sample.work.oversight import (
    CONTACT_KINDS,
    ENFORCEMENT_KINDS,
    OVERSIGHT_KINDS,
    draw_contacts,
    draw_enforcement,
    draw_oversight,
    has_licence_copy,
    is_mappa_eligible,
    needs_victim_contact,
)
from monitor.sample.world import World
from tiering.caseload import TABLES
from tiering.terms import MAPPA_LEVELS

_TEXT: Final = pd.StringDtype(na_value=float("nan"))
_ROW_KEPT_AFTER_LEAVING = 56  # days
_KNOWN_AHEAD = 28
_KEPT_AFTER_END = 60
_RECORD_LAGS = 14  # days until the case record follows a change of RoSH in OASys


def tables_on(world: World, on: int) -> dict[str, pd.DataFrame]:
    """Make every table of the contract as an extract of that day: nothing of the future, rows in key order."""
    kept = (world.posts["left_on"] > on - _ROW_KEPT_AFTER_LEAVING).to_numpy()
    tables = {
        "organisation": world.teams,
        "offender_managers": _offender_managers(world, kept),
        "cases": _cases(world, on),
        "assessments": _assessments(world, on),
        "events": _events(world, on),
        "duties": _duties(world, kept),
        "reductions": _reductions(world, kept, on),
        "enforcement": _enforcement(world, on),
        "contacts": _contacts(world, on),
        "oversight": _oversight(world, kept, on),
    }
    return {name: table[TABLES[name].column_names] for name, table in tables.items()}


def crns(numbers: npt.ArrayLike) -> pa.Array:
    """Make CRNs that no service uses: X and at least six figures."""
    figures = pa.array(np.asarray(numbers, dtype=np.int64)).cast(pa.string())
    return pc.binary_join_element_wise("X", pc.utf8_lpad(figures, 6, "0"), "")


def _offender_managers(world: World, kept: npt.NDArray[np.bool_]) -> pd.DataFrame:
    posts = world.posts[kept]
    table = pd.DataFrame(
        {
            "om_code": _text(_codes(posts["person"])),
            "team_code": _pick(world.teams["team_code"].to_numpy(), posts["team"]),
            "om_name": _text(posts["om_name"].tolist()),
            "grade": _words(staff.GRADES, posts["grade"]),
            "contracted_hours": posts["hours"].to_numpy(),
            "qualified_on": _dates(posts["qualified_on"]),
            "left_on": _dates(posts["left_on"]),
        }
    )
    return table.sort_values(["om_code", "team_code"], ignore_index=True)


def _cases(world: World, on: int) -> pd.DataFrame:
    cases = world.cases
    post, rosh, activity = cases["post"].to_numpy(), rosh_on(cases, on), activity_on(cases, on)
    recorded = rosh_on(cases, on - _RECORD_LAGS)
    off = np.where(recorded == 0, 1, recorded - 1)
    record = np.select([cases["rosh_delius"] == 1, cases["rosh_delius"] == 2], [off, UNCLASSIFIED], recorded)
    counted = cases["tier_changes"] + ((cases["tier_changes_on"] <= on) & (cases["tier"] < len(TIERS)))
    count = len(cases)
    return pd.DataFrame(
        {
            "crn": _text(crns(cases["no"])),
            "om_code": _pick(_codes(world.posts["person"]), post),
            "team_code": _pick(world.teams["team_code"].to_numpy(), cases["team"]),
            "tier": _words(TIERS, tier_on(cases, on)),
            "rosh": _words(ROSH, rosh),
            "rosh_delius": _words(ROSH, record),
            "setting": _words(SETTINGS, setting_on(cases, on)),
            "activity": _words(ACTIVITIES, activity),
            "sentence_start": _dates(cases["sentence_start"]),
            "release_on": _dates(cases["release_on"]),
            "expected_end_on": _dates(cases["expected_end_on"]),
            "allocated_on": _dates(np.where(post < 0, NEVER, cases["allocated_on"])),
            "transferred_in_on": _dates(cases["transferred_in_on"]),
            "mappa_level": _words(MAPPA_LEVELS, cases["mappa"]),
            "prolific": _flags(cases["prolific"]),
            "safeguarding": _flags(cases["safeguarding"]),
            "domestic_abuse": _flags(cases["domestic_abuse"]),
            "tier_changes": _whole(counted),
            "tier_documented": _flags(cases["tier_documented"]),
            "number_of_cases": _whole(np.ones(count)),
            "mappa_eligible": _flags(is_mappa_eligible(cases)),
            "licence_copy": _flags(has_licence_copy(cases)).where(setting_on(cases, on) == LICENCE),
            "victim_contact": _flags(needs_victim_contact(cases)),
        }
    )


def _assessments(world: World, on: int) -> pd.DataFrame:
    done = world.assessments[(world.assessments["completed_on"] <= on) & (world.assessments["gone_on"] > on)]
    done = done.iloc[np.lexsort((done["kind"], done["completed_on"], done["no"]))]
    signed = done["countersigned_on"].to_numpy()
    signed_on = _dates(np.where(signed <= on, signed, NEVER))
    return pd.DataFrame(
        {
            "crn": _crns_of(done["no"], world.cases["no"]),
            "kind": _words(KINDS, done["kind"]),
            "completed_on": _dates(done["completed_on"]),
            "countersigned_on": signed_on,
            "similarity": done["similarity"].to_numpy(),
            "countersigned_by": _spo_of_case(world, done["no"]).where(signed_on.notna()),
        }
    )


def _spo_of_case(world: World, numbers: pd.Series) -> pd.Series:
    """The code of the SPO of the team that holds each of these cases now."""
    spos = world.posts[world.posts["grade"] == staff.SPO].drop_duplicates("team")
    of_team = pd.Series(_codes(spos["person"]), index=spos["team"].to_numpy())
    team = numbers.map(world.cases.set_index("no")["team"])
    return _text(team.map(of_team).tolist())


def _events(world: World, on: int) -> pd.DataFrame:
    known = world.events[world.events["occurred_on"] <= on].sort_values(["no", "occurred_on"])
    return pd.DataFrame(
        {
            "crn": _crns_of(known["no"], world.cases["no"]),
            "kind": _words(("significant_change",), np.zeros(len(known))),
            "occurred_on": _dates(known["occurred_on"]),
        }
    )


def _duties(world: World, kept: npt.NDArray[np.bool_]) -> pd.DataFrame:
    duties = world.duties[kept[world.duties["post"]]]
    holder = world.posts.iloc[duties["post"]]
    ends = np.minimum(duties["ends_on"], holder["left_on"].to_numpy())
    hourly = (duties["ends_on"] != duties["starts_on"]).to_numpy()
    table = pd.DataFrame(
        {
            "om_code": _text(_codes(holder["person"])),
            "team_code": _pick(world.teams["team_code"].to_numpy(), holder["team"]),
            "kind": _words(staff.DUTY_KINDS, duties["kind"]),
            "quantity": duties["quantity"].to_numpy(),
            "starts_on": _dates(duties["starts_on"]),
            "ends_on": _dates(np.where(hourly, ends, NEVER)),
        }
    )
    return table.sort_values(["om_code", "team_code", "kind", "starts_on"], ignore_index=True, kind="stable")


def _reductions(world: World, kept: npt.NDArray[np.bool_], on: int) -> pd.DataFrame:
    reductions = world.reductions
    known = (reductions["starts_on"] <= on + _KNOWN_AHEAD) & (reductions["ends_on"] > on - _KEPT_AFTER_END)
    # An extract has no sickness before it begins, and no end of one before it is over.
    unplanned = reductions["reason"] == staff.SICKNESS
    known &= ~unplanned | (reductions["starts_on"] <= on)
    known &= reductions["person"].isin(world.posts["person"][kept])
    reductions = reductions[known]
    open_end = (reductions["reason"] == staff.SICKNESS) & (reductions["ends_on"] > on)
    team = reductions["team"].to_numpy()
    table = pd.DataFrame(
        {
            "om_code": _text(_codes(reductions["person"])),
            "team_code": _pick(world.teams["team_code"].to_numpy(), team),
            "reason": _words(staff.REASONS, reductions["reason"]),
            "hours": reductions["hours"].to_numpy(),
            "starts_on": _dates(reductions["starts_on"]),
            "ends_on": _dates(np.where(open_end, NEVER, reductions["ends_on"])),
        }
    )
    return table.sort_values(["om_code", "starts_on", "reason"], ignore_index=True, kind="stable")


def _enforcement(world: World, on: int) -> pd.DataFrame:
    drawn = draw_enforcement(world, on)
    dates = ("occurred_on", "action_by", "acted_on", "resolved_on")
    return pd.DataFrame(
        {
            "crn": _crns_of(drawn["no"], world.cases["no"]),
            "kind": _words(ENFORCEMENT_KINDS, drawn["kind"]),
            **{name: _dates(drawn[name]) for name in dates},
        }
    )


def _contacts(world: World, on: int) -> pd.DataFrame:
    drawn = draw_contacts(world, on)
    return pd.DataFrame(
        {
            "crn": _crns_of(drawn["no"], world.cases["no"]),
            "planned_on": _dates(drawn["planned_on"]),
            "kept": _flags(drawn["kept"].eq(1).to_numpy()).where(drawn["kept"] >= 0),
            "kind": _words(CONTACT_KINDS, drawn["kind"]),
        }
    )


def _oversight(world: World, kept: npt.NDArray[np.bool_], on: int) -> pd.DataFrame:
    drawn = draw_oversight(world, kept, on)
    of_officers = drawn["person"] >= 0
    return pd.DataFrame(
        {
            "crn": _crns_of(drawn["no"].clip(lower=0), world.cases["no"]).mask(of_officers),
            "om_code": _text(_codes(drawn["person"])).where(of_officers),
            "kind": _words(OVERSIGHT_KINDS, drawn["kind"]),
            "done_on": _dates(drawn["done_on"]),
        }
    )


def _crns_of(numbers: "pd.Series[int]", of_cases: "pd.Series[int]") -> pd.Series:
    """The CRN of each row, taken from one list of the cases', which are sorted."""
    place = np.searchsorted(of_cases.to_numpy(), numbers.to_numpy())
    return _text(crns(of_cases).take(pa.array(place)))


def _codes(persons: "pd.Series[int]") -> npt.NDArray[np.object_]:
    """Make codes of offender managers with leading zeros, as in a real service."""
    return np.array([f"{person:05d}" for person in persons.tolist()], dtype=object)


def _words(words: tuple[str, ...], codes: npt.ArrayLike) -> pd.Series:
    """The word of each code; a code outside the list is empty."""
    return _pick(np.array(words, dtype=object), codes)


def _pick(words: npt.NDArray[np.object_], places: npt.ArrayLike) -> pd.Series:
    at = np.asarray(places, dtype=np.int64)
    missing = (at < 0) | (at >= len(words))
    return _text(pa.array(words, type=pa.string()).take(pa.array(at, mask=missing)))


def _text(values: Any) -> pd.Series:
    words = values if isinstance(values, pa.Array) else pa.array(values, type=pa.string())
    return pd.Series(words, dtype=_TEXT)


def _dates(days: npt.ArrayLike) -> pd.Series:
    at = np.asarray(days, dtype=np.int64)
    dates = np.where(at >= NEVER, np.datetime64("NaT", "s"), (at * 86_400).astype("datetime64[s]"))
    return pd.Series(dates)


def _flags(values: "pd.Series[bool] | npt.NDArray[np.bool_]") -> pd.Series:
    return pd.Series(np.asarray(values)).astype("boolean")


def _whole(values: npt.ArrayLike) -> pd.Series:
    return pd.Series(np.asarray(values, dtype=np.int64)).astype("Int64")
