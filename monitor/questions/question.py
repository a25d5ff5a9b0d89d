"""A question: SQL with a header that says what it asks, who asked it, what it reads and what may be filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final

from monitor.settings import shipped_config
from tiering.faults import ConfigFault, UserFault
from tiering.terms import Level

GROUPINGS: Final = (Level.ALL, Level.AREA, Level.CLUSTER, Level.OFFICE)
"""The levels by which an answer can be divided. A team is too small to divide by: its members would be known."""

_HEADER: Final = re.compile(r"^-- ([a-z ]+): (.+)$")
_NEEDED: Final = ("title", "source", "dated", "reviewed")
_ALLOWED: Final = (*_NEEDED, "reads", "parameter", "group", "withholds", "note")
_READS: Final = re.compile(r"^(\w+)(?: of ([\w, ]+))?: ([\w, ]+)$")


_NO_DATE: Final = date.min
"""The date of an analyst's own question without one."""


class ParameterKind(StrEnum):
    """The type of a parameter."""

    NUMBER = "number"
    WHOLE = "whole"
    TEXT = "text"


Value = float | int | str


@dataclass(frozen=True)
class Parameter:
    """One value of a question that can be filled in.

    * meaning: its unit, or what it is
    """

    name: str
    kind: ParameterKind
    default: Value
    meaning: str


@dataclass(frozen=True)
class Reads:
    """What a question reads of one table: only these columns of units of these levels; no levels are all of them."""

    table: str
    levels: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question as its file states it.

    * source: the parliamentary question, request or inspection that asked it, with its date in ``dated``
    * group: the column with the number of people or cases behind each row of the answer; empty if none is small
    * withholds: the columns that are left empty in a row about too few
    """

    name: str
    title: str
    source: str
    dated: date
    reviewed: date
    sql: str
    reads: tuple[Reads, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    group: str = ""
    withholds: tuple[str, ...] = ()
    note: str = ""

    def fill_in(self, given: Mapping[str, str]) -> dict[str, Value]:
        """The value of every parameter: as given, or its default. Raises UserFault for what it cannot take."""
        known = {parameter.name: parameter for parameter in self.parameters}
        faults = [
            f"{self.name} has no parameter {name}; it has: {', '.join(known) or 'none'}"
            for name in given
            if name not in known
        ]
        values: dict[str, Value] = {}
        for parameter in self.parameters:
            try:
                values[parameter.name] = parse_value(parameter, given.get(parameter.name, ""))
            except ValueError:
                faults.append(f"{parameter.name}: {given[parameter.name]!r} is not {_A_KIND[parameter.kind]}")
        if faults:
            raise UserFault(faults)
        return values


_A_KIND: Final = {
    ParameterKind.NUMBER: "a number such as 120",
    ParameterKind.WHOLE: "a whole number from 0 to 9999",
    ParameterKind.TEXT: "a word",
}


def parse_value(parameter: Parameter, text: str) -> Value:
    """The value that a text stands for, the default if it is empty; raises ValueError."""
    if not text:
        return parameter.default
    if parameter.kind is ParameterKind.WHOLE:
        if not re.fullmatch(r"[0-9]{1,4}", text):
            raise ValueError(text)
        return int(text)
    if parameter.kind is ParameterKind.NUMBER:
        if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", text):
            raise ValueError(text)
        return float(text)
    return text[:100]


def questions_folder(config: Path) -> Path:
    """The policy folder with questions: the shipped one for a policy that was copied before there were any."""
    return config if (config / "questions").is_dir() else shipped_config()


def load_questions(config: Path) -> dict[str, Question]:
    """Load every question of a policy folder by its name; raises ConfigFault with the faults of every file."""
    questions, faults = {}, []
    for path in sorted((config / "questions").glob("*.sql")):
        try:
            question = parse_question(path.stem, path.read_text(encoding="utf-8"))
            missing = [key for key in _NEEDED if getattr(question, key) in ("", _NO_DATE)]
            if missing:
                raise ValueError(f"the header has no {', '.join(missing)}")
            questions[question.name] = question
        except ValueError as error:
            faults.append(f"{path}: {error}")
    if faults:
        raise ConfigFault(faults)
    return questions


def parse_question(name: str, text: str) -> Question:
    """Read a question from its text; raises ValueError for a header that cannot be read.

    The header of an analyst's own question may be empty: then it reads every column of each table that it names.
    """
    header: dict[str, list[str]] = {}
    for line in text.splitlines():
        match = _HEADER.match(line)
        if match is None:
            break
        if match[1] not in _ALLOWED:
            raise ValueError(f"the header has {match[1]!r}; it can have: {', '.join(_ALLOWED)}")
        header.setdefault(match[1], []).append(match[2].strip())
    first = {key: values[0] for key, values in header.items()}
    return Question(
        name=name,
        title=first.get("title", ""),
        source=first.get("source", ""),
        dated=_date_of(first, "dated"),
        reviewed=_date_of(first, "reviewed"),
        sql=text,
        reads=tuple(map(_reads_of, header.get("reads", []))),
        parameters=tuple(map(_parameter_of, header.get("parameter", []))),
        group=first.get("group", ""),
        withholds=tuple(_words(first.get("withholds", ""))),
        note=" ".join(header.get("note", [])),
    )


def _date_of(header: Mapping[str, str], key: str) -> date:
    if key not in header:
        return _NO_DATE
    try:
        return date.fromisoformat(header[key])
    except ValueError:
        raise ValueError(f"{key}: {header[key]!r} is not a date such as 2026-11-27") from None


def _reads_of(text: str) -> Reads:
    """What ``units of offender_manager: code, capacity_percentage`` stands for."""
    match = _READS.match(text)
    if match is None:
        raise ValueError(f"reads: {text!r} is not as 'units of office: code, cases'")
    return Reads(match[1], tuple(_words(match[2] or "")), tuple(_words(match[3])))


def _parameter_of(text: str) -> Parameter:
    """What ``over, number, 120, per cent of capacity`` stands for."""
    parts = [part.strip() for part in text.split(",", 3)]
    if len(parts) != 4:
        raise ValueError(f"parameter: {text!r} is not as 'over, number, 120, per cent of capacity'")
    if parts[1] not in list(ParameterKind):
        raise ValueError(f"parameter: {parts[1]!r} is not {', '.join(ParameterKind)}")
    stated = Parameter(parts[0], ParameterKind(parts[1]), "", parts[3])
    try:
        return replace(stated, default=parse_value(stated, parts[2]))
    except ValueError:
        raise ValueError(f"parameter: {parts[0]}: {parts[2]!r} is not {_A_KIND[stated.kind]}") from None


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
