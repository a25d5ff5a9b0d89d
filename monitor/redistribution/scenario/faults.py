"""What is wrong with a scenario, as values: which change, which key of it, and what to write instead."""

from collections.abc import Sequence
from typing import NamedTuple

from tiering.faults import UserFault


class Fault(NamedTuple):
    """One reason why a scenario cannot be solved.

    - place: the number of the change, counted from 1; 0 for the scenario itself.
    - key: dotted; for a change it begins with its kind, as in ``absent.om_code``. Empty for the text as a whole.
    - says: the value at that place, what is wrong with it, and what to write instead.
    - risk: what it brings, without what to write instead, if that is a risk that the planner may accept; else empty.
    """

    place: int
    key: str
    says: str
    risk: str = ""

    @property
    def field(self) -> str:
        """The key within the change, such as ``om_code``; empty if the fault is about the whole change."""
        keys = self.key.split(".")
        return keys[1] if self.place and len(keys) > 1 else ""

    @property
    def line(self) -> str:
        """The fault as one line of a list, with the keys as in the scenario's file."""
        where = [f"changes.{self.place}"] if self.place else []
        path = ".".join([*where, self.key] if self.key else where)
        return f"{path}: {self.says}" if path else self.says


class ScenarioFault(UserFault):
    """A scenario that cannot be used; ``scenario_faults`` has every fault as a value."""

    def __init__(self, named: str, faults: Sequence[Fault]) -> None:
        super().__init__([f"{named}: {fault.line}" for fault in faults])
        self.scenario_faults = tuple(faults)
