"""What every workbook that is handed over has."""

import openpyxl

from monitor.snapshots.exports.workbook import Column, frame_table, set_up_paper


def test_a_sheet_prints_on_a4_across_with_the_marking_and_repeats_its_heading() -> None:
    sheet = openpyxl.Workbook().create_sheet("Cases")
    set_up_paper(sheet, "A & B")
    frame_table(sheet, 2, [Column("CRN", 14), Column("Points", 9)], 5)
    assert sheet.oddHeader.center.text == sheet.oddFooter.center.text == "A && B"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A3", "A2:B7", "$2:$2")
    assert [sheet.column_dimensions[name].width for name in "AB"] == [14, 9]
