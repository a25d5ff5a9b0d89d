"""What a bundle holds: the figures of its scope, and no one's name or number."""

import io

import pandas as pd
import pytest

from monitor.bundles.inputs import FOLDER
from monitor.bundles.make import README
from monitor.bundles.manifest import MANIFEST, SIGNATURE

from .conftest import Bundle


def frames_of(members: dict[str, bytes]) -> dict[str, pd.DataFrame]:
    """Every table in a bundle, every value as text."""
    frames = {}
    for name, content in members.items():
        if name.endswith(".parquet"):
            frames[name] = pd.read_parquet(io.BytesIO(content)).astype(str)
        elif name.endswith(".csv"):
            frames[name] = pd.read_csv(io.BytesIO(content), dtype=str)
    return frames


def test_no_cell_and_no_word_of_a_bundle_names_a_person(bundle: Bundle) -> None:
    store, number, members = bundle.home.store, bundle.home.newest.id or 0, bundle.members
    caseload, rejected = store.caseload(number), store.archived_frame(number, "rejected")
    posts = caseload.offender_managers
    whole = {*caseload.cases["crn"], *caseload.cases["om_code"].dropna(), *posts["om_code"], *posts["om_name"]}
    whole |= {value for value in rejected["value"] if len(value) > 3}
    for name, frame in frames_of(members).items():
        for column in frame:
            assert not whole & set(frame[column]), f"{name}, {column}"
    parts = {*caseload.cases["crn"], "Arbuthnot", "Plussington", "Minusham", "Atterbury", "palmistry", "cmd|"}
    for name, content in members.items():
        for part in parts:
            assert part.encode() not in content, name
    quoted = frames_of(members)["inputs/rejected.parquet"]
    assert set(quoted["value"]) | set(quoted["reason"]) == {""}
    assert len(quoted) == len(rejected) > 0


def test_the_rows_still_join_as_they_did(bundle: Bundle) -> None:
    caseload, frames = bundle.home.store.caseload(bundle.home.newest.id or 0), frames_of(bundle.members)
    inside = ["T1", "T2", "T3"]
    cases, hidden = caseload.cases[caseload.cases["team_code"].isin(inside)], frames["inputs/extract/cases.parquet"]
    own = caseload.assessments[caseload.assessments["crn"].isin(cases["crn"])]
    assessed = frames["inputs/extract/assessments.parquet"]
    assert sorted(hidden["team_code"].unique()) == inside
    assert hidden["crn"].nunique() == len(hidden) == len(cases)
    assert len(assessed) == len(own) > 0
    assert set(assessed["crn"]) <= set(hidden["crn"])
    by_officer = [sorted(frame.groupby("om_code").size()) for frame in (cases, hidden[hidden["om_code"] != "nan"])]
    assert by_officer[0] == by_officer[1]
    assert set(frames["figures/cases.csv"]["crn"]) == set(hidden["crn"])


def test_the_figures_are_those_of_the_snapshot_for_all_units_of_the_scope(bundle: Bundle) -> None:
    stored = bundle.home.store.units(bundle.home.newest.id or 0).set_index(["level", "code"])
    units = frames_of(bundle.members)["figures/units.csv"].set_index(["level", "code"])
    assert set(units.index.get_level_values("level")) == {"post", "offender_manager", "team", "office", "cluster"}
    for unit in (("cluster", "C1"), ("office", "O1"), ("team", "T3")):
        assert float(units.loc[unit, "total_points"]) == stored.loc[unit, "total_points"]
        assert float(units.loc[unit, "capacity_percentage"]) == stored.loc[unit, "capacity_percentage"]
    agreement = {file.file: file for file in bundle.made.manifest.agreement}
    assert agreement["figures/units.csv"].same == agreement["figures/units.csv"].figures > 100
    # An average over the whole service is another one over a part of it, and the manifest says so.
    assert agreement["figures/grades.csv"].columns == ("average_case_points",)
    assert agreement["figures/grades.csv"].same < agreement["figures/grades.csv"].figures


def test_the_digest_is_in_it_with_its_numbers(bundle: Bundle) -> None:
    digest = bundle.members["figures/digest.txt"].decode()
    percentage = bundle.home.store.units(bundle.home.newest.id or 0).set_index(["level", "code"])
    assert f"{percentage.loc[('cluster', 'C1'), 'capacity_percentage']:.1f}%" in digest
    assert "Cluster 1" in digest


def test_it_says_what_it_is_of_and_by_what_it_was_made(bundle: Bundle) -> None:
    manifest, snapshot = bundle.made.manifest, bundle.home.newest
    assert (manifest.level, manifest.code, manifest.as_at) == ("cluster", "C1", snapshot.as_at)
    assert manifest.policy_fingerprint == snapshot.policy_fingerprint
    assert set(bundle.members) - set(manifest.members) == {MANIFEST, SIGNATURE}
    assert "Cluster 1 (cluster C1) as at 2026-11-20" in bundle.members[README].decode()
    assert sum(name.startswith(FOLDER) for name in manifest.members) > 20


@pytest.mark.parametrize("unit", ["area", "all"])
def test_figures_of_units_above_the_scope_are_left_out(unit: str, bundle: Bundle) -> None:
    for name, frame in frames_of(bundle.members).items():
        if name.startswith("figures/") and "level" in frame:
            assert unit not in set(frame["level"]), name
