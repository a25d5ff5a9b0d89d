"""What every workbook that is handed over has: paper with the marking, a frozen heading, a filter, widths, formats."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties

DATE: Final = "dd/mm/yyyy"
SHARE: Final = "0.0%"
WHOLE: Final = "#,##0"
POINTS: Final = "#,##0.0"

_A4: Final = 9
"""The number of the paper in the format (ECMA-376, ST_PaperSize)."""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading, its width in characters, and the number format of its cells."""

    heading: str
    width: float
    form: str = "General"


def set_up_paper(sheet: Any, marking: str) -> None:
    """Let a sheet print on A4 across, its columns on one page, with the marking above and below.

    - sheet: of a workbook in memory, or of one that is only written.
    """
    header, footer = HeaderFooterItem(), HeaderFooterItem()
    # An ampersand begins a code in a header; two stand for one.
    header.center.text = footer.center.text = marking.replace("&", "&&")
    footer.right.text = "&P / &N"
    sheet.oddHeader, sheet.oddFooter = header, footer
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def frame_table(sheet: Any, first: int, columns: Sequence[Column], rows: int) -> None:
    """Give a table widths, a frozen heading that is repeated on every page, and a filter.

    - first: the row of its heading; rows: how many follow. In a workbook that is only written, before the first row.
    """
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.freeze_panes = f"A{first + 1}"
    sheet.auto_filter.ref = f"A{first}:{get_column_letter(len(columns))}{first + rows}"
    sheet.print_title_rows = f"{first}:{first}"
