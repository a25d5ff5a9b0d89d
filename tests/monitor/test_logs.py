"""The log: one event a line with its facts, and never a person, whatever is done and whatever goes wrong."""

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor import logs

from ..clock import NOW
from .conftest import AS_AT, POSTS, Answer, Home, little_london
from .extracts.small import a_case, write_csv
from .operations.checks.test_check import closed_port

PEOPLE = ("north@example.org", "south@example.org", "officer@example.org", "operator@example.org")
NAMES = {word for post in POSTS for word in re.findall(r"\w{3,}", post["om_name"])} | {"Director", "North", "Call"}


@pytest.fixture(autouse=True)
def _closed_after_each_test() -> Iterator[None]:
    yield
    logs.close_log()


def written(form: logs.Form = "json", level: logs.Level = "info") -> io.StringIO:
    stream = io.StringIO()
    logs.open_log(form, level, stream)
    return stream


def events(text: str) -> list[dict[str, Any]]:
    """Every line as the object it is: a line that is none fails."""
    return [json.loads(line) for line in text.splitlines()]


def crns_of(tables: dict[str, list[dict[str, Any]]]) -> set[str]:
    return {row["crn"] for row in tables["cases"]}


def names_nobody(text: str) -> bool:
    """Whether no CRN of any test extract, no name and no address stands in the text."""
    crns = crns_of(little_london()) | {f"X{number:06d}" for number in range(1, 60)}
    found = [word for word in (*crns, *NAMES, *PEOPLE, "palmistry", "calc", "HYPERLINK") if word in text]
    assert found == []
    return True


def test_an_event_is_one_json_object_with_its_facts() -> None:
    stream = written()
    logs.log_event("run", state="done", as_at=AS_AT, week="2026-W48", revision=1, cases=53, seconds=0.25)
    (event,) = events(stream.getvalue())
    assert datetime.fromisoformat(event.pop("timestamp")).tzinfo == UTC
    assert event == {
        "event": "run",
        "level": "info",
        "state": "done",
        "as_at": "2026-11-20",
        "week": "2026-W48",
        "revision": 1,
        "cases": 53,
        "seconds": 0.25,
    }


def test_an_event_is_one_line_for_people() -> None:
    stream = written("text")
    logs.log_event("delivery", "warning", state="queued", message=17, reason="mail server\nis away")
    line = stream.getvalue()
    assert line.count("\n") == 1
    assert re.search(r"warning.*delivery.*state=queued.*message=17.*reason='mail server is away'", line)
    assert "\x1b" not in line


def test_less_than_the_level_is_left_out() -> None:
    stream = written(level="warning")
    logs.log_event("run", state="done")
    logs.log_event("run", "error", state="failed")
    assert [event["state"] for event in events(stream.getvalue())] == ["failed"]


def test_where_no_log_is_open_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.close_log()
    logs.log_event("run", state="done")
    with logs.log_duration("run"):
        pass
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("550 <north@example.org> unknown", "550 <(address)> unknown"),
        ("to:Director.North@probation.example, refused", "to:(address), refused"),
        ("case X000123 and A1234BC, x000124", "case (identifier) and (identifier), (identifier)"),
        ("ftp://reader:hunter2@example.org/in", "ftp://example.org/in"),
        ("at postgresql://u:p@ss@host/db?password=x, key=abc", "at postgresql://host/db, key=***"),
        ("one\x1b[31m two\u202e", r"one\x1b[31m two\u202e"),
        ("/srv/extracts/2026-11-20: 3 faults", "/srv/extracts/2026-11-20: 3 faults"),
        ("w" * 400, "w" * 299 + "…"),
    ],
)
def test_addresses_identifiers_and_log_ins_are_masked(text: str, shown: str) -> None:
    stream = written()
    logs.log_event("delivery", reason=text)
    assert events(stream.getvalue())[0]["reason"] == shown


def test_an_error_is_told_by_its_kind_and_place_and_never_by_its_words() -> None:
    stream = written()
    with pytest.raises(TypeError), logs.log_duration("run", week="2026-W48"):
        date.fromisoformat(1)  # type: ignore[arg-type]
    with pytest.raises(KeyError), logs.log_duration("run"):
        logs.Facts.__annotations__["Ann Arbuthnot"]
    with pytest.raises(FileNotFoundError), logs.log_duration("run"):
        logs.error_facts(Path("nowhere").read_text(encoding="utf-8"))  # type: ignore[arg-type]
    first, second, third = events(stream.getvalue())
    assert (first["level"], first["state"], first["week"]) == ("error", "failed", "2026-W48")
    assert (first["error"], "reason" in first) == ("TypeError", False)
    assert (second["error"], "reason" in second) == ("KeyError", False)
    assert third["reason"] == "[Errno 2] No such file or directory: 'nowhere'"
    assert all(event["where"].startswith("logs.py:") for event in (first, second, third))
    assert "Arbuthnot" not in stream.getvalue()


def test_a_warning_of_a_library_is_an_event_too_without_what_it_is_about() -> None:
    stream = written()
    logging.getLogger("apscheduler").warning("Run time of job %s was missed", "Ann Arbuthnot")
    logging.getLogger("apscheduler").info("not of interest")
    (event,) = events(stream.getvalue())
    assert (event["library"], event["level"]) == ("apscheduler", "warning")
    assert "Arbuthnot" not in stream.getvalue()


def test_commands_log_only_where_it_is_asked_for(home: Home, hotspots: Callable[..., Answer]) -> None:
    assert hotspots("deliver", home=home).err == ""
    command = ("run", "--extract", home.extract, "--as-at", AS_AT)
    assert hotspots(*command, home=home).err == ""
    plain = hotspots(*command, home=home, log_level="info")
    assert re.search(r"info.* run .*as_at=2026-11-20 state=done .*unchanged=True", plain.err)
    (event,) = events(hotspots(*command, home=home, log_format="json").err)
    assert (event["event"], event["as_at"], event["revision"], event["cases"]) == ("run", "2026-11-20", 1, 53)
    assert event["seconds"] > 0
    assert plain.out == hotspots(*command, home=home).out


def test_no_log_of_a_run_that_is_done_refused_or_broken_names_anybody(
    new_home: Home, hotspots: Callable[..., Answer], tmp_path: Path
) -> None:
    refused = write_csv(tmp_path / "refused", {**little_london(), "cases": [a_case("X000301", setting="moon")] * 40})
    asked = {"home": new_home, "log_format": "json"}
    done = hotspots("run", "--extract", new_home.extract, "--as-at", AS_AT, **asked)
    assert (done.status, names_nobody(done.err)) == (0, True)
    quoted = hotspots("run", "--extract", refused, "--as-at", AS_AT, **asked)
    assert (quoted.status, "X000301" in quoted.err or "moon" in quoted.err) == (2, True)
    lines = [line for line in quoted.err.splitlines() if line.startswith("{")]
    (event,) = events("\n".join(lines))
    assert (event["event"], event["state"], event["level"]) == ("run", "refused", "error")
    assert event["faults"] >= 1
    assert names_nobody(lines[0])
    assert "moon" not in lines[0]


@pytest.mark.reads_clock
def test_no_log_of_the_weekly_job_names_anybody_whatever_comes_of_it(
    new_home: Home, hotspots: Callable[..., Answer], tmp_path: Path
) -> None:
    arrivals = tmp_path / "arrivals"
    today = NOW.date().isoformat()
    asked = {"home": new_home, "log_format": "json", "source": arrivals, "late_after_hours": 0}
    arrivals.mkdir()
    late = hotspots("run", "--if-due", **asked)
    write_csv(arrivals / today, {**little_london(), "cases": [a_case("X000301", rosh="Arbuthnot")] * 40})
    refused = hotspots("run", "--if-due", **asked)
    write_csv(arrivals / today, little_london())
    done = hotspots("run", "--if-due", **asked)
    assert [answer.status for answer in (late, refused, done)] == [2, 2, 0]
    told = [event for answer in (late, refused, done) for event in json_lines(answer.err)]
    assert [event["state"] for event in told if event["event"] == "run"] == ["no extract", "refused", "done"]
    assert {event["digest"] for event in told if event["event"] == "notice"} >= {"run-late", "run-refused"}
    assert all(names_nobody(answer.out + answer.err) for answer in (late, refused, done))


def json_lines(text: str) -> list[dict[str, Any]]:
    return events("\n".join(line for line in text.splitlines() if line.startswith("{")))


@pytest.mark.reads_clock
def test_no_log_of_delivery_names_a_reader_whether_it_goes_waits_or_fails(
    home: Home, hotspots: Callable[..., Answer]
) -> None:
    asked = {"home": home, "log_format": "json"}
    waits = hotspots("deliver", smtp_host="127.0.0.1", smtp_port=closed_port(), smtp_tls="none", **asked)
    fails = hotspots("deliver", mail_domains="example.com", **asked)
    goes = hotspots("deliver", **asked)
    for answer in (waits, fails, goes):
        lines = [line for line in answer.err.splitlines() if line.startswith("{")]
        assert names_nobody("\n".join(lines))
    (waiting, *_) = json_lines(waits.err)
    assert (waiting["event"], waiting["state"], waiting["digest"]) == ("delivery", "queued", "weekly")
    assert isinstance(waiting["message"], int)
    assert "127.0.0.1" in waiting["reason"]


def test_help_does_not_wait_for_the_log() -> None:
    program = (
        "import sys; sys.argv = ['hotspots', '--help']; from monitor.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print('structlog' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.splitlines()[-1] == "False"
