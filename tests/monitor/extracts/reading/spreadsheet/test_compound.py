"""Compound files: the stream found in them, and damage that must not keep the program busy."""

import struct

import pytest

from monitor.extracts.reading.spreadsheet.compound import read_stream

from .books import compound

STREAM = bytes(range(256)) * 8
NAMES = ("Workbook", "Book")


@pytest.mark.parametrize("small", [False, True])
@pytest.mark.parametrize("name", NAMES)
def test_a_stream_is_read_from_its_sectors(name: str, small: bool) -> None:
    assert read_stream(compound(STREAM[:1_900], name, small=small), NAMES) == STREAM[:1_900]


def test_a_long_file_lists_its_table_of_sectors_in_sectors_of_their_own() -> None:
    content = bytearray(compound(STREAM))
    # The table of sectors is named in a sector at the end instead of the header.
    content[76:80] = b"\xff" * 4
    content[68:72] = struct.pack("<I", len(content) // 512 - 1)
    more = struct.pack("<I", 0).ljust(508, b"\xff") + struct.pack("<I", 0xFFFFFFFE)
    assert read_stream(bytes(content) + more, NAMES) == STREAM


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (30, b"\x03\x00"),
        (512 + 4 * 3, struct.pack("<I", 3)),
        (512 + 4 * 4, struct.pack("<I", 90_000)),
        (1_024 + 66, b"\0"),
        (1_024 + 128 + 66, b"\1"),
        (76, b"\0" * 4 * 109),
    ],
)
def test_a_damaged_file_is_refused(at: int, value: bytes) -> None:
    content = bytearray(compound(STREAM[:1_900], small=at == 1_024 + 66))
    content[at : at + len(value)] = value
    with pytest.raises((ValueError, IndexError, struct.error, StopIteration)):
        read_stream(bytes(content), NAMES)
