"""Derive every figure of a bundle, and the digest of its scope, from its inputs: the same in, the same out."""

from typing import Final

import pandas as pd

from alerts.digest.digest import write_digest
from alerts.digest.settings import DigestSettings
from monitor.bundles.inputs import BundleInputs
from monitor.bundles.narrow import Inside
from monitor.extracts import Extract
from monitor.extracts.intake import Intake
from monitor.run import compute
from monitor.snapshots.contracts.frames import FRAMES, HOTSPOTS, INTAKE, TIMELINESS, UNITS
from monitor.snapshots.exports.export import render_table
from monitor.snapshots.store import StoredFigures
from monitor.week_facts import build_week_facts

FOLDER: Final = "figures/"
DIGEST: Final = f"{FOLDER}digest.txt"
READER: Final = "anyone who checks it"


def derive(inputs: BundleInputs) -> dict[str, bytes]:
    """Every figure of the scope as CSV, and the words of its digest; by the name of the member."""
    figures = compute(
        inputs.caseload,
        inputs.rejected,
        inputs.known_events,
        inputs.numbers,
        inputs.past,
        inputs.facts.as_at,
        inputs.proposing,
        inputs.also,
    )
    inside = Inside.of(inputs.scope, inputs.caseload.organisation)
    frames = {name: own_rows(frame, inside) for name, frame in derived_frames(figures).items()}
    tables = {f"{FOLDER}{name}.csv": render_table(frame, "csv") for name, frame in frames.items()}
    return {**tables, DIGEST: _digest(inputs, figures)}


def derived_frames(figures: StoredFigures) -> dict[str, pd.DataFrame]:
    """Every frame that verify compares, in the columns of its contract and sorted by its key."""
    frames = {UNITS.name: figures.units, HOTSPOTS.name: figures.hotspots, TIMELINESS.name: figures.timeliness}
    frames |= figures.archived
    contracts = [contract for name, contract in FRAMES.items() if contract.derived and name in frames]
    return {
        contract.name: frames[contract.name][contract.column_names].sort_values(list(contract.key), ignore_index=True)
        for contract in contracts
    }


def own_rows(frame: pd.DataFrame, inside: Inside) -> pd.DataFrame:
    """The rows of a frame without those of units above the scope, which have other teams as well."""
    if "level" not in frame:
        return frame
    return frame[~frame["level"].isin({level for level, _ in inside.above})].reset_index(drop=True)


def _digest(inputs: BundleInputs, figures: StoredFigures) -> bytes:
    """The weekly digest of the scope in words, without what people recorded: decisions, agreed plans and concerns."""
    facts = inputs.facts
    extract = Extract(
        caseload=inputs.caseload,
        rejected=inputs.rejected,
        rows={"extract": facts.rows_read},
        unused={},
        content_hash="",
        source_hashes={},
        as_at_stated=None,
        source_name=None,
        intake=Intake(INTAKE.empty(), facts.gaps),
    )
    numbers = inputs.numbers
    week = build_week_facts(
        extract,
        figures,
        numbers,
        inputs.past,
        inputs.previous,
        facts.revision,
        facts.as_at,
        small_team=facts.small_team,
    )
    wording = DigestSettings(small_team=facts.small_team, red_line=float(numbers.policy.bands.red_above))
    digest = write_digest(week, inputs.scope, READER, wording, charts=False)
    return f"{digest.subject}\n\n{digest.text}".encode()
