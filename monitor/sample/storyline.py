"""The events that the sample contains on purpose: what, where and when. Tests and the guide refer to this table."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tiering.terms import Level


@dataclass(frozen=True)
class Chapter:
    """One event of the storyline: its unit, and how many weeks before the last extract it starts."""

    what: str
    level: Level
    code: str
    weeks_before_last: int | None = None  # None: throughout

    def starts_on(self, last_as_at: date) -> date | None:
        """The as-at date of the first extract that shows it; None if every extract does."""
        if self.weeks_before_last is None:
            return None
        return last_as_at - timedelta(weeks=self.weeks_before_last)


# Weeks count back from the last extract, so that a shorter sample contains the end of the same story.
STORYLINE: Final[dict[str, Chapter]] = {
    "sickness": Chapter(
        "Mare Street loses three offender managers to sickness, open-ended; their cases stay with them (week 15 of 26)",
        Level.OFFICE,
        "F021",
        11,
    ),
    "drift": Chapter(
        "Bexley, Bromley & Croydon drifts upwards by nearly a percentage point a week and ends over 110% (from week 8)",
        Level.CLUSTER,
        "C09",
        18,
    ),
    "step": Chapter(
        "Hounslow takes over the cases of Staines, across the border in Surrey, in one week: 12 percentage points more "
        "from then on (week 20 of 26)",
        Level.OFFICE,
        "F111",
        6,
    ),
    "stretched": Chapter(
        "Acton has one SPO for the people of both its teams, about twice the span of the other offices, throughout",
        Level.OFFICE,
        "F041",
    ),
    "room": Chapter(
        "The substance misuse team at Dalston, next to Mare Street, has room: under 75% throughout",
        Level.TEAM,
        "T0225",
    ),
    "slipping": Chapter(
        "RoSH and sentence plan reviews slip at Stratford, its public protection unit included, where workload is over "
        "110% already (from week 10)",
        Level.OFFICE,
        "F051",
        16,
    ),
    "missing": Chapter("No extract arrives that week (week 12 of 26)", Level.ALL, "all", 14),
    "silent": Chapter("The resettlement team at Hounslow has neither posts nor cases", Level.TEAM, "T1119"),
}

OFFENDER_MANAGERS_LOST: Final = 3
DRIFT_A_WEEK: Final = 0.009
STEP: Final = 0.12  # of capacity
ROOM_LEVEL: Final = 0.69
SLIPPING_LEVEL: Final = 1.18
SLIPPING_ON_TIME: Final = 0.30
SLIPPING_DAYS_LATE: Final = 45.0


def weeks_since(chapter: str, as_at: date, last_as_at: date) -> int:
    """Whole weeks since a chapter began, 0 in its first week; negative before it."""
    begun = STORYLINE[chapter].starts_on(last_as_at)
    return 0 if begun is None else (as_at - begun).days // 7


def is_missing(as_at: date, last_as_at: date) -> bool:
    """Whether the extract of this week never arrives."""
    return as_at == STORYLINE["missing"].starts_on(last_as_at)
