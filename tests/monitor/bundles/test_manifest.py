"""What a bundle says of itself, and that every member is the one it was."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.bundles.manifest import FORMAT, MANIFEST, SIGNATURE, Manifest, hashes_of, program, read_manifest
from tiering.faults import UserFault

MEMBERS = {"a.csv": b"1", "b.csv": b"2"}
PATH = Path("b.zip")


def a_manifest(**more: object) -> Manifest:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    values = {"revision": 1, "level": "all", "code": "all", "policy": "p", "policy_fingerprint": "f"} | more
    return Manifest.model_validate(
        {
            "format": FORMAT,
            "made_at": now,
            "as_at": now.date(),
            "content_hash": "c",
            "program": program(),
            "agreement": (),
            "members": hashes_of(MEMBERS),
            **values,
        }
    )


def faults_of(members: dict[str, bytes]) -> list[str]:
    with pytest.raises(UserFault) as refused:
        read_manifest(PATH, members)
    return list(refused.value.faults)


def test_a_manifest_of_whole_members_is_read_as_it_was_written() -> None:
    manifest = a_manifest()
    assert read_manifest(PATH, MEMBERS | {MANIFEST: manifest.to_bytes(), SIGNATURE: b"any"}) == manifest


def test_every_member_that_is_missing_altered_or_more_is_named() -> None:
    members = {MANIFEST: a_manifest().to_bytes(), "a.csv": b"9", "c.csv": b"3"}
    assert faults_of(members) == [
        "b.zip: b.csv is missing",
        "b.zip: c.csv is not in manifest.json",
        "b.zip: a.csv was altered",
    ]


def test_what_is_no_manifest_of_this_program_is_refused() -> None:
    assert faults_of({MANIFEST: b"[]"}) == ["b.zip: manifest.json is none that this program writes; look at its form"]
    (fault,) = faults_of(MEMBERS | {MANIFEST: a_manifest(format=FORMAT + 1).to_bytes()})
    assert fault.startswith(f"b.zip: has format {FORMAT + 1}, and this program checks format {FORMAT}; use version ")


def test_the_program_is_hashed_file_for_file() -> None:
    assert program() == program()
    assert len(program().sha256) == 64
