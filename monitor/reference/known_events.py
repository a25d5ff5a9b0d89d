"""Load known events from a small CSV file: what planners know is coming, but no extract says."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from monitor.extracts.judgement.values import LARGEST_NUMBER
from monitor.extracts.reading.csv_file import csv_sheet
from monitor.extracts.reading.rows import Rows
from monitor.extracts.refusal import ExtractRefused
from tiering.caseload import Column, Kind, Table
from tiering.faults import ConfigFault
from tiering.terms import Level
from tiering.workload import ALL


class KnownEvent(StrEnum):
    """What a known event is about: hours, points, releases, the base of process charts, or a system out of use."""

    HOURS = "hours"
    POINTS = "points"
    RELEASE = "release"
    REBASE = "rebase"
    OUTAGE = "outage"


LEVELS = (Level.TEAM, Level.OFFICE, Level.CLUSTER, Level.AREA, Level.ALL)
"""The levels at which an event can be known."""

KNOWN_EVENTS = Table(
    "known_events",
    (
        Column("starts_on", Kind.DATE),
        Column("ends_on", Kind.DATE, required=False),
        Column("level", choices=tuple(level.value for level in LEVELS)),
        Column("code"),
        Column("kind", choices=tuple(kind.value for kind in KnownEvent)),
        Column("quantity", Kind.NUMBER, required=False),
        Column("note", required=False),
    ),
    key=(),
)
"""The columns of the file. It has no key: the same line twice counts twice."""

_MEASURED = {KnownEvent.HOURS: "hours a week", KnownEvent.POINTS: "points"}
_DATE = re.compile(r"(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_ONE_VALUE_EACH = "; write one value under each heading, and a note that holds a comma or a quote in quotes"


def load_known_events(path: Path | None) -> pd.DataFrame:
    """Load the events of a file in its order, with the line of each as index; no file means no events.

    * Returns columns and dtypes as in ``KNOWN_EVENTS``. An open end is missing, and so is a quantity that the kind does
      not need.
    * Raises ConfigFault with every fault: file, line, column, value, what to write. Codes are not checked here.
    """
    if path is None:
        return _frame([], [])
    try:
        sheet = csv_sheet(str(path), path.read_bytes())
        _check_headings(path, sheet.headings)
        places = {name.strip(): place for place, name in enumerate(sheet.headings)}
        rows = sheet.read({places[column.name]: column for column in KNOWN_EVENTS.columns})
    except FileNotFoundError:
        raise ConfigFault([f"{path}: the file is missing"]) from None
    except OSError as error:
        raise ConfigFault([f"{path}: cannot be read: {error.strerror}"]) from None
    except ExtractRefused as refused:
        raise ConfigFault(refused.faults) from None
    lines = _read_lines(rows)
    faults = [(row.line, f"{row.reason}{_ONE_VALUE_EACH}") for row in rows.broken]
    faults += [(line, fault) for line, event in lines.items() for fault in _faults(event)]
    if faults:
        raise ConfigFault(
            [f"{path}: line {line}: {fault}" for line, fault in sorted(faults, key=lambda fault: fault[0])]
        )
    return _frame(list(lines), list(lines.values()))


def event_faults(events: pd.DataFrame, organisation: pd.DataFrame) -> list[str]:
    """List every code that is not a unit of its level in a snapshot: line of the file, value, what to write.

    * events: as ``load_known_events`` returns them.
    * organisation: the table of an extract.
    """
    known: dict[Level, set[str]] = {
        level: {ALL} if level is Level.ALL else set(organisation[f"{level}_code"]) for level in LEVELS
    }
    return [
        f"line {line}: code: {code!r} is no {level} of the snapshot{_instead(code, Level(level), known)}"
        for line, level, code in zip(events.index, events["level"], events["code"], strict=True)
        if code not in known[Level(level)]
    ]


def fingerprint(events: pd.DataFrame) -> str:
    """Hash of what the events change, independent of their order and their notes; an outage is quoted by its note."""
    effects = pd.DataFrame(
        {
            "starts_on": events["starts_on"].dt.strftime("%Y-%m-%d"),
            "ends_on": events["ends_on"].dt.strftime("%Y-%m-%d"),
            **{name: events[name] for name in ("level", "code", "kind")},
            "quantity": events["quantity"].map(lambda quantity: repr(float(quantity))),
        }
        | _quoted_notes(events)
    ).astype("str")
    rows = sorted(effects.fillna("").to_numpy().tolist())
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _quoted_notes(events: pd.DataFrame) -> dict[str, "pd.Series[str]"]:
    """The notes that digests and pages quote, as a further column; none without an outage."""
    outages = events["kind"].eq(KnownEvent.OUTAGE)
    return {"note": events["note"].where(outages, "")} if outages.any() else {}


def _check_headings(path: Path, headings: list[str]) -> None:
    """Raise ConfigFault if the first line is not the seven headings, in any order."""
    wanted = KNOWN_EVENTS.column_names
    counts = Counter(heading.strip() for heading in headings)
    faults = [
        f"the heading {name!r} stands there {times} times; keep one" for name, times in counts.items() if times > 1
    ]
    faults += [f"the heading {name} is missing; add it" for name in wanted if name not in counts]
    faults += [
        f"{name!r} is not a heading here{_nearest(name, wanted)}; delete or rename the column"
        for name in counts
        if name not in wanted
    ]
    if faults:
        line = f"; the headings are {','.join(wanted)}"
        raise ConfigFault([f"{path}: line 1: {fault}{line}" for fault in faults])


def _read_lines(rows: Rows) -> dict[int, dict[str, str]]:
    """Read the texts of each line by its number, with the note on one line; empty lines are left out."""
    columns = [rows.columns[name].to_pylist() for name in KNOWN_EVENTS.column_names]
    events = {}
    for line, *texts in zip(rows.lines, *columns, strict=True):
        event = {name: (text or "").strip() for name, text in zip(KNOWN_EVENTS.column_names, texts, strict=True)}
        events[int(line)] = event | {"note": " ".join(event["note"].split())}
    return {line: event for line, event in events.items() if any(event.values())}


def _faults(event: dict[str, str]) -> Iterator[str]:
    """Every fault of one line: column, value, what to write instead."""
    yield from _date_faults(event)
    for name in ("level", "kind"):
        choices = KNOWN_EVENTS.column(name).choices
        if event[name] not in choices:
            fault = f"{event[name]!r} is not known" if event[name] else "is empty"
            yield f"{name}: {fault}{_nearest(event[name], choices)}; write one of {', '.join(choices)}"
    if not event["code"]:
        yield f"code: is empty; write the code of the {event['level'] or 'unit'} as the extract has it"
    elif event["level"] == Level.ALL and event["code"] != ALL:
        yield f"code: {event['code']!r} does not go with the level all; write all, or the level of that code"
    yield from _kind_faults(event)
    if not event["note"].isprintable():
        yield f"note: {event['note']!r} holds a character that cannot be printed; write plain text"


def _date_faults(event: dict[str, str]) -> Iterator[str]:
    dates = {name: _day(event[name]) for name in ("starts_on", "ends_on")}
    if not event["starts_on"]:
        yield "starts_on: is empty; write the first day, such as 2026-12-01"
    for name, day in dates.items():
        if event[name] and day is None:
            yield f"{name}: {event[name]!r} is not a date from 1900 to 2199; write it as YYYY-MM-DD, such as 2026-12-01"
    first, last = dates.values()
    if first is not None and last is not None and last < first:
        yield f"ends_on: {last} is before starts_on, {first}; write the last day, or leave it empty if the end is open"


def _kind_faults(event: dict[str, str]) -> Iterator[str]:
    """Faults of quantity and end, which depend on the kind."""
    kind, quantity = event["kind"], event["quantity"]
    if kind in (KnownEvent.RELEASE, KnownEvent.REBASE, KnownEvent.OUTAGE) and quantity:
        yield f"quantity: {quantity!r} does not go with the kind {kind}; leave it empty"
    if kind == KnownEvent.RELEASE and not event["ends_on"]:
        yield "ends_on: is empty; write the last planned release date that the scheme brings forward"
    if kind == KnownEvent.REBASE and event["ends_on"]:
        yield f"ends_on: {event['ends_on']!r} does not go with the kind rebase; leave it empty"
    if kind == KnownEvent.OUTAGE and not event["note"]:
        yield "note: is empty; write what was out of use, such as OASys"
    if kind not in _MEASURED:
        return
    example = f"write {_MEASURED[KnownEvent(kind)]} in plain digits, such as 37 or -18.5"
    if not quantity:
        yield f"quantity: is empty; {example}"
    elif not _NUMBER.fullmatch(quantity):
        yield f"quantity: {quantity!r} is not a number; {example}"
    elif abs(float(quantity)) > LARGEST_NUMBER:
        yield f"quantity: {quantity!r} is beyond {LARGEST_NUMBER:,}; {example}"


def _day(text: str) -> date | None:
    """The date in a text; None if it is not one."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _frame(lines: list[int], events: list[dict[str, str]]) -> pd.DataFrame:
    """Make a frame with the columns' dtypes from lines without faults."""
    read: dict[Kind, Any] = {
        Kind.DATE: lambda text: pd.Timestamp(text) if text else pd.NaT,
        Kind.NUMBER: lambda text: float(text) + 0.0 if text else float("nan"),
        Kind.TEXT: lambda text: text or None,
    }
    columns = {
        column.name: pd.Series([read[column.kind](event[column.name]) for event in events], dtype=column.kind.dtype)
        for column in KNOWN_EVENTS.columns
    }
    return pd.DataFrame(columns).set_axis(pd.Index(lines, dtype="int64", name="line"))


def _instead(code: str, level: Level, known: dict[Level, set[str]]) -> str:
    """What to write if a code is not of its level: the code's own level, or a code of this level."""
    others = [other for other, codes in known.items() if code in codes]
    if others:
        return f"; write the level {' or '.join(others)}, or another code"
    return f"{_nearest(code, sorted(known[level]))}; write a code of that level as the extract has it"


def _nearest(text: str, known: Collection[str]) -> str:
    close = get_close_matches(text, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
