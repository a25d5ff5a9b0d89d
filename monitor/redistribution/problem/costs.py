"""Load, check and fingerprint the penalties and costs of a redistribution: config/redistribution.yaml."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.terms import Rosh, TeamType
from tiering.yaml_files import numbers_in_force, read_yaml

Takes = dict[TeamType, tuple[TeamType, ...]]


class CostsFile(BaseModel):
    """The file config/redistribution.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    says: str
    strain: Dated[dict[float, float]]
    strain_edges: Dated[tuple[float, ...]]
    over_line: Dated[float]
    keep: Dated[float]
    move: Dated[float]
    rosh: Dated[dict[Rosh, float]]
    mappa: Dated[float]
    recent: Dated[float]
    recent_days: Dated[int]
    release: Dated[float]
    release_days: Dated[int]
    review: Dated[float]
    review_days: Dated[int]
    other_office: Dated[float]
    other_cluster: Dated[float]
    unplaced: Dated[float]
    newly_qualified_years: Dated[int]
    intake: Dated[int]
    most_weeks: Dated[int]
    takes: Dated[Takes]
    proven_columns: Dated[int]
    peak_allowance: Dated[float]


class Costs(BaseModel):
    """Every number of the objective in force on one date; one unit is a tenth of moving a plain case.

    - strain: weight of each line (capacity percentage) of the penalty; strain_edges: capacity percentages between which
      the penalty is a straight line. Both are named as in config/redistribution.yaml.
    - over_line: price of each point of capacity percentage above the line of a scenario.
    - keep: cost of each change from the plan that a scenario is based on.
    - move, rosh, mappa, recent, release, review: parts of the cost of a move; *_days: how many days count as near.
    - other_office, other_cluster: added if the receiver is in another office or cluster.
    - unplaced: cost of a case that must be placed and is not.
    - newly_qualified_years: time after qualifying in which a person gets no new case of high RoSH.
    - intake: new cases per person and week; most_weeks: how long a plan may take.
    - takes: the types of team whose cases each type of team may receive.
    - proven_columns: a model with at most this many columns is solved to the end.
    - peak_allowance: in points of capacity percentage.
    - local_assumptions: how many of these have no published source.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    says: str
    strain: dict[float, float]
    strain_edges: tuple[float, ...]
    over_line: float
    keep: float
    move: float
    rosh: dict[Rosh, float]
    mappa: float
    recent: float
    recent_days: int
    release: float
    release_days: int
    review: float
    review_days: int
    other_office: float
    other_cluster: float
    unplaced: float
    newly_qualified_years: int
    intake: int
    most_weeks: int
    takes: Takes
    proven_columns: int
    peak_allowance: float
    local_assumptions: int = 0

    @property
    def fingerprint(self) -> str:
        """Hash of every number in force, independent of its wording, by which a saved plan identifies its costs."""
        content = self.model_dump(mode="json", exclude={"title", "says", "local_assumptions"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


_KEYS = tuple(key for key in CostsFile.model_fields if key not in ("title", "says"))


def load_costs(config: Path, as_at: date) -> Costs:
    """Load the numbers in force on ``as_at``; raises ConfigFault with every fault."""
    path = config / "redistribution.yaml"
    file = read_yaml(path, CostsFile)
    values, local_assumptions, faults = numbers_in_force(path, file, _KEYS, as_at)
    faults += [f"{path}: {fault}" for fault in _unusable(values)]
    if faults:
        raise ConfigFault(faults)
    return Costs(title=file.title, says=file.says, local_assumptions=local_assumptions, **values)


Number = float | tuple[float, ...] | dict[Any, Any]
"""What a key holds: a number, the edges of the penalty, or a table."""


def _unusable(values: Mapping[str, Number]) -> Iterator[str]:
    """Numbers that no plan can use, or that contradict each other."""
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    single = {key: value for key, value in values.items() if isinstance(value, int | float)}
    for key, value in values.items():
        if isinstance(value, tuple):
            yield from _unusable_edges(value, tables.get("strain", {}))
        elif isinstance(value, dict):
            yield from _unusable_table(key, value)
        elif not (math.isfinite(value) and value >= 0):
            yield f"{key}: {value} {_FROM_0}"
        elif value == 0 and key in _ABOVE_0:
            yield f"{key}: 0 must be above 0; write a larger number"
    near, far = single.get("other_office", 0), single.get("other_cluster", math.inf)
    # The model adds the difference for leaving the cluster on top of leaving the office: it must not be a reward.
    if far < near:
        yield f"other_cluster: {far:g} is below other_office, {near:g}; write at least that"


_FROM_0 = "must be a number from 0; write one"
_ABOVE_0 = ("move", "intake", "most_weeks", "unplaced")


def _unusable_edges(edges: tuple[float, ...], strain: dict[float, float]) -> Iterator[str]:
    if not edges or any(not math.isfinite(edge) or edge < 0 for edge in edges):
        yield f"strain_edges: {list(edges)} must be capacity percentages from 0; write at least one"
    elif list(edges) != sorted(set(edges)):
        fallen = next(later for edge, later in pairwise(edges) if later <= edge)
        yield f"strain_edges: {fallen:g} does not rise above the one before it; write them in rising order"
    else:
        for line in [line for line in strain if line not in edges]:
            yield f"strain_edges: the line {line:g} of strain is not among them; add it"


def _unusable_table(key: str, table: dict[Any, Any]) -> Iterator[str]:
    if key in ("rosh", "takes"):
        for name in [name for name in (Rosh if key == "rosh" else TeamType) if name not in table]:
            yield f"{key}: {name.value} has no value; add one"
    if key == "strain" and not table:
        yield "strain: {} has no line; write at least one"
    for name, value in table.items():
        if key != "takes" and not (math.isfinite(value) and value >= 0):
            yield f"{key}: {name.value if isinstance(name, Rosh) else f'{name:g}'}: {value} {_FROM_0}"
        if key == "strain" and not (math.isfinite(name) and name >= 0):
            yield f"strain: {name:g} must be a capacity percentage from 0; write one"
