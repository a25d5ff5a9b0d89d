"""The policy page says what was in force and why, and what changed."""

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
from starlette.testclient import TestClient

from monitor.web.pages.policy.sections import list_sections
from monitor.web.read_model.cache import SnapshotCache
from monitor.web.read_model.snapshot import SnapshotView
from tests.monitor.conftest import Answer, Home

from ...conftest import SignIn
from ..conftest import SHIPPED, Served, change, read

STEP = """\
  {start}:
    unit: points per case
    status: local assumption
    reference: "Workload group, minute {minute}"
    value:
      low: {{community: 0, licence: 0, custody: 0}}
      medium: {{community: {medium}, licence: 8, custody: 4}}
      high: {{community: 30, licence: 30, custody: 12}}
      very_high: {{community: 60, licence: 60, custody: 24}}
      unclassified: {{community: 8, licence: 8, custody: 4}}
"""


def numbers(browser: TestClient, query: str = "") -> pd.DataFrame:
    """Every number of the page, by section and number."""
    answer = browser.get(f"/policy?format=csv&table=numbers{query}")
    return pd.read_csv(io.StringIO(answer.text), dtype=str).set_index(["section", "number"])


def test_every_number_is_there_with_its_source_and_status(signed_in: SignIn, service: Home) -> None:
    week = SnapshotCache(service.store).week()
    assert week is not None
    found = numbers(signed_in("officer"))
    assert found.loc[("weights", "tier_points.4.licence"), ["value", "unit", "status"]].tolist() == [
        "130", "points per case", "local assumption"]  # fmt: skip
    assert found.loc[("assessments", "rosh_review"), ["value", "unit", "since", "status", "source"]].tolist() == [
        "4", "months", "2000-01-01", "verified", "A Stalled Journey, 2.2 S(b)"]  # fmt: skip
    assert found.loc[("hotspot_rules", "over_threshold.escalate_at"), "value"] == "4, 8, 12"
    assert found.loc[("hotspot_rules", "over_threshold.threshold"), "status"] == "verified"
    assert found.loc[("forecast", "recent_share"), ["value", "status"]].tolist() == ["0.5", "measured on simulation"]
    of_policy = found.loc[["weights", "assessments"]]
    assert len(of_policy) == len(week.policy.numbers)
    assert of_policy["status"].eq("local assumption").sum() == week.policy.local_assumptions
    assert set(found.loc["hotspot_rules"].index) >= {
        f"{rule.name}.{name}" for rule in week.rules for name in rule.numbers
    }
    assert not found[["value", "unit", "since", "status", "source"]].isna().any(axis=None)


def test_the_page_counts_its_numbers_as_the_digest_does(signed_in: SignIn, service: Home) -> None:
    week = SnapshotCache(service.store).week()
    assert week is not None
    rules = sum(rule.local_assumptions for rule in week.rules)
    page = read(signed_in("planner").get("/policy").text)
    files = [SHIPPED.joinpath(name).read_text() for name in ("forecast.yaml", "direction.yaml")]
    singles = sum("local assumption" in line for text in files for line in text.splitlines())
    assert f"{week.policy.local_assumptions + rules + singles} have the status local assumption" in page


def test_the_page_shows_what_was_in_force_and_what_is_planned(served: Served, config: Path) -> None:
    weights = config / "weightings" / "london-2009.yaml"
    planned = STEP.format(start="2026-12-01", minute=4, medium=10)
    change(weights, "\nactivity_share:", f"\n{planned}\nactivity_share:")
    browser = served()
    page = read(browser.get("/policy").text)
    assert (
        "Planned , from 1 December 2026: medium community 8 becomes 10 points per case "
        "(local assumption: Workload group, minute 4)."
    ) in page
    assert "The configuration now says" not in page
    answer = browser.get("/policy?format=csv&table=changes")
    assert "weights,rosh_points medium community,2026-12-01,yes,8,10,points per case" in answer.text


def test_a_change_of_the_past_is_told_with_its_date(served: Served, config: Path) -> None:
    rule = config / "hotspot_rules" / "over_threshold.yaml"
    earlier = "1999-01-01: {value: 104, unit: per cent of capacity, status: local assumption, reference: a guess}"
    old = "    2000-01-01: {value: 105"
    change(rule, old, f"    {earlier}\n{old}")
    browser = served()
    page = read(browser.get("/policy").text)
    assert "From 1 January 2000: 104 became 105 per cent of capacity (measured on simulation: the margin" in page
    assert browser.get("/policy?format=csv&table=changes").text.count(",no,104,105,") == 1


def test_the_snapshots_own_value_stands_when_the_configuration_was_changed_under_it(
    served: Served, config: Path
) -> None:
    change(config / "hotspot_rules" / "over_threshold.yaml", "{value: 110,", "{value: 112,")
    change(config / "weightings" / "london-2009.yaml", '"1": {community: 25,', '"1": {community: 26,')
    browser = served()
    found = numbers(browser)
    assert found.loc[("hotspot_rules", "over_threshold.threshold"), ["value", "status"]].tolist() == [
        "110", "source not known"]  # fmt: skip
    assert found.loc[("weights", "tier_points.1.community"), ["value", "status"]].tolist() == [
        "25", "local assumption"]  # fmt: skip
    page = read(browser.get("/policy").text)
    assert "The configuration now says for this date: 112" in page
    assert "The configuration now says for this date: 1: community 26, licence 25, custody 10" in page


def test_an_earlier_week_shows_the_policy_of_that_week(served: Served, config: Path, home: Home) -> None:
    change(config / "forecast.yaml", "recent_share:\n  2000-01-01", "recent_share:\n  2026-11-18")
    browser = served()
    assert "In force on 13 November 2026" not in read(browser.get("/policy").text)
    page = read(browser.get("/policy?as_at=2026-11-13").text)
    assert "in force on 13 November 2026" in page
    assert 'href="/definitions?as_at=2026-11-13"' in browser.get("/policy?as_at=2026-11-13").text
    # On the 13th the configuration has no value of it, so where the stored one came from is not known.
    assert numbers(browser, "&as_at=2026-11-13").loc[("forecast", "recent_share"), "status"] == "source not known"
    assert numbers(browser).loc[("forecast", "recent_share"), "since"] == "2026-11-18"


def test_a_faulty_configuration_leaves_what_is_stored_and_says_so(served: Served, config: Path) -> None:
    change(config / "weightings" / "london-2009.yaml", "licence: 85", "licence: heavy")
    (config / "forecast.yaml").unlink()
    browser = served()
    page = read(browser.get("/policy").text)
    assert page.count("is missing today or has a fault") == 3  # weights, the assessments they name, and the forecast
    found = numbers(browser)
    assert found.loc[("weights", "tier_points.3.licence"), "value"] == "85"
    assert found.loc[("forecast", "weeks_needed"), ["value", "status"]].tolist() == ["26", "source not known"]


def test_definitions_and_policy_lead_to_each_other(signed_in: SignIn) -> None:
    browser = signed_in("operator")
    definitions, policy = browser.get("/definitions").text, browser.get("/policy").text
    anchors = set(re.findall(r'href="/policy#([\w-]+)"', definitions))
    assert anchors == {"weights", "assessments", "hotspot_rules"}
    assert anchors <= set(re.findall(r'id="([\w-]+)"', policy))
    assert 'href="/definitions"' in policy
    assert "no published weights" not in definitions


def test_the_numbers_of_every_date_are_read_off_the_same_snapshot(home: Home) -> None:
    week = SnapshotCache(home.store).week()
    assert week is not None
    lines = {one.name: one.lines for one in list_sections(SHIPPED, week)[0].entries}
    assert lines["tier_points"][0] == "1: community 25, licence 25, custody 10"
    assert lines["bands"] == ["red above: 110", "amber above: 100", "green from: 85"]
    assert lines["default_hours"] == ["37"]
    assert {one.origin.since for one in list_sections(SHIPPED, week)[1].entries if one.origin} == {date(2000, 1, 1)}


def test_the_points_of_a_scheme_stand_apart_with_their_own_status(
    new_home: Home, hotspots: Callable[..., Answer]
) -> None:
    settings = new_home.settings
    tiers = {"1": "C2", "2": "B1", "3": "A", "4": "A3"}
    folder = Path(new_home.extract)
    cases = pd.read_csv(folder / "cases.csv", dtype=str, keep_default_na=False)
    cases.assign(tier=cases["tier"].replace(tiers)).to_csv(folder / "cases.csv", index=False)
    said = hotspots("run", "--extract", new_home.extract, "--as-at", "2026-11-20", "--policy", "modern", home=new_home)
    assert said.status == 0
    snapshot = new_home.store.newest(comparison="modern")
    assert snapshot is not None
    entries = {
        entry.name: entry for entry in list_sections(settings.config, SnapshotView(new_home.store, snapshot))[0].entries
    }
    shown = {name: entries[name].origin for name in ("tier_points", "scheme_points.v3")}
    assert [origin and origin.status for origin in shown.values()] == ["verified", "local assumption"]
    assert not any(entry.otherwise for entry in entries.values())
    assert ("A", "community") in entries["scheme_points.v3"].figures
    assert ("A", "community") not in entries["tier_points"].figures
