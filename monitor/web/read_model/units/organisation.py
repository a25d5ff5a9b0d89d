"""What the pages say about the history of a unit whose place, code or teams changed."""

from collections.abc import Sequence
from datetime import date

from alerts.detection.organisation.model import ChangeKind
from alerts.detection.organisation.unit_history import code_spans, dates_of_other_teams
from alerts.digest.sentences.organisation import history_line, move_line
from monitor.web.read_model.snapshot import SnapshotView


def history_lines(week: SnapshotView, level: str, code: str) -> tuple[str, ...]:
    """Return one sentence for each change of the organisation in a unit's history, the last change first."""
    spans = code_spans(level, code, week.changes_by_date)
    above = {(of_level, of_code) for of_level, of_code, _ in week.above(level, code)}
    lines = []
    for as_at, changes in sorted(week.changes_by_date.items(), reverse=True):
        own = next((span.code for span in spans if span.has(as_at)), None)
        for change in changes:
            if own is not None and (line := history_line(change, as_at, level, own)):
                lines.append(line)
            elif own is not None and change.kind is ChangeKind.MOVED and (change.level.value, change.code) in above:
                lines.append(move_line(change, as_at))
    return tuple(lines)


def dates_apart(week: SnapshotView, level: str, codes: Sequence[str]) -> frozenset[date]:
    """Return the dates from which on some units are made up of other teams than in the week before."""
    return frozenset(day for code in codes for day in dates_of_other_teams(level, code, week.changes_by_date))
