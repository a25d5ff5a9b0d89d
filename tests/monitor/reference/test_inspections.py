"""What inspectors found: as printed, with damaged cells marked, matched by code and never under another's name."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.operations.checks.check import faults
from monitor.reference.inspections import (
    Inspection,
    Unmatched,
    findings_of,
    load_inspections,
    misnamed_clusters,
    unmatched_clusters,
)
from monitor.sample.organisation import CLUSTERS
from tiering.faults import ConfigFault

from ..conftest import Home
from ..operations.checks.test_check import TODAY, own_config

CONFIG = Path(__file__).parents[3] / "config"
SAMPLE = {f"C{number:02d}": cluster.name for number, cluster in enumerate(CLUSTERS, start=1)}
REPORT = """\
name: small
title: A report
source: An inspectorate
published: May 2020
whole: Everywhere
clusters:
  first: {name: Cluster 1, code: C1, inspected_on: 2020-01-06, cases: 10}
  second: {name: Cluster 2, code: null, inspected_on: 2020-01-13, cases: 8}
tables:
  - section: "1"
    title: Assessment
    source: Table 1
    as_at: 2020-01-13
    unit: per cent of cases
    status: verified
    criteria:
      - number: 1
        says: Right
        figures:
          whole: {percent: 56, of: 18}
          first: {percent: 30, of: 10}
          second: {percent: not legible, of: 8, reads: 87, why: "no whole number of 8 cases is 87%"}
"""


@pytest.fixture
def report(tmp_path: Path) -> Callable[..., Path]:
    """A configuration with one little report, some words of it changed."""

    def written(**change: str) -> Path:
        text = REPORT
        for old, new in change.values():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "inspections").mkdir(exist_ok=True)
        (tmp_path / "inspections" / "small.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    def with_change(*change: tuple[str, str]) -> Path:
        return written(**{str(number): one for number, one in enumerate(change)})

    return with_change


@pytest.fixture(scope="module")
def shipped() -> Inspection:
    (found,) = load_inspections(CONFIG)
    return found


def found_in(config: Path) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load_inspections(config)
    return caught.value.faults


def test_the_report_of_2009_is_shipped_whole(shipped: Inspection) -> None:
    numbers = [one.number for table in shipped.tables for one in table.criteria]
    assert numbers == list(range(1, 60))
    assert [table.section for table in shipped.tables] == ["1.2", "1.5", "2.1", "2.2", "2.3", "2.4", "2.6"]
    assert {cluster.name: cluster.cases for cluster in shipped.clusters.values()} == {
        "Greenwich & Lewisham": 68,
        "Hackney & Tower Hamlets": 69,
        "Merton, Sutton & Wandsworth": 70,
        "Brent, Barnet & Enfield": 69,
    }


@pytest.mark.parametrize(
    ("key", "number", "percent", "of", "london"),
    [
        ("hackney_tower_hamlets", 6, 64, 56, 46),
        ("brent_barnet_enfield", 19, 5, 21, 16),
        ("greenwich_lewisham", 3, 57, 37, 66),
        ("merton_sutton_wandsworth", 34, 72, 60, 72),
        ("brent_barnet_enfield", 41, 21, 19, 37),
        ("hackney_tower_hamlets", 59, 0, 16, 2),
    ],
)
def test_cells_are_as_printed(shipped: Inspection, key: str, number: int, percent: int, of: int, london: int) -> None:
    row = findings_of(shipped, key).set_index("number").loc[number]
    assert (row["percent"], row["of"], row["whole_percent"]) == (percent, of, london)


def test_twelve_damaged_cells_are_marked_and_none_is_repaired(shipped: Inspection) -> None:
    damaged = {
        (one.number, key): cell.reads
        for table in shipped.tables
        for one in table.criteria
        for key, cell in one.figures.items()
        if cell.is_damaged
    }
    first, whole = "greenwich_lewisham", "whole"
    assert damaged == {(28, first): 35, (32, whole): 78, (33, whole): 35, (34, first): 45, (36, whole): 35,
                       (37, first): 35, (37, whole): 45, (40, "merton_sutton_wandsworth"): 39, (41, first): 19,
                       (43, whole): 45, (49, whole): 28, (50, first): 75}  # fmt: skip
    row = findings_of(shipped, first).set_index("number").loc[34]
    assert row.isna()["percent"]
    assert row["note"] == (
        "Greenwich & Lewisham: not legible in the source (the copy reads 45: with 45% the clusters add up to fewer "
        "cases than London has; section 2.2 (b) says 49% for the first cluster)"
    )


def test_plans_that_were_missing_are_counted_in_cases(shipped: Inspection) -> None:
    row = findings_of(shipped, "greenwich_lewisham").set_index("number").loc[16]
    assert (row["cases"], row["whole_cases"], row["unit"]) == (3, 7, "cases")


def test_every_cluster_of_the_report_is_one_of_the_sample(shipped: Inspection) -> None:
    assert unmatched_clusters(shipped, SAMPLE) == []
    assert shipped.of_cluster("C07", SAMPLE["C07"]) == "greenwich_lewisham"
    assert shipped.of_cluster("C01", SAMPLE["C01"]) is None


def test_what_does_not_map_is_listed_with_its_reason(report: Callable[..., Path]) -> None:
    (found,) = load_inspections(report())
    no_code = Unmatched("second", "Cluster 2", "it has no code here")
    assert unmatched_clusters(found, {"C1": "CLUSTER 1"}) == [no_code]
    assert unmatched_clusters(found, {"C9": "Cluster 1"})[0].why == "no cluster has the code C1 that it is given"
    assert unmatched_clusters(found, {"C1": "Leeds"})[0].why == "its code C1 is that of another cluster here"


def test_no_cluster_gets_the_findings_of_another_that_has_its_code(report: Callable[..., Path]) -> None:
    config = report()
    (found,) = load_inspections(config)
    assert found.of_cluster("C1", "Leeds") is None
    (fault,) = misnamed_clusters(config, {"C1": "Leeds"})
    assert fault == (
        f"{config / 'inspections' / 'small.yaml'}: clusters.first.code: C1 is 'Leeds' in the newest snapshot, not "
        "'Cluster 1'; give its own code, or null, or add the name to named_here"
    )
    config = report(("code: C1,", "code: C1, named_here: [Leeds],"))
    assert list(misnamed_clusters(config, {"C1": "Leeds"})) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("percent: 30", "percent: 35", "tables.1.1.figures.first: no whole number of 10 cases is 35%"),
        ("percent: 30", "percent: 130", "tables.1.1.figures.first: no whole number of 10 cases is 130%"),
        ("{percent: 30, of: 10}", "{percent: 30}", "tables.1.1.figures.first: give percent and of, or cases alone"),
        ("{percent: 30, of: 10}", "{cases: -1}", "tables.1.1.figures.first: must not be below 0"),
        (", reads: 87", "", "tables.1.1.figures.second: is not legible; say what the copy reads"),
        ("of: 10}", "of: 10, reads: 3}", "tables.1.1.figures.first: is legible; leave out reads"),
        ("percent: 30", "percent: smudged", "tables.0.criteria.0.figures.first.percent"),
        ("          first:", "          third:", "tables.1.1.figures.third: is not one of clusters"),
        ("code: null", "code: C1", "clusters: two have the code C1"),
        ("name: small", "name: large", "name: is 'large'; the file's name says 'small'"),
        ("status: verified", "status: probably", "tables.0.status"),
        ("    as_at: 2020-01-13\n", "", "tables.0.as_at"),
    ],
)
def test_a_fault_names_file_key_and_what_is_wrong(report: Callable[..., Path], old: str, new: str, fault: str) -> None:
    config = report((old, new))
    said = found_in(config)
    assert any(one.startswith(f"{config / 'inspections' / 'small.yaml'}: {fault}") for one in said), said


def test_a_cell_that_is_left_out_and_a_number_that_is_there_twice_are_faults(report: Callable[..., Path]) -> None:
    line = "          first: {percent: 30, of: 10}\n"
    assert found_in(report((line, "")))[0].endswith("tables.1.1.figures: first has no cell")
    again = REPORT[REPORT.index("      - number: 1") :]
    assert found_in(report((again, again + again)))[0].endswith("tables.1.1: number 1 is there twice")


def test_a_file_is_read_again_when_it_changes(report: Callable[..., Path]) -> None:
    assert load_inspections(report())[0].whole == "Everywhere"
    assert load_inspections(report(("Everywhere", "All over")))[0].whole == "All over"


def test_a_policy_without_inspections_is_sound(tmp_path: Path) -> None:
    assert load_inspections(tmp_path) == ()


def test_check_lists_the_faults_of_an_inspection(home: Home, tmp_path: Path) -> None:
    config = own_config(home, tmp_path / "config")
    file = config / "inspections" / "london-2009.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("percent: 85, of: 268", "percent: 200, of: 268"), "utf-8")
    assert [fault for fault in faults(home.settings, TODAY) if "london-2009.yaml: tables.1.2.1.figures.whole" in fault]


def test_check_lists_a_code_that_is_another_clusters(home: Home, tmp_path: Path) -> None:
    config = own_config(home, tmp_path / "config")
    assert faults(home.settings, TODAY) == []
    shutil.rmtree(config / "inspections")
    (config / "inspections").mkdir()
    text = REPORT.replace("name: Cluster 1, code: C1", "name: Leeds, code: C2")
    (config / "inspections" / "small.yaml").write_text(text, encoding="utf-8")
    (fault,) = faults(home.settings, TODAY)
    assert "clusters.first.code: C2 is 'Cluster 2' in the newest snapshot, not 'Leeds'" in fault
