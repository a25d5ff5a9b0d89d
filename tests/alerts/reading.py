"""Reads a mail as a person does: the words of its HTML, and what its parts hold."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag == "style"
        self.words += [value for name, value in attrs if name == "alt" and value]

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def words_of(html: str) -> str:
    """Everything an HTML part says, title, preheader and alternative texts too."""
    reader = _Words()
    reader.feed(html)
    return " ".join(" ".join(reader.words).split())


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every element with its attributes, in order."""
    reader = _Words()
    reader.feed(html)
    return reader.tags


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"\d[\d,]*(?:\.\d+)?", text))


def parts_of(message: bytes) -> dict[str, EmailMessage]:
    """The leaves of a message by content type; the last of a kind."""
    mail = message_from_bytes(message, policy=policy.SMTP)
    return {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
