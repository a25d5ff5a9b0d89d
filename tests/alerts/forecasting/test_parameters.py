"""The numbers of the forecast: what ships, what is refused, what changes their fingerprint."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from alerts.forecasting.parameters import LEVELS, ForecastNumbers, load_forecast_numbers
from tests.alerts.detection.test_rules import CONFIG, TODAY
from tiering.faults import ConfigFault

SHIPPED = load_forecast_numbers(CONFIG, TODAY)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A copy of the shipped numbers to change."""
    shutil.copy(CONFIG / "forecast.yaml", tmp_path)
    return tmp_path


def change(config: Path, old: str, new: str) -> Path:
    path = config / "forecast.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def faults_of(config: Path, as_at: date = TODAY) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load_forecast_numbers(config, as_at)
    return caught.value.faults


def test_the_shipped_numbers_are_those_of_the_design() -> None:
    assert (SHIPPED.weeks_needed, SHIPPED.overdue_end_weeks, SHIPPED.overdue_release_weeks) == (26, 3, 2)
    assert (SHIPPED.year_weeks, SHIPPED.recent_weeks, SHIPPED.inside_80, SHIPPED.inside_95) == (52, 13, 80, 95)
    assert (SHIPPED.numbers_in_force, SHIPPED.local_assumptions) == (18, 5)


def test_every_level_with_a_forecast_has_fallback_bands_and_the_wide_one_is_wider() -> None:
    for level in LEVELS:
        assert SHIPPED.fallback_points_80[level] < SHIPPED.fallback_points_95[level]
        assert SHIPPED.fallback_capacity_80[level] < SHIPPED.fallback_capacity_95[level]


def test_a_later_number_takes_over_on_its_date(config: Path) -> None:
    later = "  2026-11-20: {value: 39, unit: weeks, status: local assumption, reference: a trial}\noverdue_end_weeks:\n"
    change(config, "overdue_end_weeks:\n", later)
    before, on_the_day = (load_forecast_numbers(config, day) for day in (date(2026, 11, 19), TODAY))
    assert (before.weeks_needed, on_the_day.weeks_needed) == (26, 39)
    assert before.fingerprint == SHIPPED.fingerprint != on_the_day.fingerprint


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("weeks_needed:", "weeks_wanted:", "weeks_needed: Field required"),
        ("weeks_needed:", "weeks_wanted:", "weeks_wanted: Extra inputs are not permitted"),
        ("{value: 26, unit: weeks from", "{value: half, unit: weeks from", "weeks_needed.2000-01-01.value: Input"),
        ("{value: 26, unit: weeks from", "{value: 0, unit: weeks from", "weeks_needed: 0 must be 1 week or more"),
        (
            "{value: 26, unit: weeks from",
            "{value: 12, unit: weeks from",
            "hindcast_from_week: must not be above weeks_",
        ),
        ("{value: 3, unit", "{value: -3, unit", "overdue_end_weeks: -3 must be 0 or more"),
        ("{value: 52, unit", "{value: 12, unit", "recent_weeks: must not be above year_weeks"),
        ("{value: 0.5, unit: share", "{value: 1.5, unit: share", "recent_share: must not be above 1"),
        ("{value: 0.5, unit: years", "{value: .nan, unit: years", "season_prior_years: nan must be 0 or more"),
        ("{value: 80, unit", "{value: 96, unit", "inside_80: must not be above inside_95"),
        ("{value: 95, unit", "{value: 100, unit", "inside_95: must be above 0 and below 100 per cent"),
        ("{team: 2.8, ", "{", "fallback_points_80: team has no value"),
        ("{team: 2.8, ", "{team: 0, ", "fallback_points_80: team: 0.0 must be above 0"),
        (
            "{team: 2.8, ",
            "{team: 2.8, post: 1, ",
            "fallback_points_80: post has no forecast; the levels are team, off",
        ),
        ("{team: 2.8, ", "{team: 2.8, floor: 1, ", "fallback_points_80.2000-01-01.value.floor"),
        ("status: verified", "status: certain", "report_weeks.2000-01-01.status: Input"),
        ("title:", "titel:", "title: Field required"),
    ],
)
def test_a_number_that_cannot_be_used_is_refused_with_file_key_and_reason(
    config: Path, old: str, new: str, says: str
) -> None:
    path = change(config, old, new)
    rows = faults_of(config)
    assert any(fault.startswith(f"{path}: {says}") for fault in rows), rows


def test_a_number_that_has_not_started_and_every_other_fault_are_reported_at_once(config: Path) -> None:
    path = change(config, "2000-01-01: {value: 26, unit: weeks from", "2027-01-01: {value: 26, unit: weeks from")
    change(config, "{value: 95, unit", "{value: 0, unit")
    assert faults_of(config) == [
        f"{path}: weeks_needed: nothing is in force on {TODAY}; add a value dated then or earlier",
        f"{path}: inside_95: must be above 0 and below 100 per cent",
        f"{path}: inside_80: must not be above inside_95",
    ]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == [f"{tmp_path / 'forecast.yaml'}: the file is missing"]


def test_the_fingerprint_changes_with_every_number_and_with_no_wording() -> None:
    words = SHIPPED.model_copy(update={"title": "Ahead", "says": "Ahead.", "local_assumptions": 9})
    assert words.fingerprint == SHIPPED.fingerprint
    assert ForecastNumbers.model_validate_json(SHIPPED.model_dump_json()).fingerprint == SHIPPED.fingerprint
    fingerprints = {SHIPPED.fingerprint}
    keys = [key for key in ForecastNumbers.model_fields if key not in ("title", "says", "local_assumptions")]
    for key in keys:
        value = getattr(SHIPPED, key)
        other = {level: width + 1 for level, width in value.items()} if isinstance(value, dict) else value + 1
        fingerprints.add(SHIPPED.model_copy(update={key: other}).fingerprint)
    assert len(fingerprints) == 1 + len(keys)
