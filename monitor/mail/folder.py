"""Write messages as files: the bytes, and a page that a browser opens."""

import base64
import html
import re
import secrets
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

_LONGEST_NAME = 120
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_.@-]*")


def file_name(digest: str, period: str, recipient: str) -> str:
    """A name without an ending that is safe on every file system and different for different messages."""
    parts = (digest, period, recipient)
    kept = (re.sub(r"[^a-z0-9-]+", "-", digest.lower()), re.sub(r"[^a-z0-9-]+", "-", period.lower()))
    name = "_".join(part.strip("-.") or "x" for part in (*kept, re.sub(r"[^a-z0-9@.-]+", "-", recipient.lower())))
    if name == "_".join(parts) and len(name) <= _LONGEST_NAME:
        return name
    # Two texts may become the same without their unsafe characters; a hash of the originals keeps them apart.
    return f"{name[:_LONGEST_NAME]}-{sha256(chr(0).join(parts).encode()).hexdigest()[:12]}"


def write_to_folder(folder: Path, name: str, message: bytes) -> list[Path]:
    """Write ``name``.eml, the bytes, and ``name``.html, which opens in a browser; the same files if written again.

    name: from ``file_name``; raises ValueError for any other.

    Each file appears whole or not at all. A message without an HTML part has no .html file.
    """
    if not _FILE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not safe as a file name; make one with file_name()")
    folder.mkdir(parents=True, exist_ok=True)
    contents = {f"{name}.eml": message}
    page = page_of(message)
    if page is not None:
        # A file has no header that names its encoding, so a page that does not name it needs the byte order mark.
        contents[f"{name}.html"] = page.encode("utf-8" if "charset" in page[:1024].lower() else "utf-8-sig")
    return [_write(folder / file, content) for file, content in contents.items()]


def page_of(message: bytes) -> str | None:
    """The HTML part with its images inside, so that a browser can show it alone; None without an HTML part."""
    mail = message_from_bytes(message, policy=policy.default)
    part = mail.get_body(("html",))
    if part is None:
        return None
    images = dict(_images(mail))
    return re.sub(
        r"""cid:([^"'\s()<>]+)""",
        lambda match: images.get(unquote(html.unescape(match[1])), match[0]),
        part.get_content(),
        flags=re.IGNORECASE,
    )


def _images(mail: EmailMessage) -> Iterator[tuple[str, str]]:
    for part in mail.walk():
        if part.get_content_maintype() == "image" and part["Content-ID"]:
            content = base64.b64encode(part.get_content()).decode()
            yield part["Content-ID"].strip().strip("<>"), f"data:{part.get_content_type()};base64,{content}"


def _write(path: Path, content: bytes) -> Path:
    """Write a temporary file and move it into place, so that a reader never opens half a file."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
