"""A home of twelve stored weeks in which people and figures come and go, made once and changed by no test."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from monitor.questions.question import Question, load_questions
from monitor.snapshots.contracts.frames import CASES, FINDINGS, OVERDUE, STAFFING, UNITS
from monitor.snapshots.store import StoredFigures
from monitor.snapshots.tables import Snapshot

from ..conftest import AS_AT, Home, _leave_out_settings, home_in, little_london
from ..extracts.small import write_csv

WEEKS = 12
LEFT_OUT = 5
"""The week, counted from the first, that has no snapshot: that of Christmas."""

PEOPLE = [(f"P{number:02d}", f"T{1 + number % 4}") for number in range(40)]


@pytest.fixture(scope="session")
def asked_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Weeks around the turn of a year, from a real snapshot whose figures are drawn anew for each."""
    folder = tmp_path_factory.mktemp("asked")
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder)
        template = home.take(write_csv(Path(home.extract), little_london()))
    chance = random.Random(172934)
    for number in range(1, WEEKS + 1):
        if number != LEFT_OUT:
            _store_week(home, template, AS_AT + timedelta(weeks=number), chance)
    yield home
    home.store.engine.dispose()


@pytest.fixture(scope="session")
def questions(asked_home: Home) -> dict[str, Question]:
    return load_questions(asked_home.settings.config)


def _store_week(home: Home, template: Snapshot, as_at: date, chance: random.Random) -> None:
    assert template.id is not None
    store, number = home.store, template.id
    units = _units_of_week(store.units(number), chance)
    archived = {name: store.archived_frame(number, name) for name in (CASES.name, OVERDUE.name, FINDINGS.name)}
    archived = {name: frame[[chance.random() < 0.8 for _ in range(len(frame))]] for name, frame in archived.items()}
    staffing = store.archived_frame(number, STAFFING.name)
    archived[STAFFING.name] = staffing.assign(
        leavers=pd.array([chance.choice([0, 1, 3, None]) for _ in range(len(staffing))], dtype="Int64"),
        sick_hours=[chance.choice([0.0, 7.4, 20.5]) for _ in range(len(staffing))],
    )
    hotspots = store.hotspots(number)
    hotspots = hotspots[[chance.random() < 0.7 for _ in range(len(hotspots))]]
    hotspots = hotspots.assign(
        status=[chance.choice(["new", "continuing", "cleared"]) for _ in range(len(hotspots))],
        weeks=[chance.randint(1, 14) for _ in range(len(hotspots))],
    )
    timeliness = store.timeliness(number)
    on_time = [chance.randint(0, fell) for fell in timeliness["fell_due"]]
    timeliness = timeliness.assign(on_time=on_time, percentage=100 * pd.Series(on_time) / timeliness["fell_due"])
    values = template.model_dump(exclude={"id"}) | {"as_at": as_at, "history": "[]"}
    store.save(Snapshot(**values), StoredFigures(units, hotspots, timeliness, archived), [])


def _units_of_week(units: pd.DataFrame, chance: random.Random) -> pd.DataFrame:
    """The units with forty more people, some absent, without hours or SPOs without cases, and figures drawn anew."""
    person = units[(units["level"] == "offender_manager") & (units["code"] == "M1")]
    there = [who for who in PEOPLE if chance.random() < 0.92]
    added = [person.assign(code=code, name=code, parent_code=team) for code, team in there]
    every = pd.concat([units, *added], ignore_index=True)
    size = len(every)
    is_spo = every["code"].isin([who for who, _ in PEOPLE[::10]])
    available = [0.0 if spo else chance.choice([0.0, 900.0, 1000.0, 2000.0]) for spo in is_spo]
    total = [1000 * chance.uniform(0.6, 2.4) for _ in range(size)]
    every["available_points"], every["total_points"] = available, total
    every["capacity_percentage"] = [
        100 * has / able if able else float("nan") for has, able in zip(total, available, strict=True)
    ]
    every["band"] = [
        None if able == 0 else "red" if has > 1.1 * able else "green"
        for has, able in zip(total, available, strict=True)
    ]
    for name in ("cases", "overdue", "high_risk_overdue", "unallocated_cases"):
        every[name] = [chance.randint(0, 70) for _ in range(size)]
    every.loc[is_spo, "cases"] = 0
    for name in ("span", "spo_hours"):
        every[name] = [chance.choice([4.0, 9.5, 12.0, None]) for _ in range(size)]
    every["inexperienced"] = pd.array([chance.choice([0, 2, 5, None]) for _ in range(size)], dtype="Int64")
    every["longest_wait_days"] = pd.array([chance.choice([3, 40, None]) for _ in range(size)], dtype="Int64")
    every["experience_unknown"] = [None if new is pd.NA else chance.randint(0, 5) for new in every["inexperienced"]]
    every["offender_managers"] = [chance.randint(11, 30) for _ in range(size)]
    return every[UNITS.column_names].astype(UNITS.dtypes)
