"""Load, check and fingerprint the limits of tolerable risk: config/limits.yaml."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tiering.dated import Dated, SourceStatus
from tiering.faults import ConfigFault
from tiering.projection import WEEKS_AHEAD
from tiering.yaml_files import describe_faults, read_yaml

MOST_LIMITS: Final = 10
"""More limits than a board can discuss at one meeting guide no one."""


class Measure(StrEnum):
    """What a limit can be set for; each is calculated from the stored figures of units."""

    CAPACITY_PERCENTAGE = "capacity_percentage"
    POINTS_OVER_CAPACITY = "points_over_capacity"
    OFFENDER_MANAGERS_OVER_SHARE = "offender_managers_over_share"
    OFFICES_OVER_SHARE = "offices_over_share"
    HIGH_RISK_OVERDUE = "high_risk_overdue"
    OFFENDER_MANAGERS_WITHOUT_HOURS = "offender_managers_without_hours"
    UNALLOCATED_CASES = "unallocated_cases"


UNITS: Final = {
    Measure.CAPACITY_PERCENTAGE: "per cent of capacity",
    Measure.POINTS_OVER_CAPACITY: "points",
    Measure.OFFENDER_MANAGERS_OVER_SHARE: "per cent of offender managers",
    Measure.OFFICES_OVER_SHARE: "per cent of offices",
    Measure.HIGH_RISK_OVERDUE: "assessments",
    Measure.OFFENDER_MANAGERS_WITHOUT_HOURS: "offender managers",
    Measure.UNALLOCATED_CASES: "cases",
}
"""The unit of each measure."""

FORECAST: Final = (Measure.CAPACITY_PERCENTAGE, Measure.POINTS_OVER_CAPACITY)
"""The measures that have a forecast: nothing else is forecast with a known error."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class RiskLimit(BaseModel):
    """One limit as it is in force on one date.

    - level: at which it is judged: every area, or the whole service
    - limit: breached by a value above it, in the unit of the measure
    - owner: the role that answers for it
    - weeks: for how many weeks running an offender manager must have been over the line; None for other measures
    - forecast_weeks: how many weeks ahead a breach is looked for; None for no look ahead
    - status, reference: the source of the number
    """

    model_config = ConfigDict(frozen=True)

    name: str
    measure: Measure
    level: Literal["area", "all"]
    limit: float
    owner: str
    weeks: int | None
    forecast_weeks: int | None
    status: SourceStatus
    reference: str

    @property
    def unit(self) -> str:
        return UNITS[self.measure]


class LimitEntry(BaseModel):
    """One limit in the file; a value of null ends it from that date on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Text
    measure: Measure
    level: Literal["area", "all"]
    owner: Text
    weeks: Annotated[int, Field(ge=1, le=52)] | None = None
    forecast_weeks: Annotated[int, Field(ge=1, le=WEEKS_AHEAD)] | None = None
    limit: Dated[float | None]


class LimitsFile(BaseModel):
    """The file config/limits.yaml; each limit is checked by itself, so that all faults are found at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Text
    says: Text
    limits: list[Any] | None


def load_limits(config: Path, as_at: date) -> tuple[RiskLimit, ...]:
    """Load the limits in force on a date, in the order of the file; none if there is no file.

    - config: the folder that holds limits.yaml
    - raises ConfigFault with every fault of the file
    """
    path = config / "limits.yaml"
    if not path.exists():
        return ()
    listed = read_yaml(path, LimitsFile).limits or []
    entries, faults = _read_entries(path, listed)
    faults += [f"{path}: {fault}" for fault in _list_faults(listed)]
    faults += [f"{path}: limits.{place}.{fault}" for place, entry in entries.items() for fault in _entry_faults(entry)]
    if faults:
        raise ConfigFault(faults)
    in_force = (_limit_in_force(entry, as_at) for entry in entries.values())
    return tuple(limit for limit in in_force if limit is not None)


def fingerprint(limits: Sequence[RiskLimit]) -> str:
    """Hash of the limits as stored with a snapshot."""
    content = [limit.model_dump(mode="json", exclude={"status", "reference"}) for limit in limits]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _read_entries(path: Path, listed: Sequence[Any]) -> tuple[dict[int, LimitEntry], list[str]]:
    """The limits by their place in the file, counted from 1, and the faults of those that cannot be read."""
    entries, faults = {}, []
    for place, content in enumerate(listed, start=1):
        try:
            entries[place] = LimitEntry.model_validate(content)
        except ValidationError as error:
            faults += describe_faults(path, error, "limits", place)
    return entries, faults


def _list_faults(listed: Sequence[Any]) -> Iterator[str]:
    if len(listed) > MOST_LIMITS:
        yield f"limits: there are {len(listed)}; list {MOST_LIMITS} at most"
    names = [str(entry.get("name", "")).strip().casefold() for entry in listed if isinstance(entry, Mapping)]
    for place, name in enumerate(names):
        if name and name in names[:place]:
            yield f"limits: the name {name!r} is used twice; give each limit its own"


def _entry_faults(entry: LimitEntry) -> Iterator[str]:
    """Faults of one limit whose keys are all there."""
    counts_weeks = entry.measure is Measure.OFFENDER_MANAGERS_OVER_SHARE
    if counts_weeks and entry.weeks is None:
        yield "weeks: is missing; write for how many weeks running an offender manager must have been over the line"
    if not counts_weeks and entry.weeks is not None:
        yield f"weeks: is not for the measure {entry.measure}; remove it"
    if entry.forecast_weeks is not None and entry.measure not in FORECAST:
        yield f"forecast_weeks: {entry.measure} has no forecast, only {' and '.join(FORECAST)} have; remove it"
    if not entry.limit.root:
        yield "limit: has no value; add one with the date from which it holds"
    for start, stated in entry.limit.root.items():
        if stated.value is not None and not (math.isfinite(stated.value) and stated.value >= 0):
            yield f"limit.{start}: {stated.value} must be 0 or more"
        if stated.unit != (unit := UNITS[entry.measure]):
            yield f"limit.{start}.unit: {stated.unit!r} is not the unit of {entry.measure}; write {unit}"


def _limit_in_force(entry: LimitEntry, as_at: date) -> RiskLimit | None:
    """The limit on a date; None before its first value, and once it has ended."""
    dated = entry.limit.in_force(as_at)
    if dated is None:
        return None
    _, stated = dated
    if stated.value is None:
        return None
    known = entry.model_dump(exclude={"limit"})
    return RiskLimit(**known, limit=stated.value, status=stated.status, reference=stated.reference)
