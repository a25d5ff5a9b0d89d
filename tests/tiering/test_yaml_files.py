"""YAML files: which cannot be read and why, and which of their dated values are in force."""

import os
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.yaml_files import file_fingerprint, numbers_in_force, read_yaml

TODAY = date(2026, 11, 20)
FILE = """limit:
  2020-01-01: {value: 4, unit: weeks, reference: "a circular", status: verified}
share:
  2027-01-01: {value: 9, unit: per cent, reference: "none", status: local assumption}
least:
  2000-01-01: {value: 1, unit: cases, reference: "none", status: local assumption}
"""


class Limits(BaseModel):
    """A file of three dated numbers."""

    limit: Dated[int]
    share: Dated[int]
    least: Dated[int]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "limits.yaml"
    file.write_text(FILE, encoding="utf-8")
    return file


def fault_of(path: Path) -> str:
    with pytest.raises(ConfigFault) as raised:
        read_yaml(path, Limits)
    (fault,) = raised.value.faults
    return fault


def test_values_in_force_are_counted_apart_from_those_still_to_come(path: Path) -> None:
    values, local_assumptions, faults = numbers_in_force(path, read_yaml(path, Limits), Limits.model_fields, TODAY)
    assert values == {"limit": 4, "least": 1}
    assert local_assumptions == 1
    assert faults == [f"{path}: share: nothing is in force on {TODAY}; add a value dated then or earlier"]


def test_a_fault_names_the_key_as_the_file_spells_it(path: Path) -> None:
    path.write_text(FILE.replace("value: 9", "value: nine"), encoding="utf-8")
    assert fault_of(path).startswith(f"{path}: share.2027-01-01.value: Input should be a valid integer")


def test_a_key_that_stands_twice_and_text_that_is_not_yaml_are_refused(path: Path) -> None:
    path.write_text(FILE.replace("least:", "limit:"), encoding="utf-8")
    fault = fault_of(path)
    assert fault.startswith(f"{path}: not valid YAML: ")
    assert 'found duplicate key "limit"' in fault
    path.write_text("title: [London", encoding="utf-8")
    assert fault_of(path).startswith(f"{path}: not valid YAML: ")


def test_a_file_that_is_empty_or_not_text_or_missing_is_refused(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    assert fault_of(path).startswith(f"{path}: the file: Input should be a valid dictionary")
    path.write_bytes(b"title: \xff")
    assert fault_of(path).startswith(f"{path}: cannot be read: ")
    path.unlink()
    assert fault_of(path) == f"{path}: the file is missing"


def test_the_fingerprint_changes_with_the_content_and_not_with_the_time_of_a_file(path: Path) -> None:
    before = file_fingerprint(path)
    os.utime(path, (0, 0))
    assert file_fingerprint(path) == before
    path.write_text(FILE + "# a note\n", encoding="utf-8")
    assert file_fingerprint(path) not in (before, "")


def test_a_file_that_cannot_be_read_has_no_fingerprint(path: Path) -> None:
    assert file_fingerprint(path.with_name("missing.yaml")) == ""
