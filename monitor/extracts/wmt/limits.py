"""When a workbook is refused: too many rows of a sheet that gives points are at fault."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from monitor.extracts.judgement.acceptance import AcceptanceLimits
from monitor.extracts.wmt.sheet import FILTERED, T2A
from monitor.extracts.wmt.workbook import WorkbookRows

_WEIGHED: Final = (FILTERED, T2A)


def sheet_faults(rows: WorkbookRows, limits: AcceptanceLimits) -> Iterator[str]:
    """The sheets whose counts are weighed and of which more rows are at fault than the limits allow.

    A row with one bad cell counts once. No other sheet gives points by its rows, so none other refuses a workbook.
    """
    share = Decimal(str(limits.rejected_share))
    for name in _WEIGHED:
        sheet = rows.sheets[name]
        count, total = sheet.rejected["line"].nunique(), len(sheet.rows.lines)
        too_many = count > limits.rejected_rows and count > share * total
        if too_many or (2 * count >= total and count > 1 and 2 * share < 1):
            first = sheet.rejected.iloc[0]
            yield (
                f"{sheet.rows.shown}: {count:,} of {total:,} rows are at fault ({count / total:.1%}), such as line "
                f"{first['line']}: {first['column']} {first['value']!r} {first['reason']}; more than "
                f"{limits.rejected_rows} rows and {share:.1%} of a sheet are not allowed"
            )
