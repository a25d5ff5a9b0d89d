"""Recorded outages of a system, next to what fell due during them. No figure is changed for an outage."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from tiering.terms import Level

OUTAGE: Final = "outage"
"""The kind of known event that records one."""

COLUMNS: Final = [
    "event",
    "starts_on",
    "ends_on",
    "what",
    "place",
    "team_code",
    "overdue",
    "high_risk_overdue",
]


@dataclass(frozen=True)
class Outage:
    """An outage as one reader sees it.

    ends_on: its last day; None while it goes on.
    what: what was out of use.
    place: the name of the unit it was recorded for; empty for the whole service.
    overdue, high_risk_overdue: assessments overdue now that fell due on its days.
    """

    starts_on: date
    ends_on: date | None
    what: str
    place: str
    overdue: int
    high_risk_overdue: int


def count_in_outages(
    known_events: pd.DataFrame, overdue: pd.DataFrame, organisation: pd.DataFrame, as_at: date, window: int
) -> pd.DataFrame:
    """Count what is overdue and fell due during each outage, by team.

    known_events: columns starts_on, ends_on, level, code, kind, note; those of kind ``outage`` count.
    overdue: columns team_code, due_on, high_risk.
    window: days up to ``as_at`` over which timeliness is measured.

    Returns one row per outage and team that it was recorded for; columns ``COLUMNS``. An outage that starts after
    ``as_at`` has none, and neither has one that ended before the window and in which nothing fell due that is still
    overdue.
    """
    rows = []
    today, first = pd.Timestamp(as_at), pd.Timestamp(as_at - timedelta(days=window))
    outages = known_events[known_events["kind"].eq(OUTAGE) & known_events["starts_on"].le(today)]
    for event, outage in enumerate(outages.to_dict("records")):
        level, starts_on, ends_on = outage["level"], outage["starts_on"], outage["ends_on"]
        teams = _teams_of(organisation, level, outage["code"])
        last = today if pd.isna(ends_on) else ends_on
        due = overdue[overdue["due_on"].between(starts_on, last) & overdue["team_code"].isin(teams["team_code"])]
        if due.empty and last <= first:
            continue
        counts, high = due["team_code"].value_counts(), due.loc[due["high_risk"], "team_code"].value_counts()
        place = "" if level == Level.ALL or teams.empty else teams[f"{level}_name"].iloc[0]
        rows += [
            (event, starts_on, ends_on, outage["note"], place, team, counts.get(team, 0), high.get(team, 0))
            for team in teams["team_code"]
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def outages_of(counts: pd.DataFrame, teams: Collection[str]) -> tuple[Outage, ...]:
    """The outages recorded for any of these teams, the first to start first, with what fell due in all of them."""
    own = counts[counts["team_code"].isin(list(teams))]
    outages = [
        Outage(
            starts_on=rows["starts_on"].iloc[0].date(),
            ends_on=None if pd.isna(rows["ends_on"].iloc[0]) else rows["ends_on"].iloc[0].date(),
            what=str(rows["what"].iloc[0]),
            place=str(rows["place"].iloc[0]),
            overdue=int(rows["overdue"].sum()),
            high_risk_overdue=int(rows["high_risk_overdue"].sum()),
        )
        for _, rows in own.groupby("event")
    ]
    return tuple(sorted(outages, key=lambda outage: outage.starts_on))


def _teams_of(organisation: pd.DataFrame, level: str, code: str) -> pd.DataFrame:
    """The teams of the unit that an event is recorded for."""
    if level == Level.ALL:
        return organisation
    return organisation[organisation[f"{level}_code"].eq(code)]
