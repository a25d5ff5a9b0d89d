"""Write numbers, names and dates as email shows them: each in one way, in HTML and text alike."""

import math
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Final

NO_CAPACITY: Final = "no capacity"
NOT_KNOWN: Final = "not known"
LONGEST_NAME: Final = 60
TEAM_TYPES: Final = {
    "omu": "Offender management",
    "ppu": "Public protection",
    "substance_misuse": "Substance misuse",
    "custody": "Custody",
    "court": "Court",
}
"""What a type of team is called; the word "teams" follows."""

PLURALS: Final = {
    "archive file": "archive files",
    "area": "areas",
    "assessment": "assessments",
    "assessment or plan": "assessments and plans",
    "assumed weight": "assumed weights",
    "attempt": "attempts",
    "case": "cases",
    "report": "reports",
    "new case": "new cases",
    "cluster": "clusters",
    "code": "codes",
    "column": "columns",
    "dangerous case": "dangerous cases",
    "data-quality finding": "data-quality findings",
    "day": "days",
    "decision": "decisions",
    "difference": "differences",
    "digest": "digests",
    "draw": "draws",
    "email": "emails",
    "end of supervision": "ends of supervision",
    "extract": "extracts",
    "fault": "faults",
    "figure": "figures",
    "file": "files",
    "finding": "findings",
    "formula": "formulas",
    "heading": "headings",
    "high RoSH assessment": "high RoSH assessments",
    "hotspot": "hotspots",
    "limit": "limits",
    "local assumption": "local assumptions",
    "message": "messages",
    "month": "months",
    "more such day": "more such days",
    "move": "moves",
    "new code": "new codes",
    "notice": "notices",
    "note": "notes",
    "number": "numbers",
    "offender manager": "offender managers",
    "owner": "owners",
    "office": "offices",
    "other move": "other moves",
    "other item": "other items",
    "other overdue item": "other overdue items",
    "overdue assessment": "overdue assessments",
    "person": "people",
    "plan": "plans",
    "point": "points",
    "post": "posts",
    "reader": "readers",
    "reason": "reasons",
    "reduction": "reductions",
    "rejected row": "rejected rows",
    "release": "releases",
    "review": "reviews",
    "row": "rows",
    "snapshot": "snapshots",
    "stored week": "stored weeks",
    "team": "teams",
    "unallocated case": "unallocated cases",
    "unit": "units",
    "week": "weeks",
    "what-if or plan": "what-ifs and plans",
    "year": "years",
}
"""Every noun that stands with a number, and its plural."""
_SMALL: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MINUS: Final = "\N{MINUS SIGN}"


def clean(name: str) -> str:
    """The name on one line, without control, invisible or bidirectional characters, cut after 60 characters."""
    one_line = " ".join(name.split())
    if not one_line.isprintable():
        hidden = ("Cc", "Cf", "Cs", "Co", "Cn")
        shown = "".join(letter for letter in one_line if unicodedata.category(letter) not in hidden)
        one_line = " ".join(shown.split())
    return one_line if len(one_line) <= LONGEST_NAME else one_line[: LONGEST_NAME - 1].rstrip() + "…"


def percent(value: float) -> str:
    """A capacity or timeliness percentage to one decimal; NaN is no capacity, never 0%."""
    return NO_CAPACITY if math.isnan(value) else f"{value:,.1f}%"


def percent_at(value: float, line: float) -> str:
    """A percentage to one decimal; just over 110%, just under 110% if it would read as the line that it is not on."""
    if math.isnan(value) or math.isclose(value, line, rel_tol=1e-12) or percent(value) != percent(line):
        return percent(value)
    return f"just {'over' if value > line else 'under'} {limit(line)}"


def missing_capacity(contracted_hours: float, reduction_hours: float) -> str:
    """What a unit without available points lacks: hours or, for a senior probation officer at work, a target."""
    return "no points expected (target 0)" if contracted_hours > reduction_hours else "no available hours"


def limit(value: float) -> str:
    """A threshold as short as it can be written: 110%, 87.5%."""
    return f"{value:g}%"


def rough_percent(value: float, line: float) -> str:
    """A forecast percentage as a whole number: 113%; finer if it would otherwise look equal to the line."""
    return percent_at(value, line) if math.isnan(value) or round(value) == line else f"{round(value):,}%"


def number(value: float) -> str:
    """A count or an amount of points, whole, with thousands separators."""
    return f"{round(value):,}"


def hours(value: float) -> str:
    """Hours a week, or any other amount with one decimal only if it is not 0."""
    return f"{value:,.1f}".removesuffix(".0")


def signed_change(change: float) -> str:
    """A change in percentage points for a table: +2.3, or with a true minus sign."""
    if math.isnan(change):
        return NOT_KNOWN
    size = f"{abs(change):.1f}"
    if size == "0.0":
        return size
    return f"{'+' if change > 0 else _MINUS}{size}"


def change_text(change: float) -> str:
    """A change in percentage points for a sentence: up 2.3 pp, down 1.0 pp, no change; empty if not known."""
    if math.isnan(change):
        return ""
    size = f"{abs(change):.1f}"
    if size == "0.0":
        return "no change"
    return f"{'up' if change > 0 else 'down'} {size} pp"


def choose(count: float, singular: str, plural: str) -> str:
    """The word that goes with a number: "is" with 1, "are" with 0 and 2."""
    return singular if round(count) == 1 else plural


def count_of(count: float, noun: str) -> str:
    """The number with its noun: 0 weeks, 1 week, 2 weeks, 1,200 cases. noun: a key of ``PLURALS``."""
    return f"{number(count)} {choose(count, noun, PLURALS[noun])}"


def number_word(count: int) -> str:
    """A whole number from 0; a word below ten."""
    return _SMALL[count] if count < len(_SMALL) else f"{count:,}"


def ordinal(count: int) -> str:
    """A place in a row: 1st, 2nd, 3rd, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(count % 10, "th")
    return f"{number(count)}{'th' if count % 100 in (11, 12, 13) else ending}"


def long_date(day: date) -> str:
    """A date in full: 20 November 2026."""
    return f"{day.day} {day:%B %Y}"


def day_and_month(day: date) -> str:
    """A date without its year: 20 November."""
    return f"{day.day} {day:%B}"


def date_range(first: date, last: date) -> str:
    """The days from one to another, both included: 3 to 7 November 2026, 30 October to 3 November 2026."""
    if first == last:
        return long_date(last)
    if first.year != last.year:
        return f"{long_date(first)} to {long_date(last)}"
    return f"{first.day if first.month == last.month else day_and_month(first)} to {long_date(last)}"


def join_list(parts: Sequence[str]) -> str:
    """Parts of a sentence as a list in words: a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def shorten(text: str, most: int) -> str:
    """Cut the text at a word if it is longer than ``most`` characters."""
    if len(text) <= most:
        return text
    return text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,:;&") + "…"
