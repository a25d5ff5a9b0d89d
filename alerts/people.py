"""The people file: who receives email or may sign in, and in which role."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from alerts.addresses import address_fault
from tiering.faults import ConfigFault
from tiering.terms import Level
from tiering.yaml_files import read_yaml

if TYPE_CHECKING:
    from pathlib import Path


class Role(StrEnum):
    """What a person does, which decides what they may see."""

    DIRECTOR = "director"
    ACO = "aco"
    SPO = "spo"
    OFFENDER_MANAGER = "offender_manager"
    PLANNER = "planner"
    OPERATOR = "operator"


class Cadence(StrEnum):
    """How often a reader gets a digest.

    - WEEKLY: after every snapshot, one of which is taken a week.
    - DAILY: after every snapshot that has something new for the reader.
    - MONTHLY: after the first snapshot of a month.
    """

    WEEKLY = "weekly"
    DAILY = "daily"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Person:
    """A person who receives email or may sign in; their scope is in the one field that goes with the role.

    - om_code: the scope of an offender manager; of an SPO their own code in the extract, which widens no scope.
    """

    email: str
    name: str
    role: Role
    area: str | None = None
    cluster: str | None = None
    office: str | None = None
    teams: tuple[str, ...] = ()
    om_code: str | None = None
    digest: Cadence | None = None


class _PeopleFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    people: list[Any]


_SCOPE_KEYS: dict[Role, tuple[str, ...]] = {
    Role.DIRECTOR: ("area",),
    Role.ACO: ("cluster",),
    Role.SPO: ("office", "teams"),
    Role.OFFENDER_MANAGER: ("om_code",),
    Role.PLANNER: ("area",),
    Role.OPERATOR: (),
}
_MORE_KEYS = {Role.SPO: ("om_code",)}
_NO_DIGEST = {
    Role.OFFENDER_MANAGER: "no figures below team level are sent by email",
    Role.OPERATOR: "an operator gets notices, not caseload figures",
}
_REQUIRED = ("email", "name", "role")
_TEXTS = (*_REQUIRED, "area", "cluster", "office", "om_code")
_KEYS = (*_TEXTS, "teams", "digest")


def load_people(path: Path, domains: Collection[str] = ()) -> tuple[Person, ...]:
    """The people of a file.

    domains: the email domains an address may have; none given allows every domain.
    Raises ConfigFault with every fault: file, entry, address, what is wrong and what to write instead.
    """
    entries = read_yaml(path, _PeopleFile).people
    allowed = {domain.strip().lstrip("@").lower() for domain in domains}
    faults: list[str] = []
    entry_of_address: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        email = _text(entry, "email")
        entry_faults = list(_entry_faults(entry, allowed))
        if email is not None:
            first = entry_of_address.setdefault(email.casefold(), number)
            if first != number:
                entry_faults.append(f"email: is also the address of entry {first}; write one entry per person")
        faults += [f"{path}: entry {number}{f' ({email})' if email else ''}: {fault}" for fault in entry_faults]
    if faults:
        raise ConfigFault(faults)
    return tuple(_person(entry) for entry in entries)


def _text(entry: Any, key: str) -> str | None:
    """The value of a key if it is text that can be used, else None."""
    value = entry.get(key) if isinstance(entry, dict) else None
    return value.strip() if isinstance(value, str) and not _text_fault(key, value) else None


def _text_fault(key: str, value: Any) -> str | None:
    if isinstance(value, bool | int | float | date):
        word = "a date" if isinstance(value, date) else "a number" if not isinstance(value, bool) else "true or false"
        return f'{value} was read as {word}; quote it, with every leading zero: {key}: "..."'
    if value is None or value == [] or (isinstance(value, str) and not value.strip()):
        return "has no value; write one, or leave the key out"
    if not isinstance(value, str):
        return "must be text"
    if not value.isprintable():
        return "holds a line break or a character that cannot be printed; write plain text on one line"
    return None


def _entry_faults(entry: Any, domains: Collection[str]) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield "is not an entry for a person; write {email: ..., name: ..., role: ...}"
        return
    for key in [key for key in entry if key not in _KEYS]:
        yield f"{key}: is not a key of an entry; the keys are {', '.join(_KEYS)}"
    for key in [key for key in _REQUIRED if key not in entry]:
        yield f"{key}: is missing; every entry has {', '.join(_REQUIRED)}"
    for key in [key for key in _TEXTS if key in entry]:
        if fault := _text_fault(key, entry[key]):
            yield f"{key}: {fault}"
    yield from _team_faults(entry)
    yield from _email_faults(_text(entry, "email"), domains)
    yield from _role_faults(_text(entry, "role"), entry)


def _team_faults(entry: dict[str, Any]) -> Iterator[str]:
    teams = entry.get("teams", ["-"])
    if not isinstance(teams, list) or not teams:
        yield "teams: must be a list; write teams: [T0211, T0212]"
        return
    for team in teams:
        if fault := _text_fault("teams", team):
            yield f"teams: {fault}"


def _email_faults(email: str | None, domains: Collection[str]) -> Iterator[str]:
    if email is None:
        return
    domain = email.rpartition("@")[2].lower()
    if fault := address_fault(email):
        yield f"email: {fault}"
    elif domains and domain not in domains:
        allowed = ", ".join(sorted(domains))
        yield f"email: {domain} is not one of {allowed}; correct it, or add it to HOTSPOTS_MAIL_DOMAINS"


def _role_faults(word: str | None, entry: dict[str, Any]) -> Iterator[str]:
    if word is None:
        return
    if word not in tuple(Role):
        yield f"role: {word} is not one of {', '.join(Role)}"
        return
    role = Role(word)
    scope_keys = _SCOPE_KEYS[role]
    given = [key for key in ("area", "cluster", "office", "teams", "om_code") if key in entry]
    for key in [key for key in given if key not in (*scope_keys, *_MORE_KEYS.get(role, ()))]:
        yield f"{key}: does not go with the role {role}; {_scope_advice(scope_keys)}"
    if scope_keys and not set(scope_keys) & set(given):
        yield f"{scope_keys[0]}: is missing; the role {role} needs {' or '.join(scope_keys)}"
    if role is Role.SPO and set(scope_keys) <= set(given):
        yield "office: is given as well as teams; write only one of them"
    if entry.get("area") == Level.ALL and role is Role.DIRECTOR:
        yield "area: only a planner can have all; write the code of the director's area"
    yield from _digest_faults(role, entry.get("digest"))


def _scope_advice(keys: tuple[str, ...]) -> str:
    return f"write {' or '.join(keys)}" if keys else "leave it out"


def _digest_faults(role: Role, digest: Any) -> Iterator[str]:
    if digest is None:
        return
    if role in _NO_DIGEST:
        yield f"digest: {_NO_DIGEST[role]}; leave the key out"
    elif digest not in tuple(Cadence):
        yield f"digest: {digest} is not known; write digest: {', '.join(Cadence)}, or leave the key out"


def _person(entry: dict[str, Any]) -> Person:
    texts = {key: entry[key].strip() for key in _TEXTS if key in entry}
    teams = tuple(team.strip() for team in entry.get("teams", ()))
    digest = None if entry.get("digest") is None else Cadence(entry["digest"])
    return Person(**texts | {"role": Role(texts["role"])}, teams=teams, digest=digest)
