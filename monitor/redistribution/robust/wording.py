"""Describe in words how well a plan holds."""

from collections.abc import Iterator

from alerts.wording import clean, count_of
from monitor.redistribution.robust.model import HoldingUnit, Robustness

WHAT_IT_MEANS = (
    "A draw holds if no one is over the line in any of the weeks. Cases come and end as the forecast of each team "
    "says, within its bands; people fall sick at the rate of the whole service. What comes, and the cases of people "
    "who are away, is shared by those of the office who are there, by available points."
)
"""What a share of draws is, for a first reading."""

_NINE_OF_TEN = 0.9


def describe_robustness(robustness: Robustness) -> Iterator[str]:
    """Describe how well a plan holds, line by line."""
    draws = count_of(robustness.draws, "draw")
    yield f"in {draws} of the next {robustness.weeks} weeks, no one over {robustness.line:g}%:"
    yield f"  {'':34}{'before':>12}{'after':>12}{'at the end':>12}{'as a whole':>12}"
    for unit in robustness.units:
        shares = (unit.before, unit.after, unit.after_at_end, unit.after_whole)
        yield f"  {unit_name(unit)[:33]:34}{''.join(f'{share:>12.0%}' for share in shares)}"
    yield f"  {describe_margin(robustness.whole, robustness.line)}"
    yield f"  {describe_sickness(robustness)}"


def unit_name(unit: HoldingUnit) -> str:
    """The name of a unit that was judged."""
    return f"{unit.code} {clean(unit.name)}" if unit.name else "everyone in scope"


def describe_margin(unit: HoldingUnit, line: float) -> str:
    """Say which margin is enough for nine of ten draws, or that none is."""
    if unit.after >= _NINE_OF_TEN:
        return "no margin is needed: 9 of 10 draws hold"
    if unit.margin is not None:
        return f"a margin of about {unit.margin:.1f} points below {line:g}% would do for 9 of 10 draws (limits.margin)"
    if unit.capacity_percentage is None:
        return "no margin would do: no one there has available points"
    return f"no margin would do: all together are at {unit.capacity_percentage:.1f}% of capacity already"


def describe_sickness(robustness: Robustness) -> str:
    """Say what sickness was drawn from."""
    if not robustness.sick_weeks:
        return "no one falls sick in these draws: the stored weeks show no sickness that began in them"
    return (
        f"sickness as in the last {robustness.sick_weeks_read:.0f} weeks: {robustness.sick_share:.1%} of contracted "
        f"hours, {robustness.sick_weeks:.1f} weeks a spell"
    )


def compare_robustness(a: Robustness | None, b: Robustness | None) -> tuple[tuple[str, tuple[str, str, str]], ...]:
    """Rows of a comparison: label, then the value before any move, after plan A and after plan B.

    - Nothing if neither plan was judged; the side that was not is empty. Before any move, A counts if both were.
    """
    judged = a or b
    if judged is None:
        return ()
    sides = [None if side is None else side.whole for side in (a, b)]
    every = [_share(judged.whole.before), *("" if side is None else _share(side.after) for side in sides)]
    whole = [_share(judged.whole.before_whole), *("" if side is None else _share(side.after_whole) for side in sides)]
    return (
        ("draws with no one over the line", (every[0], every[1], every[2])),
        ("draws with all together under the line", (whole[0], whole[1], whole[2])),
    )


def _share(share: float) -> str:
    return f"{share:.0%}"
