"""The page of the intake report: what an extract brought, what was rejected, left out, mapped or missing."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

import pandas as pd

from monitor.snapshots.contracts.frames import INTAKE
from monitor.web.dependencies import Reader
from monitor.web.pages.view_models.models import IntakePage
from monitor.web.pages.view_models.page import A_PAGE
from monitor.web.read_model.intake import (
    IntakeLine,
    intake_lines,
    lines_of,
    missing_inputs,
    table_input,
    unmatched_cases,
    unused_headings,
    without_details,
)

MEASURES: Final = {
    "delimiter": "Values are divided by",
    "encoding": "Encoding",
    "date format": "Dates are written as",
    "heading": "Heading in the source",
    "mapped": "Values mapped",
}
"""How the source was read, in the words of the page."""


def intake_page(reader: Reader) -> IntakePage:
    """The intake report of a snapshot, as far as the reader may see it; a page without figures if there is none."""
    lines = intake_lines(reader.week, reader.previous)
    details = reader.sight.sees_source
    known = () if lines is None else lines
    shown = known if details else without_details(known)
    reasons = sorted(lines_of(shown, "rejected because"), key=lambda line: -line.count)
    return IntakePage(
        title="Intake report",
        trail=(("Data quality", reader.same_week("/data-quality")),),
        has_report=lines is not None,
        shows_details=details,
        last_as_at=reader.previous.as_at if reader.previous else None,
        inputs=tuple(
            table_input(table, shown) for table in dict.fromkeys(line.table for line in lines_of(shown, "read"))
        ),
        missing=missing_inputs(shown),
        unmatched=unmatched_cases(shown),
        read_as=tuple((MEASURES[line.measure], line) for line in lines_of(shown, *MEASURES)),
        unused=unused_headings(known, names=details),
        reasons=tuple(reasons[:A_PAGE]),
        reasons_count=len(reasons),
        tables={} if lines is None else {"intake": lambda: _frame(shown)},
        subjects=reader.own_scope,
    )


def _frame(lines: Sequence[IntakeLine]) -> pd.DataFrame:
    """The lines for a file, with the columns of the export."""
    return pd.DataFrame([asdict(line) for line in lines], columns=INTAKE.column_names).astype(INTAKE.dtypes)
