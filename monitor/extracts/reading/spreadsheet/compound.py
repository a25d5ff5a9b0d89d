"""Compound files, in which XLS workbooks are stored: streams of sectors, chained by a table."""

import struct

_END = 0xFFFFFFFA
"""Sector numbers from here on have a special meaning; the chain ends."""
_ENTRY, _STREAM, _ROOT = 128, 2, 5


def read_stream(content: bytes, names: tuple[str, ...]) -> bytes:
    """The first stream with one of the names; raises ValueError or struct.error where there is none."""
    sector, small = (1 << shift for shift in struct.unpack_from("<HH", content, 30))
    if sector not in (512, 4_096) or small != 64:
        raise ValueError("the sizes of its sectors make no sense")
    directory_start, smallest = struct.unpack_from("<I4xI", content, 48)
    small_start = struct.unpack_from("<I", content, 60)[0]
    table = _sector_table(content, sector)
    places = [(at + 1) * sector for at in range(len(content) // sector)]
    directory = _chain(content, table, directory_start, places, sector)
    entries = [directory[at : at + _ENTRY] for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    streams = {
        entry[: max(0, struct.unpack_from("<H", entry, 64)[0] - 2)].decode("utf-16-le"): entry for entry in entries
    }
    found = next((streams[name] for name in names if name in streams and streams[name][66] == _STREAM), None)
    if found is None:
        raise ValueError(f"it has no {' or '.join(names)} in it")
    start, size = struct.unpack_from("<II", found, 116)
    if size >= smallest:
        return _chain(content, table, start, places, sector)[:size]
    root = next(entry for entry in entries if entry[66] == _ROOT)
    store = _chain(content, table, struct.unpack_from("<I", root, 116)[0], places, sector)
    small_table = _numbers(_chain(content, table, small_start, places, sector))
    return _chain(store, small_table, start, [at * small for at in range(len(store) // small)], small)[:size]


def _sector_table(content: bytes, sector: int) -> list[int]:
    """For each sector the next one of its chain."""
    numbers = list(struct.unpack_from("<109I", content, 76))
    following = struct.unpack_from("<I", content, 68)[0]
    for _ in range(len(content) // sector):
        if following >= _END:
            break
        *more, following = _numbers(content[(following + 1) * sector : (following + 2) * sector])
        numbers += more
    used = [number for number in numbers if number < _END]
    if len(used) > len(content) // sector:
        raise ValueError("its table of sectors makes no sense")
    return _numbers(b"".join(content[(number + 1) * sector : (number + 2) * sector] for number in used))


def _chain(content: bytes, table: list[int], start: int, places: list[int], size: int) -> bytes:
    pieces: list[bytes] = []
    at = start
    for _ in range(len(places) + 1):
        if at >= _END:
            return b"".join(pieces)
        pieces.append(content[places[at] : places[at] + size])
        at = table[at]
    raise ValueError("its sectors are chained in a circle")


def _numbers(content: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))
