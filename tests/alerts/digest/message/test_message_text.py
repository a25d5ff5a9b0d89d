"""Every text of a message, cell by cell."""

from email import message_from_bytes, policy

from alerts.digest.message.message_text import Passage, read_passages
from alerts.digest.message.mime import EmailContent
from tests.alerts.digest.messages import bytes_of


def passages(html: str = "<p>x</p>", text: str = "x", subject: str = "subject") -> list[Passage]:
    message = bytes_of(EmailContent(subject, "", html, text, {"chart@digest": b"png"}))
    return list(read_passages(message_from_bytes(message, policy=policy.SMTP)))


def cells_of(html: str) -> list[tuple[str, ...]]:
    shown = (passage.cells for passage in passages(html) if passage.part == "the HTML part")
    return [tuple(cell.strip() for cell in cells if cell.strip()) for cells in shown]


def test_a_cell_ends_where_the_next_begins_but_not_at_an_element_within_a_line() -> None:
    row = "<table><tr><td>C1</td><td>14</td><td>10<b>0.0</b>%</td></tr></table>"
    assert cells_of(row) == [("C1", "14", "100.0%"), ("C1", "14", "10 0.0 %")]
    assert cells_of("a<br>b<style>i {}</style>c")[0] == ("a", "b", "c")


def test_lines_and_columns_of_the_text_part_are_cells() -> None:
    (text,) = (passage for passage in passages(text="C1 | 14\n100.0%   7\tx y") if passage.part == "the text part")
    assert [cell.strip() for cell in text.cells if cell.strip()] == ["C1", "14", "100.0%", "7", "x y"]


def test_attributes_comments_headers_and_file_names_are_read_with_their_place() -> None:
    html = '<img alt="an alt" title="a title"><a href="https://x.example/%41b">x</a><!-- a <b>comment</b> -->'
    shown = {passage.part: passage.whole.split() for passage in passages(html, subject="a subject")}
    assert shown["the subject"] == ["a", "subject"]
    assert shown["an alternative text"] == ["an", "alt"]
    assert shown["the attribute title"] == ["a", "title"]
    assert shown["the address of a link"] == ["https://x.example/Ab"]
    assert shown["a comment of the HTML part"] == ["a", "comment"]
    assert shown["a file name"] == ["chart.png"]
    assert not {"the header To", "the header From"} & set(shown)
