"""How often the offender manager of a person changed in a year of stored weeks."""

from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from monitor.operations.retention import apply_retention
from monitor.snapshots.archive import path_of
from monitor.snapshots.tables import ArchivedFrame
from monitor.snapshots.weeks.holders import HolderChanges, count_changes, read_holder_changes
from tests.monitor.conftest import AS_AT, NOW, WEEK, Home, HomeLike, Template
from tests.work import count_calls

from ...extracts.small import a_case, a_post, a_team, an_assessment, write_csv


def week_of(*rows: tuple[str, str | None, int]) -> pa.Table:
    frame = pd.DataFrame(rows, columns=["crn", "om_code", "number_of_cases"])
    return pa.Table.from_pandas(frame.astype({"crn": "str", "om_code": "str"}), preserve_index=False)


def changes_of(*holders: str | None) -> int:
    """Changes of a case over weeks: its holder, none for no one, or "-" for a week in which the case is not there."""
    weeks = [week_of(("Y", "Q", 1), *([] if holder == "-" else [("X", holder, 1)])) for holder in holders]
    return int(count_changes(["X"], weeks)[0])


@pytest.mark.parametrize(
    ("holders", "changes"),
    [
        (("A",), 0),
        (("A", "A", "A"), 0),
        (("A", "B", "B"), 1),
        (("A", "B", "A"), 2),
        (("A", "B", "C", "A"), 3),
        (("A", None, "A"), 0),
        (("A", None, None, "B"), 1),
        ((None, "A", None), 0),
        ((None, None), 0),
        (("A", "-", "B"), 1),
        (("A", "-", None, "A"), 0),
        (("-", "-", "A"), 0),
    ],
)
def test_a_change_is_another_holder_than_the_last_one(holders: tuple[str | None, ...], changes: int) -> None:
    assert changes_of(*holders) == changes


def test_a_row_that_stands_for_several_cases_says_nothing() -> None:
    weeks = [week_of(("X", "A", 1)), week_of(("X", "B", 3)), week_of(("X", "A", 1)), week_of(("X", "C", 0))]
    assert count_changes(["X"], weeks).tolist() == [0]


def test_cases_are_counted_in_the_order_asked_for_and_no_others() -> None:
    weeks = [week_of(("X", "A", 1), ("Z", "A", 1)), week_of(("Z", "B", 1), ("Y", "A", 1), ("X", "A", 1))]
    assert count_changes(["Z", "new", "X"], weeks).tolist() == [1, 0, 0]
    assert count_changes([], weeks).tolist() == []


@given(st.lists(st.sampled_from(["A", "B", "C", None, "-"]), max_size=12))
def test_the_count_is_that_of_a_walk_through_the_weeks(holders: list[str | None]) -> None:
    known = [holder for holder in holders if holder not in (None, "-")]
    assert changes_of(*holders) == sum(earlier != later for earlier, later in pairwise(known))


def pass_on(home: Home) -> None:
    """Take four weeks, one of them missing, in which one case goes from P1 to P2 to P3."""
    for back, om_code in ((4, "P1"), (3, "P2"), (1, None), (0, "P3")):
        tables = {
            "organisation": [a_team("T1")],
            "offender_managers": [a_post("P1", "T1"), a_post("P2", "T1"), a_post("P3", "T1")],
            "cases": [a_case("X1", om_code=om_code, team_code="T1"), a_case("X2", om_code="P1", team_code="T1")],
            "assessments": [an_assessment("X1")],
        }
        home.take(write_csv(Path(home.extract).with_name(f"week {back}"), tables), AS_AT - back * WEEK, proposes=False)


@pytest.fixture(scope="module")
def _passed_on(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("passed_on"), pass_on)


@pytest.fixture
def passed_on(_passed_on: Template, home_like: HomeLike) -> Home:
    return home_like(_passed_on)


def read(home: Home, as_at: date = AS_AT) -> HolderChanges:
    snapshot = home.store.newest(as_at)
    assert snapshot is not None
    return read_holder_changes(home.store, snapshot.id or 0, as_at)


def test_the_stored_weeks_of_a_year_are_read(passed_on: Home) -> None:
    changes = read(passed_on)
    assert (changes.counts["X1"], changes.counts["X2"], changes.weeks) == (2, 0, 4)


def test_what_comes_later_does_not_count(passed_on: Home) -> None:
    changes = read(passed_on, AS_AT - 3 * WEEK)
    assert (changes.counts["X1"], changes.weeks) == (1, 2)


def test_weeks_whose_rows_were_removed_are_left_out(passed_on: Home) -> None:
    passed_on.settings = passed_on.with_settings(keep_cases_weeks=2)
    apply_retention(passed_on.store, passed_on.settings, NOW + timedelta(days=1))
    changes = read(passed_on)
    assert (changes.counts["X1"], changes.weeks) == (0, 2)


def test_a_damaged_week_is_left_out(passed_on: Home) -> None:
    middle = passed_on.store.newest(AS_AT - 3 * WEEK)
    assert middle is not None
    with Session(passed_on.store.engine) as session:
        entry = session.get_one(ArchivedFrame, (middle.id, "cases"))
    path_of(passed_on.store.archive, entry.sha256).unlink()
    changes = read(passed_on)
    assert (changes.counts["X1"], changes.weeks) == (1, 3)


def test_no_week_is_no_change(home: Home) -> None:
    changes = read_holder_changes(home.store, 0, AS_AT - 10 * WEEK)
    assert (len(changes.counts), changes.weeks) == (0, 0)


def test_the_cases_of_a_large_service_are_counted_at_once() -> None:
    draws = np.random.Generator(np.random.PCG64(1))
    calls = []
    for cases in (100, 36_000):
        crns = [f"X{number:06d}" for number in range(cases)]
        weeks = [
            pa.table(
                {"crn": crns, "om_code": draws.integers(0, 900, cases).astype(str), "number_of_cases": [1] * cases}
            )
            for _ in range(4)
        ]
        assert count_changes(crns, weeks).max() == 3
        calls.append(count_calls(partial(count_changes, crns, weeks)))
    assert calls[0] == calls[1]
