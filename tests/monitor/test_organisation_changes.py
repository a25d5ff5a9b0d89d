"""A week in which a team moved to another area, an office was renamed and a code was used again, from run to page."""

import re
from copy import deepcopy
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from monitor.extracts import Insistence
from monitor.operations.checks.verify import verify
from monitor.run import Request, take_snapshot
from monitor.snapshots.exports.export import table_of
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.organisation import changes_of, read_changes
from monitor.web.app import make_app
from monitor.web.charts.capacity import capacity_drawing
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.history import course_of, forecast_of
from monitor.web.read_model.snapshot import SnapshotView
from monitor.web.read_model.story import EVERYTHING, story_of
from monitor.web.read_model.units.changes import explain_change
from monitor.web.read_model.units.organisation import dates_apart, history_lines

from ..clock import NOW
from .conftest import AS_AT, WEEK, Home, HomeLike, Template, little_london
from .extracts.small import Tables, a_case, a_post, write_csv
from .web.conftest import NOW as WEB_NOW
from .web.conftest import PEOPLE, sign_in
from .web.pages.conftest import read

NEXT = AS_AT + WEEK
MOVED = "Team T2 (Team T2) moved from"


def take(home: Home, tables: Tables, as_at: object = NEXT) -> Snapshot:
    """The snapshot of the week after, in which mail names teams of any size."""
    settings = home.with_settings(small_team=1)
    extract = write_csv(Path(home.extract).parent / str(as_at), tables)
    asked = Request(extract, NEXT, insistence=Insistence(swing=True), proposes=False)
    return take_snapshot(asked, settings, home.store, NOW).snapshot


def moved() -> Tables:
    """T2 is in the office O3 of the South, and the office O2 has another name."""
    tables = deepcopy(little_london())
    south = next(row for row in tables["organisation"] if row["team_code"] == "T4")
    for row in tables["organisation"]:
        if row["team_code"] == "T2":
            row |= {name: value for name, value in south.items() if not name.startswith("team")}
        if row["office_code"] == "O2":
            row["office_name"] = "Quince office"
    return tables


def reused() -> Tables:
    """Other people and cases have the code T4."""
    tables = deepcopy(little_london())
    for name in ("offender_managers", "cases"):
        tables[name] = [row for row in tables[name] if row["team_code"] != "T4"]
    cases = {row["crn"] for row in tables["cases"]}
    tables["assessments"] = [row for row in tables["assessments"] if row["crn"] in cases]
    tables["offender_managers"] += [a_post("M7", "T4", om_name="Gil Newby")]
    tables["cases"] += [a_case(f"X0007{number:02d}", om_code="M7", team_code="T4") for number in range(9)]
    return tables


@pytest.fixture(scope="module")
def _moved(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("moved"), lambda home: take(home, moved()), _three_weeks)


@pytest.fixture(scope="module")
def _reused(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("reused"), lambda home: take(home, reused()), _three_weeks)


@pytest.fixture
def moved_home(_moved: Template, home_like: HomeLike) -> Home:
    """Three weeks, and the one in which T2 moved."""
    return home_like(_moved)


@pytest.fixture
def reused_home(_reused: Template, home_like: HomeLike) -> Home:
    """Three weeks, and the one in which T4 is another team."""
    return home_like(_reused)


def digest_texts(home: Home) -> dict[str, str]:
    """The text of the queued digests of the week after, by reader."""
    with Session(home.store.engine) as session:
        found = session.exec(select(OutboxMessage).where(OutboxMessage.period == NEXT)).all()
    bodies = {}
    for message in found:
        assert message.state == "queued", message.reason
        part = message_from_bytes(message.message, policy=policy.SMTP).get_body(("plain",))
        assert part is not None
        bodies[message.recipient] = " ".join(part.get_content().split())
    return bodies


def week_of(home: Home) -> tuple[SnapshotCache, SnapshotView, SnapshotView]:
    cache = SnapshotCache(home.store)
    week = cache.week()
    assert week is not None
    before = cache.before(week)
    assert before is not None
    return cache, week, before


def test_both_directors_read_that_a_team_moved_and_no_change_of_work(moved_home: Home) -> None:
    texts = digest_texts(moved_home)
    north, south = texts["north@example.org"], texts["south@example.org"]
    assert MOVED in north
    assert MOVED in south
    assert "points with it." in north
    assert "It brings" in south
    assert "Office O2 is now called Quince office" in north
    assert "Quince" not in south
    for text in (north, south):
        assert "compare the teams that each unit has now, so a move does not count as more or less work" in text
        assert re.search(r" at (\d+\.\d)%[^(]*\(last week \1%", text)
        assert "Arbuthnot" not in text


def test_the_pages_say_where_a_unit_was_and_draw_its_weeks_apart(moved_home: Home) -> None:
    cache, week, before = week_of(moved_home)
    (line,) = history_lines(week, "team", "T2")
    assert line.startswith("In ")
    assert "since 27 November 2026; before that in" in line
    assert "moved from" in history_lines(week, "cluster", "C2")[0]
    assert history_lines(week, "team", "T4") == ()
    course = course_of(cache, week, "cluster", ["C2"])
    drawn = capacity_drawing(
        course, forecast_of(week, "cluster", "C2"), "C2", 110, 90, dates_apart(week, "cluster", ["C2"])
    )
    assert drawn is not None
    assert len(drawn.lines) == 2
    assert "3 of the 4 weeks drawn had other teams: their lines stand apart." in drawn.says
    story = story_of(week, before, EVERYTHING)
    assert [place.change for place in story.parts] == pytest.approx([0.0] * len(story.parts))


def test_pages_show_the_change_to_those_it_concerns(moved_home: Home) -> None:
    moved_home.settings.people_file.write_text(PEOPLE, encoding="utf-8")
    browser = sign_in(make_app(moved_home.settings, moved_home.store, lambda: WEB_NOW), "planner")
    start, unit = _read(browser, "/"), _read(browser, "/team/T2")
    assert "What changed in the organisation since 20 November 2026" in start
    assert MOVED in start
    assert "since 27 November 2026; before that in" in unit


def _read(browser: TestClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return read(answer.text)


def test_a_code_used_again_starts_its_history(reused_home: Home) -> None:
    cache, week, before = week_of(reused_home)
    assert [change.kind for change in week.changes] == ["reused"]
    assert course_of(cache, week, "team", ["T4"])["as_at"].tolist() == [NEXT]
    assert len(course_of(cache, week, "office", ["O3"])) == 4
    assert explain_change(week, before, "team", "T4") is None
    assert explain_change(week, before, "office", "O3") is not None
    assert "stands for another team" in history_lines(week, "team", "T4")[0]
    text = digest_texts(reused_home)["south@example.org"]
    assert "The code T4 now stands for another team" in text
    assert "No change is shown for a team whose code now stands for other people" in text
    hotspots = week.hotspots[week.hotspots["code"].eq("T4") & week.hotspots["level"].eq("team")]
    assert set(hotspots["weeks"]) <= {1}


def test_a_unit_under_another_code_keeps_its_weeks_on_its_page(home: Home) -> None:
    tables = deepcopy(little_london())
    for rows in tables.values():
        for row in rows:
            if row.get("team_code") == "T4":
                row["team_code"] = "T44"
    take(home, tables)
    cache, week, before = week_of(home)
    assert len(course_of(cache, week, "team", ["T44"])) == 4
    change = explain_change(week, before, "team", "T44")
    assert change is not None
    assert change.before == change.now
    assert "Its history continues." in history_lines(week, "team", "T44")[0]


@pytest.mark.parametrize("of", ["_moved", "_reused"])
def test_a_week_with_changes_verifies_and_stores_them(
    home_like: HomeLike, request: pytest.FixtureRequest, of: str
) -> None:
    home = home_like(request.getfixturevalue(of))
    verdict = verify(home.store, home.newest)
    assert verdict.differences == []
    stored = changes_of(home.newest)
    assert stored
    assert read_changes(home.store.engine, [home.newest.id or 0]) == {NEXT: stored}


def test_a_course_of_the_trend_is_of_the_teams_of_now(moved_home: Home) -> None:
    trend = table_of(moved_home.store, moved_home.newest, "trend")
    rows = {(row["level"], row["code"]): row for row in trend.to_dict("records")}
    south = rows["cluster", "C2"]
    assert south["weeks"] == 4
    assert south["month_percentage"] == pytest.approx(south["capacity_percentage"])


def test_a_week_like_the_one_before_has_no_changes(home: Home) -> None:
    assert home.newest.organisation_changes == "[]"
    assert changes_of(home.newest) == ()
