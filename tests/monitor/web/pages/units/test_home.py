"""The start page: the reader's scope, with nothing left out of it."""

from dataclasses import replace
from math import nan

import pytest

from monitor.web.pages.units.home import home_page, light_of

from ...conftest import ReaderAs


def test_the_start_page_is_about_the_scope_of_the_reader(reader_as: ReaderAs) -> None:
    page = home_page(reader_as("north"))
    assert (page.title, page.story.whole.code, page.story.part) == ("Hotspots", "N", "cluster")
    assert [part.code for part in page.parts] == ["C1"]
    assert [week.as_at.isoformat() for week in page.weeks] == ["2026-11-06", "2026-11-13", "2026-11-20"]
    assert page.subjects == ()


def test_what_only_a_digest_leaves_out_is_not_said_on_the_page(reader_as: ReaderAs) -> None:
    about = home_page(reader_as("north")).about
    assert about[0].startswith("Figures as at 20 November 2026")
    assert [note for note in about if "email" in note.casefold()] == []


def test_a_table_of_the_start_page_holds_what_the_reader_sees(reader_as: ReaderAs) -> None:
    for name, codes in (("planner", {"N", "S", "all"}), ("north", {"N"})):
        parts = home_page(reader_as(name)).tables["parts"]()
        assert set(parts.loc[parts["level"].isin(["area", "all"]), "code"]) == codes


@pytest.mark.parametrize(("percentage", "light"), [(nan, ""), (100.0, "green"), (0.0, "red")])
def test_a_light_says_how_timely_a_unit_is(percentage: float, light: str, reader_as: ReaderAs) -> None:
    week = reader_as("north").week
    assert light_of(week, percentage) == light
    assert light_of(week, float(week.policy.timeliness_bands.amber_from)) == "amber"


def test_figures_that_are_out_of_date_say_nothing_of_now(reader_as: ReaderAs) -> None:
    reader = reader_as("north")
    assert not home_page(reader).screen.verdict.startswith("Out of date")
    assert home_page(replace(reader, is_stale=True)).screen.verdict.startswith("Out of date, as at 20 November 2026: ")
