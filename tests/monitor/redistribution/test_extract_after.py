"""A plan carried out on the extract: the ordinary run then gives every figure that the plan has promised."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from monitor.extracts import ExtractRefused
from monitor.redistribution.extract_after import MADE_UP, write_extract_after
from monitor.redistribution.plan import Plan
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.results.tables.unit_figures import units_after
from monitor.run import Request, take_snapshot
from monitor.snapshots.exports.export import table_of
from tiering.faults import ConfigFault
from tiering.terms import Level

from ...clock import NOW
from ..conftest import AS_AT, NOBODY, Home, home_in
from ..extracts.wmt.book import book_of, owner, write_book
from .service import after, moves_of, plan_for

PROMISED = {
    "as it is": "",
    "away": "changes:\n  - absent: {om_code: P03, from: 2026-11-01, until: 2027-01-31}\n",
    "somebody joins, other hours": (
        "changes:\n  - joins: {team_code: T2, grade: PO, contracted_hours: 22.2}\n"
        "  - hours: {om_code: P05, team_code: T3, contracted_hours: 30.1}\n"
    ),
    "a team to another office": "changes:\n  - team: {team_code: T2, to_office: O2}\n",
    "a named move, somebody leaves": (
        "changes:\n  - move: {crn: X000001, to_om_code: P03, to_team_code: T2}\n"
        "  - leaves: {om_code: P05}\n  - leaves: {om_code: P03, team_code: T1}\n"
    ),
    "for a later day": (
        "plan_for: 2027-01-11\nchanges:\n  - absent: {om_code: P03, from: 2027-01-04}\n"
        "  - leaves: {om_code: P05, on: 2027-01-11}\n"
        "  - joins: {team_code: T2, grade: PO, contracted_hours: 37, on: 2026-12-01}\n"
    ),
    "few, over weeks, of more": (
        "changes:\n  - arrivals: {team_code: T3, tier: '4', rosh: high, setting: licence, cases: 4}\n"
        "  - pin: {om_code: P06}\n  - bar: {crn: X000003, om_code: P01}\n"
        "limits: {elective_moves: 3, intake: 2, weeks: 3}\n"
    ),
    "everything at once": (
        "changes:\n  - absent: {om_code: P02}\n"
        "  - joins: {team_code: T1, grade: PO, contracted_hours: 7.4, om_code: P06}\n"
        "  - hours: {om_code: P06, team_code: T3, contracted_hours: 11.1}\n  - leaves: {om_code: P07}\n"
        "  - widen: {team_type: omu, takes: [ppu]}\n  - team: {team_code: T3, to_office: O1}\n"
    ),
}
"""Scenarios, each with a change of its own."""


@pytest.fixture
def other(tmp_path: Path, own_environment: None) -> Iterator[Home]:
    """A home with nothing in it, beside the one the plan is of."""
    home = home_in(tmp_path / "other", NOBODY)
    yield home
    home.store.engine.dispose()


def agrees(plan: Plan, source: str, policy: str, out: Path, other: Home) -> None:
    """The plan carried out on the extract, taken as a snapshot elsewhere, is the plan, to the last point."""
    write_extract_after(plan, source, out)
    workload = table_of(other.store, other.take(str(out), policy=policy), "workload").set_index(["level", "code"])
    promised = units_after(plan).rename(columns={"points": "total_points"}).set_index(["level", "code"])
    promised = promised.rename(columns={"over": "offender_managers_over"})
    assert len(promised) > 15
    shown = ["name", "parent_code", "cases", "unallocated_cases", "total_points", "available_points"]
    shown += ["capacity_percentage", "band", "offender_managers_over", "overdue"]
    pd.testing.assert_frame_equal(workload.loc[promised.index, shown], promised[shown], check_exact=True)
    assert set(workload.index.get_level_values("level")) - {Level.POST, Level.AREA} == set(
        promised.index.get_level_values("level")
    )

    people = workload.loc[Level.OFFENDER_MANAGER].loc[tabulate_people(plan)["om_code"]]
    for figure in ("cases", "available_points", "capacity_percentage", "band", "overdue"):
        said = tabulate_people(plan).set_index("om_code")[f"after_{figure}"].rename(figure)
        pd.testing.assert_series_equal(people[figure], said, check_exact=True, check_names=False)
    assert people["total_points"].to_list() == tabulate_people(plan)["after_points"].to_list()
    assert people["capacity_percentage"].max() == after(plan).peak


@pytest.mark.parametrize("change", PROMISED.values(), ids=PROMISED)
def test_what_a_plan_promises_the_ordinary_run_then_finds(
    change: str, service: Home, other: Home, tmp_path: Path
) -> None:
    plan = plan_for(service, change)
    assert len(moves_of(plan)) > 0
    agrees(plan, service.extract, "london-2009", tmp_path / "applied", other)


def test_a_plan_of_the_whole_service_is_kept_too(service: Home, other: Home, tmp_path: Path) -> None:
    plan = plan_for(service, "limits: {between_clusters: true}\n", "all")
    assert set(moves_of(plan)["to_team_code"]) & {"T5"}
    agrees(plan, service.extract, "london-2009", tmp_path / "applied", other)


def test_points_that_are_rounded_post_by_post_are_promised_rounded(
    service_wmt: Home, other: Home, tmp_path: Path
) -> None:
    plan = plan_for(service_wmt, PROMISED["everything at once"])
    assert len(moves_of(plan)) > 0
    agrees(plan, service_wmt.extract, "wmt", tmp_path / "applied", other)


def test_who_takes_a_case_holds_it_from_the_day_of_the_snapshot_and_nothing_else_is_touched(
    service: Home, tmp_path: Path
) -> None:
    plan = plan_for(service)
    write_extract_after(plan, service.extract, tmp_path / "applied")
    before, after = (
        pd.read_csv(Path(folder) / "cases.csv", dtype=str).set_index("crn")
        for folder in (service.extract, tmp_path / "applied")
    )
    moved = moves_of(plan).set_index("crn")
    assert after.loc[moved.index, "om_code"].to_list() == moved["to_om_code"].to_list()
    assert after.loc[moved.index, "team_code"].to_list() == moved["to_team_code"].to_list()
    assert set(after.loc[moved.index, "allocated_on"]) == {AS_AT.isoformat()}
    rest = before.index.difference(moved.index)
    assert len(rest) > 0
    columns = ["om_code", "team_code", "allocated_on", "tier", "rosh", "setting", "sentence_start"]
    pd.testing.assert_frame_equal(before.loc[rest, columns], after.loc[rest, columns])
    pd.testing.assert_frame_equal(before[columns[3:]].sort_index(), after[columns[3:]].sort_index())


def test_the_copy_says_that_it_is_made_up_and_of_which_scenario(service: Home, tmp_path: Path) -> None:
    write_extract_after(plan_for(service), service.extract, tmp_path / "applied")
    manifest = json.loads((tmp_path / "applied" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["source"], manifest["what_if"], manifest["as_at"]) == (MADE_UP, "Tried", AS_AT.isoformat())


def test_the_source_is_not_written_to(service: Home, tmp_path: Path) -> None:
    before = _files(service.extract)
    plan = plan_for(service)
    inside = Path(service.extract) / "applied"
    for out in (Path(service.extract), inside, Path(service.extract).parent):
        with pytest.raises(ConfigFault, match="is the extract itself, or one lies in the other"):
            write_extract_after(plan, service.extract, out)
    assert _files(service.extract) == before


def test_a_folder_that_holds_something_is_not_written_to(service: Home, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    plan = plan_for(service)
    with pytest.raises(ConfigFault, match="is not empty; give a new folder with --out"):
        write_extract_after(plan, service.extract, tmp_path / "full")
    with pytest.raises(ConfigFault, match="is a file; give a new folder with --out"):
        write_extract_after(plan, service.extract, tmp_path / "full" / "mine.txt")


def test_another_extract_than_that_of_the_snapshot_is_refused(service: Home, service_wmt: Home, tmp_path: Path) -> None:
    with pytest.raises(ExtractRefused, match="its rows are not those that the snapshot of 2026-11-20, revision 1"):
        write_extract_after(plan_for(service_wmt), _cut_short(service_wmt, tmp_path / "short"), tmp_path / "applied")
    assert not (tmp_path / "applied").exists()


def _files(folder: str) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in Path(folder).iterdir()}


def _cut_short(home: Home, folder: Path) -> str:
    """The extract of a home without its last case."""
    folder.mkdir()
    for path in Path(home.extract).iterdir():
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        (folder / path.name).write_text("".join(lines[: -1 if path.name == "cases.csv" else None]), encoding="utf-8")
    return str(folder)


def test_numbers_that_no_extract_holds_are_pointed_out(service: Home, tmp_path: Path) -> None:
    plan = plan_for(service, "changes:\n  - policy: {nominal_target: {PO: 2300}}\n")
    (said,) = write_extract_after(plan, service.extract, tmp_path / "applied")
    assert "other numbers of the policy, which no extract holds" in said


def test_a_workbook_of_the_national_tool_cannot_be_written_again(other: Home, tmp_path: Path) -> None:
    rows = [owner("A", commtiera3=12), owner("B", commtiera3=1)]
    source = write_book(book_of(wmt_extract=rows, wmt_extract_filtered=rows), tmp_path / "WMT_PS.xlsx")
    settings = other.with_settings(policy="wmt")
    take_snapshot(Request(source, AS_AT, policy="wmt"), settings, other.store, NOW)
    other.settings = settings
    with pytest.raises(ConfigFault, match="cannot be written again; see the moves with: hotspots what-if moves"):
        write_extract_after(plan_for(other, scope="{cluster: PDU000}"), source, tmp_path / "applied")
