"""A policy fitted to a time study, in words, as a table and as a file that the program accepts."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from monitor.operations.weights.calibrate import calibrate, calibration_lines, fitted_table, write_proposal
from tests.tiering.calibration.study import a_study
from tests.tiering.rows import CONFIG
from tiering.calibration.proposal import Study
from tiering.dated import SourceStatus
from tiering.faults import UserFault
from tiering.policies.policy_files import check_policies, load_policy

STARTS = date(2026, 12, 1)


@pytest.fixture
def timings(tmp_path: Path) -> Path:
    path = tmp_path / "diary.csv"
    a_study(200, 0.3).to_csv(path, index=False)
    return path


def test_the_proposed_policy_is_accepted_and_has_the_fitted_points(timings: Path, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(CONFIG, config)
    recorded, calibration = calibrate(config, "london-2009", timings, STARTS, 100, 1)
    out = config / "weightings" / "diary-2026.yaml"
    cited = Study("diary", STARTS, recorded.sha256)
    out.write_text(write_proposal(config, "london-2009", out, calibration, cited, STARTS), encoding="utf-8")
    assert check_policies(config, STARTS) == []
    before, base = (load_policy(config, name, date(2026, 11, 30)) for name in ("diary-2026", "london-2009"))
    assert before.weights_fingerprint == base.weights_fingerprint
    policy = load_policy(config, "diary-2026", STARTS)
    for points in calibration.fitted:
        assert float(getattr(policy, points.table)[points.name][points.setting]) == points.points
    status = {number.key: number.status for number in policy.numbers}
    assert status["tier_points.4.community"] is SourceStatus.TIME_STUDY
    assert policy.local_assumptions < base.local_assumptions


def test_the_answer_in_words_and_as_a_table(timings: Path) -> None:
    _, calibration = calibrate(CONFIG, "london-2009", timings, STARTS, 100, 1)
    first, *lines = calibration_lines(calibration)
    assert first == "200 rows fitted; an hour a week is 58.8 points; 95% intervals"
    assert any(line.startswith("  tier_points.4.community: 1") and "(now 120; " in line for line in lines)
    assert "not fitted, as before: custody: the study has no rows" in lines
    table = fitted_table(calibration)
    assert len(table) == len(calibration.fitted) == 8
    assert (table["points_low"] <= table["points"]).all()
    assert (table["points"] <= table["points_high"]).all()


def test_a_study_that_says_nothing_and_a_file_that_is_no_policy_are_refused(timings: Path, tmp_path: Path) -> None:
    a_study(3, 0.3).to_csv(timings, index=False)
    with pytest.raises(UserFault, match=r"diary\.csv: community: no tier and RoSH have 5 rows or more"):
        calibrate(CONFIG, "london-2009", timings, STARTS, 100, 1)
    a_study(200, 0.3).to_csv(timings, index=False)
    recorded, calibration = calibrate(CONFIG, "london-2009", timings, STARTS, 100, 1)
    with pytest.raises(UserFault, match=r"a policy file ends in \.yaml"):
        write_proposal(
            CONFIG, "london-2009", tmp_path / "x.yml", calibration, Study("d", STARTS, recorded.sha256), STARTS
        )
