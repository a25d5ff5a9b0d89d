"""Arrange the moves of a stored plan by office, to be handed to those who carry them out: who gives, who takes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from monitor.redistribution.results.record import BY_CHOICE, NECESSARY, PlanRecord
from tiering.terms import Level


@dataclass(frozen=True)
class OfficeHandout:
    """What one office does in a plan.

    - gives, takes: the moves out of its teams and into them, columns as ``list_handout_moves``; a move from one of its
      teams to another is in both.
    - people: those of its teams who give or take, columns as ``tabulate_people``.
    """

    code: str
    name: str
    gives: pd.DataFrame
    takes: pd.DataFrame
    people: pd.DataFrame


def arrange_by_office(record: PlanRecord) -> tuple[OfficeHandout, ...]:
    """Arrange a plan by office, for each office that gives or takes, by name and code."""
    moves, people = list_handout_moves(record), record.tables["people"]
    active = people[people["given"].add(people["taken"]).gt(0)]
    office_of, names = _offices(record)
    own = active["team_code"].map(office_of)
    codes = sorted({*moves["from_office_code"], *moves["to_office_code"]}, key=lambda code: (names[code], code))
    return tuple(
        OfficeHandout(
            code,
            names[code],
            _in_order(moves[moves["from_office_code"].eq(code)], "from"),
            _in_order(moves[moves["to_office_code"].eq(code)], "to"),
            active[own.eq(code)].sort_values(["name", "om_code"], ignore_index=True),
        )
        for code in codes
    )


def list_handout_moves(record: PlanRecord) -> pd.DataFrame:
    """List the moves of a plan with the offices of giver and receiver, by week and CRN.

    Columns: those of the table of moves, from_office_code, from_office_name, to_office_code, to_office_name, and kind,
    which a plan stored without it has too: then a move by name counts as one by choice.
    """
    moves = record.tables["moves"]
    office_of, names = _offices(record)
    offices = {
        f"{side}_office_code": pd.Series([office_of[team] for team in moves[f"{side}_team_code"]], index=moves.index)
        for side in ("from", "to")
    }
    named = {column.replace("code", "name"): codes.map(names) for column, codes in offices.items()}
    if "kind" not in moves:
        moves = moves.assign(kind=np.where(moves["forced"], NECESSARY, BY_CHOICE))
    columns = {name: values.astype("str") for name, values in {**offices, **named}.items()}
    return moves.assign(**columns).sort_values(["week", "crn"], ignore_index=True)


def list_office_changes(record: PlanRecord) -> pd.DataFrame:
    """List what each office of a plan holds before and after the moves, most relieved first.

    Columns: code, name, change (points), before and after (capacity percentage, NaN without available points).
    """
    units = record.tables["units"]
    offices = units[units["level"].eq(Level.OFFICE)]
    before, after = (offices[offices["side"].eq(side)].set_index("code") for side in ("before", "after"))
    changes = pd.DataFrame(
        {
            "name": before["name"],
            "change": after["points"] - before["points"],
            "before": before["capacity_percentage"],
            "after": after["capacity_percentage"],
        }
    )
    return changes.rename_axis("code").reset_index().sort_values(["change", "code"], ignore_index=True)


def _in_order(moves: pd.DataFrame, side: str) -> pd.DataFrame:
    """The moves by person of one side, week and CRN; cases that no one holds come first."""
    by = [f"{side}_name", f"{side}_om_code", "week", "crn"]
    return moves.sort_values(by, na_position="first", ignore_index=True)


def _offices(record: PlanRecord) -> tuple[dict[str, str], dict[str, str]]:
    """The office of each team, and the name of each office."""
    units = record.tables["units"]
    # A team that changes office in the scenario is handed out where it then is.
    known = units[units["side"].isin(["before", "after"])].drop_duplicates(["level", "code"])
    teams, offices = (known[known["level"].eq(level)] for level in (Level.TEAM, Level.OFFICE))
    return dict(_pairs(teams, "parent_code")), dict(_pairs(offices, "name"))


def _pairs(units: pd.DataFrame, column: str) -> Iterator[tuple[str, str]]:
    return zip(units["code"].tolist(), units[column].tolist(), strict=True)
