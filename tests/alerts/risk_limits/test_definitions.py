"""The file of limits: what ships, what is refused, and from when to when a limit holds."""

from datetime import date
from pathlib import Path

import pytest

from alerts.risk_limits.definitions import UNITS, Measure, RiskLimit, fingerprint, load_limits
from tiering.dated import SourceStatus
from tiering.faults import ConfigFault

CONFIG = Path(__file__).parents[3] / "config"
TODAY = date(2026, 11, 20)
ENTRY = """\
  - name: {name}
    measure: high_risk_overdue
    level: area
    owner: Director
    limit:
      2026-01-01: {{value: 50, unit: assessments, status: local assumption, reference: board}}
"""


def write(folder: Path, *entries: str) -> Path:
    text = "title: T\nsays: S\nlimits:\n" + "".join(entries)
    (folder / "limits.yaml").write_text(text, encoding="utf-8")
    return folder


def faults_of(config: Path) -> list[str]:
    with pytest.raises(ConfigFault) as caught:
        load_limits(config, TODAY)
    return [fault.removeprefix(f"{config / 'limits.yaml'}: ") for fault in caught.value.faults]


def test_the_shipped_limits_are_examples_with_an_owner() -> None:
    shipped = load_limits(CONFIG, TODAY)
    assert 1 <= len(shipped) <= 10
    assert {limit.status for limit in shipped} == {SourceStatus.LOCAL_ASSUMPTION}
    assert all(limit.owner and limit.reference and limit.unit == UNITS[limit.measure] for limit in shipped)


def test_without_a_file_or_without_an_entry_there_is_no_limit(tmp_path: Path) -> None:
    assert load_limits(tmp_path, TODAY) == ()
    assert load_limits(write(tmp_path), TODAY) == ()


def test_a_limit_holds_from_its_date_until_it_is_ended(tmp_path: Path) -> None:
    ended = (
        ENTRY.format(name="A")
        + "      2026-06-01: {value: null, unit: assessments, status: verified, reference: minute 4}\n"
    )
    config = write(tmp_path, ended)
    found = [load_limits(config, day) for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 1))]
    assert [len(limits) for limits in found] == [0, 1, 0]
    assert (found[1][0].limit, found[1][0].reference) == (50, "board")


def test_every_fault_of_the_file_is_listed_at_once(tmp_path: Path) -> None:
    good = ENTRY.format(name="A")
    wrong = [
        good,
        good,
        good.replace("high_risk_overdue", "morale")
        .replace("level: area", "level: office")
        .replace("name: A", "name: B"),
        good.replace("    owner: Director\n", "").replace("name: A", "name: C"),
        good.replace("name: A", "name: D").replace("    owner", "    weeks: 4\n    forecast_weeks: 4\n    owner"),
        good.replace("name: A", "name: E").replace("high_risk_overdue", "offender_managers_over_share"),
        good.replace("name: A", "name: F").replace("value: 50", "value: -1"),
        good.replace("name: A", "name: G")
        .replace("value: 50", "value: .inf")
        .replace("owner: Director", "owner: '  '"),
        "  - 7\n",
        good.replace("name: A", "name: I").split("    limit:")[0] + "    limit: {}\n",
    ]
    faults = faults_of(write(tmp_path, *wrong))
    for expected in (
        "limits.3.measure: Input should be 'capacity_percentage', ",
        "limits.3.level: Input should be 'area' or 'all'",
        "limits.4.owner: Field required",
        "limits: the name 'a' is used twice; give each limit its own",
        "limits.5.weeks: is not for the measure high_risk_overdue; remove it",
        "limits.5.forecast_weeks: high_risk_overdue has no forecast, only capacity_percentage and points_over_capacity "
        "have; remove it",
        "limits.6.weeks: is missing; write for how many weeks running an offender manager must have been over the line",
        "limits.6.limit.2026-01-01.unit: 'assessments' is not the unit of offender_managers_over_share; write per cent "
        "of offender managers",
        "limits.7.limit.2026-01-01: -1.0 must be 0 or more",
        "limits.8.owner: String should have at least 1 character",
        "limits.9: Input should be a valid dictionary or instance of LimitEntry",
        "limits.10.limit: has no value; add one with the date from which it holds",
    ):
        assert [fault for fault in faults if fault.startswith(expected)], expected
    assert len(faults) == 12


def test_ten_limits_are_the_most(tmp_path: Path) -> None:
    assert len(load_limits(write(tmp_path, *(ENTRY.format(name=f"L{n}") for n in range(10))), TODAY)) == 10
    many = write(tmp_path, *(ENTRY.format(name=f"L{n}") for n in range(11)))
    assert faults_of(many) == ["limits: there are 11; list 10 at most"]


def test_a_key_that_the_file_does_not_know_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "limits.yaml").write_text("title: T\nsays: S\nlimit: []\n", encoding="utf-8")
    assert faults_of(tmp_path) == ["limits: Field required", "limit: Extra inputs are not permitted"]


def test_the_fingerprint_changes_with_what_a_limit_says_and_not_with_its_source() -> None:
    limit = RiskLimit(
        name="A",
        measure=Measure.HIGH_RISK_OVERDUE,
        level="area",
        limit=50,
        owner="Director",
        weeks=None,
        forecast_weeks=None,
        status=SourceStatus.VERIFIED,
        reference="board",
    )
    assert limit.unit == "assessments"
    prints = {
        fingerprint([limit.model_copy(update=change)])
        for change in ({}, {"reference": "other"}, {"limit": 51.0}, {"owner": "ACO"}, {"name": "B"}, {"level": "all"})
    }
    assert len(prints) == 5
