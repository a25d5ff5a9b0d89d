"""Weeks weighed by other weights: what a comparison leaves alone, and what is not said of weeks that differ so."""

import json
import shutil
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from monitor.extracts import Insistence
from monitor.mail.outbox import messages
from monitor.run import Outcome, Request, take_snapshot
from monitor.settings import Settings
from monitor.snapshots.mail_tables import OutboxMessage
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.weeks.history import find_history
from monitor.web.charts.capacity import capacity_drawing
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.history import course_of, forecast_of
from monitor.web.read_model.story import week_facts
from monitor.web.read_model.units.changes import explain_change

from ..conftest import AS_AT, NOW, WEEK, Answer, Home, HomeLike, Template

Program = Callable[..., Answer]
NEXT = AS_AT + WEEK


def other_config(home: Home) -> Path:
    """The policy, with another one of the same tiers beside it, in which tier 4 weighs more."""
    config = home.settings.home.parent / "config"
    shutil.copytree(home.settings.config, config)
    shipped = (config / "weightings" / "london-2009.yaml").read_text(encoding="utf-8")
    other = shipped.replace("name: london-2009", "name: more-2026")
    other = other.replace("licence: 130, custody: 45", "licence: 140, custody: 45")
    assert "licence: 140" in other
    (config / "weightings" / "more-2026.yaml").write_text(other, encoding="utf-8")
    return config


def take(home: Home, settings: Settings, as_at: Any = NEXT, **request: Any) -> Any:
    return run(home, settings, as_at, **request).snapshot


def run(home: Home, settings: Settings, as_at: Any = NEXT, **request: Any) -> Outcome:
    asked = Request(
        home.extract,
        as_at,
        **{"policy": settings.policy, "insistence": Insistence(swing=True), "proposes": False} | request,
    )
    return take_snapshot(asked, settings, home.store, NOW)


def take_changed_policy(home: Home) -> None:
    take(home, home.with_settings(config=other_config(home), policy="more-2026", small_team=1))


@pytest.fixture(scope="module")
def _reweighed(_three_weeks: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("reweighed"), take_changed_policy, _three_weeks)


@pytest.fixture
def reweighed(_reweighed: Template, home_like: HomeLike) -> Home:
    """The home with a week more, under more points for tier 4: its policy was changed for good."""
    return home_like(_reweighed)


def test_a_run_under_another_policy_replaces_nothing_and_queues_nothing(home: Home) -> None:
    settings = home.with_settings(config=other_config(home))
    before, mail = home.newest, len(messages(home.store))
    other = take(home, settings, AS_AT, policy="more-2026")
    assert (other.comparison, other.revision, RunSummary.of_snapshot(other).digests_queued) == ("more-2026", 1, 0)
    assert RunSummary.of_snapshot(other).comparison
    assert (home.newest.id, len(messages(home.store))) == (before.id, mail)
    assert home.store.newest_before(AS_AT, inclusive=True).id == before.id  # type: ignore[union-attr]
    week = SnapshotCache(home.store).week(AS_AT)
    assert week is not None
    assert week.number == before.id
    assert other.id not in find_history(home.store, NEXT)
    assert find_history(home.store, NEXT, "more-2026") == [other.id]
    again = run(home, settings, AS_AT, policy="more-2026")
    assert (again.snapshot.id, again.unchanged, again.summary.unchanged) == (other.id, True, True)


def test_the_week_after_a_comparison_says_what_it_would_have_said_without(home: Home) -> None:
    settings = home.with_settings(config=other_config(home))
    other = take(home, settings, AS_AT, policy="more-2026")
    after = take(home, settings)
    assert after.id is not None
    hotspots = home.store.hotspots(after.id)
    assert other.id not in json.loads(after.history)
    assert "cleared" not in set(hotspots["status"])
    assert hotspots["change"].dropna().tolist() == pytest.approx([0.0] * hotspots["change"].notna().sum())
    assert after.revision == 1
    assert {one.revision for one in messages(home.store) if one.period == NEXT} == {1}


def test_the_figures_of_a_comparison_are_exported_by_its_policy(home: Home, hotspots: Program) -> None:
    settings = {"config": other_config(home)}
    command = ("run", "--extract", home.extract, "--as-at", AS_AT, "--policy", "more-2026", "--json")
    ran = hotspots(*command, home=home, **settings)
    assert json.loads(ran.out)["comparison"]
    assert "policy more-2026 is not this home's (HOTSPOTS_POLICY), so this is a comparison" in ran.err
    own = hotspots("export", "workload", home=home, **settings).out
    other = hotspots("export", "workload", "--policy", "more-2026", home=home, **settings).out
    assert own.splitlines()[0] == other.splitlines()[0]
    assert own != other
    assert own == hotspots("export", "workload", "--policy", "london-2009", home=home, **settings).out
    assert hotspots("verify", "--policy", "more-2026", home=home, **settings).status == 0
    missing = hotspots("export", "workload", "--policy", "paris-1789", home=home, **settings)
    assert (missing.status, "no snapshot under policy paris-1789" in missing.err) == (2, True)
    none = hotspots("export", "workload", "--policy", "more-2026", "--as-at", NEXT, home=home, **settings)
    assert f"no snapshot of {NEXT} under policy more-2026" in none.err


def test_a_changed_policy_of_the_home_tells_no_change_of_work(reweighed: Home) -> None:
    newest = reweighed.newest
    assert (newest.as_at, newest.comparison, newest.policy) == (NEXT, "", "more-2026")
    assert newest.id is not None
    hotspots = reweighed.store.hotspots(newest.id)
    assert hotspots["change"].isna().all()
    going_on = hotspots[hotspots["rule"].isin(["over_threshold", "hot_and_late"]) & hotspots["status"].ne("new")]
    assert len(going_on)
    assert going_on["reason"].str.contains(f"the weights changed on {NEXT}, and each week counts by its own").all()
    with Session(reweighed.store.engine) as session:
        digests = [one.message for one in session.exec(select(OutboxMessage).where(OutboxMessage.period == NEXT))]
    assert len(digests) == 2
    for digest in digests:
        body = message_from_bytes(digest, policy=policy.default).get_body(("plain",))
        assert body is not None
        text = " ".join(body.get_content().split())
        assert "The weights of the policy have changed since 20 November 2026." in text
        assert "than last week" not in text
        assert "since last week" not in text
        assert "first snapshot" not in text


def test_pages_hold_no_week_against_one_of_other_weights(reweighed: Home) -> None:
    snapshots = SnapshotCache(reweighed.store)
    week = snapshots.week()
    assert week is not None
    before = snapshots.before(week)
    assert (week.as_at, before is None, week.compares_with(before)) == (NEXT, False, False)
    assert week.weights_since == NEXT
    picture = week_facts(week, before)
    assert (picture.previous, picture.previous_as_at, picture.reweighed_since) == (None, None, AS_AT)
    assert explain_change(week, before, "office", "O1") is None
    weeks = course_of(snapshots, week, "area", "N")
    assert weeks["weighed_alike"].tolist() == [False, False, False, True]
    drawn = capacity_drawing(weeks, forecast_of(week, "area", "N"), "North", 110, 90)
    assert drawn is not None
    assert len(drawn.lines) == 2
    assert "3 of the 4 weeks drawn had other weights" in drawn.says
    assert " of 1 weeks" in drawn.says
    earlier = snapshots.week(AS_AT)
    assert earlier is not None
    assert earlier.weights_since is None
    assert earlier.compares_with(snapshots.before(earlier))
