"""Load, check and fingerprint the rules beyond assessments: config/oversight.yaml."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from tiering.dated import Dated, SourceStatus
from tiering.faults import ConfigFault
from tiering.policies.policy import DueUnit
from tiering.terms import EnforcementKind, OversightKind, Rosh, Setting
from tiering.yaml_files import read_yaml


class Records(StrEnum):
    """The table of the extract in which a rule's work is recorded."""

    ENFORCEMENT = "enforcement"
    CONTACTS = "contacts"
    OVERSIGHT = "oversight"


class Clock(StrEnum):
    """The date from which the time of a rule runs.

    - start: of the sentence, or of the licence on release
    - sentence_start: of the sentence, whatever came after it
    - release_on: the release itself; work is due before it
    """

    START = "start"
    SENTENCE_START = "sentence_start"
    RELEASE = "release_on"


KINDS: Final = {
    Records.ENFORCEMENT: tuple(EnforcementKind),
    Records.CONTACTS: (),
    Records.OVERSIGHT: tuple(OversightKind),
}
"""The kinds that a rule may be about, by the table of its work; a contact counts whatever its kind."""

FLAGS: Final = ("safeguarding", "victim_contact")
"""The flags of a case that a rule may ask for."""


class RuleTerms(BaseModel):
    """What a rule of the file and a rule in force have in common.

    - records: the table that its work is in; kind: of its rows, empty for contacts
    - ends_with: for enforcement, the date that ends it
    - settings, rosh, tiers, mappa, flag: the cases that it is for; None for all. Tiers of another scheme match none.
    - clock, counts_from: when its time starts, and from when work counts
    - times: how many days with work it needs
    - repeats: work starts the next period
    - lapses: is no longer late once it has left the window in which timeliness is calculated, because it cannot be
      done any more
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    records: Records
    kind: str = ""
    ends_with: Literal["acted_on", "resolved_on"] | None = None
    settings: tuple[Setting, ...] = tuple(Setting)
    rosh: tuple[Rosh, ...] | None = None
    tiers: tuple[str, ...] | None = None
    mappa: tuple[str, ...] | None = None
    flag: Literal["safeguarding", "victim_contact"] | None = None
    clock: Clock = Clock.START
    counts_from: Literal["clock", "sentence_start"] = "clock"
    times: Annotated[int, Field(ge=1, le=100)] = 1
    repeats: bool = False
    lapses: bool = False

    @property
    def is_of_officers(self) -> bool:
        """Whether it is about offender managers, not about cases."""
        return self.kind == OversightKind.SUPERVISION


class OversightRule(RuleTerms):
    """A rule as it is in force on one date.

    - status, reference: the source of its number
    """

    name: str
    due: int
    due_unit: DueUnit
    status: SourceStatus
    reference: str


class RuleEntry(RuleTerms):
    """One rule of the file; a value of null ends it from that date on."""

    due: Dated[int | None]


class OversightFile(BaseModel):
    """The file config/oversight.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    rules: dict[str, RuleEntry]


def load_oversight_rules(config: Path, as_at: date) -> tuple[OversightRule, ...]:
    """Load the rules in force on a date, in the order of the file.

    - config: the folder that holds oversight.yaml
    - raises ConfigFault with every fault of the file
    """
    path = config / "oversight.yaml"
    file = read_yaml(path, OversightFile)
    faults = [f"{path}: rules.{name}.{fault}" for name, entry in file.rules.items() for fault in _faults(entry)]
    if faults:
        raise ConfigFault(faults)
    rules = (_rule_in_force(name, entry, as_at) for name, entry in file.rules.items())
    return tuple(rule for rule in rules if rule is not None)


def fingerprint(rules: tuple[OversightRule, ...]) -> str:
    """Hash of the rules as stored with a snapshot, independent of their wording."""
    content = [rule.model_dump(mode="json", exclude={"title", "status", "reference"}) for rule in rules]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _rule_in_force(name: str, entry: RuleEntry, as_at: date) -> OversightRule | None:
    """The rule on one date; None before its first date and from the date that ends it."""
    in_force = entry.due.in_force(as_at)
    stated = None if in_force is None else in_force[1]
    if stated is None or stated.value is None:
        return None
    return OversightRule(
        **entry.model_dump(exclude={"due"}),
        name=name,
        due=stated.value,
        due_unit=DueUnit(stated.unit),
        status=stated.status,
        reference=stated.reference,
    )


def _faults(entry: RuleEntry) -> Iterator[str]:
    """What a rule leaves out or contradicts."""
    kinds = KINDS[entry.records]
    if kinds and entry.kind not in kinds:
        yield f"kind: {entry.kind!r} is not one of {', '.join(kinds)}"
    if not kinds and entry.kind:
        yield "kind: a contact counts whatever its kind; remove it"
    if (entry.records is Records.ENFORCEMENT) != (entry.ends_with is not None):
        yield "ends_with: only rules of enforcement need it: acted_on or resolved_on"
    if entry.repeats and (entry.times > 1 or entry.clock is not Clock.START):
        yield "repeats: a rule that repeats is done once each time, and its clock is the start"
    for start, block in entry.due.root.items():
        if block.unit not in tuple(DueUnit):
            yield f"due.{start}: unit {block.unit!r} is not one of {', '.join(DueUnit)}"
        if block.value is not None and (block.value < 0 or (block.value == 0 and entry.repeats)):
            yield f"due.{start}: {block.value} is not a time to do it in"
