"""A stored snapshot derived again: it agrees as it was kept, and any change to it shows."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.operations.checks.verify import verify
from monitor.operations.retention import apply_retention
from monitor.snapshots.archive import ArchiveDamaged, keep

from ...conftest import AS_AT, NOW, WEEK, Answer, Home, HomeLike, Template, little_london
from ...extracts.damage import full_extract
from ...extracts.small import a_case, write_csv
from ...extracts.wmt.book import SPECIMEN

Program = Callable[..., Answer]


def alter(home: Home, statement: str) -> None:
    with home.store.engine.begin() as connection:
        assert connection.execute(text(statement), {"newest": home.newest.id}).rowcount == 1


def archived_file(home: Home, name: str) -> Path:
    query = text("SELECT sha256 FROM archived_frame WHERE snapshot_id = :newest AND name = :name")
    with home.store.engine.connect() as connection:
        sha256: str = connection.execute(query, {"newest": home.newest.id, "name": name}).scalar_one()
    return home.settings.archive / sha256[:2] / f"{sha256}.parquet"


def test_a_snapshot_agrees_with_what_its_rows_and_policy_give(home: Home, hotspots: Program) -> None:
    answer = hotspots("verify", home=home)
    assert (answer.status, answer.err) == (0, "")
    named, _, agree = answer.out.partition(": ")
    assert named == "snapshot for 2026-11-20, revision 1"
    figures, _, words = agree.partition(" ")
    assert words == "figures checked, all agree with its rows and policy\n"
    assert figures == f"{int(figures.replace(',', '')):,}"
    assert int(figures.replace(",", "")) > 1_000


def test_every_stored_figure_that_was_altered_is_named(home: Home) -> None:
    unit = "UPDATE unit_workload SET {} WHERE snapshot_id = :newest AND level = {} AND code = {}"
    alter(home, unit.format("case_points = case_points + 0.5", "'team'", "'T1'"))
    alter(home, unit.format("capacity_percentage = 0", "'offender_manager'", "'M6'"))
    alter(home, "DELETE FROM hotspot WHERE snapshot_id = :newest AND rule = 'over_threshold' AND level = 'office'")
    alter(
        home, "UPDATE timeliness SET on_time = 1 WHERE snapshot_id = :newest AND level = 'all' AND rule = 'rosh_review'"
    )
    assert verify(home.store, home.newest).differences == [
        "workload: ('team', 'T1') case_points: stored 4580.5, derived 4580.0",
        "workload: ('offender_manager', 'M6') capacity_percentage: stored 0.0, derived None",
        "hotspots: 1 rows are only on one side, the first ('over_threshold', 'office', 'O1')",
        "timeliness: ('all', 'all', 'rosh_review') on_time: stored 1, derived 0",
    ]


def test_an_altered_policy_is_noticed(home: Home) -> None:
    alter(
        home,
        'UPDATE snapshot SET policy_json = replace(policy_json, \'"licence"\\:"85"\', \'"licence"\\:"185"\')'
        " WHERE id = :newest",
    )
    differences = verify(home.store, home.newest).differences
    assert differences[0] == "policy: the stored numbers do not have the stored fingerprint"
    assert "cases: X000101 tier_points: stored 85.0, derived 185.0" in differences


def test_an_altered_rule_and_an_altered_number_of_the_forecast_are_noticed(home: Home) -> None:
    stored = (home.newest.rules_json, home.newest.forecast_json)
    for column, old, new in (
        ("rules_json", '"clear_below"\\: 105', '"clear_below"\\: 106'),
        ("forecast_json", '"overdue_end_weeks"\\:3', '"overdue_end_weeks"\\:4'),
    ):
        alter(home, f"UPDATE snapshot SET {column} = replace({column}, '{old}', '{new}') WHERE id = :newest")
        first = verify(home.store, home.newest).differences[0]
        assert first == "rules: the stored numbers do not have the stored fingerprint"
        alter(home, f"UPDATE snapshot SET {column} = replace({column}, '{new}', '{old}') WHERE id = :newest")
        assert (home.newest.rules_json, home.newest.forecast_json) == stored


@pytest.mark.parametrize("table", ["extract_cases", "overdue", "rejected"])
def test_a_damaged_file_of_the_archive_is_found(home: Home, table: str) -> None:
    path = archived_file(home, table)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(ArchiveDamaged, match=f"{path.name}: altered since it was stored"):
        verify(home.store, home.newest)


def test_a_damaged_archive_ends_the_program_with_status_1_in_words(home: Home, hotspots: Program) -> None:
    archived_file(home, "extract_cases").unlink()
    answer = hotspots("verify", home=home)
    assert (answer.status, answer.out) == (1, "")
    assert answer.err.startswith("ArchiveDamaged: ")
    assert "missing from the archive; restore it from a backup" in answer.err


def test_a_snapshot_still_agrees_when_policies_changed_and_the_past_grew(home: Home, tmp_path: Path) -> None:
    third = home.newest
    changed = tmp_path / "config"
    shutil.copytree(home.settings.config, changed)
    weights = changed / "weightings" / "london-2009.yaml"
    weights.write_text(weights.read_text(encoding="utf-8").replace("licence: 85", "licence: 185"), encoding="utf-8")
    home.settings = home.with_settings(config=changed)
    corrected = write_csv(tmp_path / "corrected", little_london(cases=[a_case("X000201")]))
    again = home.take(corrected, AS_AT - WEEK, proposes=False)
    after = home.take(home.extract, AS_AT + WEEK, proposes=False)
    assert again.policy_fingerprint != third.policy_fingerprint
    for snapshot in (third, again, after):
        assert verify(home.store, snapshot).differences == []


def test_a_limit_that_was_altered_is_noticed(home: Home) -> None:
    old, new = '"limit"\\: 50', '"limit"\\: 51'
    alter(home, f"UPDATE snapshot SET limits_json = replace(limits_json, '{old}', '{new}') WHERE id = :newest")
    differences = verify(home.store, home.newest).differences
    assert differences[0] == "rules: the stored numbers do not have the stored fingerprint"
    assert [line for line in differences if line.startswith("limits: ") and "stored 50.0, derived 51.0" in line]


LATER = ("firmness", "limits", "team_types", "staffing", "people_seen", "cause_rows", "causes", "standing_causes")
"""Frames that snapshots of earlier versions lack."""


def test_a_snapshot_from_before_some_frames_existed_agrees_without_them(home: Home) -> None:
    number = home.newest.id or 0
    figures = sum(home.store.archived_frame(number, name).size for name in LATER)
    whole = verify(home.store, home.newest)
    for name in LATER:
        alter(home, f"DELETE FROM archived_frame WHERE snapshot_id = :newest AND name = '{name}'")
    verdict = verify(home.store, home.newest)
    assert verdict.differences == []
    assert 0 < verdict.figures == whole.figures - figures


def take_next_week(home: Home) -> None:
    """Take the next week, in which a case arrived and one ended."""
    tables = little_london(cases=[a_case("X000201")])
    tables["cases"] = [case for case in tables["cases"] if case["crn"] != "X000001"]
    day = AS_AT + WEEK
    home.take(write_csv(Path(home.extract).parent / day.isoformat(), tables), day, proposes=False)


@pytest.fixture(scope="module")
def _week_later(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("week_later"), take_next_week, _three_weeks)


@pytest.fixture
def later(_week_later: Template, home_like: HomeLike) -> Home:
    """The home with a week more."""
    return home_like(_week_later)


def test_altered_causes_are_named(later: Home) -> None:
    named = {
        "cause_rows": "cause_rows: (1, 'arrivals', 'X000201', ",
        "causes": "causes: (1, 'all', 'all', 'arrivals') points: stored ",
        "standing_causes": "standing_causes: ('all', 'all', 'duties') points: stored ",
    }
    for name in named:
        frame = later.store.archived_frame(later.newest.id or 0, name)
        sha256 = keep(later.settings.archive, frame.assign(points=frame["points"] + 1))
        alter(later, f"UPDATE archived_frame SET sha256 = '{sha256}' WHERE snapshot_id = :newest AND name = '{name}'")
    first: dict[str, str] = {}
    for difference in verify(later.store, later.newest).differences:
        first.setdefault(difference.partition(":")[0], difference)
    assert set(first) == set(named)
    for name, words in named.items():
        assert first[name].startswith(words)


def test_causes_are_given_once_the_rows_of_the_week_before_are_removed(later: Home) -> None:
    later.settings = later.with_settings(keep_cases_weeks=1)
    apply_retention(later.store, later.settings, NOW + 2 * WEEK)
    assert len(later.store.archived_frame(later.newest.id or 0, "causes")) > 0
    assert verify(later.store, later.newest).differences == []


def test_proposals_are_derived_again_and_an_altered_one_is_named(home: Home) -> None:
    number = home.newest.id or 0
    proposals = home.store.archived_frame(number, "proposals")
    assert len(proposals) == 1
    altered = keep(home.settings.archive, proposals.assign(over_after=proposals["over_after"] + 1))
    with home.store.engine.begin() as connection:
        query = text("UPDATE archived_frame SET sha256 = :sha256 WHERE snapshot_id = :newest AND name = 'proposals'")
        connection.execute(query, {"sha256": altered, "newest": number})
    (difference,) = verify(home.store, home.newest).differences
    assert difference.startswith("proposals: C1 over_after: stored ")


def test_a_run_whose_terms_have_faults_goes_on_without_proposals_and_agrees(home: Home) -> None:
    broken = home.settings.home.parent / "config"
    shutil.copytree(home.settings.config, broken)
    (broken / "proposals.yaml").write_text("title: nothing else", encoding="utf-8")
    home.settings = home.with_settings(config=broken)
    taken = home.take(write_csv(home.settings.home.parent / "again", little_london(cases=[a_case("X000999")])))
    assert (taken.revision, taken.proposals_json) == (2, "")
    assert not home.store.has_archived(taken.id or 0, "proposals")
    assert verify(home.store, taken).differences == []


def test_a_workbook_of_the_national_tool_agrees_with_the_hours_that_were_assumed(new_home: Home) -> None:
    snapshot = new_home.take(str(SPECIMEN), policy="wmt")
    assert new_home.store.archived_frame(snapshot.id or 0, "findings")["finding"].eq("hours_assumed").any()
    assert verify(new_home.store, snapshot).differences == []


def test_an_extract_with_every_column_agrees_under_modern_tiers_and_others_beside_them(
    new_home: Home, tmp_path: Path
) -> None:
    tables = full_extract()
    for number, case in enumerate(tables["cases"]):
        case["tier"] = ("A3", "B2", "C1S", "D")[number % 4]
    extract = write_csv(tmp_path / "full", tables)
    snapshot = new_home.take(extract, policy="modern", also=("wmt", "london-2009"))
    findings = new_home.store.archived_frame(snapshot.id or 0, "findings")
    assert findings["finding"].eq("tier_differs").any()
    assert len(new_home.store.archived_frame(snapshot.id or 0, "oversight"))
    assert verify(new_home.store, snapshot).differences == []
