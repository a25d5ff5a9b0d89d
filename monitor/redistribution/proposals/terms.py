"""Load, check and store the numbers of proposals: the terms of config/proposals.yaml and the prices of a plan."""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from monitor.redistribution.problem.costs import Costs, load_costs
from monitor.redistribution.problem.limits import Limits, Work
from monitor.settings import shipped_config
from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.yaml_files import numbers_in_force, read_yaml

_FILE = "proposals.yaml"


class TermsFile(BaseModel):
    """The file config/proposals.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    says: str
    after_weeks: Dated[int]
    elective_moves: Dated[int]
    intake: Dated[int]
    gap: Dated[float]
    widest_gap: Dated[float]
    most_iterations: Dated[int]
    most_nodes: Dated[int]


class Terms(BaseModel):
    """The standing terms in force on one date.

    - after_weeks: weeks over the threshold from which a unit is hot enough for a proposal.
    - elective_moves: limit on moves by choice; intake: new cases per person and week.
    - gap: a share of the objective at which the search stops; widest_gap: up to which a plan is proposed.
    - most_iterations, most_nodes: the limit of work, for each model that is solved.
    """

    model_config = ConfigDict(frozen=True)

    after_weeks: int
    elective_moves: int
    intake: int
    gap: float
    widest_gap: float
    most_iterations: int
    most_nodes: int

    @property
    def limits(self) -> Limits:
        """The limits of a plan on these terms."""
        work = Work(self.most_iterations, self.most_nodes)
        return Limits(elective_moves=self.elective_moves, intake=self.intake, gap=self.gap, work=work)


class ProposalNumbers(BaseModel):
    """Every number that proposals go by."""

    model_config = ConfigDict(frozen=True)

    terms: Terms
    costs: Costs

    @property
    def fingerprint(self) -> str:
        """Hash of every number in force, whatever its wording."""
        content = [self.terms.model_dump(mode="json"), self.costs.fingerprint]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    @classmethod
    def of_json(cls, stored: str) -> "ProposalNumbers | None":
        """Read the numbers that a snapshot stores; None if it was taken without proposals."""
        return cls.model_validate_json(stored) if stored else None


_KEYS = tuple(key for key in TermsFile.model_fields if key not in ("title", "says"))


def load_proposal_numbers(config: Path, as_at: date) -> ProposalNumbers:
    """Load the numbers in force on ``as_at``; raises ConfigFault with the faults of both files.

    A configuration folder that was copied before there were proposals gets the shipped terms.
    """
    own = config / _FILE
    path = own if own.exists() else shipped_config() / _FILE
    try:
        costs, faults = load_costs(config, as_at), []
    except ConfigFault as fault:
        costs, faults = None, list(fault.faults)
    try:
        terms = _load_terms(path, as_at)
    except ConfigFault as fault:
        raise ConfigFault([*faults, *fault.faults]) from None
    if costs is None:
        raise ConfigFault(faults)
    return ProposalNumbers(terms=terms, costs=costs)


def _load_terms(path: Path, as_at: date) -> Terms:
    values, _, faults = numbers_in_force(path, read_yaml(path, TermsFile), _KEYS, as_at)
    faults += [f"{path}: {fault}" for fault in _unusable(values)]
    if faults:
        raise ConfigFault(faults)
    return Terms(**values)


def _unusable(values: Mapping[str, float]) -> Iterator[str]:
    """Numbers that no proposal can use."""
    for key, value in values.items():
        least = 0 if key in ("elective_moves", "gap", "widest_gap") else 1
        if not (math.isfinite(value) and value >= least):
            yield f"{key}: {value} must be {least} or more"
