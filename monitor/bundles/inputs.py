"""The inputs of a bundle: everything that the figures of its scope are derived from, as members of the file."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd
from pydantic import BaseModel, ConfigDict

from alerts.causes.model import EarlierWeek
from alerts.detection.organisation.model import OrganisationChanges
from alerts.digest.privacy import ReaderScope, name_scope
from alerts.intake_gaps import IntakeGaps
from monitor.bundles.container import read_member_frame
from monitor.redistribution.proposals.terms import ProposalNumbers
from monitor.snapshots.archive import frame_bytes
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.weeks.history import Past
from tiering.caseload import TABLES, Caseload, complete_table
from tiering.policies.policy import Policy

FOLDER: Final = "inputs/"
FACTS: Final = f"{FOLDER}facts.json"
NUMBERS: Final = f"{FOLDER}numbers.json"

_PAST: Final = ("units", "weeks", "flows", "forecasts", "staffing", "episodes")
_PAST_IF_ANY: Final = ("first_seen", "people")


class EarlierNumbers(BaseModel):
    """What an earlier week was weighed by, which the week is compared with."""

    model_config = ConfigDict(frozen=True)

    weeks_back: int
    as_at: date
    policy: Policy


class Facts(BaseModel):
    """What is known of the week, other than its rows and numbers.

    * level, code: the scope. small_team: below how many offender managers a digest withholds a unit.
    * rows_read, gaps: of the whole extract, as the digest reports them.
    * alike: as-at dates of the weeks of the same weights. changes: of the organisation, by as-at date.
    """

    model_config = ConfigDict(frozen=True)

    as_at: date
    revision: int
    level: str
    code: str
    small_team: int
    rows_read: int
    gaps: IntakeGaps
    alike: tuple[date, ...]
    changes: dict[date, OrganisationChanges]
    earlier: tuple[EarlierNumbers, ...]


class Numbers(BaseModel):
    """Every number of policy, rules, forecast and proposals, as a snapshot stores them; also: further policies."""

    model_config = ConfigDict(frozen=True)

    judged_by: dict[str, str]
    proposing: ProposalNumbers | None
    also: tuple[Policy, ...]


@dataclass(frozen=True)
class BundleInputs:
    """What the figures of a scope are derived from, under pseudonyms.

    * previous: the units of the snapshot before; None for the first one.
    """

    facts: Facts
    caseload: Caseload
    rejected: pd.DataFrame
    known_events: pd.DataFrame
    past: Past
    previous: pd.DataFrame | None
    numbers: Parameters
    proposing: ProposalNumbers | None
    also: tuple[Policy, ...]

    @property
    def scope(self) -> ReaderScope:
        """The scope as the digest names it."""
        return name_scope([(self.facts.level, self.facts.code)], self.caseload.organisation)


def write_inputs(inputs: BundleInputs) -> dict[str, bytes]:
    """The inputs as members, by name."""
    numbers = Numbers(
        judged_by=dict(inputs.numbers.to_columns()),  # type: ignore[arg-type]
        proposing=inputs.proposing,
        also=inputs.also,
    )
    frames = {f"extract/{name}": frame for name, frame in inputs.caseload.tables().items()}
    frames |= {"rejected": inputs.rejected, "known_events": inputs.known_events}
    frames |= {f"past/{name}": getattr(inputs.past, name) for name in _PAST}
    for name in _PAST_IF_ANY:
        if (frame := getattr(inputs.past, name)) is not None:
            frames[f"past/{name}"] = frame
    if inputs.previous is not None:
        frames["past/previous"] = inputs.previous
    for week in inputs.past.compared:
        frames |= {f"earlier/{week.weeks_back}/{name}": frame for name, frame in week.caseload.tables().items()}
    return {
        FACTS: _json(inputs.facts),
        NUMBERS: _json(numbers),
        **{f"{FOLDER}{name}.parquet": frame_bytes(frame) for name, frame in frames.items()},
    }


def read_inputs(members: Mapping[str, bytes]) -> BundleInputs:
    """The inputs among the members of a bundle.

    Raises UserFault for a table, KeyError for a missing member, and what pydantic raises for facts or numbers.
    """
    facts = Facts.model_validate_json(members[FACTS])
    numbers = Numbers.model_validate_json(members[NUMBERS])
    past: dict[str, pd.DataFrame | None] = {name: _frame(members, f"past/{name}") for name in _PAST}
    past |= {name: _frame_if_any(members, f"past/{name}") for name in _PAST_IF_ANY}
    compared = tuple(
        EarlierWeek(week.weeks_back, week.as_at, _caseload(members, f"earlier/{week.weeks_back}"), week.policy)
        for week in facts.earlier
    )
    return BundleInputs(
        facts=facts,
        caseload=_caseload(members, "extract"),
        rejected=_frame(members, "rejected"),
        known_events=_frame(members, "known_events"),
        past=Past(**past, alike=frozenset(facts.alike), changes=facts.changes, compared=compared),  # type: ignore[arg-type]
        previous=_frame_if_any(members, "past/previous"),
        numbers=Parameters.of_columns(numbers.judged_by),  # type: ignore[arg-type]
        proposing=numbers.proposing,
        also=numbers.also,
    )


def _caseload(members: Mapping[str, bytes], folder: str) -> Caseload:
    return Caseload(**{name: complete_table(name, _frame(members, f"{folder}/{name}")) for name in TABLES})


def _frame(members: Mapping[str, bytes], name: str) -> pd.DataFrame:
    member = f"{FOLDER}{name}.parquet"
    return read_member_frame(member, members[member])


def _frame_if_any(members: Mapping[str, bytes], name: str) -> pd.DataFrame | None:
    return _frame(members, name) if f"{FOLDER}{name}.parquet" in members else None


def _json(model: BaseModel) -> bytes:
    """A model as JSON that people can read; the same values give the same bytes."""
    return (json.dumps(model.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n").encode()
