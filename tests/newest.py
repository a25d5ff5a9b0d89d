"""The main job and a solve on the newest versions that pip resolves: ``make test-newest``.

Outside the lock no one promises anything: libraries begin to print, rename and remove. This says so before users do.
Arguments: the ``hotspots`` program of an environment into which the project was installed without the lock.
"""

import csv
import io
import json
import subprocess
import sys
import tempfile
from pathlib import Path

AS_AT = "2026-11-20"
SCENARIO = f"name: newest\nas_at: {AS_AT}\nscope: {{cluster: C02}}\nlimits: {{elective_moves: 10, seconds: 20}}\n"


def hotspots(program: str, folder: Path, *words: str, statuses: tuple[int, ...] = (0,)) -> str:
    """What one command prints to standard output; raises where its exit status is another."""
    process = subprocess.run([program, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    if process.returncode not in statuses:
        raise SystemExit(f"hotspots {' '.join(words)}: exit {process.returncode}\n{process.stdout}{process.stderr}")
    return process.stdout


def main(program: str) -> None:
    """Sample, run, export, status, solve and moves; JSON must be JSON and CSV must be CSV."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
        hotspots(program, folder, "sample", "--out", "sample", "--weeks", "1", "--cases", "3000", "--as-at", AS_AT)
        summary = json.loads(
            hotspots(program, folder, "run", "--extract", f"sample/{AS_AT}", "--as-at", AS_AT, "--json")
        )
        assert summary["cases"] > 2_000, summary
        workload = list(csv.DictReader(io.StringIO(hotspots(program, folder, "export", "workload"))))
        assert {row["as_at"] for row in workload} == {AS_AT}, workload[:2]
        assert json.loads(hotspots(program, folder, "export", "hotspots", "--format", "json")) is not None
        hotspots(program, folder, "export", "workload", "--format", "xlsx", "--out", "workload.xlsx")
        assert "all agree" in hotspots(program, folder, "verify")
        # It is about a fixed date, so the snapshot may be old: what is asked for is an answer in JSON.
        json.loads(hotspots(program, folder, "status", "--json", statuses=(0, 1)))
        solved = json.loads(hotspots(program, folder, "what-if", "solve", "scenario.yaml", "--json"))
        assert solved["status"], solved
        moves = hotspots(program, folder, "what-if", "moves", "scenario.yaml", "--format", "csv")
        assert moves.startswith("crn,from_om_code,"), moves[:200]
        assert all(None not in row for row in csv.DictReader(io.StringIO(moves)))
    print("the main job and a solve hold on the newest versions")


if __name__ == "__main__":
    main(sys.argv[1])
