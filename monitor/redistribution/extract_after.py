"""Write an extract in which a plan is carried out, for checking and for planning; never into the one it came from."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from monitor.extracts import USUAL_BOUNDS, AcceptanceLimits, Bounds, ExtractRefused, Insistence, read_extract
from monitor.extracts.reading.files import MANIFEST
from monitor.extracts.wmt.source import HOURS_ASSUMED
from monitor.redistribution.plan import Plan
from monitor.redistribution.results.tables.moves import caseload_after
from monitor.safe_text import without_secrets
from monitor.sample.write import csv_bytes
from tiering.faults import ConfigFault

MADE_UP = "synthetic"
"""The source in the manifest, because of which a home with real figures refuses to take a snapshot of it."""

_ANY_REJECTED = AcceptanceLimits(rejected_share=1)
"""No limit on rejected rows: the snapshot was taken from this extract, and the run checked the limit then."""


def write_extract_after(
    plan: Plan, source: str, out: Path, headings: Path | None = None, bounds: Bounds = USUAL_BOUNDS
) -> list[str]:
    """Write the extract at ``source`` with changes and moves carried out to the folder ``out``, as CSV tables.

    Every case that moves is allocated on the as-at date. Rejected rows are left out, because they count for nothing.

    - Returns notes for the person who runs it.
    - Raises ConfigFault if ``out`` is not a new or empty folder apart from ``source``, or cannot be written, and for a
      workbook of the Workload Management Tool, whose classes of cases no other extract may hold.
    - Raises ExtractRefused if the extract is not the one that the plan's snapshot was taken from.
    """
    faults = list(_folder_faults(source, out))
    if faults:
        raise ConfigFault(faults)
    as_at = plan.baseline.as_at
    extract = read_extract(
        source,
        as_at,
        plan.baseline.policy.tiers,
        headings=headings,
        limits=replace(_ANY_REJECTED, bounds=bounds),
        insistence=Insistence(swing=True, unmatched=True),
        policy=plan.baseline.policy,
    )
    if extract.content_hash != plan.baseline.content_hash:
        raise ExtractRefused(
            [
                f"{without_secrets(source)}: its rows are not those that the snapshot of {as_at}, revision "
                f"{plan.baseline.revision}, was taken from; give that extract, or take a snapshot of this one first "
                "with: hotspots run"
            ]
        )
    if HOURS_ASSUMED in extract.caseload.offender_managers:
        raise ConfigFault(
            [
                f"{without_secrets(source)}: a workbook of the Workload Management Tool cannot be written again; "
                "see the moves with: hotspots what-if moves"
            ]
        )
    try:
        _write(plan, out)
    except OSError as error:
        raise ConfigFault([f"{out}: cannot be written: {error.strerror}; give another folder with --out"]) from None
    return list(_notes(plan))


def _folder_faults(source: str, out: Path) -> list[str]:
    """What is wrong with the folder to write to."""
    target = out.resolve()
    if "://" not in source:
        given = Path(source).resolve()
        if given == target or given in target.parents or target in given.parents:
            return [f"{out}: is the extract itself, or one lies in the other; give another folder with --out"]
    if out.is_file():
        return [f"{out}: is a file; give a new folder with --out"]
    if out.is_dir() and any(out.iterdir()):
        return [f"{out}: is not empty; give a new folder with --out"]
    return []


def _write(plan: Plan, out: Path) -> None:
    """Write every table that has rows or is required, and last the manifest, so that a folder with one is complete."""
    out.mkdir(parents=True, exist_ok=True)
    stated = {}
    for name, table in caseload_after(plan).tables().items():
        content = csv_bytes(name, table)
        (out / f"{name}.csv").write_bytes(content)
        stated[name] = {"rows": len(table), "sha256": hashlib.sha256(content).hexdigest()}
    manifest = {
        "as_at": plan.baseline.as_at.isoformat(),
        "source": MADE_UP,
        "what_if": plan.scenario.name,
        "tables": stated,
    }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _notes(plan: Plan) -> list[str]:
    policy, stored = plan.applied.policy, plan.baseline.policy
    if policy.fingerprint == stored.fingerprint:
        return []
    return [
        "the scenario tries other numbers of the policy, which no extract holds: to see the promised figures, run it "
        "with these numbers in a policy of your own (config/README.md)"
    ]
