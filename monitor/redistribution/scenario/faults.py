"""What is wrong with a scenario, as values: which change, which key of it, and what to write instead."""

from collections.abc import Sequence
from typing import NamedTuple

from tiering.faults import UserFault


class Fault(NamedTuple):
    """One thing that keeps a scenario from being solved.

    - place: the change it is about, counted from 1; 0 for the scenario itself.
    - key: dotted; of a change it begins with its kind, as in ``absent.om_code``. Empty for the text as a whole.
    - says: the value that stands there, what is wrong with it, and what to write instead.
    """

    place: int
    key: str
    says: str

    @property
    def field(self) -> str:
        """The key within the change, such as ``om_code``; empty where the fault is about the whole change."""
        keys = self.key.split(".")
        return keys[1] if self.place and len(keys) > 1 else ""

    @property
    def line(self) -> str:
        """The fault for a list of them, as the scenario's file has its keys."""
        where = [f"changes.{self.place}"] if self.place else []
        path = ".".join([*where, self.key] if self.key else where)
        return f"{path}: {self.says}" if path else self.says


class ScenarioFault(UserFault):
    """A scenario that cannot be used; ``scenario_faults`` has every fault as a value."""

    def __init__(self, named: str, faults: Sequence[Fault]) -> None:
        super().__init__([f"{named}: {fault.line}" for fault in faults])
        self.scenario_faults = tuple(faults)
