"""Read what is known to come in the weeks after a snapshot off its archived rows."""

from datetime import date

import pandas as pd

from monitor.snapshots.store import Store
from tiering.caseload import ASSESSMENTS, Caseload
from tiering.timeliness.coming import coming_events


def read_coming(store: Store, number: int, as_at: date, days: int) -> pd.DataFrame:
    """Read what comes in the ``days`` days after a snapshot, as tiering.timeliness.coming has it.

    Raises RowsRemoved if retention removed the rows, ArchiveDamaged for a damaged file.
    """

    def table(name: str) -> pd.DataFrame:
        return store.archived_frame(number, name)

    caseload = Caseload(
        organisation=table("extract_organisation"),
        offender_managers=table("extract_offender_managers"),
        cases=table("extract_cases"),
        assessments=ASSESSMENTS.empty(),
        duties=table("extract_duties"),
        reductions=table("extract_reductions"),
    )
    return coming_events(caseload, table("cases"), table("due_soon"), as_at, days)
