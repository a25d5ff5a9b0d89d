"""Make the bundle of one scope from a stored snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import pandas as pd

from alerts.causes.model import EarlierWeek
from alerts.digest.privacy import ReaderScope
from monitor.bundles.compare import compare_tables
from monitor.bundles.container import write_container
from monitor.bundles.derive import FOLDER, derive, derived_frames, own_rows
from monitor.bundles.inputs import BundleInputs, EarlierNumbers, Facts, read_inputs, write_inputs
from monitor.bundles.manifest import FORMAT, MANIFEST, SIGNATURE, Agreement, Manifest, hashes_of, program
from monitor.bundles.narrow import Inside, narrow_caseload, narrow_events, narrow_past, narrow_units
from monitor.bundles.privacy import find_people
from monitor.bundles.pseudonyms import Pseudonyms, drop_texts, hide_caseload, hide_frame, hide_past
from monitor.bundles.signature import sign
from monitor.operations.checks import verify
from monitor.snapshots.contracts.frames import FRAMES
from monitor.snapshots.exports.export import render_table
from monitor.snapshots.store import Store
from monitor.snapshots.summary import RunSummary
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.history import history_of
from tiering.caseload import Caseload
from tiering.faults import UserFault

README: Final = "readme.txt"


@dataclass(frozen=True)
class Secrets:
    """The secrets of one bundle.

    * pseudonyms: random bytes that are used for nothing else and stored nowhere.
    * signing: the private key in hexadecimal digits; None for a bundle that is not signed.
    """

    pseudonyms: bytes
    signing: str | None = None


@dataclass(frozen=True)
class Made:
    """A bundle: its bytes, its manifest, and the public key that it is signed by; empty if it is not signed."""

    content: bytes
    manifest: Manifest
    public_key: str


def make_bundle(
    store: Store, snapshot: Snapshot, scope: ReaderScope, small_team: int, secrets: Secrets, now: datetime
) -> Made:
    """Make the bundle of a scope: narrow its inputs, hide its people, derive its figures, sign the list of it all.

    * scope: of which the snapshot has a team. small_team: below how many offender managers a digest withholds a unit.
    * Raises RowsRemoved, ArchiveDamaged, or UserFault if a person's name or number is left anywhere.
    """
    stored = verify.read_inputs(store, snapshot)
    inside = Inside.of(scope, stored.caseload.organisation)
    names = Pseudonyms(secrets.pseudonyms)
    members = write_inputs(_hidden_inputs(store, snapshot, scope, small_team, stored, inside, names))
    # What is derived is what anyone else derives: from the members as they can be read.
    inputs = read_inputs(members)
    members |= derive(inputs)
    manifest = Manifest(
        format=FORMAT,
        made_at=now,
        as_at=snapshot.as_at,
        revision=snapshot.revision,
        level=scope.level,
        code=scope.code,
        policy=snapshot.policy,
        policy_fingerprint=snapshot.policy_fingerprint,
        content_hash=snapshot.content_hash,
        program=program(),
        agreement=_agreement(store, snapshot, inside, inputs, names, members),
        members={},
    )
    members[README] = _readme(manifest, scope)
    if people := find_people(members, stored.caseload):
        raise UserFault([f"no bundle was written: it would still hold {place}" for place in people])
    manifest = manifest.model_copy(update={"members": hashes_of(members)})
    members[MANIFEST] = manifest.to_bytes()
    if secrets.signing is None:
        return Made(write_container(members), manifest, "")
    signature = sign(members[MANIFEST], secrets.signing)
    members[SIGNATURE] = (signature.model_dump_json(indent=1) + "\n").encode()
    return Made(write_container(members), manifest, signature.public_key)


def _hidden_inputs(
    store: Store,
    snapshot: Snapshot,
    scope: ReaderScope,
    small_team: int,
    stored: verify.StoredInputs,
    inside: Inside,
    names: Pseudonyms,
) -> BundleInputs:
    """The inputs of a scope under pseudonyms."""
    caseload = narrow_caseload(stored.caseload, inside.teams)
    past = narrow_past(stored.past, inside, caseload)
    summary, history = RunSummary.of_snapshot(snapshot), history_of(snapshot)
    people = set(past.units["code"]) | set(caseload.offender_managers["om_code"])
    previous = narrow_units(store.units(history[-1]), inside, people) if history else None
    hidden = hide_past(past, names)
    facts = Facts(
        as_at=snapshot.as_at,
        revision=snapshot.revision,
        level=scope.level,
        code=scope.code,
        small_team=small_team,
        rows_read=summary.rows_read,
        gaps=summary.gaps,
        alike=tuple(sorted(past.alike)),
        changes=dict(hidden.changes),
        earlier=tuple(map(_earlier, past.compared)),
    )
    return BundleInputs(
        facts=facts,
        caseload=hide_caseload(caseload, names),
        rejected=drop_texts(stored.rejected),
        known_events=drop_texts(narrow_events(stored.known_events, inside)),
        past=hidden,
        previous=None if previous is None else hide_frame(previous, names),
        numbers=stored.numbers,
        proposing=stored.proposing,
        also=stored.also,
    )


def _earlier(week: EarlierWeek) -> EarlierNumbers:
    return EarlierNumbers(weeks_back=week.weeks_back, as_at=week.as_at, policy=week.policy)


def _agreement(
    store: Store,
    snapshot: Snapshot,
    inside: Inside,
    inputs: BundleInputs,
    names: Pseudonyms,
    members: Mapping[str, bytes],
) -> tuple[Agreement, ...]:
    """How many numbers of each file the whole snapshot has too."""
    archived = [name for name, frame in FRAMES.items() if frame.archived and frame.derived]
    frames = derived_frames(verify.read_figures(store, snapshot, archived))
    answers = []
    for name, frame in frames.items():
        file = f"{FOLDER}{name}.csv"
        if file not in members:
            continue
        hidden = own_rows(_own_figures(hide_frame(frame, names), inside, inputs.caseload), inside)
        contract = FRAMES[name]
        numbers = [column.name for column in contract.columns if column.unit]
        answer = compare_tables(file, contract.key, render_table(hidden, "csv"), members[file])
        unlike = [part for part in answer.differences if not part.column or part.column in numbers]
        columns = {part.column for part in unlike if part.column}
        rows = answer.figures // len(contract.columns)
        figures = rows * len(numbers)
        missing = sum(len(numbers) for part in unlike if not part.column and part.stored is None)
        same = figures - missing - sum(1 for part in unlike if part.column)
        answers.append(Agreement(file=file, figures=figures, same=same, columns=tuple(sorted(columns))))
    return tuple(answers)


def _own_figures(frame: pd.DataFrame, inside: Inside, caseload: Caseload) -> pd.DataFrame:
    """The rows of a frame of figures that are about the scope; caseload: of the scope, its people named alike."""
    if {"level", "code"} <= set(frame):
        return narrow_units(frame, inside, set(caseload.offender_managers["om_code"]))
    for column, values in (
        ("team_code", inside.teams),
        ("crn", set(caseload.cases["crn"])),
        ("cluster_code", set(caseload.organisation["cluster_code"])),
    ):
        if column in frame:
            return frame[frame[column].isin(values)].reset_index(drop=True)
    return frame


def _readme(manifest: Manifest, scope: ReaderScope) -> bytes:
    """What the file is and how to check it, for a person who has nothing but the file."""
    code = manifest.program
    return f"""\
Workload figures of {scope.name} ({scope.level} {scope.code}) as at {manifest.as_at}, revision {manifest.revision},
under the policy {manifest.policy}.

inputs/    the rows, the policy and the past that the figures are derived from
figures/   the figures as CSV, and the words and numbers of the weekly digest
manifest.json   what this file is of, and the SHA-256 of every other member
signature.json  an Ed25519 signature of manifest.json, if the file is signed

To check it, install version {code.version} of caseload-hotspot-monitor on any machine with Python, and run:

    hotspots bundle check FILE

It derives every figure again from the inputs and lists each one that differs. It needs no settings and no network.

People have pseudonyms, and free text was removed. The rows are still about real people: with dates, tiers and teams, a
person who has other records can find some of them. Handle the file as you would handle the records.
""".encode()
