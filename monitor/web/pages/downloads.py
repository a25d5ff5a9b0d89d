"""The frames that pages offer as files beside those that they show as they are."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from monitor.extracts import FaultLines
from monitor.operations.run_ledger import reason_of
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Run, Snapshot
from monitor.web.read_model.changes import LoadChange, LoadPart
from monitor.web.read_model.messages import ListedMessage


def mail_table(sent: Sequence[ListedMessage], everybody: bool) -> pd.DataFrame:
    """The messages as the page lists them: no subject of what is not read, what happened for an operator."""
    names = ["id", "digest", "period", "revision", "recipient", "state", "sent_at"]
    last = "reason" if everybody else "subject"
    rows = [
        [*(getattr(one, name) for name in names), getattr(one, last) if everybody or one.readable else ""]
        for one in sent
    ]
    return pd.DataFrame(rows, columns=[*names, last], dtype=object).astype({"period": "str", "sent_at": "str"})


def snapshot_table(kept: Sequence[Snapshot], detailed: bool) -> pd.DataFrame:
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
    rows = [[getattr(one, name) for name in names] for one in kept]
    frame = pd.DataFrame(rows, columns=names, dtype=object).astype({"as_at": "str", "created_at": "str"})
    counts = ("cases", "rejected") if detailed else ()
    return frame.assign(**{name: [getattr(RunSummary.stored_with(one), name) for one in kept] for name in counts})


def run_table(runs: Iterable[tuple[Run, FaultLines]]) -> pd.DataFrame:
    """The last weekly runs, a row a fault that was kept; one row for a run without."""
    rows = [
        [run.iso_week, run.status, run.attempt, run.started_at, reason_of(run) or None, fault]
        for run, told in runs
        for fault in told.lines or ("",)
    ]
    names = ["iso_week", "status", "attempt", "started_at", "message", "fault"]
    return pd.DataFrame(rows, columns=names, dtype=object).astype({"started_at": "str"})


def load_table(unit: Mapping[str, Any], split: Mapping[str, Sequence[LoadPart]]) -> pd.DataFrame:
    """What the load of a unit is made of: by kind of work, and its cases by tier, RoSH and setting."""
    rows: list[tuple[str, str, float, float]] = [
        ("kind", name, math.nan, unit[f"{name}_points"]) for name in ("case", "duty", "unallocated", "total")
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
