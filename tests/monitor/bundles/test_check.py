"""A bundle is checked: it agrees as it was made, and whatever was altered in it is refused or named."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from monitor.bundles.check import check_bundle
from monitor.bundles.container import read_member_frame, write_container
from monitor.bundles.manifest import MANIFEST, SIGNATURE, Manifest, hashes_of
from monitor.bundles.signature import sign
from monitor.snapshots.archive import frame_bytes
from tiering.faults import UserFault

from .conftest import SIGNING, Bundle

Members = dict[str, bytes]
CASES = "inputs/extract/cases.parquet"


def forged(path: Path, members: Members, key: str | None = None) -> Path:
    """A file of altered members under a manifest that is true of them, signed by a key if there is one."""
    manifest = Manifest.model_validate_json(members.pop(MANIFEST))
    members.pop(SIGNATURE, None)
    members[MANIFEST] = manifest.model_copy(update={"members": hashes_of(members)}).to_bytes()
    if key is not None:
        members[SIGNATURE] = sign(members[MANIFEST], key).model_dump_json().encode()
    path.write_bytes(write_container(members))
    return path


def replaced(content: bytes, old: str, new: str) -> bytes:
    assert old in content.decode()
    return content.decode().replace(old, new, 1).encode()


def test_a_bundle_agrees_with_its_inputs_and_names_its_signer(bundle: Bundle) -> None:
    checked = check_bundle(bundle.path, bundle.made.public_key)
    assert (checked.differences, checked.lines()) == ((), [])
    assert checked.signed_by == bundle.made.public_key
    assert checked.is_same_program
    assert checked.figures > 3_000


def test_each_altered_figure_is_named_with_its_file_row_and_column(bundle: Bundle, tmp_path: Path) -> None:
    members = bundle.members
    units, digest = members["figures/units.csv"].decode(), members["figures/digest.txt"].decode()
    row = next(line for line in units.splitlines() if line.startswith("team,T3,"))
    points = row.split(",")[units.splitlines()[0].split(",").index("total_points")]
    members["figures/units.csv"] = units.replace(row, row.replace(f",{points},", ",1.0,")).encode()
    members["figures/timeliness.csv"] = replaced(members["figures/timeliness.csv"], "cluster,C1,", "cluster,C9,")
    members["figures/digest.txt"] = digest.replace("Cluster 1", "Cluster 7", 1).encode()
    del members["figures/staffing.csv"]
    program = Manifest.model_validate_json(members[MANIFEST]).program.model_copy(update={"sha256": "0" * 64})
    by_another = Manifest.model_validate_json(members[MANIFEST]).model_copy(update={"program": program})
    members[MANIFEST] = by_another.to_bytes()
    checked = check_bundle(forged(tmp_path / "altered.zip", members))
    assert (checked.signed_by, checked.is_same_program) == ("", False)
    lines = checked.lines()
    line = units.splitlines().index(row) + 1
    assert f"figures/units.csv, line {line} (team T3), column total_points: stored 1.0, derived {points}" in lines
    assert any("(cluster C9 " in text and text.endswith("stored but not derived") for text in lines)
    assert any("(cluster C1 " in text and text.endswith("derived but not stored") for text in lines)
    assert any(text.startswith("figures/digest.txt, line 1: stored") and "Cluster 7" in text for text in lines)
    assert "figures/staffing.csv: derived but not stored" in lines
    assert {difference.file for difference in checked.differences} == {
        f"figures/{name}" for name in ("units.csv", "timeliness.csv", "digest.txt", "staffing.csv")
    }


def test_an_altered_row_of_the_inputs_gives_other_figures(bundle: Bundle, tmp_path: Path) -> None:
    members = bundle.members
    cases = read_member_frame(CASES, members[CASES])
    heavy = cases["number_of_cases"].idxmax()
    cases.loc[heavy, "number_of_cases"] = 1
    members[CASES] = frame_bytes(cases)
    files = {difference.file for difference in check_bundle(forged(tmp_path / "b.zip", members)).differences}
    assert {"figures/cases.csv", "figures/units.csv", "figures/digest.txt"} <= files


def drop_a_member(members: Members) -> None:
    del members[CASES]


def add_a_member(members: Members) -> None:
    members["inputs/more.parquet"] = b""


def alter_a_member(members: Members) -> None:
    members[CASES] = members[CASES][:-1] + b"x"


def drop_the_manifest(members: Members) -> None:
    del members[MANIFEST]


def alter_the_manifest(members: Members) -> None:
    members[MANIFEST] = replaced(members[MANIFEST], '"revision": 1', '"revision": 2')


def sign_something_else(members: Members) -> None:
    members[SIGNATURE] = sign(b"another manifest", SIGNING).model_dump_json().encode()


def write_no_signature(members: Members) -> None:
    members[SIGNATURE] = b"{}"


@pytest.mark.parametrize(
    ("alter", "says"),
    [
        (drop_a_member, f"{CASES} is missing"),
        (add_a_member, "inputs/more.parquet is not in manifest.json"),
        (alter_a_member, f"{CASES} was altered"),
        (drop_the_manifest, "manifest.json is missing; without it no member can be checked"),
        (alter_the_manifest, "the signature is not one of this manifest.json: one of the two was altered"),
        (sign_something_else, "the signature is not one of this manifest.json: one of the two was altered"),
        (write_no_signature, "signature.json: is not a signature"),
    ],
)
def test_what_was_altered_without_the_key_is_refused(
    alter: Callable[[Members], None], says: str, bundle: Bundle, tmp_path: Path
) -> None:
    members, path = bundle.members, tmp_path / "b.zip"
    alter(members)
    path.write_bytes(write_container(members))
    with pytest.raises(UserFault) as refused:
        check_bundle(path)
    assert refused.value.faults == [f"{path}: {says}"]


def test_only_the_key_that_was_asked_for_will_do(bundle: Bundle, tmp_path: Path) -> None:
    wanted = bundle.made.public_key
    with pytest.raises(UserFault, match="is not signed, and you asked for a signature by"):
        check_bundle(forged(tmp_path / "unsigned.zip", bundle.members), wanted)
    with pytest.raises(UserFault, match=f", not by {wanted}"):
        check_bundle(forged(tmp_path / "other.zip", bundle.members, "2e" * 32), wanted)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("inputs/facts.json", b"{}", "the inputs cannot be read"),
        ("inputs/rejected.parquet", b"PAR1", "inputs/rejected.parquet: cannot be read"),
        ("inputs/numbers.json", b'{"judged_by": {}, "proposing": null, "also": []}', "policy_json is missing"),
        (CASES, frame_bytes(pd.DataFrame({"tier": ["none of the policy"]})), "no figures can be derived"),
    ],
)
def test_inputs_of_anyone_that_make_no_sense_are_refused(
    name: str, content: bytes, says: str, bundle: Bundle, tmp_path: Path
) -> None:
    path = forged(tmp_path / "b.zip", bundle.members | {name: content})
    with pytest.raises(UserFault, match=says):
        check_bundle(path)


def test_a_manifest_of_another_week_or_policy_than_its_inputs_is_refused(bundle: Bundle, tmp_path: Path) -> None:
    for old, new, says in (
        ('"revision": 1', '"revision": 2', "are of different weeks, units or policies"),
        (bundle.made.manifest.policy_fingerprint, "0" * 64, "does not have the fingerprint"),
    ):
        members = bundle.members
        members[MANIFEST] = replaced(members[MANIFEST], old, new)
        with pytest.raises(UserFault, match=says):
            check_bundle(forged(tmp_path / "b.zip", members))
