"""A national home for measuring: seven made-up Londons side by side, and a long history copied from the first week."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy
from sqlmodel import Session, SQLModel, col, select

from monitor.extracts import Insistence
from monitor.run import Request, take_snapshot
from monitor.sample import sample_weeks
from monitor.sample.write import write_week
from monitor.settings import Settings
from monitor.snapshots.archive import keep
from monitor.snapshots.contracts.frames import PAST_UNITS
from monitor.snapshots.store import Store
from monitor.snapshots.tables import ArchivedFrame, Snapshot

LAST = date(2026, 11, 20)
CASES_OF_ONE, LONDONS = 36_000, 7
TAKEN = 3
"""Weeks that are really taken; what lies before them is a copy of the first."""

_CODES = ("crn", "om_code", "countersigned_by", "team_code", "office_code", "cluster_code", "area_code")
PEOPLE = """\
people:
  - {email: director@example.org, name: A Director, role: director, area: N, digest: weekly}
  - {email: director2@example.org, name: Director of Three, role: director, area: 3S, digest: weekly}
  - {email: aco@example.org, name: A Chief, role: aco, cluster: C02}
  - {email: spo@example.org, name: An SPO, role: spo, office: F021}
  - {email: spo2@example.org, name: An SPO of Teams, role: spo, teams: [4T0511, 4T0512]}
  - {email: officer@example.org, name: An Offender Manager, role: offender_manager, om_code: "00033a"}
  - {email: planner@example.org, name: A Planner, role: planner, area: all}
  - {email: operator@example.org, name: On Call, role: operator}
"""


def write_national(out: Path, weeks: int = TAKEN, londons: int = LONDONS, cases: int = CASES_OF_ONE) -> list[date]:
    """Write the extracts of some weeks, and return their dates, the oldest first."""
    written = []
    each = [sample_weeks(weeks=weeks, cases=cases, seed=2009 + number, last_as_at=LAST) for number in range(londons)]
    for together in zip(*each, strict=True):
        as_at = together[0][0]
        parts = [_of_its_own(tables, str(number or "")) for number, (_, tables) in enumerate(together)]
        write_week(out / as_at.isoformat(), as_at, {name: _stacked(parts, name) for name in parts[0]})
        written.append(as_at)
    return written


def _of_its_own(tables: dict[str, pd.DataFrame], prefix: str) -> dict[str, pd.DataFrame]:
    """The tables of one London with codes and areas of its own, and two half-time people for each one."""
    made = {}
    for name, table in tables.items():
        codes = {code: prefix + table[code].astype("str") for code in _CODES if code in table}
        codes = {code: values.where(table[code].notna()) for code, values in codes.items()}
        made[name] = table.assign(**codes)
    for level in ("cluster", "area"):
        column = f"{level}_name"
        made["organisation"][column] = made["organisation"][column] + (f" {prefix}" if prefix else "")
    holders = made["cases"]["om_code"]
    half = np.where(np.arange(len(holders)) % 2 == 0, "a", "b")
    made["cases"]["om_code"] = (holders + half).where(holders.notna())
    for name, halved in (("offender_managers", "contracted_hours"), ("reductions", "hours"), ("duties", "quantity")):
        both = [made[name].assign(om_code=made[name]["om_code"] + letter) for letter in "ab"]
        one = pd.concat(both, ignore_index=True)
        if name == "offender_managers":
            one["om_name"] = one["om_name"] + np.where(one["om_code"].str.endswith("a"), "", " Junior")
        made[name] = one.assign(**{halved: (one[halved] / 2).round(2)})
    # Of two SPOs, the first signs.
    made["assessments"]["countersigned_by"] += "a"
    # Of a case, there is no one; of a person, the supervision of both.
    alone = made["oversight"]
    both = [alone.assign(om_code=(alone["om_code"] + letter).where(alone["om_code"].notna())) for letter in "ab"]
    made["oversight"] = pd.concat([both[0], both[1][both[1]["om_code"].notna()]], ignore_index=True)
    return made


def _stacked(parts: list[dict[str, pd.DataFrame]], name: str) -> pd.DataFrame:
    return pd.concat([part[name] for part in parts], ignore_index=True)


def fill(home: Path, settings: Settings, store: Store, history: int, taken: list[date]) -> Iterator[str]:
    """Take the snapshots of the extracts in home/sample with a long history before the first; says what it did."""
    for place, as_at in enumerate(taken):
        began = datetime.now(UTC)
        request = Request(str(home / "sample" / as_at.isoformat()), as_at, insistence=Insistence(swing=True))
        made = take_snapshot(request, settings, store, began).snapshot
        yield f"{as_at} taken in {(datetime.now(UTC) - began).total_seconds():.0f} s"
        if place == 0:
            copy_back(store, made, history)
            yield f"{history} earlier weeks copied"


def copy_back(store: Store, first: Snapshot, weeks: int, after: int = 0) -> None:
    """Put copies of a snapshot before it, with loads that wander up and down over the weeks, each at its own pace.

    * after: how many weeks before it there are already.
    """
    wander = "(1 + 0.05 * sin(0.37 * :back + total_points + 7 * available_points))"
    others = {
        "snapshot_id": ":number",
        "total_points": f"total_points * {wander}",
        "capacity_percentage": f"capacity_percentage * {wander}",
    }
    if first.id is None:
        raise ValueError("only a stored snapshot is copied")
    units = store.archived_frame(first.id, PAST_UNITS.name)
    for back in range(after + 1, after + weeks + 1):
        past = keep(store.archive, _wandered(units, back))
        with Session(store.engine) as session, session.begin():
            copy = first.model_dump(exclude={"id"}) | {
                "as_at": first.as_at - timedelta(weeks=back),
                "history": "[]",
                "content_hash": f"{first.content_hash[:-4]}{back:04}",
            }
            snapshot = Snapshot(**copy)
            session.add(snapshot)
            session.flush()
            for table in ("unit_workload", "hotspot", "timeliness", "archived_frame"):
                names = [column.name for column in SQLModel.metadata.tables[table].columns]
                into, taken = ", ".join(names), ", ".join(others.get(name, name) for name in names)
                statement = f"INSERT INTO {table} ({into}) SELECT {taken} FROM {table} WHERE snapshot_id = :first"
                given = {"number": snapshot.id, "first": first.id, "back": back}
                session.connection().execute(sqlalchemy.text(statement), given)
            copied = session.get_one(ArchivedFrame, (snapshot.id, PAST_UNITS.name))
            copied.sha256 = past


def _wandered(units: pd.DataFrame, back: int) -> pd.DataFrame:
    """The units with the loads that they have so many weeks before."""
    wander = 1 + 0.05 * np.sin(0.37 * back + units["total_points"] + 7 * units["available_points"])
    return units.assign(**{name: units[name] * wander for name in ("total_points", "capacity_percentage")})


def is_filled(store: Store, weeks: int) -> bool:
    """Whether the store holds that many weeks."""
    with Session(store.engine) as session:
        return len(list(session.exec(select(col(Snapshot.id))))) >= weeks
