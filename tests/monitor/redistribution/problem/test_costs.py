"""config/redistribution.yaml: what is in it counts; what is wrong in it is told with file, key, value and way out."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from monitor.redistribution.problem.costs import Costs, load_costs
from tiering.faults import ConfigFault
from tiering.terms import Rosh, TeamType

from ..posing import CONFIG

AS_AT = date(2026, 11, 20)


def changed(folder: Path, *edits: tuple[str, str]) -> Path:
    """A folder with the shipped file, edited."""
    text = (CONFIG / "redistribution.yaml").read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "redistribution.yaml").write_text(text, encoding="utf-8")
    return folder


def loaded(folder: Path, *edits: tuple[str, str]) -> Costs:
    return load_costs(changed(folder, *edits), AS_AT)


def test_every_number_shipped_is_a_local_assumption_with_a_reason() -> None:
    costs = load_costs(CONFIG, AS_AT)
    keys = set(Costs.model_fields) - {"title", "says", "local_assumptions"}
    assert costs.local_assumptions == len(keys)
    assert (costs.unplaced, costs.intake, costs.rosh[Rosh.VERY_HIGH]) == (3000, 6, 60)
    assert costs.takes[TeamType.COURT] == ()


def test_a_number_counts_from_its_date(tmp_path: Path) -> None:
    later = "\n  2026-11-20: {value: 12, unit: u, status: measured on simulation, reference: r}"
    folder = changed(tmp_path, ("\nrosh:", f"{later}\nrosh:"))
    assert load_costs(folder, date(2026, 11, 19)).move == 10
    assert load_costs(folder, AS_AT).move == 12
    assert load_costs(folder, AS_AT).local_assumptions == load_costs(CONFIG, AS_AT).local_assumptions - 1


def test_the_fingerprint_is_of_the_numbers_and_not_of_their_words(tmp_path: Path) -> None:
    shipped = load_costs(CONFIG, AS_AT).fingerprint
    assert loaded(tmp_path, ("title: Who holds which case", "title: Other words")).fingerprint == shipped
    assert loaded(tmp_path, ("value: 3000", "value: 3001")).fingerprint != shipped


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("value: 15,", "value: -15,", "mappa: -15.0 must be a number from 0; write one"),
        ("value: 15,", "value: .nan,", "mappa: nan must be a number from 0; write one"),
        ("value: 6,", "value: 0,", "intake: 0 must be above 0; write a larger number"),
        ("value: 30,", "value: 3,", "other_cluster: 3 is below other_office, 8; write at least that"),
        ("very_high: 60", "very_high: -60", "rosh: very_high: -60.0 must be a number from 0; write one"),
        (", very_high: 60", "", "rosh: very_high has no value; add one"),
        (", court: []", "", "takes: court has no value; add one"),
        ("110: 10000", "111: 10000", "strain_edges: the line 111 of strain is not among them; add it"),
        ("110: 10000", "110: .inf", "strain: 110: inf must be a number from 0; write one"),
        ("{70: 4000,", "{-70: 4000,", "strain: -70 must be a capacity percentage from 0; write one"),
        ("{70: 4000, 100: 10000, 110: 10000}", "{}", "strain: {} has no line; write at least one"),
        ("[70, 72.5,", "[72.5, 70,", "strain_edges: 70 does not rise above the one before it; write them in rising"),
        ("[70, 72.5,", "[-70, 72.5,", "must be capacity percentages from 0; write at least one"),
    ],
)
def test_a_number_that_no_plan_can_be_weighed_with_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigFault) as raised:
        loaded(tmp_path, (old, new))
    assert any(
        fault.startswith(f"{tmp_path / 'redistribution.yaml'}: ") and said in fault for fault in raised.value.faults
    )


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("value: 15,", "value: fifteen,", "mappa"),
        ("value: 6,", "value: 6.5,", "intake"),
        ("very_high: 60", "extreme: 60", "rosh"),
        ("court: []", "court: [library]", "takes"),
        ("\nmove:", "\nmoves:", "moves"),
        ("status: local assumption", "status: guess", "status"),
    ],
)
def test_what_cannot_be_read_names_its_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(ConfigFault) as raised:
        loaded(tmp_path, (old, new))
    assert any("redistribution.yaml" in fault and key in fault for fault in raised.value.faults)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault) as raised:
        loaded(tmp_path, ("value: 15,", "value: -15,"), ("value: 3000", "value: 0"))
    assert len(raised.value.faults) == 2


def test_a_day_before_every_number_has_none_of_them() -> None:
    with pytest.raises(ConfigFault) as raised:
        load_costs(CONFIG, date(1999, 12, 31))
    assert "move: nothing is in force on 1999-12-31; add a value dated then or earlier" in " ".join(raised.value.faults)


def test_a_folder_without_the_file_is_told(tmp_path: Path) -> None:
    shutil.copy(CONFIG / "forecast.yaml", tmp_path)
    with pytest.raises(ConfigFault) as raised:
        load_costs(tmp_path, AS_AT)
    assert "redistribution.yaml" in raised.value.faults[0]
