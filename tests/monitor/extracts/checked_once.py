"""One check of the same rows, for tests that damage an extract in one place after the other."""

import pickle
from collections.abc import Iterator, Mapping
from datetime import date

import pandas as pd
import pytest

from monitor.extracts.heading_map import TableMap
from monitor.extracts.judgement.checks import Checked, check_rows
from monitor.extracts.reading.rows import Rows
from tiering.caseload import Table


@pytest.fixture(scope="module", autouse=True)
def each_table_checked_once() -> Iterator[None]:
    """Check the same rows once: damage in one place leaves most tables of an extract as they were.

    The rows of a table, and those that it refers to, decide alone what is accepted of it.
    """
    known: dict[bytes, Checked] = {}

    def checked(
        rows: Rows, table: Table, as_at: date, accepted: Mapping[str, pd.DataFrame], mapping: TableMap
    ) -> Checked:
        # Accepted rows are told apart by where they are: ``known`` holds them all.
        referred_to = {one.table: id(accepted[one.table]) for one in table.references if one.table in accepted}
        texts = {name: column.to_pylist() for name, column in rows.columns.items()}
        question = pickle.dumps((texts, rows.lines, rows.broken, table, as_at, referred_to, mapping))
        if question not in known:
            known[question] = check_rows(rows, table, as_at, accepted, mapping)
        return known[question]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.extracts.extract.check_rows", checked)
        yield
