"""Read the moves of an earlier answer, as ``hotspots what-if moves`` writes them, for a new plan to keep."""

import csv
import io
import json
from pathlib import Path

from pydantic import ValidationError

from monitor.redistribution.scenario.model import EarlierMove
from tiering.faults import UserFault

LARGEST_FILE = 64 << 20
"""The most bytes of such a file: moves of the whole country with their reasons."""
_KEYS = tuple(EarlierMove.model_fields)


def load_moves(path: Path) -> tuple[EarlierMove, ...]:
    """Load the moves of a CSV or JSON file; columns other than those of EarlierMove are ignored.

    Raises UserFault that names the file, the line and the value at fault.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise UserFault([f"{path}: is larger than {LARGEST_FILE:,} bytes; give what hotspots what-if moves writes"])
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserFault(
            [f"{path}: cannot be read: {error.strerror}; give what hotspots what-if moves writes"]
        ) from None
    except UnicodeDecodeError:
        raise UserFault([f"{path}: is not UTF-8 text; give CSV or JSON as hotspots what-if moves writes it"]) from None
    rows = _json_rows(path, text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(path, text)
    moves = []
    for number, row in rows:
        try:
            moves.append(EarlierMove.model_validate({key: row.get(key) for key in _KEYS}))
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            raise UserFault(
                [f"{path}: line {number}: {fault['loc'][0]}: {fault['input']!r}: {fault['msg']}; write a code"]
            ) from None
    first: dict[str, int] = {}
    for (number, _), move in zip(rows, moves, strict=True):
        if move.crn in first:
            raise UserFault(
                [f"{path}: line {number}: crn: {move.crn!r} is in line {first[move.crn]} too; leave one of them"]
            )
        first[move.crn] = number
    return tuple(moves)


def _csv_rows(path: Path, text: str) -> list[tuple[int, dict[str, object]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    missing = [key for key in _KEYS if key not in (reader.fieldnames or ())]
    if missing:
        raise UserFault(
            [f"{path}: line 1: the column {missing[0]} is missing; give what hotspots what-if moves writes"]
        )
    return [(reader.line_num, dict(row)) for row in reader]


def _json_rows(path: Path, text: str) -> list[tuple[int, dict[str, object]]]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UserFault([f"{path}: is not valid JSON: {str(error)[:200]}"]) from None
    if not isinstance(content, list) or not all(isinstance(row, dict) for row in content):
        raise UserFault([f"{path}: is not a list of moves; give what hotspots what-if moves --format json writes"])
    return list(enumerate(content, start=1))
