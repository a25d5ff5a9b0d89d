"""What comes next week, in one line of an SPO's digest."""

from typing import Final

from alerts.digest.scope.next_week import NextWeek
from alerts.digest.scope.units import Unit
from alerts.wording import count_of, date_range, join_list, number
from tiering.timeliness.coming import Coming

_LEAST_TO_SHARE: Final = 4
"""Work due from which the line says how few offender managers hold half of it."""


def next_week_line(whole: Unit, week: NextWeek | None) -> str:
    """How much falls due, how many are released and end, and where most of it is; empty if that is not known."""
    if week is None:
        return ""
    others = (
        (week.counts[Coming.REPORT], "report"),
        (week.counts[Coming.RELEASE], "release"),
        (week.counts[Coming.END], "end of supervision"),
    )
    parts = [f"{count_of(week.due, 'assessment or plan')} due"]
    parts += [count_of(count, noun) + (" due" if noun == "report" else "") for count, noun in others if count]
    return f"Next week ({date_range(week.first, week.last)}): {join_list(parts)}{_most(whole, week)}."


def _most(whole: Unit, week: NextWeek) -> str:
    if week.heaviest is not None:
        return f"; heaviest for {week.heaviest.name} ({number(week.heaviest_due)} due)"
    few = 0 < 2 * week.half_for <= whole.offender_managers
    if week.due < _LEAST_TO_SHARE or not few:
        return ""
    people = count_of(whole.offender_managers, "offender manager")
    return f"; half of what is due is for {number(week.half_for)} of {people}"
