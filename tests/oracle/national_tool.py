"""What the Workload Management Tool itself makes of a workbook, its faults included, in plain loops.

A workbook is {sheet: [{heading: value}]}, headings in lower case without their first hyphen, as the tool stages it.
"""

import math
import re
from datetime import date
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Book = dict[str, list[Row]]
Owner = tuple[str, str]  # (om_key, team_code)
Points = dict[str, dict[str, int]]

LOCATIONS = {"community": "commtier", "licence": "licencetier", "custody": "custtier"}
TIERS = ["a3", "a2", "a1", "a0", "b3", "b2", "b1", "b0", "c3", "c2", "c1", "c0", "d3", "d2", "d1", "d0"]
SUFFIXED = [f"{tier}s" for tier in TIERS]
STANDARD = {
    "community": (206, 158, 146, 110, 146, 115, 102, 72, 79, 63, 50, 35, 51, 41, 29, 29),
    "licence": (219, 175, 163, 0, 161, 132, 119, 0, 77, 65, 52, 0, 51, 43, 31, 0),
    "custody": (75, 60, 59, 0, 59, 48, 47, 0, 30, 24, 23, 0, 17, 14, 13, 0),
}
YOUNG = dict.fromkeys(LOCATIONS, STANDARD["custody"])
SDR, FDR = 138, 65
TARGETS = {"pso": 2176, "po": 2176}
DEFAULT_HOURS = {"pso": 37, "po": 37, "spo": 0}
PO, SPO, PSO, TPO, UNKNOWN, PSO_B = 1, 2, 3, 4, 5, 7
GRADE_NAMES = {PO: "PO", SPO: "SPO", PSO: "PSO", TPO: "TPO", UNKNOWN: "DMY"}
CODES = {
    PO: "M E D O J H N G F CRCM CRCO CRCN NPSM NPSO NPSN PSM PSO PSN",
    SPO: "A B C NPSB NPSC PSA PSB PSC CRCA CRCB",
    TPO: "P L K CRCP NPSP PSP CPQF CRC-PQF NPS-PQF",
    PSO: "Q Y Z CRCQ NPSQ PSQ CRC1 CRC2 CRCC PS4",
}
CONTACT_POINTS = {
    f"CMS{first + place:02d}": points
    for firsts, three in (
        ((1, 13, 16, 19, 25, 31, 34), (9, 13, 18)),
        ((4, 7, 10), (9, 18, 26)),
        ((22,), (5, 9, 13)),
        ((28,), (5, 9, 18)),
    )
    for first in firsts
    for place, points in enumerate(three)
} | {f"CMS{number}": 0 for number in range(40, 52)}


def tier_points(location: str, tier: str, *, young: bool) -> int:
    """The published points of a case; those of a suffix S are 0."""
    return 0 if tier in SUFFIXED else (YOUNG if young else STANDARD)[location][TIERS.index(tier)]


def parse_count(value: Any) -> float:
    """A count as the tool parses it: the whole number that a text begins with; NaN if it begins with none."""
    if value is None or value == "":
        return 0
    found = re.match(r"\s*[+-]?\d+", str(value))
    return int(found.group()) if found else math.nan


def grade_type(code: str) -> int:
    """The grade of a code of staff, which the tool takes as it is written."""
    return next((kind for kind, codes in CODES.items() if code in codes.split()), UNKNOWN)


def share_lost(weighting: float) -> float:
    """What is taken from the points of an inactive case of a weighting."""
    return 0 if weighting >= 100 else 1 if weighting <= 0 else (100 - weighting) / 100


def points_for_tier(counts: Row, points: float, weightings: Row, *, subtract: bool) -> float:
    """Points of one tier in one location."""
    whole: float = counts["total"] * points
    if not subtract:
        return whole
    kinds = (("warrants", "w"), ("unpaidWork", "u"), ("overdueTermination", "o"))
    return whole - sum(counts[kind] * points * share_lost(weightings[key]) for kind, key in kinds)


def default_hours(kind: int, defaults: Row) -> float:
    """The hours of full time of a grade."""
    return {PSO: defaults["pso"], PSO_B: defaults["pso"], SPO: defaults["spo"], UNKNOWN: 0}.get(kind, defaults["po"])


def nominal_target(kind: int, targets: Row) -> float:
    """The target of a grade; no other grade than the PSO has its own."""
    return targets["pso"] if kind == PSO else targets["po"]


def available_points(target: float, kind: int, contracted: Any, reduced: Any, defaults: Row) -> int:
    """Points that an owner can carry, cut to a whole number; below 0 where more hours are taken than there are."""
    band = default_hours(kind, defaults)
    base = band if contracted is None else contracted
    if kind == UNKNOWN or not base or not band:
        return 0
    exact = Fraction(str(target)) * (Fraction(str(base)) - Fraction(str(reduced))) / Fraction(str(band))
    return math.trunc(exact)


def round_half_up(points: float) -> int:
    """A total as it is stored."""
    return math.floor(Fraction(str(points)) + Fraction(1, 2))


def capacity(total: float, available: float) -> float:
    """Per cent of the available points; 0 where there are none."""
    return total / available * 100 if available else 0


def contact_counts(contact_date: date, today: date) -> bool:
    """Whether a contact still moves points: for seven days, and also before its day."""
    return (today - contact_date).days < 7


def sum_of_counts(row: Row | None, location: str, tiers: list[str]) -> float:
    return sum(parse_count((row or {}).get(f"{LOCATIONS[location]}{tier}")) for tier in tiers)


def score_counts(row: Row | None, *, young: bool) -> float:
    """Case points of one row."""
    every = [*TIERS, *SUFFIXED]
    return sum(
        parse_count((row or {}).get(f"{prefix}{tier}")) * tier_points(location, tier, young=young)
        for location, prefix in LOCATIONS.items()
        for tier in every
    )


def score_owner(
    unfiltered: Row,
    filtered: Row | None,
    young: Row | None,
    reports: Row | None,
    contacts: float,
    hours: Any,
    reduced: Any,
) -> Row:
    """Every figure of one owner.

    contacts: points that contacts give and take; hours: contracted, None where the tool has only the grade's default.
    """
    kind = grade_type(unfiltered.get("om_grade_code") or "")
    points = score_counts(filtered, young=False) + score_counts(young, young=True)
    points += parse_count((reports or {}).get("sdr_last_30")) * SDR
    points += parse_count((reports or {}).get("sdr_conv_last_30")) * FDR
    every = ["0", *TIERS, *SUFFIXED]
    cases = {
        name: sum(sum_of_counts(row, location, every) for location in LOCATIONS)
        for name, row in (("unfiltered", unfiltered), ("filtered", filtered), ("young", young))
    }
    total = points + contacts
    total = total if math.isnan(total) else round_half_up(total)
    available = available_points(nominal_target(kind, TARGETS), kind, hours, reduced, DEFAULT_HOURS)
    return {
        "kind": kind,
        "total": total,
        "available": available,
        "capacity": capacity(total, available),
        "total_cases": cases["unfiltered"] + cases["young"],
        "filtered_cases": cases["filtered"],
        "young_cases": cases["young"],
        "team_code": unfiltered.get("team_code"),
        "pdu_code": unfiltered.get("pdu_code"),
        "region_code": unfiltered.get("region_code"),
    }


def contact_points(book: Book, owners: set[Owner], today: date) -> dict[Owner, float]:
    """Points that contacts give to and take from owners."""
    moved: dict[Owner, float] = {}
    for contact in book["cms"]:
        points = CONTACT_POINTS.get(contact["contact_type_code"])
        if points is None or not contact_counts(contact["contact_date"], today):
            continue
        for owner, sign in (
            ((contact["contact_staff_key"], contact["contact_team_key"]), 1),
            ((contact["om_key"], contact["om_team_key"]), -1),
        ):
            if owner in owners:
                moved[owner] = moved.get(owner, 0) + sign * points
    return moved


def score_book(
    book: Book, today: date, hours: dict[Owner, Any] | None = None, reduced: dict[Owner, Any] | None = None
) -> dict[Owner, Row]:
    """Every owner of a workbook; who is missing from the first sheet is lost, and a row without a key is skipped."""
    by_owner = {
        sheet: {(row["om_key"], row["team_code"]): row for row in book[sheet] if row.get("om_key")}
        for sheet in ("wmt_extract", "wmt_extract_filtered", "t2a", "court_reports")
    }
    owners = by_owner["wmt_extract"]
    moved = contact_points(book, set(owners), today)
    return {
        owner: score_owner(
            row,
            by_owner["wmt_extract_filtered"].get(owner),
            by_owner["t2a"].get(owner),
            by_owner["court_reports"].get(owner),
            moved.get(owner, 0),
            (hours or {}).get(owner),
            (reduced or {}).get(owner, 0),
        )
        for owner, row in owners.items()
    }


def roll_up(scores: dict[Owner, Row], level: str) -> dict[str, tuple[float, float, float]]:
    """Total, available and per cent of the sums of every unit of a level (a column of a score)."""
    sums: dict[str, tuple[float, float]] = {}
    for score in scores.values():
        total, available = sums.get(score[level], (0, 0))
        sums[score[level]] = (total + score["total"], available + score["available"])
    return {code: (total, available, capacity(total, available)) for code, (total, available) in sums.items()}


def count_flags(details: list[list[Any]], location: str, tier: str) -> Row:
    """How many case rows of each type there are in one location and tier; other rows count nowhere."""
    number = str(1 + [*TIERS, *SUFFIXED].index(tier))
    names = {"warrants": "W", "unpaidWork": "U", "overdueTermination": "O", "suspended": "S", "suspendedLifers": "L"}
    return {
        name: sum(
            1
            for kind, of_tier, place, _ in details
            if kind == letter and str(of_tier) == number and place.upper() == location.upper()
        )
        for name, letter in names.items()
    }
