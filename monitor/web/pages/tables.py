"""The tables that pages offer as files, other than those of the snapshot itself."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import pandas as pd

from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.web.pages.policy.sections import Section
from monitor.web.pages.view_models.models import ListedRun
from monitor.web.read_model.messages import ListedMessage
from monitor.web.read_model.rows import UnitFigures
from monitor.web.read_model.units.changes import LoadChange, LoadPart

POLICY_COLUMNS: Final = ("section", "number", "value", "unit", "since", "status", "source")
POLICY_CHANGES: Final = ("section", "number", "from", "planned", "was", "is", "unit", "status", "source")


def message_table(messages: Sequence[ListedMessage], everyones: bool) -> pd.DataFrame:
    """The messages as the page lists them: the subject only of what may be read; for an operator, what happened."""
    names = ["id", "digest", "period", "revision", "recipient", "state", "sent_at"]
    last = "reason" if everyones else "subject"
    rows = [
        [
            *(getattr(message, name) for name in names),
            getattr(message, last) if everyones or message.readable else "",
        ]
        for message in messages
    ]
    return pd.DataFrame(rows, columns=[*names, last], dtype=object).astype({"period": "str", "sent_at": "str"})


def snapshot_table(stored: Sequence[Snapshot], detailed: bool) -> pd.DataFrame:
    """Every snapshot; counts and source for those to whom the page shows them."""
    names = [
        "as_at",
        "comparison",
        "revision",
        "created_at",
        "policy",
        "policy_fingerprint",
        *(["source"] if detailed else []),
    ]
    rows = [[getattr(snapshot, name) for name in names] for snapshot in stored]
    frame = pd.DataFrame(rows, columns=names, dtype=object).astype({"as_at": "str", "created_at": "str"})
    counts = ("cases", "rejected") if detailed else ()
    return frame.assign(
        **{name: [getattr(RunSummary.of_snapshot(snapshot), name) for snapshot in stored] for name in counts}
    )


def run_table(runs: Iterable[ListedRun]) -> pd.DataFrame:
    """The last weekly runs, one row per stored fault; one row for a run without."""
    names = ["iso_week", "status", "attempt", "started_at", "message"]
    rows = [[*(getattr(run, name) for name in names), line] for run, faults in runs for line in faults.lines or ("",)]
    return pd.DataFrame(rows, columns=[*names, "fault"], dtype=object).astype({"started_at": "str"})


def load_table(unit: UnitFigures, split: Mapping[str, Sequence[LoadPart]]) -> pd.DataFrame:
    """What the load of a unit is made of: by kind of work, and its cases by tier, RoSH and setting."""
    rows: list[tuple[str, str, float, float]] = [
        ("kind", "case", math.nan, unit.case_points),
        ("kind", "duty", math.nan, unit.duty_points),
        ("kind", "unallocated", math.nan, unit.unallocated_points),
        ("kind", "total", math.nan, unit.total_points),
    ]
    rows += [(by, part.name, part.cases, part.points) for by, parts in split.items() for part in parts]
    return pd.DataFrame(rows, columns=["by", "name", "cases", "points"])


def change_table(change: LoadChange | None) -> pd.DataFrame:
    """What makes up the change of total points and of available points since the week before."""
    rows: list[tuple[str, str, int, float]] = []
    if change is not None:
        rows += [("total_points", part.name, part.cases, part.points) for part in change.parts]
        rows += [("available_points", part.name, part.posts, part.points) for part in change.available_parts]
    return pd.DataFrame(rows, columns=["of", "name", "cases_or_posts", "points"])


def policy_table(sections: Sequence[Section]) -> pd.DataFrame:
    """One row per number, for a file; columns ``POLICY_COLUMNS``."""
    rows = []
    for section in sections:
        for entry in section.entries:
            since, _, status, source = entry.origin or ("", "", "source not known", "")
            rows += [
                (section.name, ".".join((entry.name, *path)), text, entry.unit, str(since), status, source)
                for path, text in entry.figures.items()
            ]
    return pd.DataFrame(rows, columns=list(POLICY_COLUMNS))


def policy_changes_table(sections: Sequence[Section]) -> pd.DataFrame:
    """One row per number that changed or will, for a file; columns ``POLICY_CHANGES``, planned being yes or no."""
    rows = [
        (
            section.name,
            f"{entry.name} {part}".strip(),
            step.origin.since.isoformat(),
            "yes" if step.planned else "no",
            was,
            becomes,
            step.origin.unit,
            step.origin.status,
            step.origin.reference,
        )
        for section in sections
        for entry in section.entries
        for step in entry.steps
        for part, was, becomes in step.parts
    ]
    return pd.DataFrame(rows, columns=list(POLICY_CHANGES))
