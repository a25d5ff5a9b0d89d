"""The numbers and words that every part of a digest shares, read and held against what is true."""

import re
from datetime import date
from math import isnan

from .digest_figures import Truth
from .digest_rows import LINE, PLACES, UnitRow, nearly

PLURAL = {"area": "areas", "cluster": "clusters", "office": "offices", "team": "teams"}
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
COUNT = rf"(?:none|no|{NUMBER})"
SINCE = r"(?:last week|\d{1,2} [A-Z][a-z]+)"

LEADS = {
    "first": "First figures", "better": "Better", "worse": "Worse", "mixed": "Mixed", "same": "About the same",
    "early": "Too early to judge",
}  # fmt: skip
CORRECTED = " (corrected)"


class DigestWords:
    """One digest with what is true; ``faults`` names every word of it that is not.

    name: how the reader's scope is called.
    """

    def __init__(self, truth: Truth, name: str, subject: str, text: str, marking: str) -> None:
        self.truth, self.name, self.subject, self.text, self.marking = truth, name, subject, text, marking
        self.place = PLACES[truth.reader.level]
        self.is_single = len(truth.places) <= 1
        self.faults: list[str] = []

    def expect(self, is_so: bool, fault: str) -> None:
        if not is_so:
            self.faults.append(fault)

    def noun(self, count: int) -> str:
        return self.place if count == 1 else PLURAL[self.place]

    def over(self) -> list[UnitRow]:
        return [row for row in self.truth.places if row.capacity > LINE or row.is_stranded]

    def over_or_without(self, said: bool, clause: str) -> None:
        stranded = any(row.is_stranded for row in self.truth.places)
        stranded = stranded or any(week.stranded for week in self.truth.compared().values())
        self.expect(said == stranded, f"without capacity: {clause}")

    def label(self, back: int) -> str:
        week = self.truth.compared()[back]
        if back > 1:
            return f"{back} weeks ago"
        days = (self.truth.now.as_at - week.as_at).days
        return "last week" if days == 7 else f"on {short_date(week.as_at)}"

    def since(self) -> str:
        before = self.truth.before
        if before is None or before.weights != self.truth.now.weights:
            return ""
        return "last week" if (self.truth.now.as_at - before.as_at).days == 7 else short_date(before.as_at)

    def counts(self) -> tuple[int, int, list[UnitRow]]:
        """New, continuing and cleared hotspots."""
        listed = self.truth.listed()
        continuing = [row for row in listed if self.truth.was_hotspot(row)]
        return len(listed) - len(continuing), len(continuing), self.truth.cleared()

    def standing(self, said: str, row: UnitRow, line: str) -> None:
        if row.available > 0:
            at_line = f"{row.capacity:.1f}" == f"{LINE:.1f}" and row.capacity != LINE
            near = f"just {'over' if row.capacity > LINE else 'under'} {LINE:g}%"
            is_so = said == near if at_line else said.endswith("%") and nearly(number_in(said[:-1]), row.capacity, 1)
        else:
            is_so = said == ("no capacity" if row.total > 0 else "no data")
        self.expect(is_so, f"capacity: {line}")

    def change(self, way: str | None, size: str | None, since: str | None, true: float, line: str) -> None:
        if way is None:
            self.expect(isnan(true), f"change left out: {line}")
            return
        self.expect(since == self.since(), f"since: {line}")
        self.signed(way, size, true, line)

    def signed(self, way: str, size: str | None, true: float, line: str) -> None:
        if isnan(true):
            self.faults.append(f"change: {line}")
        elif way == "no change":
            self.expect(nearly(0.0, true, 1), f"change: {line}: {true}")
        else:
            number = number_in(size or "0")
            self.expect(nearly(number if way == "up" else -number, true, 1) and number > 0, f"change: {line}: {true}")


def section_of(text: str, heading: str) -> str:
    """The text under a heading, up to the next one."""
    found = re.search(rf"^{heading}[^\n]*\n-+\n(.*?)(?=^[^\n]+\n-{{3,}}\n|\Z)", text, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def count_in(word: str) -> int:
    return 0 if word in ("none", "no") else round(number_in(word)) if "." not in word else number_in(word)  # type: ignore[return-value]


def number_in(word: str) -> float:
    return float(word.replace(",", ""))


def ordinal(number: int) -> str:
    return f"{number}{'th' if number in (11, 12, 13) else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def long_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def short_date(day: date) -> str:
    return f"{day.day} {day:%B}"
