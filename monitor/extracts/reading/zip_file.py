"""Reading zip files, and workbooks, which are zip files: never more of them at once than is allowed."""

import io
import zipfile

from monitor.extracts.reading.size_limits import Bounds, ReadingTime
from monitor.extracts.refusal import ExtractRefused

_LARGEST_DIRECTORY = 8 << 20
_PIECE = 1 << 20
# The other methods unpack a few kilobytes to gigabytes in one step.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _DirectoryTooLarge(Exception):
    """More is to be read in one step than is allowed."""


class WatchedFile:
    """A binary file that is no longer read once the time for it has passed.

    at_once: bytes that may be read in one step, any number if None.
    """

    def __init__(self, file: io.BufferedIOBase, watch: ReadingTime) -> None:
        self._file, self._watch = file, watch
        self.at_once: int | None = None

    def read(self, count: int = -1) -> bytes:
        """Up to ``count`` bytes."""
        self._watch.check()
        if self.at_once is not None and count > self.at_once:
            raise _DirectoryTooLarge
        return self._file.read(count)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to a place in the file."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place in the file."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Whether it can go back: always."""
        return True


def open_archive(shown: str, file: io.BufferedIOBase, watch: ReadingTime) -> zipfile.ZipFile:
    """The zip file; raises ExtractRefused where it lists too much, and what ``zipfile`` raises where it is none."""
    watched = WatchedFile(file, watch)
    # The list of what it holds is read in one step, before anything can be known of it.
    watched.at_once = _LARGEST_DIRECTORY
    try:
        archive = zipfile.ZipFile(watched)
    except _DirectoryTooLarge:
        raise ExtractRefused([f"{shown}: holds too many files; pack the tables of the extract alone"]) from None
    watched.at_once = None
    for entry in archive.infolist():
        if entry.compress_type not in _METHODS:
            raise ExtractRefused(
                [f"{shown}: {entry.filename} is packed in a way that is not read; pack it as an ordinary zip file"]
            )
    return archive


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, watch: ReadingTime, bounds: Bounds) -> bytes:
    """One file of a zip file, unpacked piece by piece; raises ExtractRefused where it is too large or damaged."""
    bounds.check_bytes(entry.filename, entry.file_size, "unpacks to")
    watch.start(entry.filename)
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
