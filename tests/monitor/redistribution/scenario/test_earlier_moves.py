"""The moves of an earlier answer, read from a file."""

import json
from pathlib import Path

import pytest

from monitor.redistribution.scenario.earlier_moves import load_moves
from monitor.redistribution.scenario.model import EarlierMove
from tiering.faults import UserFault

MOVES = (
    EarlierMove(crn="X1", to_om_code="00012", to_team_code="T1"),
    EarlierMove(crn="X2", to_om_code="P2", to_team_code="T2"),
)
CSV = "crn,from_om_code,to_om_code,to_team_code,reason\nX1,,00012,T1,must move\nX2,P1,P2,T2,relieves\n"


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "moves.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def fault(folder: Path, text: str | bytes) -> str:
    with pytest.raises(UserFault) as raised:
        load_moves(write(folder, text))
    return str(raised.value)


def test_csv_and_json_give_the_same_moves(tmp_path: Path) -> None:
    rows = [move.model_dump() | {"week": 1} for move in MOVES]
    assert load_moves(write(tmp_path, CSV)) == MOVES
    assert load_moves(write(tmp_path, "\N{BYTE ORDER MARK}" + CSV)) == MOVES
    assert load_moves(write(tmp_path, json.dumps(rows))) == MOVES
    assert load_moves(write(tmp_path, "[]")) == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("crn,to_om_code\nX1,P1\n", "line 1: the column to_team_code is missing"),
        ("crn,to_om_code,to_team_code\nX1,,T1\n", "line 2: to_om_code: ''"),
        (CSV + "X1,,P3,T1,again\n", "line 4: crn: 'X1' is in line 2 too"),
        ('[{"crn": "X1", "to_om_code": 12, "to_team_code": "T1"}]', "line 1: to_om_code: 12"),
        ('{"crn": "X1"}', "is not a list of moves"),
        ("[{", "is not valid JSON"),
        (b"crn,to_om_code,to_team_code\nX1,\xff,T1\n", "is not UTF-8 text"),
    ],
)
def test_a_fault_names_the_place_and_the_value(tmp_path: Path, text: str | bytes, says: str) -> None:
    assert says in fault(tmp_path, text)


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(UserFault, match=r"no\.csv: cannot be read: No such file"):
        load_moves(tmp_path / "no.csv")
