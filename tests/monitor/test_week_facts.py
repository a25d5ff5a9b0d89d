"""The facts of a week: what is compared with what, which names may never leave, and the figures of the summary."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alerts.digest.digest import write_digest
from alerts.digest.disclosure.fixed_words import words_of
from alerts.digest.privacy import ReaderScope
from alerts.digest.settings import DigestSettings
from alerts.digest.week_facts import WeekFacts
from monitor.extracts import Extract, read_extract
from monitor.run import compute
from monitor.snapshots.parameters import load_numbers
from monitor.snapshots.store import StoredFigures
from monitor.snapshots.weeks.history import find_history, read_past
from monitor.week_facts import build_week_facts, find_coming, summarise
from tests.alerts.digest.test_week_facts import missing_columns

from .conftest import AS_AT, WEEK, Home, Template, _leave_out_settings, home_in
from .databases import SqliteFiles

BEFORE = AS_AT - WEEK
CONFIG = Path(__file__).parents[2] / "config"


@dataclass(frozen=True)
class Gathered:
    """What a run gathers for its digests."""

    extract: Extract
    figures: StoredFigures
    facts: WeekFacts


def gather(home: Home, **change: Any) -> Gathered:
    """The facts of the newest week as a run gathers them; change: other fingerprint of the weights."""
    numbers = load_numbers(home.settings.config, "london-2009", AS_AT)
    extract = read_extract(home.extract, AS_AT, numbers.policy.tiers)
    weights = change.get("weights", numbers.policy.weights_fingerprint)
    past = read_past(home.store, find_history(home.store, AS_AT), weights)
    events = home.store.archived_frame(home.newest.id or 0, "known_events")
    figures = compute(extract.caseload, extract.rejected, events, numbers, past, AS_AT)
    previous = home.store.units(find_history(home.store, AS_AT)[-1])
    coming = find_coming(extract.caseload, figures, numbers.policy, AS_AT)
    facts = build_week_facts(extract, figures, numbers, past, previous, 2, AS_AT, coming=coming, small_team=5)
    return Gathered(extract, figures, facts)


@pytest.fixture(scope="module")
def gathered(_three_weeks: Template) -> Gathered:
    """The facts of the newest of three weeks; not to be changed."""
    databases = SqliteFiles()
    url, folder = _three_weeks.url_of(databases), _three_weeks.folder_of(databases)
    with pytest.MonkeyPatch.context() as patch:
        _leave_out_settings(patch, folder)
        home = home_in(folder, database=url)
        found = gather(home)
        home.store.engine.dispose()
    return found


def test_the_facts_of_a_real_week_have_every_column_that_is_described(gathered: Gathered) -> None:
    facts = gathered.facts
    assert missing_columns(facts) == {}


def test_a_director_reads_of_a_real_week_how_many_own_hot_offices_stay_hot(gathered: Gathered) -> None:
    stored = gathered.figures.archived["firmness"].set_index("code")
    assert list(stored.index[stored["capacity_percentage"] > 110]) == ["O1"]
    wording = DigestSettings(small_team=1)
    north, south = (
        write_digest(gathered.facts, ReaderScope("area", code, name), "A reader", wording, charts=False).text
        for code, name in (("N", "North"), ("S", "South"))
    )
    times = "at least" if stored.loc["O1", "is_firm"] else "fewer than"
    assert f"The only office over 110% stays over it in {times} 475 of 500 draws, each of which changes the" in north
    assert "assumed weight" not in south


def test_a_week_is_compared_with_the_one_before_if_both_were_weighed_alike(gathered: Gathered) -> None:
    facts = gathered.facts
    assert (facts.previous_as_at, facts.reweighed_since, facts.weights_since) == (BEFORE, None, None)
    assert facts.previous is not None
    assert set(facts.history["as_at"]) == {pd.Timestamp(AS_AT - back * WEEK) for back in (0, 1, 2)}
    earlier = facts.history[facts.history["as_at"].ne(pd.Timestamp(AS_AT))]
    assert set(earlier["level"]) == {"team", "office", "cluster", "area", "all"}


def test_a_week_weighed_otherwise_is_compared_with_nothing_and_says_since_when(home: Home) -> None:
    facts = gather(home, weights="others").facts
    assert (facts.previous, facts.previous_as_at, facts.reweighed_since) == (None, None, BEFORE)
    assert facts.weights_since == AS_AT
    assert set(facts.history["as_at"]) == {pd.Timestamp(AS_AT)}


def test_the_names_and_crns_that_may_never_leave_are_those_of_the_extract(gathered: Gathered) -> None:
    extract, facts = gathered.extract, gathered.facts
    names = set(extract.caseload.offender_managers["om_name"])
    assert {words_of(name) for name in facts.full_names} == {words_of(name) for name in names}
    assert {words_of(name) for name in facts.surnames} == {words_of(name)[-1:] for name in names}
    assert facts.crns == set(extract.caseload.cases["crn"])
    assert facts.om_codes == {"M1", "M2", "M3", "M4", "M5", "M6"}


@pytest.mark.parametrize("comparison", [True, False])
def test_the_summary_counts_what_the_facts_and_figures_hold(gathered: Gathered, comparison: bool) -> None:
    extract, figures, facts = gathered.extract, gathered.figures, gathered.facts
    summary = summarise(facts, extract, figures, 3, "london-2009", comparison=comparison)
    assert (summary.as_at, summary.revision, summary.digests_queued) == (date.fromisoformat("2026-11-20"), 2, 3)
    assert (summary.unchanged, summary.comparison) == (False, comparison)
    assert (summary.rows_read, summary.rejected) == (facts.rows_read, facts.rows_rejected)
    status = figures.hotspots["status"]
    assert summary.hotspots.model_dump() == {
        name: int(status.eq(name).sum()) for name in ("new", "continuing", "cleared")
    }


def test_what_comes_reaches_to_the_end_of_next_week_if_the_policy_looks_that_far(gathered: Gathered) -> None:
    """The snapshot is of a Friday: next week ends nine days later, and a release then is still found."""
    policy, caseload = load_numbers(CONFIG, "london-2009", AS_AT).policy, gathered.extract.caseload
    releases = [AS_AT + timedelta(days=days) for days in (1, 9, 10)]
    cases = caseload.cases.head(3).assign(setting="custody", release_on=pd.to_datetime(releases).as_unit("s"))
    for ahead, known in ((9, releases[:2]), (8, [])):
        looking = policy.model_copy(update={"due_soon": ahead})
        coming = find_coming(replace(caseload, cases=cases), gathered.figures, looking, AS_AT)
        assert [row.on.date() for row in coming.itertuples() if row.kind == "release"] == known
