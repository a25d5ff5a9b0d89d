"""The last look at a bundle before it is written: no one's number and no one's full name may be in it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

import pandas as pd

from alerts.digest.disclosure.leak_check import find_leaks_in_text
from alerts.digest.disclosure.names import names_of_people
from monitor.bundles.container import read_member_frame
from monitor.bundles.pseudonyms import LENGTH
from tiering.caseload import Caseload

_PSEUDONYM: Final = re.compile(rf"(?:case|om)[0-9a-f]{{{LENGTH}}}", re.ASCII)


def find_people(members: Mapping[str, bytes], caseload: Caseload) -> list[str]:
    """Where members still name a person of a caseload, in words that do not repeat the name; empty if nowhere.

    Looks for CRNs, NOMS and PNC numbers, codes of offender managers and full names, by the rules for an email. It does
    not look for surnames alone: half the offices of London would be stopped.
    """
    people = names_of_people(caseload.offender_managers["om_name"].dropna().unique()).full_names
    crns, codes = frozenset(caseload.cases["crn"]), frozenset(caseload.offender_managers["om_code"])
    places: dict[str, None] = {}
    for name, content in members.items():
        for part, text in _texts(name, content):
            hidden = _PSEUDONYM.sub("", text)
            leaks = find_leaks_in_text(hidden, surnames=(), full_names=people, crns=crns, om_codes=codes, own_names=())
            places |= dict.fromkeys(f"{leak.kind} in {part}" for leak in leaks)
    return list(places)


def _texts(name: str, content: bytes) -> Iterator[tuple[str, str]]:
    """Every text in a member with the place where it is: each column once, each of its values once."""
    if name.endswith(".parquet"):
        yield from _columns(name, read_member_frame(name, content))
    elif name.endswith(".csv"):
        rows = csv.reader(io.StringIO(content.decode(), newline=""))
        headings = next(rows)
        for heading, values in zip(headings, zip(*rows, strict=True), strict=False):
            yield f"{name}, column {heading}", "\n".join(sorted({value for value in values if not _is_number(value)}))
    else:
        yield name, content.decode()


def _columns(name: str, frame: pd.DataFrame) -> Iterator[tuple[str, str]]:
    for column in frame:
        values = frame[column].dropna()
        if pd.api.types.is_string_dtype(values) and len(values):
            yield f"{name}, column {column}", "\n".join(sorted(map(str, values.unique())))


def _is_number(value: str) -> bool:
    return not value.strip("0123456789.-")
