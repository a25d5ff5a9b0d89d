"""Tables, lines and files of a command."""

from pathlib import Path

import pandas as pd
import pytest
import typer

from monitor.cli.output import Form, put_file, say_lines, write_table

TABLE = pd.DataFrame({"crn": ["X1"], "points": [1.5]})


def test_a_table_goes_to_a_file_or_to_standard_output(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "table.csv"
    write_table(TABLE, Form.CSV, path)
    write_table(TABLE, Form.CSV, None)
    assert capfdbinary.readouterr().out == path.read_bytes() == b"crn,points\nX1,1.5\n"


def test_lines_go_to_a_file_or_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "lines.txt"
    say_lines(iter(["one", "two"]), path)
    say_lines(iter(["one", "two"]), None)
    assert capsys.readouterr().out == path.read_text() == "one\ntwo\n"


def test_a_file_that_cannot_be_written_is_the_fault_of_its_option(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="cannot be written: No such file") as raised:
        put_file(tmp_path / "no" / "table.csv", b"", "--out")
    assert raised.value.param_hint == "--out"
