"""Every kind of change of the organisation in words, for the digest and for the history of a unit."""

from datetime import date

import pytest

from alerts.detection.organisation.model import ChangeKind, OrganisationChange, UnitName
from alerts.digest.organisation import ScopedChange, Side
from alerts.digest.sentences.organisation import change_line, history_line, move_line
from tiering.terms import Level

DAY = date(2026, 11, 20)


def places(*codes: str) -> tuple[UnitName, ...]:
    levels = (Level.OFFICE, Level.CLUSTER, Level.AREA)
    return tuple(
        UnitName(level=level, code=code, name=f"Name {code}") for level, code in zip(levels, codes, strict=True)
    )


def changed(kind: ChangeKind, code: str = "T2", previous: str = "T2", **more: object) -> OrganisationChange:
    """A change of the team T2, which was in O1 and C1 and is in O3 and C2 now."""
    names = {"name": "Birch team", "previous_name": "Birch team" if previous == code else "Fir team"}
    above = {"above": places("O3", "C2", "A1"), "previous_above": places("O1", "C1", "A1")}
    fields = {"kind": kind, "level": Level.TEAM, "code": code, "previous_code": previous, "points": 1204.4}
    return OrganisationChange.model_validate({**fields, **names, **above, **more})


@pytest.mark.parametrize(
    ("side", "words"),
    [
        (Side.CAME, "It brings 1,204 points."),
        (Side.LEFT, "It takes 1,204 points with it."),
        (Side.WITHIN, "It holds 1,204 points."),
    ],
)
def test_a_move_says_from_where_to_where_and_how_many_points_by_side(side: Side, words: str) -> None:
    line = change_line(ScopedChange(changed(ChangeKind.MOVED), side, has_points=True))
    assert line == f"Team T2 (Birch team) moved from Name O1 in Name C1 to Name O3 in Name C2. {words}"


def test_points_that_may_not_be_shown_are_left_out() -> None:
    line = change_line(ScopedChange(changed(ChangeKind.MOVED), Side.CAME, has_points=False))
    assert line == "Team T2 (Birch team) moved from Name O1 in Name C1 to Name O3 in Name C2."


@pytest.mark.parametrize(
    ("change", "line", "history"),
    [
        (
            changed(ChangeKind.RENAMED, previous_name="Elm"),
            "Team T2 is now called Birch team; it was Elm. Its history continues.",
            "Called Birch team since 20 November 2026; before that Elm.",
        ),
        (
            changed(ChangeKind.RECODED, previous="T1"),
            "Team T2 (Birch team) was Fir team (T1) before. Its history continues under the new code.",
            "Under the code T2 since 20 November 2026; before that Fir team (T1). Its history continues.",
        ),
        (
            changed(ChangeKind.SPLIT, previous="T1"),
            "Team T2 (Birch team) was formed from Fir team (T1).",
            "Formed from Fir team (T1) on 20 November 2026. Its history starts on that day.",
        ),
        (
            changed(ChangeKind.MERGED, previous="T1"),
            "Team T1 (Fir team) ended. Most of its people or cases are now in Birch team (T2).",
            "Team T1 (Fir team) became a part of it on 20 November 2026.",
        ),
        (
            changed(ChangeKind.REUSED, previous_name="Elm"),
            "The code T2 now stands for another team, Birch team, with other people and cases; before it was Elm. "
            "Its figures start again with this snapshot.",
            "Since 20 November 2026 the code T2 stands for another team, with other people and cases; before that it "
            "was Elm. Its history starts on that day.",
        ),
        (
            changed(ChangeKind.NEW, previous="", previous_above=()),
            "Team T2 (Birch team) is new in Name O3.",
            "New on 20 November 2026.",
        ),
        (
            changed(ChangeKind.NEW, previous="", level=Level.AREA, above=(), previous_above=()),
            "Area T2 (Birch team) is new.",
            "",
        ),
        (changed(ChangeKind.GONE, above=()), "Team T2 (Birch team) is no longer in the extract.", ""),
        (
            changed(ChangeKind.MOVED, name=""),
            "Team T2 (T2) moved from Name O1 in Name C1 to Name O3 in Name C2.",
            "In Name O3 in Name C2 since 20 November 2026; before that in Name O1 in Name C1. The weeks before are of "
            "the same team.",
        ),
    ],
)
def test_every_kind_in_words(change: OrganisationChange, line: str, history: str) -> None:
    assert change_line(ScopedChange(change, Side.WITHIN, has_points=False)) == line
    assert history_line(change, DAY, "team", "T2") == history


@pytest.mark.parametrize(("code", "is_told"), [("C1", True), ("C2", True), ("C3", False)])
def test_the_history_of_a_cluster_says_that_a_team_moved_in_or_out(code: str, is_told: bool) -> None:
    line = history_line(changed(ChangeKind.MOVED), DAY, "cluster", code)
    assert line.startswith("On 20 November 2026: Team T2 (Birch team) moved from") == is_told
    assert bool(line) == is_told
    assert history_line(changed(ChangeKind.RENAMED), DAY, "cluster", code) == ""


def test_a_team_says_that_its_office_moved() -> None:
    office = changed(ChangeKind.MOVED, level=Level.OFFICE, code="O1", previous="O1", name="Elm office")
    assert move_line(office, DAY).startswith("Office O1 (Elm office), which it belongs to, moved from")
