"""The proposed policy: a copy with one block more, which names its study."""

from datetime import date
from pathlib import Path

import pytest

from tests.tiering.rows import CONFIG, LONDON
from tiering.calibration.fit import Calibration, FittedPoints
from tiering.calibration.proposal import Study, propose_policy
from tiering.faults import UserFault
from tiering.terms import Setting

STUDY = Study("Diary 2026: officers' hours", date(2026, 11, 1), "ab" * 32)
STARTS = date(2026, 12, 1)
FITTED = Calibration(
    (
        FittedPoints("tier_points", "4", Setting.COMMUNITY, 30, 120.0, 141.1, 130.0, 152.25),
        FittedPoints("rosh_points", "high", Setting.CUSTODY, 9, 12.0, 20.0, 0.0, 40.5),
    ),
    (),
    39,
    58.8,
)
BASE = CONFIG / "weightings" / "london-2009.yaml"


def test_only_the_fitted_points_and_the_name_change() -> None:
    text = propose_policy(BASE, "diary-2026", FITTED, STUDY, STARTS)
    before = BASE.read_text(encoding="utf-8").splitlines()
    lines = text.splitlines()
    assert [line for line in before if line not in lines] == ["name: london-2009", "title: London Probation, 2009"]
    added = [line for line in lines if line not in before]
    assert added[0] == "name: diary-2026"
    assert sum(line.strip().startswith("2026-12-01:") for line in added) == 2
    assert sum(line.strip() == "status: measured in a time study" for line in added) == 2
    (heaviest,) = (" ".join(line.split()) for line in added if line.strip().startswith('"4"'))
    assert heaviest == '"4": {community: 141.1, licence: 130, custody: 45} # 130 to 152.25; as before; as before'
    assert any("high: {community: 30, licence: 30, custody: 20}" in line for line in added)
    (reference, _) = (line for line in added if line.strip().startswith("reference:"))
    for part in ("Diary 2026", "of 2026-11-01", "n = 39", "file abababababab", "95% intervals"):
        assert part in reference


def test_points_of_a_scheme_are_written_where_the_scheme_has_them() -> None:
    modern = CONFIG / "weightings" / "modern.yaml"
    fitted = Calibration((FittedPoints("tier_points", "A", Setting.COMMUNITY, 9, 1, 99, 90, 110),), (), 9, 58.8)
    text = propose_policy(modern, "diary", fitted, STUDY, date(2035, 1, 1))
    block = text[: text.index("2035-01-01")].splitlines()
    assert any(line.startswith("scheme_points:") for line in block)
    assert text.count("2035-01-01:") == 1


@pytest.mark.parametrize(
    ("name", "starts", "says"),
    [
        ("Diary 2026", STARTS, "'Diary 2026' cannot be the name of a policy"),
        ("diary", date(2000, 1, 1), "tier_points has a block from 2000-01-01 already; choose another day with --from"),
        ("diary", date(1999, 1, 1), "tier_points starts on 2000-01-01; let the fitted points start then or later"),
    ],
)
def test_a_file_that_no_policy_could_be_is_not_written(name: str, starts: date, says: str, tmp_path: Path) -> None:
    with pytest.raises(UserFault, match=says):
        propose_policy(BASE, name, FITTED, STUDY, starts)
    assert LONDON.name == "london-2009"
