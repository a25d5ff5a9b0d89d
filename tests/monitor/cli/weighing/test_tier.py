"""``hotspots tier``: one case or a list from standard input, as JSON or in words."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.main import app
from tests.tiering.tiers.cases import points_case, steps_case
from tiering.faults import UserFault


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_HOME", str(tmp_path))


def run(given: object, *options: str) -> str:
    answered = CliRunner().invoke(app, ["tier", *options], input=json.dumps(given), catch_exceptions=False)
    assert answered.exit_code == 0
    return answered.stdout


def test_one_case_is_answered_by_one_object() -> None:
    assert json.loads(run(points_case(rsr="8"), "--model", "v2", "--json"))["tier"] == "B1"


def test_a_list_is_answered_by_a_list() -> None:
    given = run([steps_case(), steps_case(stalking=True)], "--model", "v3", "--json")
    assert [case["tier"] for case in json.loads(given)] == ["G", "F"]


def test_the_steps_are_printed_without_json() -> None:
    assert run(points_case(), "--model", "v2").splitlines()[-1] == "tier D1"
    lines = run([steps_case(), steps_case()], "--model", "v3").splitlines()
    assert [line for line in lines if not line.startswith("  ")] == ["case 1", "case 2"]


def test_the_date_may_be_given() -> None:
    case = steps_case(lifer_ipp=True, latest_release="2024-01-05")
    assert json.loads(run(case, "--model", "v3", "--json", "--as-at", "2025-01-05"))["tier"] == "B"
    assert json.loads(run(case, "--model", "v3", "--json", "--as-at", "2025-01-06"))["tier"] == "D"


def test_what_cannot_be_read_is_a_fault_of_the_user() -> None:
    with pytest.raises(UserFault, match=r"inputs\.rsr: Input should be a valid decimal"):
        CliRunner().invoke(
            app, ["tier", "--model", "v2"], input=json.dumps(points_case(rsr="x")), catch_exceptions=False
        )
