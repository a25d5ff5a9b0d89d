"""Decide which units a person may see, and who receives the figures of a unit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from alerts.people import Person, Role
from alerts.wording import clean, join_list
from tiering.terms import Level

if TYPE_CHECKING:
    # For annotations only: a command that only reads people.yaml need not wait for pandas to load.
    import pandas as pd


class Scope(NamedTuple):
    """One unit that a person may see; the code of the whole service is ``all``."""

    level: Level
    code: str


class AbsentScope(NamedTuple):
    """A person, and those of their units that are not in a snapshot."""

    person: Person
    units: tuple[Scope, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of theirs is in the snapshot: no digest, and no figures on the pages."""
        return self.units == scope_of(self.person)


_MOST_NAMED = 5
"""Units that one sentence names."""

_UNITS = (Level.AREA, Level.CLUSTER, Level.OFFICE, Level.TEAM)


def scope_of(person: Person) -> tuple[Scope, ...]:
    """The units a person may see; none for an operator, several for a senior probation officer with several teams."""
    if person.area == Level.ALL:
        return (Scope(Level.ALL, Level.ALL.value),)
    single = (
        (Level.AREA, person.area),
        (Level.CLUSTER, person.cluster),
        (Level.OFFICE, person.office),
        (Level.OFFENDER_MANAGER, person.om_code if person.role is Role.OFFENDER_MANAGER else None),
    )
    return (
        *(Scope(level, code) for level, code in single if code is not None),
        *(Scope(Level.TEAM, code) for code in person.teams),
    )


def teams_in_scope(person: Person, organisation: pd.DataFrame) -> frozenset[str]:
    """Codes of the teams a person may see as a whole: none for an operator or an offender manager."""
    return frozenset().union(*(_teams_of(scope, organisation) for scope in scope_of(person)))


def scope_faults(people: Collection[Person], organisation: pd.DataFrame, om_codes: Collection[str]) -> list[str]:
    """Every scope, and code of an SPO, that matches nothing in a snapshot: a line each, address and nearest code."""
    known = _known_codes(organisation, om_codes)
    of_officers = known[Level.OFFENDER_MANAGER]
    scopes = [
        f"{absence.person.email}: {level} {code} is not in the snapshot{_nearest(code, known[level])}"
        for absence in absent_scopes(people, organisation, om_codes)
        for level, code in absence.units
    ]
    own = [
        f"{person.email}: om_code {person.om_code} is not in the snapshot{_nearest(person.om_code, of_officers)}"
        for person in people
        if person.role is Role.SPO and person.om_code is not None and person.om_code not in of_officers
    ]
    return scopes + own


def absent_scopes(
    people: Collection[Person], organisation: pd.DataFrame, om_codes: Collection[str]
) -> list[AbsentScope]:
    """The people of whose units at least one is not in a snapshot."""
    known = _known_codes(organisation, om_codes)
    absences = (
        AbsentScope(person, tuple(unit for unit in scope_of(person) if unit.code not in known[unit.level]))
        for person in people
    )
    return [absence for absence in absences if absence.units]


def absence_in_words(units: Sequence[tuple[str, str]]) -> str:
    """That these units, (level, code), of a reader are not in the figures, without the full stop."""
    return f"Your {_units_in_words(units)} {'is' if len(units) == 1 else 'are'} not in these figures"


def absence_for_operator(absence: AbsentScope) -> str:
    """Who is left without which figures, by address; for operators only."""
    person, units = absence
    verb = "is" if len(units) == 1 else "are"
    says = f"{person.email}: {_units_in_words(units)} {verb} not in the figures, so "
    if not absence.is_whole:
        without = "the digest and the pages leave" if person.digest else "the pages leave"
        return f"{says}{without} {'it' if len(units) == 1 else 'them'} out"
    return f"{says}this reader {'gets no digest and ' if person.digest else ''}sees no figures"


def _units_in_words(units: Sequence[tuple[str, str]]) -> str:
    """Units of one level in words: area N; teams T1 and T2; at most five by their codes."""
    level = "code" if units[0][0] == Level.OFFENDER_MANAGER else units[0][0]
    codes = [clean(code) for _, code in units]
    if len(codes) > _MOST_NAMED:
        codes = [*codes[: _MOST_NAMED - 1], f"{len(codes) - _MOST_NAMED + 1} more"]
    return f"{level}{'s' if len(units) > 1 else ''} {join_list(codes)}"


def _known_codes(organisation: pd.DataFrame, om_codes: Collection[str]) -> dict[Level, set[str]]:
    """The codes of a snapshot by level."""
    units = {level: set(organisation[f"{level}_code"]) for level in _UNITS}
    return {**units, Level.OFFENDER_MANAGER: set(om_codes), Level.ALL: {Level.ALL.value}}


def readers(people: Collection[Person], organisation: pd.DataFrame) -> list[Person]:
    """The people who receive a digest, of any cadence, and whose scope matches at least one team."""
    return [person for person in people if person.digest is not None and teams_in_scope(person, organisation)]


def who_receives(code: str, people: Collection[Person], organisation: pd.DataFrame) -> list[Person]:
    """The people whose digest covers all teams of the area, cluster, office or team of this code, or of ``all``.

    A person who reads every team of an office, team by team, reads the office. No one reads a code that is not in the
    organisation.
    """
    levels = (Level.ALL,) if code == Level.ALL else _UNITS
    units = [teams for level in levels if (teams := _teams_of(Scope(level, code), organisation))]
    return [
        person
        for person in readers(people, organisation)
        if any(unit <= teams_in_scope(person, organisation) for unit in units)
    ]


def _teams_of(scope: Scope, organisation: pd.DataFrame) -> frozenset[str]:
    if scope.level is Level.ALL:
        return frozenset(organisation["team_code"])
    if scope.level not in _UNITS:
        return frozenset()
    return frozenset(organisation.loc[organisation[f"{scope.level}_code"] == scope.code, "team_code"])


def _nearest(code: str, known: Collection[str]) -> str:
    close = get_close_matches(code, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
