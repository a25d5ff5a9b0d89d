"""What a planner settles about single cases in the list of moves, as changes of the scenario."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from monitor.redistribution.scenario.model import Change, Scenario

CASE_KINDS = ("pin", "bar", "move")
"""The kinds of changes that settle something about one case."""


class CaseMove(NamedTuple):
    """A move of a plan: which case goes to which post."""

    crn: str
    to_om_code: str
    to_team_code: str


class Edit(StrEnum):
    """What can be settled about a move of a plan: the case stays, never goes to this person, or goes there for good."""

    PIN = "pin"
    BAR = "bar"
    FIX = "fix"


class PlacedChange(NamedTuple):
    """A change and its place in the scenario, counted from 1."""

    place: int
    change: Change


def settle_moves(scenario: Scenario, edit: Edit, moves: Sequence[CaseMove]) -> Scenario:
    """Settle the same about each of some moves; what was settled before and contradicts it gives way."""
    changes = list(scenario.changes)
    for move in moves:
        changes = _with_change(changes, _change_of(edit, move))
    return scenario.model_copy(update={"changes": tuple(changes)})


def leave_out(scenario: Scenario, om_code: str) -> Scenario:
    """Settle that a person neither gives nor takes a case."""
    change = Change.model_validate({"pin": {"om_code": om_code}})
    changes = scenario.changes if change in scenario.changes else (*scenario.changes, change)
    return scenario.model_copy(update={"changes": changes})


def without_change(scenario: Scenario, place: int) -> Scenario:
    """Take the change at a place, counted from 1, out of the scenario."""
    changes = (*scenario.changes[: place - 1], *scenario.changes[place:])
    return scenario.model_copy(update={"changes": changes})


def settled_cases(scenario: Scenario) -> Iterator[PlacedChange]:
    """Find the changes that settle something about one case or leave a person out, in their order."""
    for place, change in enumerate(scenario.changes, start=1):
        if change.kind in CASE_KINDS:
            yield PlacedChange(place, change)


def crn_of(change: Change) -> str | None:
    """The case that a change settles something about; None for one that leaves a person out."""
    crn: str | None = change.what.crn
    return crn


def _change_of(edit: Edit, move: CaseMove) -> Change:
    contents = {
        Edit.PIN: {"pin": {"crn": move.crn}},
        Edit.BAR: {"bar": {"crn": move.crn, "om_code": move.to_om_code}},
        Edit.FIX: {"move": move._asdict()},
    }
    return Change.model_validate(contents[edit])


def _with_change(changes: Sequence[Change], new: Change) -> list[Change]:
    if any(_settles_the_same(earlier, new) for earlier in changes):
        return list(changes)
    return [*(earlier for earlier in changes if not _gives_way(earlier, new)), new]


def _settles_the_same(earlier: Change, new: Change) -> bool:
    """Whether nothing is left to settle: the same pin or bar, for whatever reason, or the same move."""
    if earlier.kind != new.kind or earlier.what.crn != new.what.crn:
        return False
    if new.kind == "bar":
        return bool(earlier.what.om_code == new.what.om_code)
    return new.kind == "pin" or earlier == new


def _gives_way(earlier: Change, new: Change) -> bool:
    """Whether an earlier change of the same case contradicts a new one."""
    if earlier.kind not in CASE_KINDS or earlier.what.crn != new.what.crn:
        return False
    if "bar" in (earlier.kind, new.kind):
        return earlier.kind == "pin" or _receiver(earlier) == _receiver(new)
    return True


def _receiver(change: Change) -> str | None:
    """The person whom a move names or a bar keeps out; None for a pin."""
    code: str | None = {"move": "to_om_code", "bar": "om_code"}.get(change.kind)
    return getattr(change.what, code) if code else None
