"""One extract, read and checked: all its faults at once, or all that a snapshot is computed from."""

from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from alerts.intake_gaps import describe_gaps
from monitor.extracts import ExtractRefused, Insistence, LastWeek

from .small import (
    AS_AT,
    Tables,
    a_case,
    a_post,
    a_team,
    an_assessment,
    csv_files,
    read,
    small,
    small_with,
    write_csv,
    write_folder,
)
from .test_refusals import refused, with_bad_assessments


@pytest.mark.parametrize("table", ["organisation", "offender_managers", "cases", "assessments"])
def test_a_needed_table_that_is_missing_is_named_once(tmp_path: Path, table: str) -> None:
    tables = small()
    del tables[table]
    faults = refused(write_csv(tmp_path, tables))
    assert len(faults) == 1
    assert faults[0].startswith(f"{table}: the table is missing; add it, or map its name with --columns; here are")


def test_a_needed_column_that_is_missing_is_named_with_what_is_there(tmp_path: Path) -> None:
    tables = small()
    for row in tables["cases"]:
        del row["sentence_start"], row["crn"], row["tier"]
    faults = refused(write_csv(tmp_path, tables))
    assert [fault.partition(";")[0] for fault in faults] == [
        "cases.crn: the column is missing in cases.csv",
        "cases.sentence_start: the column is missing in cases.csv",
    ]
    assert "om_code, team_code, rosh" in faults[0]


def test_tier_inputs_are_read_if_there_are_any_and_an_extract_without_them_is_as_before(tmp_path: Path) -> None:
    tables = small()
    before = read(write_csv(tmp_path / "before", tables))
    assert "tier_inputs" not in set(before.intake.report["table"])
    assert before.caseload.tier_inputs.empty
    tables["tier_inputs"] = [{"crn": "X1", "mandate": True, "rsr": 7.5, "need_attitudes": "severe"}]
    after = read(write_csv(tmp_path / "after", tables))
    assert after.caseload.tables()["tier_inputs"][["crn", "mandate", "rsr", "need_attitudes"]].to_numpy().tolist() == [
        ["X1", True, 7.5, "severe"]
    ]
    assert after.content_hash != before.content_hash
    assert not any("tier_inputs" in gap for gap in describe_gaps(after.intake.gaps))


def test_every_fault_is_listed_not_just_the_first(tmp_path: Path) -> None:
    tables = with_bad_assessments(good=40, bad=12)
    tables["cases"] += [a_case("X5", tier="9")]
    files = csv_files(tables)
    del files["organisation.csv"]
    files["offender_managers.csv"] = b"om_code,om_name\nM1,\xff\n"
    files["events.csv"] = b"crn,kind\nX1,significant_change\n"
    files["manifest.json"] = b'{"as_at": "2026-11-15", "tables": {"reductions": {"rows": 9}}}'
    faults = refused(write_folder(tmp_path, files), last=LastWeek(cases=100))
    told = [
        "organisation: the table is missing",
        "offender_managers.csv: line 2, column om_name is not UTF-8 (byte 0xff)",
        "events.occurred_on: the column is missing in events.csv",
        "manifest.json: as_at is 2026-11-15, the snapshot asked for is 2026-11-22",
        "manifest.json: reductions: 9 rows are stated, 2 are there",
        "assessments.kind: 12 of 52 rows in assessments.csv are rejected: is not one of",
        "assessments.csv: 12 of 52 rows are rejected (23.1%); more than",
        "cases: 4 cases against 100 in the last snapshot, a change of 96.0%",
        "cases.tier: 1 of 5 rows in cases.csv are rejected: is not one of 1, 2, 3, 4: '9' (line 6)",
        "cases.csv: 1 of 5 rows are rejected (20.0%)",
    ]
    assert [fault[: len(start)] for fault, start in zip(faults, told, strict=True)] == told


def test_an_extract_without_assessments_is_accepted(tmp_path: Path) -> None:
    files = csv_files(small())
    files["assessments.csv"] = b"crn,kind,completed_on"
    assert read(write_folder(tmp_path, files)).rows["assessments"] == 0


def with_posts(*posts: tuple[str, str]) -> Tables:
    """The small extract with more posts, by team and officer, and their teams."""
    tables = small()
    tables["organisation"] += [a_team(team) for team in dict.fromkeys(team for team, _ in posts)]
    tables["offender_managers"] += [a_post(om_code, team) for team, om_code in posts]
    return tables


@pytest.mark.parametrize(
    ("posts", "code"),
    [
        ([("A/B", "C"), ("A", "B/C")], "A/B/C"),
        ([("A/", "/C"), ("A", "//C"), ("B", "C"), ("A//", "C")], "A///C"),
    ],
)
def test_posts_that_cannot_be_told_apart_by_their_code_refuse_the_extract_by_line(
    tmp_path: Path, posts: list[tuple[str, str]], code: str
) -> None:
    (fault,) = refused(write_csv(tmp_path, with_posts(*posts)))
    alike = [(line, post) for line, post in enumerate(posts, start=5) if "/".join(post) == code]
    assert len(alike) > 1
    for line, (team, om_code) in alike:
        assert f"line {line} (team_code {team!r}, om_code {om_code!r})" in fault
    assert f"have the same post code {code!r}; write the codes without '/'" in fault
    assert "'B'" not in fault


def test_a_refusal_of_posts_names_no_code_where_rows_are_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused) as refusal:
        read(write_csv(tmp_path, with_posts(("A/B", "C"), ("A", "B/C"))))
    (line,) = refusal.value.told.lines
    assert line.startswith("offender_managers.csv: lines 5, 6 have the same post code; write")
    assert refusal.value.told.count == 2


def test_a_code_may_hold_a_slash_where_every_post_has_a_code_of_its_own(tmp_path: Path) -> None:
    posts = [("A/B", "C"), ("A", "B/D"), ("A", "C")]
    accepted = read(write_csv(tmp_path, with_posts(*posts))).caseload.offender_managers
    assert set(posts) <= set(zip(accepted["team_code"], accepted["om_code"], strict=True))


def test_an_accepted_extract_says_where_it_is_from_and_what_was_left_out(tmp_path: Path) -> None:
    tables = small_with(assessments=[an_assessment("X1", kind="chat")])
    tables["cases"] = [row | {"Postcode": "N1"} for row in tables["cases"]]
    manifest = b'{"as_at": "2026-11-22", "source": "case system", "tables": {"cases": {"rows": 4}}}'
    files = csv_files(tables) | {"manifest.json": manifest}
    extract = read(write_folder(tmp_path, files))
    assert (extract.as_at_stated, extract.source_name) == (AS_AT, "case system")
    assert extract.unused == {"cases": ["Postcode"]}
    assert extract.rows == {name: len(rows) for name, rows in tables.items()}
    assert extract.rejected[["table", "line", "column", "value"]].to_numpy().tolist() == [
        ["assessments", 5, "kind", "chat"]
    ]
    hashes = {name: sha256(content).hexdigest() for name, content in files.items() if name != "manifest.json"}
    assert extract.source_hashes == hashes


def test_a_heading_that_holds_the_words_of_a_missing_column_is_asked_about_only_in_the_first_week(
    tmp_path: Path,
) -> None:
    tables = small()
    tables["cases"] = [
        {"Risk" if key == "rosh" else key: value for key, value in row.items()} for row in tables["cases"]
    ]
    source = write_csv(tmp_path, tables)
    (fault,) = refused(source)
    assert fault.startswith("cases.rosh: the column is missing in cases.csv, which has Risk: map the heading with")
    known = LastWeek(date(2026, 11, 15), cases=4, rows={"cases": 4})
    assert read(source, last=known).unused == {"cases": ["Risk"]}
    accepted = read(source, insistence=Insistence(missing=("cases.rosh",)))
    assert accepted.intake.gaps.missing == ("cases.rosh",)


def test_too_many_cases_without_a_post_are_reported_every_week(tmp_path: Path) -> None:
    cases = [a_case(f"X{number}", om_code="M9") for number in range(1, 31)]
    source = write_csv(tmp_path, small() | {"cases": cases})
    with pytest.raises(ExtractRefused, match=r"cases\.om_code: 30 of 30 cases"):
        read(source)
    week_after = LastWeek(date(2026, 11, 15), cases=30, unmatched_share=1.0)
    gaps = read(source, last=week_after).intake.gaps
    assert gaps.unmatched_accepted
    assert describe_gaps(gaps)[0].startswith("30 cases (100.0%, 100.0% last time) name an officer")
