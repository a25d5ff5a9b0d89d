"""Parquet is read without a thread of Arrow: one still there at exit may abort a program that has done its work."""

import io
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import monitor
from monitor.parquet import open_parquet, read_batches, read_columns, read_frame, read_rows

from .conftest import Home

ROOT = Path(monitor.__file__).parents[1]
FRAME = pd.DataFrame({"number": range(50_000), "word": [f"word {number}" for number in range(50_000)]})

COUNTED = """
import io, os, sys
import numpy, pandas, pyarrow, pyarrow.parquet

def threads():
    names = [open(f"/proc/self/task/{task}/comm").read() for task in os.listdir("/proc/self/task")]
    return sum("jemalloc" not in name for name in names)

before = threads()
"""
"""How many threads there are beside those that keep house for the memory."""

LEAVE = "\nsys.stdout.flush()\nos._exit(0)"
"""Ends a program without its exit: with threads of Arrow left, about one exit in a hundred aborts."""

READS = {
    "frame": "read_frame(content)",
    "columns": "list(read_batches(open_parquet(pyarrow.BufferReader(content)), 1_000, ['word']))",
    "some columns": "read_columns(content, ['word'])",
    "rows": "list(read_rows(io.BytesIO(content), 1_000)[1])",
    "as pyarrow has it": "pyarrow.parquet.read_table(io.BytesIO(content))",
}

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="counts the threads in /proc")


def content_of(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False)
    return sink.getvalue()


def counted(script: str, *given: str) -> str:
    """What a program of its own says on its last line."""
    done = subprocess.run([sys.executable, "-c", COUNTED + script, *given], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


@needs_proc
@pytest.mark.parametrize("read", READS)
def test_no_way_of_reading_leaves_a_thread_behind(read: str, tmp_path: Path) -> None:
    (tmp_path / "frame.parquet").write_bytes(content_of(FRAME))
    script = (
        "from monitor.parquet import open_parquet, read_batches, read_columns, read_frame, read_rows\n"
        f"content = open(sys.argv[1], 'rb').read()\n{READS[read]}\nprint(threads() - before)" + LEAVE
    )
    more = int(counted(script, str(tmp_path / "frame.parquet")))
    assert more == 0 if read != "as pyarrow has it" else more > 0


@needs_proc
@pytest.mark.parametrize("table", ["overdue", "cases"])
def test_an_export_leaves_no_thread_behind(home: Home, table: str) -> None:
    script = (
        "from monitor.cli.main import main\nsys.argv[0] = 'hotspots'\n"
        "try:\n    main()\nexcept SystemExit as ended:\n    print(threads() - before, ended.code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", COUNTED + script, "export", table],
        capture_output=True,
        text=True,
        check=True,
        env=home.environment(),
    )
    assert done.stdout.splitlines()[-1] == "0 0"


def test_parquet_is_read_in_one_place() -> None:
    reads = re.compile(
        r"read_table|read_metadata|read_parquet|ParquetFile\b|ParquetDataset|pyarrow\.dataset|iter_batches"
    )
    places = {
        str(path.relative_to(ROOT))
        for package in ("tiering", "alerts", "monitor")
        for path in (ROOT / package).rglob("*.py")
        if reads.search(path.read_text(encoding="utf-8"))
    }
    # DuckDB reads the frames that a question is about by itself, without Arrow.
    assert places == {"monitor/parquet.py", "monitor/questions/tables.py"}


def test_what_was_written_is_read() -> None:
    content = content_of(FRAME)
    pd.testing.assert_frame_equal(read_frame(content), FRAME.astype({"word": "str"}))
    batches = list(read_batches(open_parquet(io.BytesIO(content)), 20_000, ["word"]))
    assert [batch.num_rows for batch in batches] == [20_000, 20_000, 10_000]
    assert batches[0].schema.names == ["word"]
    names, rows = read_rows(io.BytesIO(content), 7)
    assert (names, next(rows), sum(1 for _ in rows)) == (["number", "word"], (0, "word 0"), len(FRAME) - 1)


def test_only_the_columns_asked_for_are_read() -> None:
    content = io.BytesIO()
    FRAME.to_parquet(content)
    assert read_columns(content.getvalue(), ["word"]).column_names == ["word"]
    assert read_columns(content.getvalue()).column_names == ["number", "word"]
