"""How far a plan may go, and what a planner has decided beforehand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Work:
    """A limit on work, for each model that is solved: the same on every machine and at any load, as a clock is not.

    - iterations: of the simplex method, for a relaxation; nodes: of a mixed-integer search.
    """

    iterations: int
    nodes: int


@dataclass(frozen=True)
class Limits:
    """How far a plan may go; the values here are the usual ones, except for intake, which is in the costs.

    - elective_moves: limit on moves that are not necessary; None for no limit.
    - intake: new cases per person and week.
    - weeks: the fewest weeks over which the plan spreads moves.
    - seconds, gap (a share of the objective): when to stop.
    - peak_first: whether to find the lowest peak first.
    - between_clusters: whether a case may leave its cluster.
    - margin: points of capacity percentage by which receivers stay below the line.
    - work: when to stop instead of after the seconds; None for the seconds.
    """

    elective_moves: int | None = None
    intake: int = 6
    weeks: int = 1
    seconds: float = 10.0
    gap: float = 0.005
    peak_first: bool = False
    between_clusters: bool = False
    margin: float = 0.0
    work: Work | None = None


@dataclass(frozen=True)
class Locks:
    """What a planner has decided beforehand.

    - crns: cases that stay.
    - om_codes: people who neither give nor take.
    - barred: pairs (crn, om_code) that may never come together.
    - fixed: named moves (crn, om_code, team_code), which are carried out first.
    """

    crns: frozenset[str] = frozenset()
    om_codes: frozenset[str] = frozenset()
    barred: frozenset[tuple[str, str]] = frozenset()
    fixed: tuple[tuple[str, str, str], ...] = ()
