"""Record figures, remarks and tables of a plan, so that it can be read again without solving it again."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

import numpy as np
import pandas as pd
from pydantic import TypeAdapter

from monitor.parquet import read_frame
from monitor.redistribution.plan import Plan
from monitor.redistribution.results.figures import PlanFigures, summarise
from monitor.redistribution.results.kept import ChangedMove, changes_since
from monitor.redistribution.results.move_notes import add_notes
from monitor.redistribution.results.remarks import PlanRemark, mark_accepted_risks, remark_on
from monitor.redistribution.results.tables.moves import list_moves
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.results.tables.unit_figures import in_scope, units_after, units_at_start, units_before
from monitor.redistribution.results.tables.unmoved import list_unmoved
from monitor.redistribution.scenario.remarks import AcceptedRisk

SIDES: Final = {"at_start": units_at_start, "before": units_before, "after": units_after}
"""The sides of the table ``units``, and the functions that calculate them."""

BY_CHOICE: Final = "by choice"
NECESSARY: Final = "necessary"
BY_NAME: Final = "by name"
"""The kinds of moves; see docs/glossary.md."""

_REMARKS: Final = TypeAdapter(tuple[PlanRemark, ...])
_REMARKS_FILE: Final = "remarks.json"
# The earliest date that a zip file can hold, so that the same plan gives the same bytes whenever it is stored.
_UNDATED: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class PlanRecord:
    """A plan as it is stored.

    - figures: stored on their own, so that a list of plans need not read the rest.
    - remarks: what a planner should know.
    - tables: moves, people, unmoved, and units with the sides ``SIDES``; changed, with the fields of ``ChangedMove``,
      if the plan is based on an earlier one; added later: trade_off, recruitment, recruits and spare_capacity.
    """

    figures: PlanFigures
    remarks: tuple[PlanRemark, ...]
    tables: Mapping[str, pd.DataFrame]

    def to_bytes(self) -> bytes:
        """Pack remarks and tables into one file; the same record gives the same bytes."""
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as packing:
            packing.writestr(zipfile.ZipInfo(_REMARKS_FILE, _UNDATED), _REMARKS.dump_json(self.remarks))
            for name, table in sorted(self.tables.items()):
                content = io.BytesIO()
                table.to_parquet(content, index=False)
                packing.writestr(zipfile.ZipInfo(f"{name}.parquet", _UNDATED), content.getvalue())
        return sink.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes, figures: str) -> "PlanRecord":
        """Read a record from what ``to_bytes`` packed, and from its figures as JSON."""
        with zipfile.ZipFile(io.BytesIO(content)) as packing:
            remarks = _REMARKS.validate_json(packing.read(_REMARKS_FILE))
            tables = {
                name.removesuffix(".parquet"): read_frame(packing.read(name))
                for name in packing.namelist()
                if name != _REMARKS_FILE
            }
        return cls(PlanFigures.model_validate_json(figures), remarks, tables)


def record_plan(plan: Plan) -> PlanRecord:
    """Record everything about a plan that is stored at once."""
    people, unmoved = tabulate_people(plan), list_unmoved(plan.problem, plan.solution)
    caseload, teams = plan.applied.caseload, plan.applied.teams
    sides = [in_scope(units_of(plan), caseload, teams).assign(side=side) for side, units_of in SIDES.items()]
    remarks = remark_on(plan, people, unmoved)
    accepted = [remark for remark in remarks if isinstance(remark, AcceptedRisk)]
    tables = {
        "moves": add_notes(_moves_with_names(plan), plan, accepted),
        "people": people,
        "unmoved": mark_accepted_risks(unmoved, remarks),
        "units": pd.concat(sides, ignore_index=True),
    }
    if plan.scenario.based_on is not None:
        tables["changed"] = pd.DataFrame(
            [vars(change) for change in changes_since(plan)], columns=[field.name for field in fields(ChangedMove)]
        ).astype({"crn": "str", "was_to": "str", "is_to": "str", "why": "str", "asked": bool})
    return PlanRecord(summarise(plan, people), tuple(remarks), tables)


def _moves_with_names(plan: Plan) -> pd.DataFrame:
    """The moves with the names of giver and receiver and the kind of each move, for people to read."""
    managers = plan.applied.caseload.offender_managers
    names = dict(zip(managers["om_code"], managers["om_name"], strict=True))
    moves = list_moves(plan.problem, plan.solution)
    named = {f"{side}_name": moves[f"{side}_om_code"].map(names).astype("str") for side in ("from", "to")}
    by_name = moves["crn"].isin(plan.problem.cases.loc[plan.problem.cases["fixed_to"].ge(0), "crn"])
    kinds = np.select([by_name, moves["forced"]], [BY_NAME, NECESSARY], BY_CHOICE)
    return moves.assign(**named, kind=pd.Series(kinds, dtype="str", index=moves.index))
