"""What was recorded next to an alternative: the same figures as each alone, for the same rows only."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from monitor.alternatives.compare import COLUMNS, AlternativeFault, compare_weeks, read_alternative, weeks_of
from monitor.alternatives.files import MANIFEST, folder_of, path_of, stored_manifest
from monitor.operations.weights.recompute import plan_weeks, recompute
from tiering.terms import Band

from ..conftest import AS_AT, WEEK, Home

ALWAYS = (date(2000, 1, 1), date(2100, 1, 1))


def make_alternative(home: Home, policy: str, config: Path | None = None) -> None:
    """Weigh every week of a home under a policy, into an alternative of its name."""
    folder = folder_of(home.store) / policy
    plan = plan_weeks(home.store, config or home.settings.config, folder, policy, *ALWAYS)
    assert all(answer.entry for answer in recompute(plan, folder, policy, 1))


def heavier(home: Home, folder: Path) -> Path:
    """A configuration with the policy more-2026, under which tier 4 on licence weighs several times as much."""
    config = Path(shutil.copytree(home.settings.config, folder / "config"))
    shipped = (config / "weightings" / "london-2009.yaml").read_text(encoding="utf-8")
    assert "licence: 130, custody: 45" in shipped
    other = shipped.replace("name: london-2009", "name: more-2026")
    other = other.replace("licence: 130, custody: 45", "licence: 490, custody: 45")
    (config / "weightings" / "more-2026.yaml").write_text(other, encoding="utf-8")
    return config


def test_each_side_is_what_it_says_alone(home: Home, tmp_path: Path) -> None:
    make_alternative(home, "more-2026", heavier(home, tmp_path))
    rows = compare_weeks(home.store, "more-2026")
    assert tuple(rows.columns) == COLUMNS
    assert rows["as_at"].dt.date.unique().tolist() == [AS_AT - 2 * WEEK, AS_AT - WEEK, AS_AT]
    week = rows[rows["as_at"].dt.date == AS_AT].reset_index(drop=True)
    units = home.store.units(home.newest.id or 0)
    other = pd.read_parquet(path_of(folder_of(home.store) / "more-2026", AS_AT))
    assert len(week) == len(units) == len(other)
    for name in ("level", "code", "name", "total_points", "available_points", "capacity_percentage", "band"):
        assert week[name].fillna(-1).tolist() == units[name].fillna(-1).tolist(), name
    other = other.sort_values(["level", "code"], ignore_index=True)
    assert week["alternative_percentage"].fillna(-1).tolist() == other["capacity_percentage"].fillna(-1).tolist()
    assert week["alternative_hot"].tolist() == other["band"].eq(Band.RED).fillna(False).tolist()
    both = week.dropna(subset=["difference"])
    assert (both["alternative_percentage"] - both["capacity_percentage"]).tolist() == both["difference"].tolist()
    # The little service has changed: some unit is hot only under the heavier points.
    assert (both["alternative_hot"] & ~both["hot"]).any()


def test_the_policy_of_the_home_differs_from_itself_in_no_unit(home: Home) -> None:
    make_alternative(home, "london-2009")
    rows = compare_weeks(home.store, "london-2009", AS_AT, AS_AT)
    assert rows["difference"].dropna().unique().tolist() == [0.0]
    assert rows["hot"].tolist() == rows["alternative_hot"].tolist()
    narrowed = compare_weeks(home.store, "london-2009", levels=["office"], codes=["O1"])
    assert narrowed[["level", "code"]].to_numpy().tolist() == [["office", "O1"]] * 3
    none = compare_weeks(home.store, "london-2009", date(2030, 1, 1))
    assert (len(none), tuple(none.columns)) == (0, COLUMNS)
    assert none.dtypes.tolist() == rows.dtypes.tolist()


def test_a_week_of_other_rows_is_left_out_and_an_altered_file_is_refused(home: Home) -> None:
    make_alternative(home, "london-2009")
    folder = folder_of(home.store) / "london-2009"
    manifest = stored_manifest(folder)
    assert manifest is not None
    manifest.weeks[AS_AT] = manifest.weeks[AS_AT].model_copy(update={"content_hash": "other"})
    assert [week.as_at for week in weeks_of(home.store, manifest)] == [AS_AT - 2 * WEEK, AS_AT - WEEK]
    (folder / MANIFEST).write_text(manifest.model_dump_json(), encoding="utf-8")
    assert AS_AT not in compare_weeks(home.store, "london-2009")["as_at"].dt.date.tolist()
    path_of(folder, AS_AT - WEEK).write_bytes(b"altered")
    with pytest.raises(AlternativeFault, match="missing or altered; run hotspots recompute again"):
        compare_weeks(home.store, "london-2009")
    path_of(folder, AS_AT - WEEK).unlink()
    with pytest.raises(AlternativeFault, match="missing or altered"):
        compare_weeks(home.store, "london-2009")


@pytest.mark.parametrize("name", ["nothing", "..", "../../etc"])
def test_an_alternative_that_is_not_there_is_named_with_the_way_to_make_one(service: Home, name: str) -> None:
    with pytest.raises(AlternativeFault, match=r"there is no alternative history .*make one with: hotspots recompute"):
        read_alternative(service.store, name)
