"""The plans to read again, drawn from the archived rows of a snapshot."""

from monitor.snapshots.benchmark_plans import read_benchmark_plans
from monitor.snapshots.contracts.frames import BENCHMARK_PLANS
from monitor.snapshots.parameters import Parameters

from ..conftest import AS_AT, Home


def test_a_snapshot_without_countersignatures_has_the_columns_and_no_row(home: Home) -> None:
    rows = read_benchmark_plans(home.store, home.newest.id or 0, Parameters.of_snapshot(home.newest).policy, AS_AT)
    assert (list(rows.columns), len(rows)) == (BENCHMARK_PLANS.column_names, 0)
