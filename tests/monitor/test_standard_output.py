"""What native code prints never gets between the data: a fake solver prints as HiGHS does, at once and at the end."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.redistribution.results.move_notes import NOTES
from monitor.redistribution.results.tables.moves import COLUMNS
from monitor.standard_output import keep_for_this_program, open_or_nothing

from .conftest import Home

A_SOLVER_THAT_PRINTS = """\
import ctypes, os, sys
import highspy
from monitor.cli.main import main
libc, solve = ctypes.CDLL(None), highspy.Highs.run
def run(self):
    libc.printf(b"Running a solver\\n")
    os.write(1, b"Copyright of a solver\\n")
    return solve(self)
highspy.Highs.run = run
sys.argv[0] = "hotspots"
main()
"""
PRINTS_AND_ANSWERS = """\
import ctypes, os
from monitor.standard_output import keep_for_this_program
keep_for_this_program()
ctypes.CDLL(None).printf(b"in a buffer until the end\\n")
print("d\\u00e4ta")
os.write(1, b"at once\\n")
"""


def ask(home: Home, *words: object) -> "subprocess.CompletedProcess[str]":
    """``hotspots what-if ...`` with the solver that prints."""
    words = ("what-if", *words)
    environment = os.environ | home.environment()
    program = [sys.executable, "-c", A_SOLVER_THAT_PRINTS, *map(str, words)]
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=True, timeout=120)


def test_what_a_solver_prints_is_on_standard_error_and_the_plan_is_json_and_csv(service: Home, tmp_path: Path) -> None:
    scenario = tmp_path / "tried.yaml"
    scenario.write_text("name: Tried\nscope: {cluster: C1}\nlimits: {elective_moves: 3}\n", encoding="utf-8")
    plan = ask(service, "solve", scenario, "--json")
    assert json.loads(plan.stdout)["name"] == "Tried"
    assert {"Running a solver", "Copyright of a solver"} <= set(plan.stderr.splitlines())
    moves = list(csv.reader(io.StringIO(ask(service, "moves", scenario, "--format", "csv").stdout)))
    assert moves[0] == [*COLUMNS, *NOTES]
    assert {len(row) for row in moves} == {len(moves[0])}


def test_data_and_what_native_code_prints_go_two_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with (tmp_path / "out").open("w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "__stdout__", stream)
        keep_for_this_program()
        print("data", flush=True)
        os.write(stream.fileno(), b"banner\n")
        os.close(sys.stdout.fileno())
        monkeypatch.undo()
    assert (tmp_path / "out").read_text(encoding="utf-8") == "data\n"
    assert capfd.readouterr().err == "banner\n"


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_buffer_of_native_code_that_is_flushed_at_exit_does_not_follow_the_data(unbuffered: str) -> None:
    environment = os.environ | {"PYTHONUNBUFFERED": unbuffered, "PYTHONIOENCODING": "latin-1"}
    program = [sys.executable, "-X", "dev", "-W", "error", "-c", PRINTS_AND_ANSWERS]
    ended = subprocess.run(program, env=environment, capture_output=True, check=True, timeout=60)
    assert ended.stdout == "däta\n".encode("latin-1")
    assert sorted(ended.stderr.splitlines()) == [b"at once", b"in a buffer until the end"]


@pytest.mark.parametrize(("closed", "said"), [("2>&-", "däta\n"), (">&-", "")])
def test_a_closed_stream_harms_nothing(closed: str, said: str) -> None:
    program = f'exec "$0" -c "$1" {closed}'
    code = PRINTS_AND_ANSWERS.replace('os.write(1, b"at once\\n")', "")
    # A library that sets another clock would open a file of its own in the place of the closed stream.
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"} | {"PYTHONUTF8": "1"}
    words = ["sh", "-c", program, sys.executable, code]
    ended = subprocess.run(words, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert (ended.stdout, ended.stderr) == (said, "")


def test_a_stream_that_was_replaced_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    before = sys.stdout
    keep_for_this_program()
    assert sys.stdout is before


def test_what_is_meant_for_a_closed_standard_error_goes_nowhere(tmp_path: Path) -> None:
    with (tmp_path / "err").open("w", encoding="utf-8") as stream:
        number = stream.fileno()
        assert open_or_nothing(number) == number
    nothing = open_or_nothing(number)
    assert os.path.samestat(os.fstat(nothing), Path(os.devnull).stat())
    os.close(nothing)
