"""The parent explains the child: a unit's hotspot folds under the one of the unit it belongs to."""

import pandas as pd

from tiering.terms import Level

EXPLAINS = {"watch": ("watch", "over_threshold")}
"""Rules of a parent which explain a rule of its child; a rule explains itself unless it is named here."""

_Row = tuple[str, str, str, bool]
"""Rule, level, code, and whether the hotspot is cleared."""

_PARENT = {
    Level.OFFENDER_MANAGER: Level.TEAM,
    Level.TEAM: Level.OFFICE,
    Level.OFFICE: Level.CLUSTER,
    Level.CLUSTER: Level.AREA,
}


def explain_by_parents(hotspots: pd.DataFrame, parents: dict[tuple[str, str], str]) -> pd.DataFrame:
    """The hotspots with explained_by_level and explained_by: the nearest unit above with the same hotspot.

    parents: the code of the unit above each (level, code).

    Only a live hotspot explains a live one, and only a cleared one explains a cleared one.
    """
    columns = (hotspots["rule"], hotspots["level"], hotspots["code"], hotspots["status"].eq("cleared"))
    rows: list[_Row] = list(zip(*(column.tolist() for column in columns), strict=True))
    known = set(rows)
    explanations = [_explained_by(row, known, parents) for row in rows]
    explained = pd.DataFrame(
        explanations, columns=["explained_by_level", "explained_by"], index=hotspots.index, dtype="str"
    )
    return hotspots.join(explained)


def _explained_by(row: _Row, known: set[_Row], parents: dict[tuple[str, str], str]) -> tuple[str | None, str | None]:
    rule, level, code, cleared = row
    here = Level(level)
    while here in _PARENT and (here, code) in parents:
        code = parents[here, code]
        here = _PARENT[here]
        if any((other, here.value, code, cleared) in known for other in EXPLAINS.get(rule, (rule,))):
            return here.value, code
    return None, None
