"""Load a time study: the hours that people recorded for cases, by tier, RoSH and setting."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

import pandas as pd

from monitor.extracts.reading.csv_file import csv_sheet
from monitor.extracts.reading.rows import Rows
from monitor.extracts.refusal import ExtractRefused
from tiering.caseload import Column, Kind, Table
from tiering.faults import ConfigFault
from tiering.terms import UNCLASSIFIED, Rosh, Setting

MOST_HOURS: Final = 40.0
"""Hours a week for one case: more are a whole week of one person, or a mistake."""

TIME_STUDY: Final = Table(
    "time_study",
    (
        Column("tier"),
        Column("rosh", choices=(*(level.value for level in Rosh), UNCLASSIFIED)),
        Column("setting", choices=tuple(setting.value for setting in Setting)),
        Column("hours", Kind.NUMBER, minimum=0, maximum=MOST_HOURS),
        Column("cases", Kind.WHOLE, required=False, minimum=1, default=1),
    ),
    key=(),
)
"""The columns of the file. Others are not read, so that a diary can be used as it is."""

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,20})?", re.ASCII)
_COUNT = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)


@dataclass(frozen=True)
class TimeStudy:
    """The rows of a file, with the columns of ``TIME_STUDY`` and the line of each as index, and the file's hash."""

    rows: pd.DataFrame
    sha256: str


def load_time_study(path: Path, tiers: Collection[str]) -> TimeStudy:
    """Load a file; tiers: those that the policy weighs.

    Raises ConfigFault with every fault: file, line, column, value, what to write.
    """
    try:
        content = path.read_bytes()
        sheet = csv_sheet(str(path), content)
        places = _places(path, sheet.headings)
        rows = sheet.read({place: TIME_STUDY.column(name) for name, place in places.items()})
    except OSError as error:
        raise ConfigFault([f"{path}: cannot be read: {error.strerror}"]) from None
    except ExtractRefused as refused:
        raise ConfigFault(refused.faults) from None
    lines = dict(_lines(rows, list(places)))
    faults = [(row.line, f"{row.reason}; write one value under each heading") for row in rows.broken]
    faults += [(line, fault) for line, texts in lines.items() for fault in _faults(texts, tiers)]
    if not lines and not faults:
        faults = [(1, "there is no row below the headings; write one for each case that was recorded")]
    if faults:
        raise ConfigFault([f"{path}: line {line}: {fault}" for line, fault in sorted(faults, key=lambda one: one[0])])
    return TimeStudy(_frame(lines), hashlib.sha256(content).hexdigest())


def _places(path: Path, headings: list[str]) -> dict[str, int]:
    """The place of each column among the headings; raises ConfigFault if one is missing or there twice."""
    names = [heading.strip().casefold() for heading in headings]
    counts = Counter(names)
    faults = [
        f"the heading {column.name} is missing; the headings are {', '.join(TIME_STUDY.column_names[:-1])} and, if the "
        "hours are the mean of several cases, cases"
        for column in TIME_STUDY.columns
        if column.required and column.name not in counts
    ]
    twice = [name for name in TIME_STUDY.column_names if counts[name] > 1]
    faults += [f"the heading {name!r} stands there {counts[name]} times; keep one" for name in twice]
    if faults:
        raise ConfigFault([f"{path}: line 1: {fault}" for fault in faults])
    return {name: names.index(name) for name in TIME_STUDY.column_names if name in counts}


def _lines(rows: Rows, names: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The texts of each line by its number; empty lines are left out."""
    columns = [rows.columns[name].to_pylist() for name in names]
    for line, *texts in zip(rows.lines, *columns, strict=True):
        values = {name: (text or "").strip() for name, text in zip(names, texts, strict=True)}
        if any(values.values()):
            yield int(line), values


def _faults(texts: dict[str, str], tiers: Collection[str]) -> Iterator[str]:
    """Every fault of one line: column, value, what to write instead."""
    for name, known in (
        ("tier", tiers),
        ("rosh", TIME_STUDY.column("rosh").choices),
        ("setting", TIME_STUDY.column("setting").choices),
    ):
        if texts[name] not in known:
            fault = f"{texts[name]!r} is not known" if texts[name] else "is empty"
            yield f"{name}: {fault}{_nearest(texts[name], known)}; write one of {', '.join(known)}"
    hours, cases = texts["hours"], texts.get("cases", "1")
    if not _NUMBER.fullmatch(hours):
        fault = f"{hours!r} is not a number" if hours else "is empty"
        yield f"hours: {fault}; write hours a week for one case in plain digits, such as 1.5"
    elif float(hours) > MOST_HOURS:
        yield f"hours: {hours!r} is above {MOST_HOURS:g}; write hours a week for one case, not for all or a month"
    if not _COUNT.fullmatch(cases):
        fault = f"{cases!r} is not a number of cases" if cases else "is empty"
        yield f"cases: {fault}; write how many cases the hours are the mean of, such as 1"


def _frame(lines: dict[int, dict[str, str]]) -> pd.DataFrame:
    values = list(lines.values())
    return pd.DataFrame(
        {
            **{name: pd.Series([row[name] for row in values], dtype="str") for name in ("tier", "rosh", "setting")},
            "hours": [float(row["hours"]) for row in values],
            "cases": [int(row.get("cases", 1)) for row in values],
        }
    ).set_axis(pd.Index(list(lines), dtype="int64", name="line"))


def _nearest(text: str, known: Collection[str]) -> str:
    close = get_close_matches(text, known, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
