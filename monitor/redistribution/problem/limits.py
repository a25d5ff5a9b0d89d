"""How far a plan may go, and what a planner has settled beforehand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How far a plan may go; the values here are the usual ones, but for intake, which the costs have.

    - elective_moves: moves of cases that need not move; None is no limit.
    - intake: new cases per person and week; weeks: over how many at the least.
    - seconds, gap (a share of the objective): when to stop.
    - peak_first: lowest peak first; between_clusters: whether a case may leave its cluster.
    """

    elective_moves: int | None = None
    intake: int = 6
    weeks: int = 1
    seconds: float = 10.0
    gap: float = 0.005
    peak_first: bool = False
    between_clusters: bool = False


@dataclass(frozen=True)
class Locks:
    """What a planner has settled beforehand.

    - crns: cases that stay; om_codes: people who neither give nor take.
    - barred: (crn, om_code) never together.
    - fixed: (crn, om_code, team_code), named moves that are carried out first.
    """

    crns: frozenset[str] = frozenset()
    om_codes: frozenset[str] = frozenset()
    barred: frozenset[tuple[str, str]] = frozenset()
    fixed: tuple[tuple[str, str, str], ...] = ()
