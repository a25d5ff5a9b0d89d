"""Put pseudonyms in the place of people: the same for the same person in every frame, so that rows still join.

A pseudonym is the start of an HMAC-SHA256 under a key that is made for one bundle and stored nowhere. No one can find
the person from it, nor try out every CRN, nor link the people of two bundles.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from alerts.causes.model import EarlierWeek
from alerts.detection.episodes import Episode
from alerts.detection.organisation.model import OrganisationChange, UnitName
from monitor.snapshots.weeks.history import Past
from tiering.caseload import TABLES, Caseload
from tiering.terms import Level

LENGTH: Final = 20
"""Hexadecimal digits of a pseudonym. With 80 bits, the chance that any two of 10 million people share one is 1 in 20
billion."""

OFFICER_COLUMNS: Final = ("om_code", "countersigned_by")
"""Columns of an extract that hold the code of an offender manager."""

_FREE_TEXT: Final = ("note", "value", "reason")
"""Columns of known events and of rejected rows that hold whatever was typed, or quote it."""


class Pseudonyms:
    """The pseudonyms of one bundle; key: secret random bytes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def case(self, crn: str) -> str:
        """The pseudonym of a person on probation."""
        return self._of("case", crn)

    def officer(self, om_code: str) -> str:
        """The pseudonym of an offender manager, which is their name too."""
        return self._of("om", om_code)

    def _of(self, kind: str, value: str) -> str:
        return kind + hmac.digest(self._key, f"{kind}:{value}".encode(), hashlib.sha256).hex()[:LENGTH]


def hide_caseload(caseload: Caseload, names: Pseudonyms) -> Caseload:
    """The rows under pseudonyms, sorted again by all columns, without what only their source has but for flags."""
    return Caseload(**{name: _hide_table(name, frame, names) for name, frame in caseload.tables().items()})


def hide_past(past: Past, names: Pseudonyms) -> Past:
    """The past under the same pseudonyms."""
    return replace(
        past,
        units=hide_frame(past.units, names),
        weeks=hide_frame(past.weeks, names),
        flows=past.flows,
        forecasts=hide_frame(past.forecasts, names),
        staffing=hide_frame(past.staffing, names),
        episodes=hide_frame(past.episodes, names),
        first_seen=None if past.first_seen is None else hide_frame(past.first_seen, names),
        people=None if past.people is None else hide_frame(past.people, names),
        changes={day: tuple(map(_hide_change, made)) for day, made in past.changes.items()},
        compared=tuple(_hide_week(week, names) for week in past.compared),
    )


def hide_frame(frame: pd.DataFrame, names: Pseudonyms) -> pd.DataFrame:
    """A frame with pseudonyms in every column that names a person.

    A team is named by its code: teams are often named after their SPO.
    """
    hidden: dict[str, Any] = {}
    if "crn" in frame:
        hidden["crn"] = _replaced(frame["crn"], names.case)
    for column in OFFICER_COLUMNS:
        if column in frame:
            hidden[column] = _replaced(frame[column], names.officer)
    if "om_name" in frame:
        hidden["om_name"] = _replaced(frame["om_code"], names.officer).astype(frame["om_name"].dtype)
    if "team_name" in frame:
        hidden["team_name"] = frame["team_code"]
    if {"level", "code"} <= set(frame):
        hidden |= _hide_units(frame, names)
    if "episode" in frame:
        hidden["episode"] = _replaced(frame["episode"], lambda identity: _hide_episode(identity, names))
    return frame.assign(**hidden)


def drop_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """Known events or rejected rows without the text that a person typed."""
    columns = [column for column in _FREE_TEXT if column in frame]
    return frame.assign(**{column: pd.Series("", index=frame.index, dtype=frame[column].dtype) for column in columns})


def _hide_units(frame: pd.DataFrame, names: Pseudonyms) -> dict[str, "pd.Series[str]"]:
    """The code and the name of offender managers, posts and teams, in rows of units of any level."""
    level, code = frame["level"], frame["code"]
    officers, posts = level.eq(Level.OFFENDER_MANAGER), level.eq(Level.POST)
    hidden = code.where(~officers, _replaced(code.where(officers), names.officer))
    if posts.any():
        teams = frame.loc[posts, "parent_code"]
        pairs = zip(code[posts], teams, strict=True)
        # Either code may hold a "/" of its own, so the parent's code shows where to split the post's.
        hidden[posts] = [f"{team}/{names.officer(post.removeprefix(f'{team}/'))}" for post, team in pairs]
    if "name" not in frame:
        return {"code": hidden}
    return {"code": hidden, "name": frame["name"].where(~(officers | posts | level.eq(Level.TEAM)), hidden)}


def _hide_table(name: str, frame: pd.DataFrame, names: Pseudonyms) -> pd.DataFrame:
    contract = TABLES[name].column_names
    flags = [column for column in frame if column not in contract and pd.api.types.is_bool_dtype(frame[column])]
    hidden = hide_frame(frame[[*contract, *flags]], names)
    return hidden.sort_values(contract, ignore_index=True)


def _hide_week(week: EarlierWeek, names: Pseudonyms) -> EarlierWeek:
    return replace(week, caseload=hide_caseload(week.caseload, names))


def _hide_episode(identity: str, names: Pseudonyms) -> str:
    episode = Episode.of_identity(identity)
    if episode.level != Level.OFFENDER_MANAGER:
        return identity
    return episode._replace(code=names.officer(episode.code)).identity


def _hide_change(change: OrganisationChange) -> OrganisationChange:
    """A change that names teams by their codes."""
    own = {"name": change.code, "previous_name": change.previous_code} if change.level is Level.TEAM else {}
    places = {"above": _hide_names(change.above), "previous_above": _hide_names(change.previous_above)}
    return change.model_copy(update={**own, **places})


def _hide_names(units: tuple[UnitName, ...]) -> tuple[UnitName, ...]:
    return tuple(unit.model_copy(update={"name": unit.code}) if unit.level is Level.TEAM else unit for unit in units)


def _replaced(values: "pd.Series[str]", pseudonym: Callable[[str], str]) -> "pd.Series[str]":
    """The values under their pseudonyms; missing and empty ones stay."""
    known = {value: pseudonym(value) if value else value for value in values.dropna().unique()}
    return values.map(known).astype(values.dtype)
