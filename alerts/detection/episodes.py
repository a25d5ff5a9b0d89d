"""The identity of an episode: one life of a hotspot, named by its rule, level, code and first week."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

import pandas as pd

COLUMNS: Final = ["as_at", "rule", "level", "code", "status", "since", "episode"]
"""What is needed of the hotspots of the week before."""

_SAME_LIFE: Final = {"watch": "over_threshold"}
"""Rules whose weeks belong to the life of another rule: a unit is watched before it is a hotspot."""

_NAMED_BY: Final = ["rule", "level", "code", "since"]

_ENDED: Final = "cleared"

Life = tuple[str, str, str]


class Episode(NamedTuple):
    """One life of a hotspot.

    rule: the rule that makes it; the weeks of ``watch`` belong to ``over_threshold``.
    level, code: of the unit, as it was called in the first week.
    first_week: the ISO week in which it began, such as 2026-W19.
    """

    rule: str
    level: str
    code: str
    first_week: str

    @property
    def identity(self) -> str:
        """The identity as one text; only the code may hold a colon."""
        return ":".join(self)

    @classmethod
    def of_identity(cls, identity: str) -> "Episode":
        """Read an identity back; raises ValueError if it is none."""
        rule, level, rest = identity.split(":", 2)
        code, first_week = rest.rsplit(":", 1)
        return cls(rule, level, code, first_week)


def name_episodes(hotspots: pd.DataFrame, before: pd.DataFrame, as_at: date) -> pd.DataFrame:
    """The hotspots of a week with the identity of their episode, as the last column ``episode``.

    hotspots: as of ``alerts.detection.hotspots.detect_hotspots``.
    before: those of the week before under the codes of now; columns as ``COLUMNS``.

    What went on keeps the identity that it had the week before, also when its code changed or the history no longer
    reaches back to its first week. Everything else is named by its first week, so the same rows give the same identity.
    """
    carried = _live_identities(before)
    rows = hotspots[_NAMED_BY].assign(as_at=as_at).to_dict("records")
    identities = [carried.get(life_of(row)) or first_identity(row) for row in rows]
    return hotspots.assign(episode=pd.Series(identities, index=hotspots.index, dtype="str"))


def first_identity(row: Mapping[Any, Any]) -> str:
    """The identity of an episode by its own figures: for a week of which no earlier one is known."""
    rule = str(row["rule"])
    began = row["as_at"] if pd.isna(row["since"]) else row["since"]
    return Episode(_SAME_LIFE.get(rule, rule), str(row["level"]), str(row["code"]), iso_week(began)).identity


def identity_of(row: Mapping[Any, Any], as_at: date) -> str:
    """The identity of the episode of a hotspot; a snapshot of an earlier version stores none."""
    stored = row.get("episode")
    return first_identity({**row, "as_at": as_at}) if stored is None or pd.isna(stored) else str(stored)


def places_of(hotspots: pd.DataFrame, as_at: date) -> dict[str, tuple[str, str]]:
    """Level and code of the unit of each episode of a week; hotspots: as stored."""
    named = hotspots[[column for column in (*_NAMED_BY, "episode") if column in hotspots]]
    return {identity_of(row, as_at): (str(row["level"]), str(row["code"])) for row in named.to_dict("records")}


def iso_week(day: date) -> str:
    """The ISO week of a day, such as 2026-W19."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def life_of(row: Mapping[Any, Any]) -> Life:
    """The rule, level and code of which only one episode can be alive."""
    rule = str(row["rule"])
    return _SAME_LIFE.get(rule, rule), str(row["level"]), str(row["code"])


def _live_identities(before: pd.DataFrame) -> dict[Life, str]:
    return {
        life_of(row): identity_of(row, row["as_at"])
        for row in before[COLUMNS].to_dict("records")
        if row["status"] != _ENDED
    }
