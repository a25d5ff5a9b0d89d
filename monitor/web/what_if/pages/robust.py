"""How well a plan holds in the weeks ahead, as its page shows it."""

from dataclasses import dataclass

from alerts.wording import limit
from monitor.redistribution.robust.model import HoldingUnit, Robustness
from monitor.redistribution.robust.wording import WHAT_IT_MEANS, describe_margin, describe_sickness, unit_name


@dataclass(frozen=True)
class HoldingRow:
    """One office, or everyone in scope: the draws in which it holds, in whole per cent, and the margin in words."""

    name: str
    people: int
    before: str
    after: str
    before_at_end: str
    after_at_end: str
    before_whole: str
    after_whole: str
    margin: str


@dataclass(frozen=True)
class RobustSection:
    """How well a plan holds: the heading of the table, what it means, where sickness is from, and the rows."""

    caption: str
    meaning: str
    sickness: str
    rows: tuple[HoldingRow, ...]


def robust_section(robustness: Robustness | None) -> RobustSection | None:
    """The section of a plan's page; None if the scenario asked for no draws."""
    if robustness is None:
        return None
    line = limit(robustness.line)
    return RobustSection(
        caption=f"Draws in which no one is over {line}, of {robustness.draws:,} draws of {robustness.weeks} weeks",
        meaning=WHAT_IT_MEANS,
        sickness=describe_sickness(robustness),
        rows=tuple(_row(unit, robustness.line) for unit in robustness.units),
    )


def _row(unit: HoldingUnit, line: float) -> HoldingRow:
    name = unit_name(unit)
    return HoldingRow(
        name=name[:1].upper() + name[1:],
        people=unit.people,
        before=f"{unit.before:.0%}",
        after=f"{unit.after:.0%}",
        before_at_end=f"{unit.before_at_end:.0%}",
        after_at_end=f"{unit.after_at_end:.0%}",
        before_whole=f"{unit.before_whole:.0%}",
        after_whole=f"{unit.after_whole:.0%}",
        margin=describe_margin(unit, line),
    )
