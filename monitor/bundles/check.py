"""Check a bundle on any machine: is it whole and signed, and do its inputs give its figures?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from monitor.bundles.compare import Comparison, Difference, compare_tables, compare_texts
from monitor.bundles.container import read_container
from monitor.bundles.derive import DIGEST, FOLDER, derive
from monitor.bundles.inputs import BundleInputs, read_inputs
from monitor.bundles.manifest import MANIFEST, SIGNATURE, Manifest, program, read_manifest
from monitor.bundles.signature import check_signature, read_signature
from monitor.snapshots.contracts.frames import FRAMES
from tiering.faults import UserFault

_SHOWN: Final = 5
"""Differences of one column, or of the rows of one file, that are listed; the others are counted."""


@dataclass(frozen=True)
class Checked:
    """The result of a check.

    * signed_by: the public key; empty if the bundle is not signed.
    * is_same_program: whether the program that checked it is the one that made it, file for file.
    * figures: how many were compared. differences: where they differ.
    """

    manifest: Manifest
    signed_by: str
    is_same_program: bool
    figures: int
    differences: tuple[Difference, ...]

    def lines(self) -> list[str]:
        """The differences in words: the first of each column, and how many more there are."""
        groups: dict[tuple[str, str], list[Difference]] = {}
        for difference in self.differences:
            groups.setdefault((difference.file, difference.column), []).append(difference)
        lines = []
        for (file, column), group in groups.items():
            lines += [difference.describe() for difference in group[:_SHOWN]]
            if len(group) > _SHOWN:
                where = f"{file}, column {column}" if column else file
                lines.append(f"{where}: {len(group) - _SHOWN:,} more like these")
        return lines


def check_bundle(path: Path, public_key: str | None = None) -> Checked:
    """Check a file; public_key: the key that must have signed it, None for any or none.

    Raises UserFault if the file is not a whole bundle, or not signed as it must be.
    """
    members = read_container(path)
    manifest = read_manifest(path, members)
    signed_by = _signed_by(path, members, public_key)
    inputs = _inputs(path, members)
    facts, policy = inputs.facts, inputs.numbers.policy
    said = (manifest.as_at, manifest.revision, manifest.level, manifest.code, manifest.policy)
    if said != (facts.as_at, facts.revision, facts.level, facts.code, policy.name):
        raise UserFault([f"{path}: {MANIFEST} and the inputs are of different weeks, units or policies"])
    if policy.fingerprint != manifest.policy_fingerprint:
        raise UserFault([f"{path}: the policy in the inputs does not have the fingerprint of {MANIFEST}"])
    comparisons = _compare(members, _derive(path, inputs))
    return Checked(
        manifest=manifest,
        signed_by=signed_by,
        is_same_program=manifest.program == program(),
        figures=sum(comparison.figures for comparison in comparisons),
        differences=tuple(difference for comparison in comparisons for difference in comparison.differences),
    )


def _signed_by(path: Path, members: Mapping[str, bytes], wanted: str | None) -> str:
    if SIGNATURE not in members:
        if wanted is not None:
            raise UserFault([f"{path}: is not signed, and you asked for a signature by {wanted}"])
        return ""
    signature = read_signature(f"{path}: {SIGNATURE}", members[SIGNATURE])
    if not check_signature(signature, members[MANIFEST]):
        raise UserFault([f"{path}: the signature is not one of this {MANIFEST}: one of the two was altered"])
    if wanted not in (None, signature.public_key):
        raise UserFault([f"{path}: is signed by {signature.public_key}, not by {wanted}"])
    return signature.public_key


def _inputs(path: Path, members: Mapping[str, bytes]) -> BundleInputs:
    try:
        return read_inputs(members)
    except KeyError as error:
        raise UserFault([f"{path}: {error.args[0]} is missing from the inputs"]) from None
    except (ValidationError, ValueError, TypeError) as error:
        raise UserFault([f"{path}: the inputs cannot be read: {str(error).splitlines()[0]}"]) from None


def _derive(path: Path, inputs: BundleInputs) -> dict[str, bytes]:
    try:
        return derive(inputs)
    except Exception as error:
        # The inputs may be anyone's, and rows that meet no contract fail anywhere.
        raise UserFault([f"{path}: no figures can be derived from the inputs ({type(error).__name__})"]) from None


def _compare(members: Mapping[str, bytes], derived: Mapping[str, bytes]) -> list[Comparison]:
    """Every file of figures, stored and derived."""
    stored = {name: content for name, content in members.items() if name.startswith(FOLDER)}
    comparisons = []
    for name in sorted(stored.keys() | derived.keys()):
        if name not in stored or name not in derived:
            sides = ("", None) if name in stored else (None, "")
            comparisons.append(Comparison(0, (Difference(name, 0, "", "", *sides),)))
        elif name == DIGEST:
            comparisons.append(compare_texts(name, stored[name], derived[name]))
        else:
            key = FRAMES[name.removeprefix(FOLDER).removesuffix(".csv")].key
            comparisons.append(compare_tables(name, key, stored[name], derived[name]))
    return comparisons
