"""What each page shows of concerns: texts for the SPO, a count for others, nothing where it could tell who it is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.people import load_people
from monitor.snapshots.follow_through.concerns import add_answer, add_concern, read_concerns
from monitor.web.access_log import Subject
from monitor.web.dependencies import Reader
from monitor.web.exceptions import Forbidden, NotFound
from monitor.web.pages.follow_through.concerns import (
    answer_page,
    concern_asked,
    concern_counts,
    concerns_of_person,
    concerns_of_units,
    raise_page,
    subjects_of,
)
from monitor.web.pages.view_models.concern_models import NOTHING_RAISED
from tests.monitor.snapshots.follow_through.test_concerns import a_row, an_answer

from ....conftest import Home
from ...conftest import NOW, ReaderAs, reader_of_newest

TODAY = NOW.date()
NINE_DAYS_AGO = TODAY - timedelta(days=9)


@pytest.fixture(scope="module")
def raised(service: Home) -> Home:
    """M1 is answered, M3 and M5 wait."""
    engine = service.store.engine
    for code in ("M1", "M3", "M5"):
        assert add_concern(engine, a_row(service, code, raised_on=NINE_DAYS_AGO), f"Too much for {code}.")
    assert add_answer(engine, an_answer(read_concerns(engine, ["M1"])[0].id), "Ten cases move.")
    return service


@pytest.fixture
def as_person(raised: Home, reader_as: ReaderAs) -> ReaderAs:
    def of(name: str, **query: str) -> Reader:
        return replace(reader_of_newest(raised, name, **query), today=TODAY, small_team=1)

    return of


def test_an_spo_reads_those_who_wait_and_others_a_count(as_person: ReaderAs) -> None:
    units = [("team", "T3"), ("team", "T4")]
    spo = concerns_of_units(as_person("spo3"), units)
    line = "2 offender managers say that they cannot carry their caseload safely; 2 unanswered, the longest for 9 days."
    assert spo.line == line
    assert [(each.om_name, each.note) for each in spo.shown] == [
        ("-Cy Minusham", "Too much for M3."),
        ("\tEd Tabberer", "Too much for M5."),
    ]
    assert spo.shown[0].says == "Raised on 13 November 2026, unanswered for 9 days."
    assert subjects_of(spo) == (Subject("offender_manager", "M3"), Subject("offender_manager", "M5"))
    director = concerns_of_units(as_person("north"), [("area", "N")])
    assert director.shown == ()
    assert director.line.startswith("2 offender managers say")
    assert concerns_of_units(as_person("officer"), [("team", "T1")]) == NOTHING_RAISED


def test_a_small_unit_is_counted_for_its_spo_alone(as_person: ReaderAs) -> None:
    office = [("office", "O1")]
    assert concerns_of_units(replace(as_person("north"), small_team=5), office).line == ""
    assert "answered" in concerns_of_units(replace(as_person("spo1"), small_team=5), office).line
    counts = concern_counts(as_person("south")).set_index(["level", "code"])
    assert counts.loc[("office", "O3")].tolist() == [1, 1, 9]
    assert {level for level, _ in counts.index} == {"area", "cluster", "office", "team"}
    assert concern_counts(replace(as_person("south"), small_team=5)).empty


def test_the_offender_manager_reads_the_answer(as_person: ReaderAs) -> None:
    (mine,) = concerns_of_person(as_person("officer"), "M1").shown
    assert (mine.note, mine.answer) == ("Too much for M1.", "Ten cases move.")
    assert mine.answered == "Answered on 22 November 2026 by spo1@example.org."
    assert mine.answer_path == ""
    assert concerns_of_person(as_person("spo3"), "M3").shown[0].answer_path
    assert concerns_of_person(as_person("north"), "M1") == NOTHING_RAISED


def test_an_earlier_snapshot_shows_nothing_of_it(as_person: ReaderAs) -> None:
    asked = as_person("spo3")
    assert asked.previous is not None
    earlier = replace(asked, week=asked.previous)
    assert concerns_of_units(earlier, [("team", "T3")]) == NOTHING_RAISED
    assert concern_counts(earlier).empty
    with pytest.raises(NotFound):
        concern_asked(earlier, read_concerns(asked.snapshots.store.engine, ["M3"])[0].id)


def test_the_forms_know_what_was_raised_and_who_reads_it(as_person: ReaderAs, raised: Home) -> None:
    people = load_people(raised.settings.people_file, ())
    form = raise_page(as_person("officer"), people)
    assert (form.seen, form.has_reader, form.note) == (1, True, "")
    assert not raise_page(as_person("officer"), [], "typed", "why", 0).has_reader
    spo = as_person("spo3")
    waiting = read_concerns(raised.store.engine, ["M5"])[0]
    page = answer_page(spo, concern_asked(spo, waiting.id))
    assert page.concern.note == "Too much for M5."
    assert page.subjects == (Subject("offender_manager", "M5"),)
    for number in (0, read_concerns(raised.store.engine, ["M1"])[0].id):
        with pytest.raises(Forbidden):
            concern_asked(spo, number)
