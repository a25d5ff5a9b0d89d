"""The lines of an intake report, each with the figure of the snapshot before."""

import pytest

from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.intake import IntakeLine, intake_lines, share_of, without_details
from monitor.web.read_model.snapshot import SnapshotView
from tests.monitor.conftest import Home

from ..conftest import remove_report


def lines_of(home: Home) -> tuple[IntakeLine, ...]:
    cache = SnapshotCache(home.store)
    week = cache.week()
    assert week is not None
    lines = intake_lines(week, cache.before(week))
    assert lines is not None
    return lines


def test_every_figure_stands_next_to_the_one_before(service: Home) -> None:
    lines = {(line.table, line.column, line.measure): line for line in lines_of(service)}
    rejected = lines["cases", "", "rejected"]
    assert (rejected.count, rejected.out_of, rejected.last_count, rejected.last_out_of) == (2, 22, 2, 22)
    unmatched = lines["cases", "om_code", "unmatched"]
    assert (unmatched.count, unmatched.out_of, unmatched.last_count, unmatched.last_out_of) == (1, 19, 1, 19)
    assert lines["cases", "setting", "rejected because"].last_count is None


def test_a_column_that_went_missing_stands_next_to_what_it_held(service: Home) -> None:
    gone = IntakeLine("cases", "rosh", "missing column", "", 0, 22, None, None)
    before = IntakeLine("cases", "rosh", "filled", "", 21, 22, None, None)

    class Week(SnapshotView):
        """A snapshot with one line in its report."""

        def __init__(self, line: IntakeLine) -> None:
            super().__init__(service.store, service.newest)
            self.memo.get(("intake lines",), lambda: (line,))

    assert intake_lines(Week(gone), Week(before)) == (IntakeLine("cases", "rosh", "missing column", "", 0, 22, 21, 22),)


def test_the_first_snapshot_stands_next_to_none(service: Home, week: SnapshotView) -> None:
    lines = intake_lines(week, None)
    assert lines is not None
    assert {line.last_count for line in lines if line.measure in ("read", "rejected")} == {None}
    assert {line.last_count for line in lines if line.measure == "accepted"} == {1, 2, 4, 7, 20}


def test_a_snapshot_without_a_report_has_no_lines(home: Home) -> None:
    remove_report(home)
    week = SnapshotCache(home.store).week()
    assert week is not None
    assert intake_lines(week, None) is None


def test_without_details_what_the_source_holds_is_one_count_for_each_column() -> None:
    def line(measure: str, detail: str, count: int) -> IntakeLine:
        return IntakeLine("cases", "rosh", measure, detail, count, 10, None, None)

    lines = (
        line("mapped", "High -> high", 3),
        line("mapped", "Low -> low", 4),
        line("rejected because", "is not one of low, high: 'x'", 2),
        line("heading", "Risk of serious harm", 10),
        line("unused heading", "Surname", 10),
        line("date format", "dd/mm/yyyy", 10),
    )
    assert without_details(lines) == (
        line("mapped", "", 7),
        line("rejected because", "", 2),
        line("heading", "", 10),
        line("date format", "dd/mm/yyyy", 10),
    )


@pytest.mark.parametrize(
    ("count", "out_of", "share"), [(1, 4, 25.0), (0, 4, 0.0), (None, 4, None), (1, None, None), (0, 0, None)]
)
def test_a_share_is_known_where_both_numbers_are(count: int | None, out_of: int | None, share: float | None) -> None:
    assert share_of(count, out_of) == share
