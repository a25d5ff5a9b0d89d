"""Reading zip files, and workbooks, which are zip files: never more of them at once than is allowed."""

import zipfile
from typing import IO

from monitor.extracts.bounds import Bounds, Watch
from monitor.extracts.refusal import ExtractRefused

_LARGEST_DIRECTORY = 8 << 20
_PIECE = 1 << 20
# The other methods unpack a few kilobytes to gigabytes in one step.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class WatchedFile:
    """A binary file that is no longer read once the time for it has passed; at first not much at once either."""

    def __init__(self, shown: str, file: IO[bytes], watch: Watch) -> None:
        self._shown, self._file, self._watch = shown, file, watch
        self._at_once = _LARGEST_DIRECTORY

    def read(self, count: int = -1) -> bytes:
        """Up to ``count`` bytes."""
        self._watch.check()
        if self._at_once and count > self._at_once:
            raise ExtractRefused([f"{self._shown}: holds too many files; pack the tables of the extract alone"])
        return self._file.read(count)

    def opened(self) -> None:
        """From here on parts of any size are read: their sizes are known."""
        self._at_once = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Whether it can go back: always."""
        return True


def open_archive(shown: str, file: IO[bytes], watch: Watch) -> zipfile.ZipFile:
    """The zip file; raises ExtractRefused where it lists too much, and what ``zipfile`` raises where it is none."""
    watched = WatchedFile(shown, file, watch)
    archive = zipfile.ZipFile(watched)  # type: ignore[call-overload]
    watched.opened()
    for entry in archive.infolist():
        if entry.compress_type not in _METHODS:
            raise ExtractRefused(
                [f"{shown}: {entry.filename} is packed in a way that is not read; pack it as an ordinary zip file"]
            )
    return archive


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, bounds: Bounds) -> bytes:
    """One file of a zip file, unpacked piece by piece; raises ExtractRefused where it is too large or damaged."""
    bounds.check_bytes(entry.filename, entry.file_size, "unpacks to")
    pieces = []
    try:
        with archive.open(entry) as packed:
            while piece := packed.read(_PIECE):
                pieces.append(piece)
    except ExtractRefused:
        raise
    except Exception as error:  # damaged, encrypted or packed in a way unknown here
        raise ExtractRefused([f"{entry.filename}: cannot be unpacked: {error}; pack it again"]) from None
    return b"".join(pieces)
