"""The rows and numbers of a snapshot while a scenario's changes are applied to them, with faults and remarks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any

import pandas as pd

from monitor.redistribution.problem.costs import Costs
from monitor.redistribution.problem.limits import Locks
from monitor.redistribution.scenario.faults import Fault
from monitor.redistribution.scenario.remarks import NoEffect
from tiering.caseload import CASES, OFFENDER_MANAGERS, ORGANISATION, Table
from tiering.policies.policy import Policy


@dataclass
class Trial:
    """Tables, numbers and locks so far, with the faults and remarks of the changes applied.

    - day: the day that the plan is for, as_at or later; everything is written so that it holds on as_at.
    - done: what was already changed, because a second change of the same is a fault.
    - place, kind: of the change that is being applied.

    The frames that came in are never changed: every change makes a copy.
    """

    as_at: date
    tables: dict[str, pd.DataFrame]
    policy: Policy
    costs: Costs
    day: date
    locks: Locks = field(default_factory=Locks)
    teams: frozenset[str] = frozenset()
    faults: list[Fault] = field(default_factory=list)
    remarks: list[NoEffect] = field(default_factory=list)
    done: set[tuple[str, ...]] = field(default_factory=set)
    place: int = 0
    kind: str = ""

    def at(self, place: int, kind: str) -> None:
        """Set the change to apply next: its place in the scenario, and its kind or the key ``scope``."""
        self.place, self.kind = place, kind

    def fault(self, key: str, says: str) -> None:
        """Record what is wrong with a key of the change, or with the whole change if the key is empty."""
        self.faults.append(Fault(self.place, f"{self.kind}.{key}" if key else self.kind, says))

    def has_begun(self, key: str, day: date) -> bool:
        """Whether a change has begun on the day of the plan; if not, record a fault with the ways out."""
        if day > self.day:
            this = "the as-at date" if self.day == self.as_at else "plan_for,"
            self.fault(
                key,
                f"{day} is after {this} {self.day}, so this plan would not know of it; write plan_for: {day} in the "
                f"scenario to plan for that day, or leave {key} out to plan as if it had begun",
            )
        return day <= self.day

    def remark(self, remark: NoEffect) -> None:
        """Record what a planner should know about the change."""
        self.remarks.append(remark)

    @property
    def managers(self) -> pd.DataFrame:
        return self.tables[OFFENDER_MANAGERS.name]

    @property
    def organisation(self) -> pd.DataFrame:
        return self.tables[ORGANISATION.name]

    @property
    def cases(self) -> pd.DataFrame:
        return self.tables[CASES.name]

    def is_known(self, key: str, code: str, codes: Iterable[str], what: str, *, suggest: bool = True) -> bool:
        """Whether there is such a code; if not, record a fault, with the nearest code if ``suggest``."""
        there = set(codes)
        if code in there:
            return True
        close = get_close_matches(code, there, n=1) if suggest else []
        meant = f" (did you mean {close[0]}?)" if close else ""
        where = f"the snapshot of {self.as_at}"
        self.fault(key, f"{code!r} is no {what} of {where}{meant}; write a code as the extract has it")
        return False

    def knows_person(self, om_code: str) -> bool:
        return self.is_known("om_code", om_code, self.managers["om_code"], "offender manager")

    def knows_case(self, crn: str) -> bool:
        return self.is_known("crn", crn, self.cases["crn"], "case", suggest=False)

    def posts_of(self, om_code: str) -> list[str]:
        """The teams in which a person has a post."""
        return sorted(self.managers.loc[self.managers["om_code"].eq(om_code), "team_code"])

    def knows_post(self, om_code: str, team_code: str, key: str = "team_code") -> bool:
        """Whether the known person has a post in the team; if not, record a fault."""
        posts = self.posts_of(om_code)
        if team_code in posts:
            return True
        self.fault(key, f"{team_code!r}: {om_code} has no post there; {om_code} has one in {', '.join(posts)}")
        return False

    def first_time(self, *what: str) -> bool:
        """Whether no other change of the scenario is about the same thing; if one is, record a fault."""
        if what in self.done:
            self.fault("", f"{' '.join(what[1:])} is changed in this way twice; keep one")
        new = what not in self.done
        self.done.add(what)
        return new

    def set(self, table: Table, rows: "pd.Series[bool]", **values: Any) -> None:
        """Write values into some rows of a copy of a table."""
        frame = self.tables[table.name].copy()
        for column, value in values.items():
            frame.loc[rows, column] = value
        self.tables[table.name] = frame

    def add(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows to a copy of a table, sorted by its key."""
        new = pd.DataFrame(rows, columns=table.column_names)
        new = new.astype({column.name: column.kind.dtype for column in table.columns})
        both = pd.concat([self.tables[table.name], new], ignore_index=True)
        self.tables[table.name] = both.sort_values(list(table.key) or table.column_names, ignore_index=True)
