"""Draw the plans that a second SPO reads again from the archived rows of a snapshot."""

from datetime import date

import pandas as pd

from monitor.snapshots.store import Store
from tiering.caseload import Caseload, complete_table
from tiering.policies.policy import Policy
from tiering.timeliness.countersigning import benchmark_plans


def read_benchmark_plans(store: Store, number: int, policy: Policy, as_at: date) -> pd.DataFrame:
    """Draw the countersigned plans of the month before a snapshot, as tiering.timeliness.countersigning has it.

    Raises RowsRemoved if retention removed the rows, ArchiveDamaged for a damaged file.
    """

    def table(name: str) -> pd.DataFrame:
        return store.archived_frame(number, name)

    caseload = Caseload(
        organisation=table("extract_organisation"),
        offender_managers=table("extract_offender_managers"),
        cases=table("extract_cases"),
        assessments=complete_table("assessments", table("extract_assessments")),
    )
    return benchmark_plans(caseload, table("cases"), policy, as_at)
