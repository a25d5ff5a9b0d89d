"""The numbers of the two policies, written out again from the design card and the published points."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

Row = dict[str, Any]
Tables = dict[str, list[Row]]

# tier: (community, licence, custody)
LONDON_TIER_POINTS = {
    "1": (25, 25, 10),
    "2": (45, 50, 20),
    "3": (80, 85, 35),
    "4": (120, 130, 45),
    None: (45, 50, 20),
}
LONDON_ROSH_POINTS = {
    "low": (0, 0, 0),
    "medium": (8, 8, 4),
    "high": (30, 30, 12),
    "very_high": (60, 60, 24),
    None: (8, 8, 4),
}
WMT_TIER_POINTS = {
    "A3": (206, 219, 75),
    "A2": (158, 175, 60),
    "A1": (146, 163, 59),
    "A0": (110, 0, 0),
    "B3": (146, 161, 59),
    "B2": (115, 132, 48),
    "B1": (102, 119, 47),
    "B0": (72, 0, 0),
    "C3": (79, 77, 30),
    "C2": (63, 65, 24),
    "C1": (50, 52, 23),
    "C0": (35, 0, 0),
    "D3": (51, 51, 17),
    "D2": (41, 43, 14),
    "D1": (29, 31, 13),
    "D0": (29, 0, 0),
}
SETTINGS = ("community", "licence", "custody")
ACTIVITY_SHARE = {
    "active": 1,
    "suspended": 1,
    "unpaid_work_only": 1,
    "warrant": 0,
    "overdue_termination": 0,
}
REPORT_POINTS = {"sdr": 138, "fdr": 65, "oral_report": 0}
REPORT_DAYS = 30
HOURLY_DUTIES = ("court_duty", "office_duty", "group_work")
NOMINAL_TARGET = {"PO": 2176, "PSO": 2176, "TPO": 2176, "SPO": 0}
DEFAULT_HOURS = 37
EXPERIENCED_AFTER_YEARS = 3
HIGH = ("high", "very_high")


def tier_points(policy: str, tier: str | None, setting: str) -> int:
    """Points a tier is worth in a setting."""
    place = SETTINGS.index(setting)
    if policy == "london-2009":
        return LONDON_TIER_POINTS[tier][place]
    # An unsupervised tier (suffix S) and an untiered case weigh nothing in the published points.
    if tier is None or (tier.endswith("S") and tier[:-1] in WMT_TIER_POINTS):
        return 0
    return WMT_TIER_POINTS[tier][place]


def rosh_points(policy: str, rosh: str | None, setting: str) -> int:
    """Points a RoSH classification adds in a setting."""
    if policy == "wmt":
        return 0
    return LONDON_ROSH_POINTS[rosh][SETTINGS.index(setting)]


def is_highest(policy: str, tier: str | None) -> bool:
    """Whether a tier is one of the highest of its scheme."""
    return tier == "4" if policy == "london-2009" else tier in ("A0", "A1", "A2", "A3")


def team_factor(policy: str, team_type: str) -> Fraction:
    """What a team's type makes of the nominal target."""
    return Fraction(85, 100) if policy == "london-2009" and team_type == "ppu" else Fraction(1)


def band(total: Fraction, available: Fraction) -> str | None:
    """The band of total points over available points; None for a unit with neither."""
    if available == 0:
        return "no capacity" if total > 0 else None
    percentage = 100 * total / available
    if percentage > 110:
        return "red"
    if percentage > 100:
        return "amber"
    return "green" if percentage >= 85 else "spare"


def exact(number: Fraction | Decimal | int) -> Fraction:
    """The number as a fraction; a float is refused, it is not what was written in the extract."""
    if isinstance(number, float):
        raise TypeError(f"{number!r} is a float")
    return Fraction(number)


def cases_of(row: Row) -> int:
    """How many cases a row stands for."""
    number = row.get("number_of_cases")
    return 1 if number is None else int(number)


def activity_of(row: Row) -> str:
    """Whether the case is worked on; active unless the row says otherwise."""
    return str(row.get("activity") or "active")


def in_force(row: Row, as_at: date) -> bool:
    """Whether a duty or reduction holds on that date, both its ends included."""
    if row["starts_on"] > as_at:
        return False
    return row.get("ends_on") is None or as_at <= row["ends_on"]


def has_left(post: Row, as_at: date) -> bool:
    """Whether the post is no longer held."""
    return post.get("left_on") is not None and post["left_on"] <= as_at


def posts_of(tables: Tables) -> dict[tuple[str, str], Row]:
    """Every post by (team_code, om_code)."""
    return {(post["team_code"], post["om_code"]): post for post in tables["offender_managers"]}


def post_of(case: Row, posts: dict[tuple[str, str], Row]) -> Row | None:
    """The post that holds a case; None when it is unallocated."""
    return posts.get((case["team_code"], case["om_code"])) if case.get("om_code") else None
