"""The extract that the watched place gives for a week, or why it gives none."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from monitor.extracts import USUAL_BOUNDS, ExtractRefused
from monitor.operations.watched_place.next_extract import NextExtract, describe_next, find_extract, source_faults
from monitor.operations.watched_place.place import NoExtract, WatchedPlace

from ...conftest import AS_AT, WEEK

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TODAY = MONDAY.date()


def place_with(folder: Path, *names: str) -> WatchedPlace:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("content")
    return WatchedPlace(str(folder), USUAL_BOUNDS)


def test_the_newest_extract_is_that_of_the_week_if_it_is_younger_than_seven_days(tmp_path: Path) -> None:
    place = place_with(tmp_path, "2026-11-17.zip")
    assert find_extract(place, MONDAY, TODAY) == NextExtract(f"{tmp_path}/2026-11-17.zip", date(2026, 11, 17))
    place_with(tmp_path, "2026-11-16.zip")
    (tmp_path / "2026-11-17.zip").unlink()
    with pytest.raises(NoExtract) as late:
        find_extract(place, MONDAY, TODAY)
    assert late.value.faults == [
        f"{tmp_path}/2026-11-16.zip: the newest extract is for 2026-11-16; "
        "none for the run due 2026-11-23 06:00 has arrived"
    ]


def test_what_was_passed_over_is_listed_if_nothing_else_is_there(tmp_path: Path) -> None:
    place = place_with(tmp_path, "~$2026-11-20.xlsx", "caseload.xlsx", "2026-11-20.zip.part")
    with pytest.raises(NoExtract) as nothing:
        find_extract(place, MONDAY, TODAY)
    assert nothing.value.faults == [
        f"{tmp_path}: holds no extract with its as-at date in its name, such as 2026-11-20; "
        "passed over: 2026-11-20.zip.part (still being written or downloaded), "
        "caseload.xlsx (no date such as 2026-11-20 in its name), "
        "~$2026-11-20.xlsx (a lock file: a program has the workbook open)",
    ]
    assert source_faults(place, None) == nothing.value.faults
    place_with(tmp_path, "2026-11-13.zip")
    with pytest.raises(NoExtract, match=r"(?s)newest extract is for 2026-11-13.*passed over: 2026-11-20\.zip\.part"):
        find_extract(place, MONDAY, TODAY)
    assert source_faults(place, None) == []


def test_what_is_not_clear_is_refused_in_its_own_week_only(tmp_path: Path) -> None:
    place = place_with(tmp_path, "2026-11-20.zip", "2026-11-20 (1).zip")
    with pytest.raises(ExtractRefused) as unclear:
        find_extract(place, MONDAY, TODAY)
    assert not isinstance(unclear.value, NoExtract)
    fault = "2 extracts for 2026-11-20: '2026-11-20 (1).zip', '2026-11-20.zip': move away all but the right one"
    assert unclear.value.faults == [f"{fault} (in {tmp_path})"]
    assert (source_faults(place, None), source_faults(place, AS_AT)) == (unclear.value.faults, [])
    with pytest.raises(NoExtract) as late:
        find_extract(place, MONDAY + WEEK, TODAY + WEEK)
    assert late.value.faults[0].startswith(f"{tmp_path}: the newest extract is for 2026-11-20; none for the run due")


def test_an_extract_that_is_dated_in_the_future_is_refused(tmp_path: Path) -> None:
    place = place_with(tmp_path, "2026-11-24.zip")
    with pytest.raises(ExtractRefused, match="is dated in the future; no later week could be taken: correct its name"):
        find_extract(place, MONDAY, TODAY)
    assert find_extract(place, MONDAY, date(2026, 11, 24)).as_at == date(2026, 11, 24)


def test_what_comes_next_is_described(tmp_path: Path) -> None:
    place = place_with(tmp_path, "2026-11-20.zip")
    assert describe_next(place, MONDAY, TODAY, AS_AT - WEEK) == [f"next is {tmp_path}/2026-11-20.zip, as at 2026-11-20"]
    assert describe_next(place, MONDAY, TODAY, None) == describe_next(place, MONDAY, TODAY, AS_AT - WEEK)
    assert describe_next(place, MONDAY, TODAY, AS_AT) == ["nothing newer than the snapshot for 2026-11-20"]
    place_with(tmp_path, "2026-11-20.xlsx")
    assert describe_next(place, MONDAY, TODAY, None)[0].startswith("2 extracts for 2026-11-20: ")
    assert describe_next(place, MONDAY, TODAY, AS_AT) == ["nothing newer than the snapshot for 2026-11-20"]


def test_a_place_that_cannot_be_read_is_described_too(tmp_path: Path) -> None:
    place = WatchedPlace(str(tmp_path / "nowhere"), USUAL_BOUNDS)
    assert describe_next(place, MONDAY, TODAY, None)[0].startswith(f"{tmp_path}/nowhere: cannot be read")
    assert source_faults(place, None)[0].startswith(f"{tmp_path}/nowhere: cannot be read")
