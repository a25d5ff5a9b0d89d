"""The contracts of the derived frames hold for every frame of a real snapshot, and for the code that makes them."""

import pandas as pd
import pytest
from sqlmodel import Session, SQLModel, col, select

from alerts.detection.hotspots import COLUMNS as HOTSPOT_COLUMNS
from alerts.detection.trend_table import COLUMNS as TREND_COLUMNS
from alerts.forecasting.accuracy import SCORE_COLUMNS
from alerts.forecasting.forecast import COLUMNS as FORECAST_COLUMNS
from alerts.risk_limits.judgement import COLUMNS as LIMIT_COLUMNS
from monitor.extracts.judgement.checks import REJECTED_COLUMNS
from monitor.reference.known_events import KNOWN_EVENTS
from monitor.settings import shipped_config
from monitor.snapshots.benchmark_plans import read_benchmark_plans
from monitor.snapshots.coming import read_coming
from monitor.snapshots.contracts.columns import DerivedFrame
from monitor.snapshots.contracts.exports import EXPORTS
from monitor.snapshots.contracts.frames import BENCHMARK_PLANS, COMING, FRAMES, TREND
from monitor.snapshots.exports.export import table_of
from monitor.snapshots.other_policies import policies_frame
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.tables import ArchivedFrame
from tiering.by_policy import weigh_by_policy
from tiering.caseload import Kind
from tiering.findings import COLUMNS as FINDING_COLUMNS
from tiering.policies.policy_files import load_policy
from tiering.projection import COLUMNS as FLOW_COLUMNS
from tiering.staff.grades import COLUMNS as GRADE_COLUMNS
from tiering.staff.team_types import COLUMNS as TEAM_TYPE_COLUMNS
from tiering.timeliness.coming import COLUMNS as COMING_COLUMNS
from tiering.timeliness.countersigning import COLUMNS as BENCHMARK_COLUMNS

from ...conftest import Home

IN_THE_DATABASE = {"units": "unit_workload", "hotspots": "hotspot", "timeliness": "timeliness"}


ONLY_ASKED = ("by_policy", "also_policies")
"""Frames of a snapshot that was weighed under further policies."""


def stored(home: Home, name: str) -> pd.DataFrame:
    number = home.newest.id or 0
    if name == TREND.name:
        return table_of(home.store, home.newest, name).drop(columns="as_at")
    if name in ONLY_ASKED:
        numbers = Parameters.of_snapshot(home.newest)
        also = (load_policy(shipped_config(), "wmt", home.newest.as_at),)
        caseload = home.store.caseload(number)
        return (
            weigh_by_policy(caseload, (numbers.policy, *also), home.newest.as_at)
            if name == "by_policy"
            else policies_frame(also)
        )
    if name == BENCHMARK_PLANS.name:
        return read_benchmark_plans(home.store, number, Parameters.of_snapshot(home.newest).policy, home.newest.as_at)
    if name == COMING.name:
        return read_coming(home.store, number, home.newest.as_at, 28)
    read = {"units": home.store.units, "hotspots": home.store.hotspots, "timeliness": home.store.timeliness}
    return read[name](number) if name in read else home.store.archived_frame(number, name)


def kind_of(values: "pd.Series[object]") -> Kind:
    """The kind whose values a column holds."""
    if pd.api.types.is_datetime64_any_dtype(values):
        return Kind.DATE
    if pd.api.types.is_bool_dtype(values):
        return Kind.FLAG
    if pd.api.types.is_integer_dtype(values):
        return Kind.WHOLE
    return Kind.NUMBER if pd.api.types.is_float_dtype(values) else Kind.TEXT


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_of_a_snapshot_has_the_columns_kinds_and_key_of_its_contract(name: str, home: Home) -> None:
    contract, frame = FRAMES[name], stored(home, name)
    assert list(frame.columns) == contract.column_names
    assert {column: kind_of(frame[column]) for column in frame} == {one.name: one.kind for one in contract.columns}
    gaps = {column for column in frame if frame[column].isna().any()}
    assert gaps <= {column.name for column in contract.columns if column.optional}
    assert not contract.key or not frame.duplicated(list(contract.key)).any()


def test_every_frame_that_is_archived_has_a_contract(home: Home) -> None:
    with Session(home.store.engine) as session:
        names = session.exec(select(col(ArchivedFrame.name)).where(ArchivedFrame.snapshot_id == home.newest.id)).all()
    derived = {name for name in names if not name.startswith("extract_")}
    assert derived == {frame.name for frame in FRAMES.values() if frame.archived} - set(ONLY_ASKED)


@pytest.mark.parametrize("name", IN_THE_DATABASE)
def test_a_table_of_the_database_keeps_what_the_contract_says(name: str) -> None:
    contract = FRAMES[name]
    table = SQLModel.metadata.tables[IN_THE_DATABASE[name]]
    assert [column.name for column in table.columns if column.name != "snapshot_id"] == contract.column_names
    assert {column.name for column in table.primary_key} == {"snapshot_id", *contract.key}
    gaps = {column.name for column in table.columns if column.nullable}
    assert gaps == {column.name for column in contract.columns if column.optional}


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("hotspots", [*HOTSPOT_COLUMNS, "episode"]),
        ("forecast", FORECAST_COLUMNS),
        ("forecast_scores", SCORE_COLUMNS),
        ("findings", FINDING_COLUMNS),
        ("grades", GRADE_COLUMNS),
        ("team_types", TEAM_TYPE_COLUMNS),
        ("limits", LIMIT_COLUMNS),
        ("flow", FLOW_COLUMNS),
        ("coming", COMING_COLUMNS),
        ("benchmark_plans", BENCHMARK_COLUMNS),
        ("trend", TREND_COLUMNS),
        ("rejected", list(REJECTED_COLUMNS)),
        ("known_events", KNOWN_EVENTS.column_names),
    ],
)
def test_what_makes_a_frame_makes_the_columns_of_its_contract(name: str, columns: list[str]) -> None:
    assert set(FRAMES[name].column_names) == set(columns)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_every_number_has_a_unit_and_nothing_else_has_one(frame: DerivedFrame) -> None:
    numbers = {column.name for column in frame.columns if column.kind in (Kind.NUMBER, Kind.WHOLE)}
    assert {column.name for column in frame.columns if column.unit} == numbers


@pytest.mark.parametrize("table", EXPORTS)
def test_an_export_takes_each_of_its_columns_from_its_frame_once(table: str) -> None:
    columns = EXPORTS[table].columns
    assert len(set(columns)) == len(columns)
    assert set(columns) <= set(EXPORTS[table].frame.column_names)


def test_an_empty_frame_has_the_columns_and_dtypes_of_its_contract() -> None:
    empty = FRAMES["grades"].empty()
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == FRAMES["grades"].dtypes
    assert (str(empty["offender_managers"].dtype), str(empty["spare_cases"].dtype)) == ("int64", "float64")
    assert FRAMES["units"].column("span").unit == "offender managers for each full-time SPO"
