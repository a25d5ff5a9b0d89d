"""Cases for the tier calculator, as JSON."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from tests.tiering.rows import CONFIG
from tiering.tiers.answers import answer

TODAY = date(2026, 11, 20)
FACTS = json.loads((Path(__file__).parent / "tier_cases.json").read_text(encoding="utf-8"))
"""Half of the published facts of hmpps-tier (MIT licence): inputs and what its own tests expect of them."""


def points_case(**changes: Any) -> dict[str, Any]:
    """The inputs of v2 for a man with a custodial sentence, an assessment and nothing else."""
    assessment = {"needs": {}, "impulsivity": None, "temper_control": None, "parental_responsibilities": None}
    return {
        "gender": "Male",
        "rsr": None,
        "ogrs": None,
        "registrations": [],
        "convictions": [{"sentence_type": "NC", "terminated": False, "requirements": []}],
        "previous_enforcement_activity": False,
        "assessment": {**assessment, "completed_days_ago": 30, "san": False},
    } | changes


def steps_case(**changes: Any) -> dict[str, Any]:
    """The inputs of v3 for an active case with scores of 0 and medium RoSH."""
    return {
        "has_active_event": True,
        "predictors_present": True,
        "arp": {"score": "0", "type": "DYNAMIC"},
        "csrp": {"score": "0", "type": "DYNAMIC"},
        "dc_srp": None,
        "mappa_category": None,
        "rosh": "MEDIUM",
        "lifer_ipp": False,
        "latest_release": None,
        "domestic_abuse": False,
        "stalking": False,
        "child_protection": False,
        "ever_committed_sexual_offence": False,
    } | changes


def answer_one(model: str, inputs: object, today: date = TODAY) -> dict[str, Any]:
    """The values of the answer to one case."""
    (given,) = answer(model, [inputs], CONFIG, today)
    return given.values
