"""config/proposals.yaml: its numbers are the limits of a plan; its faults and those of the prices are listed."""

import shutil
from pathlib import Path

import pytest

from monitor.redistribution.problem.limits import Limits, Work
from monitor.redistribution.proposals.terms import ProposalNumbers, load_proposal_numbers
from tiering.faults import ConfigFault

from ...conftest import AS_AT
from ..posing import CONFIG


def folder_with(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of both files of which one is edited."""
    for name in ("proposals.yaml", "redistribution.yaml"):
        if not (folder / name).exists():
            shutil.copy(CONFIG / name, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_shipped_terms_are_the_limits_of_a_plan() -> None:
    terms = load_proposal_numbers(CONFIG, AS_AT).terms
    assert terms.limits == Limits(elective_moves=30, intake=6, gap=0.005, work=Work(100_000, 1))
    assert (terms.after_weeks, terms.widest_gap) == (3, 0.1)


def test_stored_numbers_are_read_back_and_a_snapshot_without_any_has_none() -> None:
    numbers = load_proposal_numbers(CONFIG, AS_AT)
    assert ProposalNumbers.of_json(numbers.model_dump_json()) == numbers
    assert ProposalNumbers.of_json("") is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("proposals.yaml", "{value: 30, unit", "{value: 29, unit"),
        ("redistribution.yaml", "{value: 100, ", "{value: 99, "),
    ],
)
def test_another_term_or_price_is_another_fingerprint(tmp_path: Path, file: str, old: str, new: str) -> None:
    shipped, edited = (
        load_proposal_numbers(CONFIG, AS_AT),
        load_proposal_numbers(folder_with(tmp_path, file, old, new), AS_AT),
    )
    assert shipped.fingerprint != edited.fingerprint


def test_other_words_are_the_same_fingerprint(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "proposals.yaml", "title: Proposals in the run", "title: Plans")
    assert load_proposal_numbers(folder, AS_AT).fingerprint == load_proposal_numbers(CONFIG, AS_AT).fingerprint


def test_a_folder_copied_before_there_were_proposals_gets_the_shipped_terms(tmp_path: Path) -> None:
    shutil.copy(CONFIG / "redistribution.yaml", tmp_path)
    assert load_proposal_numbers(tmp_path, AS_AT) == load_proposal_numbers(CONFIG, AS_AT)


def test_the_faults_of_both_files_are_listed_at_once(tmp_path: Path) -> None:
    folder_with(tmp_path, "proposals.yaml", "{value: 30, unit", "{value: -1, unit")
    folder_with(tmp_path, "proposals.yaml", "{value: 1, unit: nodes", "{value: 0, unit: nodes")
    folder_with(tmp_path, "redistribution.yaml", "{value: 100, ", "{value: -1, ")
    with pytest.raises(ConfigFault) as refused:
        load_proposal_numbers(tmp_path, AS_AT)
    assert refused.value.faults == [
        f"{tmp_path / 'redistribution.yaml'}: over_line: -1.0 must be a number from 0; write one",
        f"{tmp_path / 'proposals.yaml'}: elective_moves: -1 must be 0 or more",
        f"{tmp_path / 'proposals.yaml'}: most_nodes: 0 must be 1 or more",
    ]


def test_faults_of_the_prices_alone_are_faults_too(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, "redistribution.yaml", "{value: 100, ", "{value: -1, ")
    with pytest.raises(ConfigFault, match="over_line"):
        load_proposal_numbers(folder, AS_AT)
