"""The facts of a week: what is compared with what, which names may never leave, and the figures of the summary."""

from datetime import date
from typing import Any

import pandas as pd
import pytest

from alerts.digest.fixed_words import words_of
from alerts.digest.week_facts import WeekFacts
from monitor.extracts import Extract, read_extract
from monitor.run import compute
from monitor.snapshots.history import Past, find_history, read_past
from monitor.snapshots.parameters import Parameters, load_numbers
from monitor.week_facts import build_week_facts, summarise
from tests.alerts.digest.test_week_facts import missing_columns

from .conftest import AS_AT, WEEK, Home

BEFORE = AS_AT - WEEK


def facts_of(home: Home, **change: Any) -> tuple[Extract, Parameters, Past, WeekFacts]:
    """The facts of the newest week as a run gathers them; change: other fingerprint of the weights."""
    numbers = load_numbers(home.settings.config, "london-2009", AS_AT)
    extract = read_extract(home.extract, AS_AT, numbers.policy.tiers)
    weights = change.get("weights", numbers.policy.weights_fingerprint)
    past = read_past(home.store, find_history(home.store, AS_AT), weights)
    events = home.store.archived_frame(home.newest.id or 0, "known_events")
    figures = compute(extract.caseload, extract.rejected, events, numbers, past, AS_AT)
    previous = home.store.units(find_history(home.store, AS_AT)[-1])
    return extract, numbers, past, build_week_facts(extract, figures, numbers, past, previous, 2, AS_AT, small_team=5)


def test_the_facts_of_a_real_week_have_every_column_that_is_described(home: Home) -> None:
    *_, facts = facts_of(home)
    assert missing_columns(facts) == {}


def test_a_week_is_compared_with_the_one_before_if_both_were_weighed_alike(home: Home) -> None:
    *_, facts = facts_of(home)
    assert (facts.previous_as_at, facts.reweighed_since, facts.weights_since) == (BEFORE, None, None)
    assert facts.previous is not None
    assert set(facts.history["as_at"]) == {pd.Timestamp(AS_AT - back * WEEK) for back in (0, 1, 2)}
    earlier = facts.history[facts.history["as_at"].ne(pd.Timestamp(AS_AT))]
    assert set(earlier["level"]) == {"team", "office", "cluster", "area", "all"}


def test_a_week_weighed_otherwise_is_compared_with_nothing_and_says_since_when(home: Home) -> None:
    *_, facts = facts_of(home, weights="others")
    assert (facts.previous, facts.previous_as_at, facts.reweighed_since) == (None, None, BEFORE)
    assert facts.weights_since == AS_AT
    assert set(facts.history["as_at"]) == {pd.Timestamp(AS_AT)}


def test_the_names_and_crns_that_may_never_leave_are_those_of_the_extract(home: Home) -> None:
    extract, *_, facts = facts_of(home)
    names = set(extract.caseload.offender_managers["om_name"])
    assert {words_of(name) for name in facts.full_names} == {words_of(name) for name in names}
    assert {words_of(name) for name in facts.surnames} == {words_of(name)[-1:] for name in names}
    assert facts.crns == set(extract.caseload.cases["crn"])
    assert facts.om_codes == {"M1", "M2", "M3", "M4", "M5", "M6"}


@pytest.mark.parametrize("comparison", [True, False])
def test_the_summary_counts_what_the_facts_and_figures_hold(home: Home, comparison: bool) -> None:
    extract, numbers, past, facts = facts_of(home)
    events = home.store.archived_frame(home.newest.id or 0, "known_events")
    figures = compute(extract.caseload, extract.rejected, events, numbers, past, AS_AT)
    summary = summarise(facts, extract, figures, 3, "london-2009", comparison=comparison)
    assert (summary.as_at, summary.revision, summary.digests_queued) == (date.fromisoformat("2026-11-20"), 2, 3)
    assert (summary.unchanged, summary.comparison) == (False, comparison)
    assert (summary.rows_read, summary.rejected) == (facts.rows_read, facts.rows_rejected)
    status = figures.hotspots["status"]
    assert summary.hotspots.model_dump() == {
        name: int(status.eq(name).sum()) for name in ("new", "continuing", "cleared")
    }
