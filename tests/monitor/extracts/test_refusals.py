"""When a whole extract is refused, and what the refusal says."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from monitor.extracts import AcceptanceLimits, ExtractRefused, FaultLines, Insistence, LastWeek

from .small import (
    Tables,
    a_case,
    a_duty,
    an_assessment,
    csv_files,
    read,
    small,
    small_with,
    write_csv,
    write_folder,
)


def refused(source: str, **rest: object) -> list[str]:
    with pytest.raises(ExtractRefused) as refusal:
        read(source, **rest)
    assert str(refusal.value) == "\n".join(refusal.value.faults)
    return refusal.value.faults


def with_bad_assessments(good: int, bad: int) -> Tables:
    rows = [an_assessment("X1")] * good + [an_assessment("X1", kind=f"chat {n}") for n in range(bad)]
    return small() | {"assessments": rows}


def test_a_table_with_more_rejected_rows_than_the_share_and_the_number_allowed_is_refused(tmp_path: Path) -> None:
    faults = refused(write_csv(tmp_path, with_bad_assessments(good=489, bad=11)))
    assert len(faults) == 2
    assert faults[0].startswith("assessments.kind: 11 of 500 rows in assessments.csv are rejected: is not one of rosh_")
    assert "'chat 0' (line 491), 'chat 1' (line 492), 'chat 2' (line 493); map them under values:" in faults[0]
    assert "--columns" in faults[0]
    assert faults[1] == (
        "assessments.csv: 11 of 500 rows are rejected (2.2%); more than 10 rows and 2.0% of a table are not allowed"
    )


@pytest.mark.parametrize(("good", "bad"), [(0, 2), (2, 2), (3, 10)])
def test_half_of_a_table_is_refused_however_small_it_is(tmp_path: Path, good: int, bad: int) -> None:
    faults = refused(write_csv(tmp_path, with_bad_assessments(good, bad)))
    assert faults[0].startswith(f"assessments.kind: {bad} of {good + bad} rows")
    assert faults[1].endswith("half of a table is not allowed, however small it is")


def test_half_of_the_values_of_a_column_are_refused_however_few_they_are(tmp_path: Path) -> None:
    cases = [a_case(f"Y{n}", mappa_level=None) for n in range(300)]
    some = [a_case(f"Z{n}", mappa_level=level) for n, level in enumerate(["1", "L1", "L2"])]
    tables = small() | {"cases": [a_case("X1", mappa_level=None), *cases, *some]}
    tables["assessments"], tables["events"] = [an_assessment("X1")], []
    faults = refused(write_csv(tmp_path, tables))
    assert faults[0].startswith("cases.mappa_level: 2 of 304 rows in cases.csv are rejected: is not one of 1, 2, 3")
    assert faults[1].endswith("; half of the values of mappa_level are not allowed")


@pytest.mark.parametrize(("good", "bad"), [(11, 10), (539, 11), (589, 12)])
def test_few_rejected_rows_or_a_small_share_of_them_are_no_reason_to_refuse(
    tmp_path: Path, good: int, bad: int
) -> None:
    assert len(read(write_csv(tmp_path, with_bad_assessments(good, bad))).rejected) == bad


def test_a_share_is_exact(tmp_path: Path) -> None:
    source = write_csv(tmp_path, with_bad_assessments(good=486, bad=14))
    for share in (Decimal("0.028"), 0.028):
        assert len(read(source, limits=AcceptanceLimits(rejected_share=share)).rejected) == 14
    assert refused(source, limits=AcceptanceLimits(rejected_share=0.0279))


def test_a_row_with_several_faults_counts_once_for_the_share(tmp_path: Path) -> None:
    bad = [an_assessment("X9", kind="chat", completed_on="?", similarity=n + 2) for n in range(2)]
    assert len(read(write_csv(tmp_path, small_with(assessments=bad))).rejected) == 8


def test_limits_may_be_set_tighter(tmp_path: Path) -> None:
    source = write_csv(tmp_path, with_bad_assessments(good=3, bad=1))
    assert "1 of 4 rows in assessments.csv are rejected" in refused(source, limits=AcceptanceLimits(rejected_rows=0))[0]


def test_an_extract_of_no_teams_or_no_cases_is_refused(tmp_path: Path) -> None:
    files = csv_files(small())
    files["cases.csv"] = files["cases.csv"].partition(b"\n")[0]
    files["assessments.csv"] = files["assessments.csv"].partition(b"\n")[0] + b"\n"
    assert refused(write_folder(tmp_path / "a", files))[0] == "cases: no row is accepted"
    files["organisation.csv"] = files["organisation.csv"].partition(b"\n")[0] + b"\n"
    assert "organisation, cases: no row is accepted" in refused(write_folder(tmp_path / "b", files))


def test_a_case_count_that_swings_too_far_is_refused(tmp_path: Path) -> None:
    source = write_csv(tmp_path, small() | {"cases": [a_case("X1", number_of_cases=99), a_case("X4")]})
    for last_cases in (0, 84, 100, 125):
        read(source, last=LastWeek(cases=last_cases))
    assert refused(source, last=LastWeek(cases=126)) == [
        "cases: 100 cases against 126 in the last snapshot, a change of 20.6% where 20.0% is allowed; "
        "send the whole extract or, if the change is real, run again with --accept-swing"
    ]
    assert "a change of 20.5%" in refused(source, last=LastWeek(cases=83))[0]
    read(source, last=LastWeek(cases=83), insistence=Insistence(swing=True))
    read(source, last=LastWeek(cases=83), limits=AcceptanceLimits(swing_share=0.21))


def test_an_extract_older_than_allowed_is_refused_by_the_newest_work_in_it(tmp_path: Path) -> None:
    tables = small_with(assessments=[an_assessment("X1", completed_on=date(2026, 11, 8))])
    tables["duties"] = [a_duty(starts_on=date(2026, 11, 2)), a_duty(starts_on=date(2026, 11, 23))]
    tables["reductions"] = []
    source = write_csv(tmp_path, tables)
    read(source, limits=AcceptanceLimits(maximum_age_days=14))
    assert refused(source, limits=AcceptanceLimits(maximum_age_days=13)) == [
        "the extract is 14 days old on 2026-11-22 (the newest date of work in it is 2026-11-08), "
        "more than the 13 allowed; send a newer extract"
    ]


def test_the_age_of_an_extract_with_a_manifest_is_by_its_date(tmp_path: Path) -> None:
    files = csv_files(small()) | {"manifest.json": b'{"as_at": "2026-11-01"}'}
    faults = refused(write_folder(tmp_path, files), limits=AcceptanceLimits(maximum_age_days=20))
    assert "the extract is 21 days old on 2026-11-22 (the manifest's as_at is 2026-11-01)" in faults[1]
    assert len(refused(str(tmp_path), limits=AcceptanceLimits(maximum_age_days=21))) == 1


def told(source: str, **rest: object) -> FaultLines:
    with pytest.raises(ExtractRefused) as refusal:
        read(source, **rest)
    return refusal.value.told


def test_what_is_told_quotes_no_row(tmp_path: Path) -> None:
    found = told(write_csv(tmp_path, with_bad_assessments(good=489, bad=11)))
    assert found.count == 12
    assert found.lines[0].startswith("assessments.kind: 11 of 500 rows in assessments.csv are rejected: is not one of")
    assert ", for example lines 491, 492, 493; map them under values:" in found.lines[0]
    assert found.lines[1].startswith("assessments.csv: 11 of 500 rows are rejected (2.2%); more than 10 rows and 2.0%")
    assert not any("chat" in line for line in found.lines)


def test_each_kind_of_fault_is_named_once_with_its_rows(tmp_path: Path) -> None:
    tables = with_bad_assessments(good=3, bad=300)
    columns = [name for name in a_case("X") if name not in ("crn", "team_code", "om_code")]
    tables["cases"] += [a_case(f"Y{number}") | {name: "?"} for number, name in enumerate([*columns, "tier"])]
    faults = refused(write_csv(tmp_path, tables))
    kinds = [fault.partition(":")[0] for fault in faults if fault.startswith("cases.") and " rows in " in fault]
    assert kinds[0] == "cases.tier"
    assert sorted(kinds[1:]) == sorted(f"cases.{name}" for name in columns if name != "tier")
    assert any(fault.startswith("assessments.kind: 300 of 303 rows") for fault in faults)


def test_a_file_without_headings_has_its_first_row_told_by_nobody(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, csv_files(small()) | {"cases.csv": b"X000017,T1,X000017\nX000018,T1,X000019\n"})
    found = told(folder)
    assert "X000017" in "".join(refused(folder))
    assert "X000017" not in "".join(found.lines)
    assert "cases.csv: a heading stands there 2 times; keep one" in found.lines
    assert "cases.crn: the column is missing in cases.csv; add it, or map its heading with --columns" in found.lines
