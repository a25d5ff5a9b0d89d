"""The history of one unit: under which codes it was known, and when its teams became others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from alerts.detection.organisation.model import ChangeKind, OrganisationChange, OrganisationChanges

Dated = Mapping[date, OrganisationChanges]

_CHANGES_TEAMS = (ChangeKind.MOVED, ChangeKind.MERGED, ChangeKind.SPLIT)


@dataclass(frozen=True)
class CodeSpan:
    """A code of a unit, from the snapshot of one date until before that of another; None without such an end."""

    code: str
    since: date | None
    before: date | None

    def has(self, as_at: date) -> bool:
        """Whether the unit had the code on that date."""
        return (self.since is None or self.since <= as_at) and (self.before is None or as_at < self.before)


def code_spans(level: str, code: str, changes: Dated) -> tuple[CodeSpan, ...]:
    """The codes a unit has had, the one of now first; before the last of them its code stood for another unit.

    * changes: of each snapshot by its as-at date.
    """
    spans: list[CodeSpan] = []
    before: date | None = None
    for as_at in sorted(changes, reverse=True):
        previous = code_before(level, code, changes[as_at])
        if previous != code:
            spans.append(CodeSpan(code, as_at, before))
            if previous is None:
                return tuple(spans)
            code, before = previous, as_at
    return (*spans, CodeSpan(code, None, before))


def code_before(level: str, code: str, changes: OrganisationChanges) -> str | None:
    """The code of a unit before some changes of one date; None if its code stood for another unit."""
    for change in changes:
        if change.level == level and change.code == code:
            if change.kind is ChangeKind.RECODED:
                return change.previous_code
            if change.kind is ChangeKind.REUSED:
                return None
    return code


def has_other_teams(level: str, code: str, change: OrganisationChange) -> bool:
    """Whether a change brought people or cases of another unit into a unit, or took some out of it."""
    if change.kind not in _CHANGES_TEAMS:
        return False
    now, before = (
        any(unit.level == level and unit.code == code for unit in units)
        for units in ((change.unit, *change.above), (change.previous_unit, *change.previous_above))
    )
    return now != before


def dates_of_other_teams(level: str, code: str, changes: Dated) -> frozenset[date]:
    """The dates of the snapshots from which on a unit is made up of other teams than before."""
    return frozenset(
        as_at
        for span in code_spans(level, code, changes)
        for as_at, of_date in changes.items()
        if span.has(as_at) and any(has_other_teams(level, span.code, change) for change in of_date)
    )
