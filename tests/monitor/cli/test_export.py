"""The commands that export: to a file or to standard output, by date, policy and person."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from monitor.alternatives.compare import COLUMNS
from monitor.web.app import make_app

from ..alternatives.test_compare import make_alternative
from ..conftest import NOW, Answer, Home
from ..snapshots.exports.test_export import content
from ..web.conftest import PEOPLE, sign_in
from .test_session import in_words

Program = Callable[..., Answer]


def test_the_program_writes_an_export_to_a_file_or_to_standard_output(
    home: Home, tmp_path: Path, hotspots: Program
) -> None:
    on_screen = hotspots("export", "hotspots", home=home)
    assert on_screen.out.encode() == content(home.store, "hotspots", "csv")
    answer = hotspots("export", "hotspots", "--format", "xlsx", "--out", tmp_path / "hotspots.xlsx", home=home)
    assert (answer.status, answer.out) == (0, "")
    assert (tmp_path / "hotspots.xlsx").read_bytes() == content(home.store, "hotspots", "xlsx")


def test_an_older_snapshot_is_exported_when_its_date_is_named(home: Home, hotspots: Program) -> None:
    rows = json.loads(hotspots("export", "hotspots", "--as-at", "2026-11-06", "--format", "json", home=home).out)
    assert {row["as_at"] for row in rows} == {"2026-11-06"}
    assert "over_threshold" not in {row["rule"] for row in rows}


def test_an_export_that_cannot_be_written_ends_in_words(home: Home, hotspots: Program, tmp_path: Path) -> None:
    answer = hotspots("export", "workload", "--out", tmp_path / "nowhere" / "workload.csv", home=home)
    assert answer.status in (1, 2)
    assert in_words(answer)
    assert str(tmp_path / "nowhere" / "workload.csv") in answer.err


@pytest.mark.both_databases
def test_the_record_is_taken_out_by_day_and_by_person(home: Home, hotspots: Program) -> None:
    now = [NOW]
    home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    pages = make_app(home.settings, home.store, lambda: now[0])
    # In summer the clocks of Europe/London are an hour ahead of UTC.
    for name, moment in (("spo1", "2026-06-30T22:59:00+00:00"), ("spo2", "2026-06-30T23:01:00+00:00")):
        now[0] = datetime.fromisoformat(moment)
        sign_in(pages, name).get("/offender-manager/M1")

    def found(*words: str) -> list[str]:
        said = hotspots("access-log", *words, home=home)
        assert (said.status, said.err) == (0, "")
        return [row["who"].partition("@")[0] for row in csv.DictReader(io.StringIO(said.out))]

    assert found() == ["spo1", "spo2"]
    assert found("--since", "2026-07-01") == ["spo2"]
    assert found("--until", "2026-06-30") == ["spo1"]
    assert found("--since", "2026-06-30", "--until", "2026-07-01") == ["spo1", "spo2"]
    assert found("--who", "SPO2@example.org") == ["spo2"]
    assert found("--who", "unknown@example.org") == []
    (first, _) = json.loads(hotspots("access-log", "--format", "json", home=home).out)
    assert first == {
        "at": "2026-06-30T22:59:00.000+00:00",
        "who": "spo1@example.org",
        "role": "spo",
        "page": "/offender-manager/{code}",
        "level": "offender_manager",
        "code": "M1",
        "crn": None,
        "as_at": "2026-11-20",
        "allowed": True,
    }


def test_the_history_is_every_week_as_one_table(home: Home, hotspots: Program) -> None:
    words = ("export", "history", "--level", "area", "--unit", "N", "--from", "2026-11-13")
    rows = list(csv.DictReader(io.StringIO(hotspots(*words, home=home).out)))
    assert [(row["as_at"], row["revision"], row["code"]) for row in rows] == [
        ("2026-11-13", "1", "N"),
        ("2026-11-20", "1", "N"),
    ]
    spots = hotspots("export", "history", "--of", "hotspots", "--to", "2026-11-06", "--every-revision", home=home)
    assert {row["as_at"] for row in csv.DictReader(io.StringIO(spots.out))} == {"2026-11-06"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("history", "--as-at", "2026-11-20"), "history has every week"),
        (("workload", "--level", "office"), "are for history, not workload"),
        (("workload", "--history", "wmt"), "--history is for the table alternative"),
        (("alternative",), "--history is for the table alternative, which needs it"),
        (("alternative", "--history", "wmt", "--as-at", "2026-11-20"), "alternative has every week"),
        (("alternative", "--history", "wmt", "--of", "workload"), "are for history, not alternative"),
        (("alternative", "--history", "wmt"), "there is no alternative history wmt"),
    ],
)
def test_options_of_the_history_and_of_one_week_do_not_mix(
    home: Home, hotspots: Program, words: tuple[str, ...], says: str
) -> None:
    answer = hotspots("export", *words, home=home)
    assert (answer.status, answer.out) == (2, "")
    assert says in " ".join(answer.err.split())


def test_an_alternative_is_every_week_next_to_what_was_recorded(home: Home, hotspots: Program) -> None:
    make_alternative(home, "wmt")
    words = ("export", "alternative", "--history", "wmt", "--level", "office", "--unit", "O1", "--from", "2026-11-13")
    rows = list(csv.DictReader(io.StringIO(hotspots(*words, home=home).out)))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["as_at"], row["code"], row["alternative_policy"]) for row in rows] == [
        ("2026-11-13", "O1", "wmt"),
        ("2026-11-20", "O1", "wmt"),
    ]
