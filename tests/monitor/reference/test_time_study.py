"""A time study: what it may say, what is refused, and in which words."""

import hashlib
from pathlib import Path

import pytest

from monitor.reference.time_study import TimeStudy, load_time_study
from tiering.faults import ConfigFault

TIERS = ["1", "2", "untiered"]
ROW = "1,low,community,1.5"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "diary.csv"


def study(path: Path, *lines: str, headings: str = "tier,rosh,setting,hours") -> TimeStudy:
    path.write_text("\n".join([headings, *lines]) + "\n", encoding="utf-8")
    return load_time_study(path, TIERS)


def faults(path: Path, *lines: str, headings: str = "tier,rosh,setting,hours") -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        study(path, *lines, headings=headings)
    return [fault.removeprefix(f"{path}: ") for fault in caught.value.faults]


def test_rows_are_read_in_any_order_of_columns_and_others_are_left_out(path: Path) -> None:
    read = study(
        path, "jo,2,1.5,custody,1,high", "", "al,1,0,licence,untiered,low", headings="Who,Cases,HOURS,setting,tier,rosh"
    )
    assert read.rows.reset_index().to_numpy().tolist() == [
        [2, "1", "high", "custody", 1.5, 2],
        [4, "untiered", "low", "licence", 0.0, 1],
    ]
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert study(path, ROW).rows["cases"].tolist() == [1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("9,low,community,1.5", "tier: '9' is not known; write one of 1, 2, untiered"),
        ("1,hihg,community,1.5", "rosh: 'hihg' is not known (did you mean high?); write one of low, medium, high"),
        ("1,low,,1.5", "setting: is empty; write one of community, licence, custody"),
        ("1,low,community,", "hours: is empty; write hours a week for one case in plain digits, such as 1.5"),
        ("1,low,community,-1", "hours: '-1' is not a number; write hours a week"),
        ("1,low,community,1:30", "hours: '1:30' is not a number"),
        ("1,low,community,nan", "hours: 'nan' is not a number"),
        ("1,low,community,41", "hours: '41' is above 40; write hours a week for one case, not for all or a month"),
    ],
)
def test_each_fault_is_named_with_its_line_column_and_value(line: str, says: str, path: Path) -> None:
    (fault,) = faults(path, ROW, line)
    assert fault.startswith(f"line 3: {says}")


def test_all_faults_are_named_at_once(path: Path) -> None:
    lines = ("1,low,community,1.5,0", "9,9,9,9,", "1,low,community,1.5")
    assert [fault.partition(":")[0] for fault in faults(path, *lines, headings="tier,rosh,setting,hours,cases")] == [
        "line 2",
        "line 3",
        "line 3",
        "line 3",
        "line 3",
        "line 4",
    ]


def test_headings_that_are_missing_or_there_twice_are_named(path: Path) -> None:
    assert faults(path, "1", headings="tier") == [
        f"line 1: the heading {name} is missing; the headings are tier, rosh, setting, hours and, if the hours are the "
        "mean of several cases, cases"
        for name in ("rosh", "setting", "hours")
    ]
    twice = faults(path, "1,1,low,community,1", headings="tier,Tier,rosh,setting,hours")
    assert twice == ["line 1: the heading 'tier' stands there 2 times; keep one"]


def test_a_file_without_rows_or_that_is_not_there_is_refused(path: Path, tmp_path: Path) -> None:
    assert faults(path) == ["line 1: there is no row below the headings; write one for each case that was recorded"]
    with pytest.raises(ConfigFault, match="cannot be read: No such file or directory"):
        load_time_study(tmp_path / "none.csv", TIERS)
    path.write_bytes(b"")
    with pytest.raises(ConfigFault):
        load_time_study(path, TIERS)
