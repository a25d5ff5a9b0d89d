"""Write a policy file with fitted points: a copy of a policy with a dated block more, which names its study."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from tiering.calibration.fit import ROSH_POINTS, TIER_POINTS, Calibration, FittedPoints
from tiering.dated import SourceStatus
from tiering.faults import UserFault

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]*", re.ASCII)


@dataclass(frozen=True)
class Study:
    """A time study as the policy cites it.

    * name: what it is called, or its file. on: its date. sha256: of the file.
    """

    name: str
    on: date
    sha256: str

    def reference(self, calibration: Calibration) -> str:
        """The reference of every number that was fitted to it."""
        return (
            f"time study {self.name} of {self.on}, n = {calibration.rows}, file {self.sha256[:12]}; non-negative least "
            "squares; after each line the 95% intervals by bootstrap, in the order of its settings"
        )


def propose_policy(base: Path, name: str, calibration: Calibration, study: Study, starts: date) -> str:
    """The text of a policy file: the base with a block of fitted points from a day on; all else stays.

    * base: a file that ``load_policy`` accepts. name: of the new policy, which must be that of its file.
    * Raises UserFault for a name that no policy can have, or if the base has a block of that day already.
    """
    if not _NAME.fullmatch(name):
        raise UserFault([f"{name!r} cannot be the name of a policy: write small letters, digits and hyphens"])
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    # The same day starts two blocks, which a person would read as an anchor and an alias.
    yaml.representer.ignore_aliases = lambda _: True
    policy = yaml.load(base.read_text(encoding="utf-8"))
    policy["name"] = name
    policy["title"] = f"{policy['title']}, with points of the time study {study.name}"
    for place, table in _tables(policy):
        fitted = [points for points in calibration.fitted if points.table == place.partition(".")[0]]
        latest = max((start for start in table if start <= starts), default=None)
        if latest is None:
            raise UserFault([f"{base}: {place} starts on {min(table)}; let the fitted points start then or later"])
        block = _block(table[latest], fitted, study.reference(calibration))
        if block is None:
            continue
        if starts in table:
            raise UserFault([f"{base}: {place} has a block from {starts} already; choose another day with --from"])
        table[starts] = block
    text = io.StringIO()
    yaml.dump(policy, text)
    return text.getvalue()


def _tables(policy: Any) -> Iterator[tuple[str, Any]]:
    """Every table that may hold points of a tier or a RoSH, with its place in the file."""
    yield TIER_POINTS, policy[TIER_POINTS]
    for scheme, table in policy.get("scheme_points", {}).items():
        yield f"{TIER_POINTS}.{scheme}", table
    yield ROSH_POINTS, policy[ROSH_POINTS]


def _block(latest: Any, fitted: list[FittedPoints], reference: str) -> Any | None:
    """The latest block with the fitted points in it; None if it holds none of them."""
    values, seen = CommentedMap(), False
    for name, now in latest["value"].items():
        own = {points.setting.value: points for points in fitted if points.name == str(name)}
        line = CommentedMap({at: _plain(own[at].points) if at in own else points for at, points in now.items()})
        line.fa.set_flow_style()
        values[name] = line
        if own:
            seen = True
            values.yaml_add_eol_comment("; ".join(_interval(own.get(at)) for at in line), name)
    if not seen:
        return None
    stated = {"unit": latest["unit"], "status": SourceStatus.TIME_STUDY.value, "reference": reference}
    return CommentedMap({**stated, "value": values})


def _interval(points: FittedPoints | None) -> str:
    """The interval of fitted points, or that they were kept."""
    return "as before" if points is None else f"{_plain(points.low)} to {_plain(points.high)}"


def _plain(points: float) -> int | float:
    return int(points) if points == int(points) else points
