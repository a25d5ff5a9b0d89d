"""Word how good a plan is proven to be, in the same words wherever it is shown."""

import math

from alerts.wording import count_of
from monitor.redistribution.solver.solve import OPTIMAL, TIME_LIMIT

NOTHING_PROVEN = "nothing was proven in the time allowed, so how far it is from the best possible is not known"


def describe_proof(status: str, gap: float, *, peak_first: bool, over_line: int) -> str:
    """Describe how far a plan is from the best possible at most.

    - status, gap: of the solution.
    - peak_first: the lowest peak came first. What follows it is searched only among plans whose peak is no higher, so
      the proof is about these.
    - over_line: cases that found a place only above the line. They are placed after the search, so that the proof is
      about the plan before them.
    """
    if status == OPTIMAL:
        better = f"no plan{' with so low a highest load' if peak_first else ''} does better"
        return f"{_before(over_line)}{better}, proven"
    distance = describe_distance(gap, peak_first=peak_first, over_line=over_line)
    if distance is None:
        return NOTHING_PROVEN
    if status == TIME_LIMIT:
        return f"{distance}, and the time was up before it was proven more closely"
    return f"{distance}, proven"


def describe_distance(gap: float, *, peak_first: bool, over_line: int) -> str | None:
    """Describe the gap alone; None if it says nothing, because there is no bound above 0.

    - gap: a share of the objective, which is rounded up because it is a promise.
    """
    percentage = math.ceil(gap * 1000 - 1e-9) / 10
    if percentage >= 100:
        return None
    best = "best plan with so low a highest load" if peak_first else "best possible"
    return f"{_before(over_line)}within {percentage:g}% of the {best}"


def _before(over_line: int) -> str:
    """To what the proof is limited, if cases go above the line."""
    if not over_line:
        return ""
    return f"before {count_of(over_line, 'case')} {'goes' if over_line == 1 else 'go'} above the line, "
