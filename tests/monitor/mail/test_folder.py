"""Messages in a folder: the bytes, a page that a browser opens, and names that are safe everywhere."""

import base64
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from monitor.mail.folder import file_name, write_to_folder

MESSAGE = b"Subject: Three of your six clusters\r\n\r\nare over 110%\r\n"
PICTURE = b"\x89PNG\r\n\x1a\nnot much of a picture"


def digest(page: str, images: dict[str, bytes]) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["Subject"] = "Three of your six clusters are over 110%"
    mail.set_content("Three of your six clusters are over 110%.\n")
    mail.add_alternative(page, subtype="html")
    parts = mail.get_payload()
    for cid, content in images.items():
        parts[1].add_related(content, "image", "png", cid=f"<{cid}>")  # type: ignore[index,union-attr]
    return mail.as_bytes()


def test_a_message_in_a_folder_is_the_bytes_and_a_page_that_shows_its_images(tmp_path: Path) -> None:
    page = (
        '<meta charset="utf-8"><p>£5 ½ see cid:other</p><img src="cid:chart%40hotspots"><img src="cid:chart@hotspots">'
    )
    message = digest(page, {"chart@hotspots": PICTURE})
    eml, opened = write_to_folder(tmp_path / "outbox" / "new", "weekly_2026-11-20_north@example.org", message)
    assert eml == tmp_path / "outbox" / "new" / "weekly_2026-11-20_north@example.org.eml"
    assert eml.read_bytes() == message
    assert opened == eml.with_suffix(".html")
    image = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"
    assert opened.read_text(encoding="utf-8").strip() == (
        f'<meta charset="utf-8"><p>£5 ½ see cid:other</p><img src="{image}"><img src="{image}">'
    )


def test_a_page_that_does_not_say_how_it_is_written_gets_the_mark_of_utf_8(tmp_path: Path) -> None:
    _, opened = write_to_folder(tmp_path, "weekly", digest("<p>£5</p>", {}))
    assert opened.read_bytes().startswith(b"\xef\xbb\xbf<p>\xc2\xa35</p>")


def test_writing_a_message_again_gives_the_same_files_and_leaves_no_others(tmp_path: Path) -> None:
    message = digest('<img src="cid:chart">', {"chart": PICTURE})
    first = {path.name: path.read_bytes() for path in write_to_folder(tmp_path, "weekly", message)}
    assert {path.name: path.read_bytes() for path in write_to_folder(tmp_path, "weekly", message)} == first
    assert {path.name for path in tmp_path.iterdir()} == {"weekly.eml", "weekly.html"}


def test_a_message_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "weekly.eml").mkdir()
    with pytest.raises(OSError, match=re.escape("weekly.eml")):
        write_to_folder(tmp_path, "weekly", MESSAGE)
    assert [path.name for path in tmp_path.iterdir()] == ["weekly.eml"]


def test_a_message_of_text_alone_has_no_page(tmp_path: Path) -> None:
    (only,) = write_to_folder(tmp_path, "weekly", MESSAGE)
    assert only.name == "weekly.eml"
    assert message_from_bytes(only.read_bytes())["Subject"] == "Three of your six clusters"


@pytest.mark.parametrize("name", ["../weekly", "a/b", "a\\b", ".hidden", "", "weekly.eml\n", "Weekly", "a b", "a:b"])
def test_a_name_that_might_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="file_name"):
        write_to_folder(tmp_path / "outbox", name, MESSAGE)
    assert list(tmp_path.rglob("*")) == []


def test_the_name_of_a_file_tells_digest_period_and_recipient() -> None:
    assert file_name("weekly", "2026-11-20", "north@example.org") == "weekly_2026-11-20_north@example.org"


@pytest.mark.parametrize(
    "parts",
    [
        ("../../etc", "2026/11/20", "../north@example.org"),
        ("con", "nul.", "a@x.org."),
        ("con.txt", "2026", "a@x.org"),
        ("", "", ""),
        ("weekly", "2026-11-20", "a*?<>|:\"\\'@x.org"),
        ("weekly", "2026-11-20", "a" * 300 + "@x.org"),
        ("weekly", "2026-11-20", "ä@x.org\r\n"),
    ],
)
def test_a_name_of_a_file_is_safe_whatever_it_is_made_of(tmp_path: Path, parts: tuple[str, str, str]) -> None:
    name = file_name(*parts)
    assert re.fullmatch(r"[a-z0-9][a-z0-9_.@-]{0,139}", name)
    assert "_" in name.split(".")[0]
    (written,) = write_to_folder(tmp_path, name, MESSAGE)
    assert written.parent == tmp_path


def test_different_messages_have_different_names_where_case_is_not_told_apart() -> None:
    messages = [
        ("weekly", "2026-11-20", "north@example.org"),
        ("weekly", "2026-11-20", "North@example.org"),
        ("weekly", "2026-11-20", "no+rth@example.org"),
        ("weekly", "2026-11-20", "no/rth@example.org"),
        ("weekly", "2026-11-20", "no-rth@example.org"),
        ("weekly_2026-11-20", "", "north@example.org"),
        ("weekly", "2026-11-20", "n" * 200 + "@example.org"),
        ("weekly", "2026-11-20", "n" * 201 + "@example.org"),
    ]
    assert len({file_name(*parts).lower() for parts in messages}) == len(messages)
