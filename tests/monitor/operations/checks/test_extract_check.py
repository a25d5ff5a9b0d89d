"""An extract judged without taking a snapshot: as a run would, for the date it is of, in lines for people."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.extracts import NO_INSISTENCE, ExtractRefused, Insistence
from monitor.operations.checks.extract_check import date_of, describe_intake, judge_extract

from ...conftest import AS_AT, WEEK, Answer, Home, everything_in, little_london
from ...extracts.small import a_case, csv_files, write_csv, write_folder

Program = Callable[..., Answer]
TODAY = date(2026, 11, 23)
NEXT = AS_AT + WEEK
MAP = "cases: {crn: Case Ref No, values: {tier: {four: '4'}}}"


def without_rosh(folder: Path) -> str:
    tables = little_london()
    tables["cases"] = [{key: value for key, value in row.items() if key != "rosh"} for row in tables["cases"]]
    return write_csv(folder, tables)


@pytest.mark.parametrize(
    ("name", "manifest", "day"),
    [
        ("extract", None, TODAY),
        ("extract", b'{"as_at": "2026-11-13"}', date(2026, 11, 13)),
        ("2026-11-20", None, date(2026, 11, 20)),
        ("2026-11-20", b'{"as_at": "2026-11-13"}', date(2026, 11, 13)),
        ("2026-11-20", b'{"source": "case system"}', date(2026, 11, 20)),
        ("cases of 2026-11-20 v2", None, date(2026, 11, 20)),
        ("2026-13-45 then 2026-11-06", None, date(2026, 11, 6)),
        ("12026-11-20", None, TODAY),
        ("2026-11-201", None, TODAY),
        ("20261120", None, TODAY),
        # A manifest that cannot be read is a fault for the check to name, not for the date.
        ("2026-11-20", b"{", date(2026, 11, 20)),
    ],
)
def test_an_extract_is_of_the_date_of_its_manifest_its_name_or_today(
    name: str, manifest: bytes | None, day: date, new_home: Home, tmp_path: Path
) -> None:
    files = {"manifest.json": manifest} if manifest else {}
    assert date_of(write_folder(tmp_path / name, files), new_home.settings, TODAY) == day


def test_a_source_that_is_not_there_has_the_date_of_its_name(new_home: Home) -> None:
    assert date_of("nowhere/2026-11-20.zip", new_home.settings, TODAY) == date(2026, 11, 20)
    # Only the last part of a path names the extract.
    assert date_of("2026-11-20/nowhere.zip", new_home.settings, TODAY) == TODAY


def test_an_extract_is_judged_against_the_last_snapshot_if_there_is_one(
    home: Home, new_home: Home, tmp_path: Path
) -> None:
    source = without_rosh(tmp_path / "csv")
    with pytest.raises(ExtractRefused, match=r"cases\.rosh: the column is missing in cases\.csv; on 20 November 2026"):
        judge_extract(source, NEXT, home.settings, None, NO_INSISTENCE)
    insistence = Insistence(missing=("cases.rosh",))
    judged = judge_extract(source, NEXT, home.settings, None, insistence)
    assert judged.intake.gaps.missing == ("cases.rosh",)


def test_without_a_snapshot_an_extract_is_judged_by_itself_and_no_database_is_made(
    new_home: Home, tmp_path: Path
) -> None:
    new_home.store.engine.dispose()
    database = new_home.settings.home / "hotspots.db"
    database.unlink(missing_ok=True)
    judged = judge_extract(write_csv(tmp_path / "csv", little_london()), AS_AT, new_home.settings, None, NO_INSISTENCE)
    assert judged.rows["cases"] == 22
    assert not database.exists()


def test_an_accepted_extract_is_described_table_by_table(new_home: Home) -> None:
    judged = judge_extract(new_home.extract, AS_AT, new_home.settings, None, NO_INSISTENCE)
    lines = list(describe_intake(judged))
    assert lines[-1].startswith("note: This is the first extract, and it has no values for offender_managers.left_on, ")
    assert [line for line in lines[:-1] if not line.startswith(" ")] == [
        "organisation: 4 rows accepted, 0 rejected",
        "offender_managers: 7 rows accepted, 0 rejected",
        "cases: 20 rows accepted, 2 rejected",
        "assessments: 4 rows accepted, 1 rejected",
        "events: 1 row accepted, 0 rejected",
        "duties: 1 row accepted, 0 rejected",
        "reductions: 2 rows accepted, 0 rejected",
    ]
    of_cases = lines[lines.index("cases: 20 rows accepted, 2 rejected") + 1 :]
    # No case of this service has a risk level by Delius or an activity.
    assert of_cases[0].startswith(
        "  without values: activity, allocated_on, domestic_abuse, expected_end_on, rosh_delius"
    )
    assert of_cases[1].startswith("  rejected because: om_code: holds control characters, ")
    assert of_cases[1].endswith(" (1 row)")
    assert of_cases[2].startswith("  rejected because: setting: is not one of community, licence, custody")


def test_a_check_accepts_an_extract_and_stores_nothing(home: Home, hotspots: Program, tmp_path: Path) -> None:
    before = everything_in(home)
    answer = hotspots("check", "--extract", write_csv(tmp_path / str(NEXT), little_london()), home=home)
    assert (answer.status, answer.err.count("Traceback")) == (0, 0)
    lines = answer.out.splitlines()
    assert lines[0] == "organisation: 4 rows accepted, 0 rejected"
    assert lines[-1] == "no faults: a run would accept this extract as at 2026-11-27"
    assert everything_in(home) == before


def test_a_check_refuses_with_every_fault_and_exit_status_2(home: Home, hotspots: Program, tmp_path: Path) -> None:
    before = everything_in(home)
    tables = little_london()
    del tables["organisation"]
    tables["duties"] = []
    answer = hotspots("check", "--extract", write_csv(tmp_path / str(NEXT), tables), home=home)
    assert (answer.status, answer.out) == (2, "")
    assert "organisation: the table is missing" in answer.err
    assert "duties: the table is missing; on 20 November 2026 it had 1 row" in answer.err
    assert everything_in(home) == before
    nowhere = hotspots("check", "--extract", tmp_path / "nowhere", home=home)
    assert (nowhere.status, nowhere.out) == (2, "")
    assert "there is no such folder or file" in nowhere.err


def test_a_check_says_what_was_insisted_on(home: Home, hotspots: Program, tmp_path: Path) -> None:
    source = without_rosh(tmp_path / str(NEXT))
    refused = hotspots("check", "--extract", source, home=home)
    assert refused.status == 2
    assert "run again with --accept-missing cases.rosh" in refused.err
    answer = hotspots("check", "--extract", source, "--accept-missing", "cases.rosh", home=home)
    assert answer.status == 0
    assert (
        "note: Unlike earlier weeks, the extract has no values or far fewer for cases.rosh. "
        "Figures that need it are too low or missing." in answer.out.splitlines()
    )


def test_a_check_takes_its_date_from_the_option_the_manifest_the_name_or_the_clock(
    home: Home, hotspots: Program, tmp_path: Path
) -> None:
    files = csv_files(little_london())
    plain, named = write_folder(tmp_path / "plain", files), write_folder(tmp_path / "2026-11-25", files)
    stated = write_folder(tmp_path / "2026-11-26", files | {"manifest.json": b'{"as_at": "2026-11-24"}'})

    def day(*words: object) -> str:
        answer = hotspots("check", "--extract", *words, home=home)
        assert answer.status == 0, answer.err
        return answer.out.splitlines()[-1].rpartition(" ")[2]

    # The test's clock shows 22 November 2026.
    assert [day(plain), day(named), day(stated)] == ["2026-11-22", "2026-11-25", "2026-11-24"]
    assert day(named, "--as-at", "2026-11-27") == "2026-11-27"
    other = hotspots("check", "--extract", stated, "--as-at", "2026-11-27", home=home)
    assert other.status == 2
    assert "manifest.json: as_at is 2026-11-24, the snapshot asked for is 2026-11-27" in other.err


def test_a_check_reads_by_a_heading_map_and_names_its_faults(home: Home, hotspots: Program, tmp_path: Path) -> None:
    tables = little_london()
    change = {"crn": "Case Ref No"}
    tables["cases"] = [
        {change.get(key, key): "four" if value == "4" else value for key, value in row.items()}
        for row in tables["cases"]
    ]
    source = write_csv(tmp_path / str(NEXT), tables)
    columns = tmp_path / "headings.yaml"
    columns.write_text(MAP, encoding="utf-8")
    assert "cases.crn: the column is missing" in hotspots("check", "--extract", source, home=home).err
    answer = hotspots("check", "--extract", source, "--columns", columns, home=home)
    assert answer.status == 0, answer.err
    assert "  heading: crn: Case Ref No (22 rows)" in answer.out.splitlines()
    assert "  mapped: tier: four -> 4 (12 rows)" in answer.out.splitlines()
    # The map that is set counts where none is named.
    assert hotspots("check", "--extract", source, home=home, columns=columns).status == 0
    columns.write_text("cases: {crm: X}", encoding="utf-8")
    faulty = hotspots("check", "--extract", source, "--columns", columns, home=home)
    assert faulty.status == 2
    assert f"{columns}: cases.crm: is not one of crn, " in faulty.err


def test_a_check_of_a_later_week_counts_the_cases_that_swing(home: Home, hotspots: Program, tmp_path: Path) -> None:
    more = little_london(cases=[a_case("X000999", number_of_cases=500)])
    source = write_csv(tmp_path / str(NEXT + timedelta(1)), more)
    assert "--accept-swing" in hotspots("check", "--extract", source, home=home).err
    assert hotspots("check", "--extract", source, "--accept-swing", home=home).status == 0
