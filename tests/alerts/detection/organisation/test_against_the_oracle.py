"""Changes of the organisation and like-for-like points of organisations that Hypothesis makes, against the oracle."""

from collections.abc import Callable
from copy import deepcopy
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.continuity import continue_week
from alerts.detection.organisation.model import OrganisationWeek, organisation_columns
from tests.oracle.card import Tables
from tests.oracle.over_weeks import organisation as oracle

from ....longer import examples

BEFORE, NOW = date(2026, 11, 13), date(2026, 11, 20)
PLACES = (("O1", "C1", "A1"), ("O2", "C1", "A1"), ("O3", "C2", "A1"), ("O4", "C3", "A2"))


@settings(deadline=None, max_examples=examples(15))
@given(st.data())
def test_changes_and_like_for_like_points_are_those_of_the_oracle(data: DataObject) -> None:
    before = _organisation(data)
    now = deepcopy(before)
    for number in range(data.draw(st.integers(0, 4))):
        _CHANGES[data.draw(st.sampled_from(sorted(_CHANGES)))](data, now, f"n{number}")
    found = find_changes(_week(before), _week(now))
    assert {
        (change.kind.value, change.level.value, change.previous_code, change.code) for change in found
    } == oracle.changes(before, now)
    assert len(found) == len(set(found))

    points = {row["team_code"]: Fraction(data.draw(st.integers(1, 50))) for row in before["organisation"]}
    alike = continue_week(_workload(before, points), BEFORE, _week(now).teams, {NOW: found})
    expected = oracle.points_of_now(before, now, points)
    assert set(zip(alike["level"], alike["code"], strict=True)) == set(expected)
    for row in alike.to_dict("records"):
        total = expected[row["level"], row["code"]]
        if total is None:
            assert pd.isna(row["total_points"])
        else:
            assert row["total_points"] == pytest.approx(float(total), abs=1e-9)
            assert (total == 0) == pd.isna(row["capacity_percentage"])


def _organisation(data: DataObject) -> Tables:
    """Some teams with up to six people and cases each."""
    week: Tables = {"organisation": [], "offender_managers": [], "cases": []}
    for number in range(data.draw(st.integers(1, 6))):
        _add_team(week, f"T{number}", data.draw(st.sampled_from(PLACES)), data)
    return week


def _add_team(week: Tables, code: str, place: tuple[str, str, str], data: DataObject) -> None:
    office, cluster, area = place
    row = {"team_code": code, "team_name": code, "office_code": office, "office_name": office}
    row |= {"cluster_code": cluster, "cluster_name": cluster, "area_code": area, "area_name": area}
    week["organisation"].append(row)
    _fill(week, code, code, data)


def _fill(week: Tables, team: str, mark: str, data: DataObject) -> None:
    """Give a team people and cases of its own."""
    for table, key in (("offender_managers", "om_code"), ("cases", "crn")):
        for number in range(data.draw(st.integers(0, 6))):
            week[table].append({"team_code": team, key: f"{mark}-{number}"})


def _empty(week: Tables, team: str) -> None:
    for table in ("offender_managers", "cases"):
        week[table] = [row for row in week[table] if row["team_code"] != team]


def _any_team(data: DataObject, week: Tables) -> str:
    return str(data.draw(st.sampled_from(sorted(row["team_code"] for row in week["organisation"]))))


def _move(data: DataObject, week: Tables, mark: str) -> None:
    team, goal = _any_team(data, week), dict(data.draw(st.sampled_from(week["organisation"])))
    row = next(row for row in week["organisation"] if row["team_code"] == team)
    row |= {name: value for name, value in goal.items() if not name.startswith("team")}


def _move_office(data: DataObject, week: Tables, mark: str) -> None:
    office = data.draw(st.sampled_from(sorted({row["office_code"] for row in week["organisation"]})))
    goal = dict(data.draw(st.sampled_from(week["organisation"])))
    for row in week["organisation"]:
        if row["office_code"] == office:
            row |= {name: goal[name] for name in ("cluster_code", "cluster_name", "area_code", "area_name")}


def _rename(data: DataObject, week: Tables, mark: str) -> None:
    level = data.draw(st.sampled_from(oracle.LEVELS))
    code = data.draw(st.sampled_from(sorted({row[f"{level}_code"] for row in week["organisation"]})))
    for row in week["organisation"]:
        if row[f"{level}_code"] == code:
            row[f"{level}_name"] = mark


def _recode(data: DataObject, week: Tables, mark: str) -> None:
    level = data.draw(st.sampled_from(oracle.LEVELS))
    code = data.draw(st.sampled_from(sorted({row[f"{level}_code"] for row in week["organisation"]})))
    for rows in week.values():
        for row in rows:
            if row.get(f"{level}_code") == code:
                row[f"{level}_code"] = mark


def _reuse(data: DataObject, week: Tables, mark: str) -> None:
    team = _any_team(data, week)
    _empty(week, team)
    _fill(week, team, mark, data)


def _split(data: DataObject, week: Tables, mark: str) -> None:
    team = _any_team(data, week)
    row = next(row for row in week["organisation"] if row["team_code"] == team)
    week["organisation"].append({**row, "team_code": mark, "team_name": mark})
    _hand_over(data, week, team, mark)


def _hand_over(data: DataObject, week: Tables, team: str, receiver: str) -> None:
    """Give a part of a team's people and cases to another one."""
    for table in ("offender_managers", "cases"):
        held = [row for row in week[table] if row["team_code"] == team]
        for row in held[: data.draw(st.integers(0, len(held)))]:
            row["team_code"] = receiver


def _succeed(data: DataObject, week: Tables, mark: str) -> None:
    """End a team, and give a part of what it had to a new one."""
    team = _any_team(data, week)
    _split(data, week, mark)
    _hand_over(data, week, team, mark)
    _empty(week, team)
    week["organisation"] = [row for row in week["organisation"] if row["team_code"] != team]


def _swap(data: DataObject, week: Tables, mark: str) -> None:
    """Give a part of what a team has to another one that goes on."""
    _hand_over(data, week, _any_team(data, week), _any_team(data, week))


def _merge(data: DataObject, week: Tables, mark: str) -> None:
    ended, team = _any_team(data, week), _any_team(data, week)
    if ended != team:
        week["organisation"] = [row for row in week["organisation"] if row["team_code"] != ended]
        for table in ("offender_managers", "cases"):
            for row in week[table]:
                row["team_code"] = team if row["team_code"] == ended else row["team_code"]


def _end(data: DataObject, week: Tables, mark: str) -> None:
    team = _any_team(data, week)
    if len(week["organisation"]) > 1:
        _empty(week, team)
        week["organisation"] = [row for row in week["organisation"] if row["team_code"] != team]


def _begin(data: DataObject, week: Tables, mark: str) -> None:
    place = data.draw(st.sampled_from(week["organisation"]))
    week["organisation"].append({**place, "team_code": mark, "team_name": mark})
    _fill(week, mark, mark, data)


_CHANGES: dict[str, Callable[[DataObject, Tables, str], None]] = {
    "begin": _begin, "end": _end, "merge": _merge, "move": _move, "move office": _move_office, "recode": _recode,
    "rename": _rename, "reuse": _reuse, "split": _split, "succeed": _succeed,
    "swap": _swap,
}  # fmt: skip


def _week(tables: Tables) -> OrganisationWeek:
    return OrganisationWeek(
        pd.DataFrame(tables["organisation"])[organisation_columns()],
        pd.DataFrame(tables["offender_managers"], columns=["team_code", "om_code"], dtype="str").drop_duplicates(),
        pd.DataFrame(tables["cases"], columns=["team_code", "crn"], dtype="str"),
    )


def _workload(tables: Tables, points: dict[str, Fraction]) -> pd.DataFrame:
    """The units of a week, with as many available points as total points."""
    units: dict[tuple[str, str], dict[str, Any]] = {}
    for row in tables["organisation"]:
        for level, above in zip(oracle.LEVELS, (*oracle.LEVELS[1:], "all"), strict=True):
            parent = "all" if above == "all" else row[f"{above}_code"]
            code = row[f"{level}_code"]
            unit = units.setdefault((level, code), {"level": level, "code": code, "parent_code": parent, "total": 0.0})
            unit["total"] += float(points[row["team_code"]])
    frame = pd.DataFrame(list(units.values())).rename(columns={"total": "total_points"})
    return frame.assign(available_points=frame["total_points"], capacity_percentage=100.0)
