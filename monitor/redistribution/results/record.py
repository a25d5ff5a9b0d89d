"""What is kept of a plan so that nobody has to solve it again to read it: figures, words and tables."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from monitor.parquet import read_frame

if TYPE_CHECKING:
    from monitor.redistribution.plan import Plan

SIDES: Final = {"at_start": "units_at_start", "before": "units_before", "after": "units_after"}
"""The sides of the table ``units``, and where a plan has them."""

_WORDS: Final = "messages.json"
_UNDATED: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PlanRecord:
    """A plan as it is kept.

    figures: what ``hotspots what-if solve --json`` prints, without its messages. messages: what a planner should know.
    tables: moves, people and untouched as the plan has them, units with the sides ``SIDES``, and later the curve.
    """

    figures: Mapping[str, Any]
    messages: tuple[str, ...]
    tables: Mapping[str, pd.DataFrame]


def answer_of(plan: "Plan") -> PlanRecord:
    """The answer that a plan is."""
    # It loads the solver, and whoever reads an answer needs none.
    from monitor.redistribution.results.summary import summary

    found = summary(plan)
    messages = tuple(found.pop("messages"))
    sides = [plan.units_in_scope(getattr(plan, name)).assign(side=side) for side, name in SIDES.items()]
    tables = {
        "moves": _with_names(plan),
        "people": plan.people,
        "untouched": plan.untouched,
        "units": pd.concat(sides, ignore_index=True),
    }
    return PlanRecord(found, messages, tables)


def _with_names(plan: "Plan") -> pd.DataFrame:
    """The moves with the names of both sides and of the receiver's team, for people to read."""
    managers = plan.changed.caseload.offender_managers
    names = dict(zip(managers["om_code"], managers["om_name"], strict=True))
    moves = plan.moves
    named = {f"{side}_name": moves[f"{side}_om_code"].map(names).astype("str") for side in ("from", "to")}
    return moves.assign(**named)


def packed(answer: PlanRecord) -> bytes:
    """Words and tables as one file: the same answer gives the same bytes."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as packing:
        packing.writestr(zipfile.ZipInfo(_WORDS, _UNDATED), json.dumps(answer.messages, ensure_ascii=False))
        for name, table in sorted(answer.tables.items()):
            content = io.BytesIO()
            table.to_parquet(content, index=False)
            packing.writestr(zipfile.ZipInfo(f"{name}.parquet", _UNDATED), content.getvalue())
    return sink.getvalue()


def unpacked(content: bytes, figures: str) -> PlanRecord:
    """The answer again, from what ``packed`` made and its figures as JSON."""
    with zipfile.ZipFile(io.BytesIO(content)) as packing:
        messages = tuple(json.loads(packing.read(_WORDS)))
        tables = {
            name.removesuffix(".parquet"): read_frame(packing.read(name))
            for name in packing.namelist()
            if name != _WORDS
        }
    return PlanRecord(json.loads(figures), messages, tables)
