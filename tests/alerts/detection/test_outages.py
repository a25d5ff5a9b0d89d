"""Recorded outages next to what is late: whose they are, what fell due then, and when they are no longer shown."""

from datetime import date

import pandas as pd
import pytest

from alerts.detection.outages import Outage, count_in_outages, outages_of
from tests.alerts.pictures import AS_AT, Team, organisation_of

TEAMS = organisation_of([Team("T11", "F11", "C1"), Team("T12", "F12", "C1"), Team("T21", "F21", "C2")])
FIRST, LAST = date(2026, 11, 3), date(2026, 11, 7)
WINDOW = 90


def an_event(starts_on: str = "2026-11-03", ends_on: str | None = "2026-11-07", **given: object) -> dict[str, object]:
    event = {"starts_on": pd.Timestamp(starts_on), "ends_on": pd.Timestamp(ends_on) if ends_on else pd.NaT}
    return event | {"level": "all", "code": "all", "kind": "outage", "quantity": None, "note": "OASys"} | given


def late(*items: tuple[str, str, bool]) -> pd.DataFrame:
    """Overdue assessments: team, due date, high RoSH."""
    columns = ["team_code", "due_on", "high_risk"]
    frame = pd.DataFrame(items, columns=columns).astype({"high_risk": bool})
    return frame.assign(due_on=pd.to_datetime(frame["due_on"]))


def outages(
    events: list[dict[str, object]], overdue: pd.DataFrame, teams: tuple[str, ...] = ("T11", "T12", "T21")
) -> tuple[Outage, ...]:
    counts = count_in_outages(pd.DataFrame(events), overdue, TEAMS, AS_AT, WINDOW)
    return outages_of(counts, teams)


def test_what_fell_due_on_its_first_to_its_last_day_counts() -> None:
    overdue = late(
        ("T11", "2026-11-02", True),
        ("T11", "2026-11-03", True),
        ("T11", "2026-11-07", False),
        ("T21", "2026-11-05", True),
        ("T21", "2026-11-08", True),
    )
    assert outages([an_event()], overdue) == (Outage(FIRST, LAST, "OASys", "", 3, 2),)
    assert outages([an_event()], overdue, ("T11", "T12")) == (Outage(FIRST, LAST, "OASys", "", 2, 1),)


def test_an_outage_of_a_unit_is_about_its_teams_alone() -> None:
    overdue = late(("T11", "2026-11-03", True), ("T21", "2026-11-05", True))
    local = an_event(level="cluster", code="C1")
    assert outages([local], overdue) == (Outage(FIRST, LAST, "OASys", "Cluster C1", 1, 1),)
    assert outages([local], overdue, ("T21",)) == ()
    assert outages([an_event(level="office", code="F99")], overdue) == ()


def test_an_outage_without_an_end_goes_on_until_now_and_one_to_come_is_not_shown() -> None:
    overdue = late(("T11", "2026-11-19", False))
    (outage,) = outages([an_event(ends_on=None), an_event("2026-11-21", "2026-11-22")], overdue)
    assert (outage.ends_on, outage.overdue, outage.high_risk_overdue) == (None, 1, 0)


@pytest.mark.parametrize(
    ("ends_on", "overdue", "shown"),
    [("2026-08-22", (), False), ("2026-08-23", (), True), ("2026-08-22", (("T11", "2026-08-21", True),), True)],
)
def test_an_old_outage_is_shown_while_something_that_fell_due_then_is_overdue(
    ends_on: str, overdue: tuple[tuple[str, str, bool], ...], shown: bool
) -> None:
    assert bool(outages([an_event("2026-08-20", ends_on)], late(*overdue))) is shown


def test_other_kinds_of_events_are_no_outages_and_the_first_to_start_comes_first() -> None:
    events = [an_event(note="nDelius"), an_event("2026-10-01", "2026-10-02"), an_event(kind="rebase")]
    assert [outage.what for outage in outages(events, late())] == ["OASys", "nDelius"]
