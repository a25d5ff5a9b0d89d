"""How a CSV file is written: in which encoding and by which sign its values are parted, found or stated."""

from pathlib import Path

import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.reading.csv_form import OUR_FORM, CsvBody, CsvForm, csv_body, guess_form, our_form

from ..small import csv_files, read, small, write_folder

TEXT = "crn,om_name\nX1,Zoë\n"
UTF_8 = TEXT.encode()
SEMICOLONS = TEXT.replace(",", ";").encode()


def body_of(content: bytes, form: CsvForm = OUR_FORM) -> CsvBody:
    return csv_body("cases.csv", content, form)


def fault_of(content: bytes, form: CsvForm = OUR_FORM) -> str:
    """The one fault of the file, without its name."""
    with pytest.raises(ExtractRefused) as refusal:
        body_of(content, form)
    (fault,) = refusal.value.faults
    name, _, says = fault.partition(": ")
    assert name == "cases.csv"
    return says


def test_a_file_without_a_map_is_read_as_commas_and_utf_8() -> None:
    assert our_form("cases", SEMICOLONS) == CsvForm(None, None)
    assert body_of(UTF_8) == CsvBody(UTF_8, ",", 1)
    assert body_of(b"\xef\xbb\xbf" + UTF_8) == CsvBody(UTF_8, ",", 1)
    assert body_of(b"crn\nX1;X2\n") == CsvBody(b"crn\nX1;X2\n", ",", 1)


@pytest.mark.parametrize(("encoding", "stated"), [(None, "utf-8"), (None, "utf-8-sig"), ("utf-8-sig", "utf-8")])
def test_utf_8_may_be_stated_and_its_mark_does_not_count(encoding: str | None, stated: str) -> None:
    assert body_of(TEXT.encode(encoding or "utf-8"), CsvForm(None, stated)).content == UTF_8


@pytest.mark.parametrize(
    ("written", "stated"),
    [
        ("cp1252", "cp1252"),
        ("iso8859-1", "iso8859-1"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_a_file_is_read_in_the_encoding_that_is_stated(written: str, stated: str) -> None:
    assert body_of(TEXT.encode(written), CsvForm(None, stated)) == CsvBody(UTF_8, ",", 1)


def test_a_mark_before_a_stated_order_of_bytes_is_left_out() -> None:
    assert body_of(b"\xff\xfe" + TEXT.encode("utf-16-le"), CsvForm(None, "utf-16-le")).content == UTF_8


def test_a_plain_file_is_the_same_in_every_encoding_that_may_be_stated() -> None:
    assert body_of(b"crn\nX1\n", CsvForm(None, "cp1252")).content == b"crn\nX1\n"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-16", "utf-16"), ("utf-32", "utf-32"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)
@pytest.mark.parametrize("stated", [None, "utf-8"])
def test_a_wide_file_is_named_with_what_to_state(encoding: str, name: str, stated: str | None) -> None:
    says = f"is written in {name.upper()}: save it as CSV UTF-8, or set encoding: {name} in the heading map (--columns)"
    assert fault_of(TEXT.encode(encoding), CsvForm(None, stated)) == says


def test_utf_8_that_is_stated_to_be_another_encoding_is_refused() -> None:
    says = "is written in UTF-8, not in cp1252: remove encoding from the heading map (--columns)"
    assert fault_of(UTF_8, CsvForm(None, "cp1252")) == says
    assert fault_of(b"\xef\xbb\xbfcrn\nX1\n", CsvForm(None, "cp1252")) == says


def test_a_mark_that_contradicts_the_stated_encoding_is_refused() -> None:
    says = "is written in UTF-16: set encoding: utf-16 in the heading map"
    assert fault_of(TEXT.encode("utf-16"), CsvForm(None, "cp1252")) == says


def test_bytes_that_the_stated_encoding_does_not_have_are_named_by_line() -> None:
    # 0x81 is no character of cp1252.
    says = "line 3 is not cp1252, which the heading map states: correct encoding there"
    assert fault_of(b"crn,om_name\nX1,A\nX2,\x81\n", CsvForm(None, "cp1252")) == says


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolon"), ("\t", "tab"), ("|", "pipe")])
def test_a_file_divided_by_another_sign_is_refused_and_read_once_it_is_stated(sign: str, name: str) -> None:
    content = TEXT.replace(",", sign).encode()
    assert fault_of(content) == (
        f"its values are divided by {name}s, not commas: save it as CSV with commas, "
        f"or set delimiter: {name} in the heading map (--columns)"
    )
    assert body_of(content, CsvForm(sign)) == CsvBody(content, sign, 1)


def test_a_stated_sign_that_parts_nothing_is_refused() -> None:
    says = "its values are divided by commas, not semicolons: remove delimiter from the heading map (--columns)"
    assert fault_of(UTF_8, CsvForm(";")) == says
    assert fault_of(SEMICOLONS, CsvForm("|")) == (
        "its values are divided by semicolons, not pipes: save it as CSV with commas, "
        "or set delimiter: semicolon in the heading map (--columns)"
    )


def test_a_sign_inside_quotes_or_beside_the_wanted_one_parts_nothing() -> None:
    quoted = b'"crn;note"\nX1\n'
    assert body_of(quoted).delimiter == ","
    both = b"crn,a;b;c;d\nX1,2\n"
    assert body_of(both).delimiter == ","
    # The headings have more semicolons than commas, and the map says what counts.
    assert body_of(both, CsvForm(";")).delimiter == ";"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_note_to_excel_that_agrees_is_left_out_and_counted_as_a_line(line_end: str) -> None:
    rows = line_end.join(["crn,om_name", "X1,A", ""])
    assert body_of(f"sep=,{line_end}{rows}".encode()) == CsvBody(rows.encode(), ",", 2)
    other = rows.replace(",", ";")
    assert body_of(f"SEP=;{line_end}{other}".encode(), CsvForm(";")) == CsvBody(other.encode(), ";", 2)


@pytest.mark.parametrize(
    ("line", "stated", "way_out"),
    [
        ("sep=;", None, "save it as CSV with commas, or set delimiter: semicolon in the heading map (--columns)"),
        ("sep=,", ";", "remove delimiter from the heading map (--columns)"),
        ("sep=#", None, "delete the line, and divide the values by commas"),
    ],
)
def test_a_note_to_excel_that_contradicts_is_refused(line: str, stated: str | None, way_out: str) -> None:
    assert fault_of(f"{line}\ncrn\n".encode(), CsvForm(stated)) == f"line 1 is {line!r}, a note to Excel: {way_out}"


def test_the_heading_row_below_a_note_to_excel_is_judged_too() -> None:
    assert fault_of(b"sep=,\ncrn;om_name\n").startswith("its values are divided by semicolons, not commas: ")


def test_a_heading_that_only_begins_like_a_note_to_excel_is_a_heading() -> None:
    assert body_of(b"sep=ab\nX1\n") == CsvBody(b"sep=ab\nX1\n", ",", 1)


def test_rows_below_a_note_to_excel_are_reported_by_their_line_in_the_file(tmp_path: Path) -> None:
    plain = csv_files(small())
    bad = plain["assessments.csv"] + b"X1,palmistry,2026-06-01,,\nX1\n"
    extract = read(write_folder(tmp_path, plain | {"assessments.csv": b"sep=,\r\n" + bad}))
    # Without the note: the heading row, 3 rows, and the two wrong rows on lines 5 and 6.
    assert extract.rejected[["line", "value"]].to_numpy().tolist() == [[6, "palmistry"], [7, "X1"]]
    assert len(extract.caseload.assessments) == 3


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (UTF_8, CsvForm(None, None)),
        (b"\xef\xbb\xbf" + UTF_8, CsvForm(None, None)),
        (SEMICOLONS, CsvForm(";", None)),
        (TEXT.encode("cp1252"), CsvForm(None, "cp1252")),
        (TEXT.replace(",", "\t").encode("utf-16"), CsvForm("\t", "utf-16")),
        (TEXT.replace(",", "|").encode("utf-16-le"), CsvForm("|", "utf-16-le")),
        (b"sep=;\n" + SEMICOLONS, CsvForm(";", None)),
    ],
)
def test_a_draft_guesses_the_form_in_which_the_file_can_be_read(content: bytes, form: CsvForm) -> None:
    assert guess_form(content) == form
    assert body_of(content, form).delimiter == (form.delimiter or ",")
