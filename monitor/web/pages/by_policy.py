"""The page that shows one snapshot under several policies, side by side, as far as the reader may see the units."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
import pandas as pd

from monitor.web.dependencies import Reader
from monitor.web.formatting import is_missing
from monitor.web.pages.view_models.page import PageModel
from tiering.terms import Level

SHOWN_LEVELS: Final = (Level.ALL, Level.AREA, Level.CLUSTER, Level.OFFICE, Level.TEAM)


class PolicyFigures(NamedTuple):
    """What one unit weighs under one policy; capacity_percentage is None without available points."""

    total_points: float
    available_points: float
    capacity_percentage: float | None
    other_tiers: int


class WeighedUnit(NamedTuple):
    """One unit under every policy, in the order of the policies."""

    level: str
    name: str
    figures: tuple[PolicyFigures, ...]


@dataclass(frozen=True, kw_only=True)
class ByPolicyPage(PageModel):
    """One snapshot under several policies. policies: their names, the snapshot's own first; empty if there is one."""

    template: ClassVar[str] = "by_policy.html"

    policies: tuple[str, ...]
    units: tuple[WeighedUnit, ...]
    other_tiers: bool


def visible_figures(reader: Reader) -> pd.DataFrame:
    """The rows by policy of the units that the reader may see."""
    rows = reader.week.frame_if_stored("by_policy")
    rows = rows[rows["level"].isin(SHOWN_LEVELS)]
    places = zip(rows["level"].tolist(), rows["code"].tolist(), strict=True)
    return rows[np.array([reader.sight.may_see(*place) for place in places], dtype=bool)]


def by_policy_page(reader: Reader) -> ByPolicyPage:
    """Every unit that the reader may see, from the whole service down to teams."""
    rows = visible_figures(reader)
    own = reader.week.policy.name
    policies = tuple(sorted(set(rows["policy"]), key=lambda policy: (policy != own, policy)))
    return ByPolicyPage(
        title="By policy",
        policies=policies,
        units=tuple(_units(rows, policies)),
        other_tiers=bool(rows["other_tiers"].gt(0).any()),
        tables={} if rows.empty else {"by_policy": lambda: rows},
    )


def _units(rows: pd.DataFrame, policies: tuple[str, ...]) -> list[WeighedUnit]:
    order = {level.value: place for place, level in enumerate(SHOWN_LEVELS)}
    units = []
    for (_, level, _), group in rows.groupby([rows["level"].map(order), "level", "code"]):
        by_policy = {row["policy"]: _figures(row) for row in group.to_dict("records")}
        figures = tuple(by_policy[policy] for policy in policies)
        units.append(WeighedUnit(str(level), str(group["name"].iloc[0]), figures))
    return units


def _figures(row: Mapping[Hashable, Any]) -> PolicyFigures:
    percentage = row["capacity_percentage"]
    known = None if is_missing(percentage) else float(percentage)
    return PolicyFigures(row["total_points"], row["available_points"], known, row["other_tiers"])
