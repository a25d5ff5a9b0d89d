"""The column contract of every table of an extract, and the caseload that meets it."""

from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

import pandas as pd

from tiering.terms import (
    MAPPA_LEVELS,
    Activity,
    AssessmentKind,
    ContactKind,
    DutyKind,
    EnforcementKind,
    EventKind,
    Grade,
    OversightKind,
    ReductionReason,
    Rosh,
    Setting,
    TeamType,
)
from tiering.tiers.columns import BANDS, MAPPA_CATEGORIES, NEEDS, PREDICTOR_TYPES, SEVERITIES, need_column
from tiering.tiers.registrations import COMPLEXITY_CODES


class Kind(StrEnum):
    """How the text of a column is read, and the dtype of its accepted values."""

    TEXT = "text"  # str
    DATE = "date"  # datetime64[s], midnight
    NUMBER = "number"  # float64
    WHOLE = "whole"  # Int64
    FLAG = "flag"  # boolean

    @property
    def dtype(self) -> Any:
        return _DTYPES[self]


_DTYPES: dict[Kind, Any] = {
    Kind.TEXT: pd.StringDtype(na_value=float("nan")),
    Kind.DATE: "datetime64[s]",
    Kind.NUMBER: "float64",
    Kind.WHOLE: "Int64",
    Kind.FLAG: "boolean",
}


@dataclass(frozen=True)
class Column:
    """One column: its kind, whether a value must be there, and which values it may hold.

    added: came after the first extracts were stored, so that an extract without it stays the one that it was.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = True
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    past_only: bool = False
    default: Any = None
    added: bool = False


@dataclass(frozen=True)
class Reference:
    """Columns that must match a row of another table; a reference with an empty value is not checked."""

    columns: tuple[str, ...]
    table: str
    target: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table of an extract. A table without a key may hold the same row twice, and both count.

    - seldom: few sources have it, so that no heading map is drafted for it.
    - added: as of a column.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    required: bool = True
    seldom: bool = False
    added: bool = False

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def dtypes(self) -> dict[str, Any]:
        return {column.name: column.kind.dtype for column in self.columns}

    def empty(self) -> pd.DataFrame:
        """A frame of no rows with this table's columns and dtypes."""
        return self._no_rows.copy()

    @cached_property
    def _no_rows(self) -> pd.DataFrame:
        return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in self.dtypes.items()})


def _words(words: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in words)


def _lower(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.lower() for word in words)


def _optional(name: str, kind: Kind = Kind.TEXT, **rest: Any) -> Column:
    return Column(name, kind, required=False, **rest)


def _added(name: str, kind: Kind = Kind.TEXT, **rest: Any) -> Column:
    return _optional(name, kind, added=True, **rest)


_POST = Reference(("om_code", "team_code"), "offender_managers", ("om_code", "team_code"))
_TEAM = Reference(("team_code",), "organisation", ("team_code",))
_CASE = Reference(("crn",), "cases", ("crn",))
_PERSON = Reference(("om_code",), "offender_managers", ("om_code",))

ORGANISATION = Table(
    "organisation",
    (
        Column("team_code"),
        Column("team_name"),
        Column("team_type", choices=_words(TeamType)),
        Column("office_code"),
        Column("office_name"),
        Column("cluster_code"),
        Column("cluster_name"),
        Column("area_code"),
        Column("area_name"),
    ),
    key=("team_code",),
)

OFFENDER_MANAGERS = Table(
    "offender_managers",
    (
        Column("om_code"),
        Column("team_code"),
        Column("om_name"),
        Column("grade", choices=_words(Grade)),
        Column("contracted_hours", Kind.NUMBER, minimum=0, maximum=60),
        _optional("qualified_on", Kind.DATE),
        _optional("left_on", Kind.DATE),
    ),
    key=("om_code", "team_code"),
    references=(_TEAM,),
)

CASES = Table(
    "cases",
    (
        Column("crn"),
        _optional("om_code"),
        Column("team_code"),
        _optional("tier"),
        _optional("rosh", choices=_words(Rosh)),
        _optional("rosh_delius", choices=_words(Rosh)),
        Column("setting", choices=_words(Setting)),
        _optional("activity", choices=_words(Activity), default=Activity.ACTIVE.value),
        Column("sentence_start", Kind.DATE, past_only=True),
        _optional("release_on", Kind.DATE),
        _optional("expected_end_on", Kind.DATE),
        _optional("allocated_on", Kind.DATE),
        _optional("transferred_in_on", Kind.DATE),
        _optional("mappa_level", choices=MAPPA_LEVELS),
        _optional("prolific", Kind.FLAG),
        _optional("safeguarding", Kind.FLAG),
        _optional("domestic_abuse", Kind.FLAG),
        _optional("tier_changes", Kind.WHOLE, minimum=0),
        _optional("tier_documented", Kind.FLAG),
        _optional("number_of_cases", Kind.WHOLE, minimum=1, default=1),
        _optional("mappa_eligible", Kind.FLAG, added=True),
        _optional("licence_copy", Kind.FLAG, added=True),
        _optional("victim_contact", Kind.FLAG, added=True),
    ),
    key=("crn",),
    references=(_TEAM,),
)

ASSESSMENTS = Table(
    "assessments",
    (
        Column("crn"),
        Column("kind", choices=_words(AssessmentKind)),
        Column("completed_on", Kind.DATE, past_only=True),
        _optional("countersigned_on", Kind.DATE),
        _optional("similarity", Kind.NUMBER, minimum=0, maximum=1),
        _added("countersigned_by"),
    ),
    key=(),
    references=(_CASE,),
)

EVENTS = Table(
    "events",
    (
        Column("crn"),
        Column("kind", choices=_words(EventKind)),
        Column("occurred_on", Kind.DATE, past_only=True),
    ),
    key=(),
    references=(_CASE,),
    required=False,
)

DUTIES = Table(
    "duties",
    (
        Column("om_code"),
        Column("team_code"),
        Column("kind", choices=_words(DutyKind)),
        Column("quantity", Kind.NUMBER, minimum=0),
        Column("starts_on", Kind.DATE),
        _optional("ends_on", Kind.DATE),
    ),
    key=(),
    references=(_POST,),
    required=False,
)

REDUCTIONS = Table(
    "reductions",
    (
        Column("om_code"),
        _optional("team_code"),
        Column("reason", choices=_words(ReductionReason)),
        Column("hours", Kind.NUMBER, minimum=0),
        Column("starts_on", Kind.DATE),
        _optional("ends_on", Kind.DATE),
    ),
    key=(),
    references=(_POST, _PERSON),
    required=False,
)

TIER_INPUTS = Table(
    "tier_inputs",
    (
        Column("crn"),
        _added("mandate", Kind.FLAG),
        _added("female", Kind.FLAG),
        _added("rsr", Kind.NUMBER, minimum=0, maximum=1000),
        _added("ogrs", Kind.NUMBER, minimum=0, maximum=100),
        _added("complexity_factors", Kind.WHOLE, minimum=0, maximum=len(COMPLEXITY_CODES)),
        _added("iom", Kind.FLAG),
        _added("unsupervised", Kind.FLAG),
        _added("previous_enforcement_activity", Kind.FLAG),
        _added("assessed_on", Kind.DATE, past_only=True),
        _added("parental_responsibilities", Kind.FLAG),
        _added("impulsivity_or_temper_control", Kind.FLAG),
        *(_added(need_column(need), choices=_lower(SEVERITIES)) for need in NEEDS),
        _added("active_event", Kind.FLAG),
        _added("arp", Kind.NUMBER, minimum=0, maximum=100),
        _added("arp_type", choices=_lower(PREDICTOR_TYPES)),
        _added("csrp", Kind.NUMBER, minimum=0, maximum=100),
        _added("csrp_type", choices=_lower(PREDICTOR_TYPES)),
        _added("dc_srp", Kind.NUMBER, minimum=0, maximum=100),
        _added("dc_srp_band", choices=_lower(BANDS)),
        _added("mappa_category", choices=_lower(MAPPA_CATEGORIES)),
        _added("lifer_ipp", Kind.FLAG),
        _added("stalking", Kind.FLAG),
        _added("child_protection", Kind.FLAG),
        _added("sexual_offences", Kind.FLAG),
    ),
    key=("crn",),
    references=(_CASE,),
    required=False,
    seldom=True,
    added=True,
)

ENFORCEMENT = Table(
    "enforcement",
    (
        Column("crn"),
        Column("kind", choices=_words(EnforcementKind)),
        Column("occurred_on", Kind.DATE, past_only=True),
        _optional("action_by", Kind.DATE),
        _optional("acted_on", Kind.DATE, past_only=True),
        _optional("resolved_on", Kind.DATE, past_only=True),
    ),
    key=(),
    references=(_CASE,),
    required=False,
    added=True,
)

CONTACTS = Table(
    "contacts",
    (
        Column("crn"),
        Column("planned_on", Kind.DATE),
        _optional("kept", Kind.FLAG),
        _optional("kind", choices=_words(ContactKind)),
    ),
    key=(),
    references=(_CASE,),
    required=False,
    added=True,
)

OVERSIGHT = Table(
    "oversight",
    (
        _optional("crn"),
        _optional("om_code"),
        Column("kind", choices=_words(OversightKind)),
        Column("done_on", Kind.DATE, past_only=True),
    ),
    key=(),
    references=(_CASE, _PERSON),
    required=False,
    added=True,
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ORGANISATION, OFFENDER_MANAGERS, CASES, ASSESSMENTS, EVENTS, DUTIES, REDUCTIONS, ENFORCEMENT, CONTACTS,
        OVERSIGHT, TIER_INPUTS,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Caseload:
    """The accepted rows of one extract: every frame has its table's columns and dtypes, sorted by all of them.

    A case stays here if ``offender_managers`` has no row for its post: it counts as unallocated in its team.
    """

    organisation: pd.DataFrame
    offender_managers: pd.DataFrame
    cases: pd.DataFrame
    assessments: pd.DataFrame
    events: pd.DataFrame = field(default_factory=EVENTS.empty)
    duties: pd.DataFrame = field(default_factory=DUTIES.empty)
    reductions: pd.DataFrame = field(default_factory=REDUCTIONS.empty)
    enforcement: pd.DataFrame = field(default_factory=ENFORCEMENT.empty)
    contacts: pd.DataFrame = field(default_factory=CONTACTS.empty)
    oversight: pd.DataFrame = field(default_factory=OVERSIGHT.empty)
    tier_inputs: pd.DataFrame = field(default_factory=TIER_INPUTS.empty)

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by its name."""
        return {table.name: getattr(self, table.name) for table in fields(self)}


def complete_table(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Rows as they were stored, in the columns and dtypes of now: a column that came later has no value.

    A column that only its source has, such as which hours were assumed, stays after those of the contract.
    """
    table = TABLES[name]
    of_the_source = [column for column in frame if column not in table.column_names]
    wanted = frame.reindex(columns=[*table.column_names, *of_the_source])
    others = {column: dtype for column, dtype in table.dtypes.items() if wanted[column].dtype != dtype}
    return wanted.astype(others) if others else wanted
