"""Why a case has its calculated tier, step by step."""

from collections.abc import Hashable, Mapping
from math import isnan
from typing import Any

from tiering.tiers.columns import MAPPA_CATEGORIES, STEPS
from tiering.tiers.schemes import PointsNumbers
from tiering.tiers.v2 import CHANGE_BASES

Row = Mapping[Hashable, Any]
"""A case and what was calculated for it: the columns of both frames."""

STEP_NAMES = dict(
    zip(
        STEPS,
        (
            "reoffending",
            "sexual reoffending",
            "MAPPA and RoSH",
            "lifer or IPP",
            "domestic abuse",
            "stalking",
            "child protection",
            "sexual offences",
        ),
        strict=True,
    )
)


def explain_points(row: Row, numbers: PointsNumbers) -> list[str]:
    """The steps of a v2 tier, one per line."""
    levels = numbers.levels
    protect = [
        f"RSR {_score(row['rsr'])}: {_points(row['RSR'])}",
        f"RoSH {_word(row['rosh'])}: {_points(row['ROSH'])}",
        "only the larger of the two counts",
        f"MAPPA level {_word(row['mappa_level'])}: {_points(row['MAPPA'])}",
        f"complexity factors, {row['complexity_factors']} distinct: {_points(row['COMPLEXITY'])}",
        f"additional factors for women: {_points(row['ADDITIONAL_FACTORS_FOR_WOMEN'])}",
        f"protect, {_points(row['protect_points'])}: level {row['protect_level']}",
    ]
    suffix = [f"contact suspended: suffix {levels.unsupervised_suffix}"] if row["unsupervised"] else []
    return [*protect, *_change_steps(row), *suffix, f"tier {row['tier']}"]


def _change_steps(row: Row) -> list[str]:
    _, without_assessment, without_mandate = CHANGE_BASES
    if row["change_basis"] == without_mandate:
        return [f"no mandate for change: level {row['change_level']}"]
    if row["change_basis"] == without_assessment:
        return [f"no assessment that counts: level {row['change_level']}"]
    return [
        f"needs: {_points(row['NEEDS'])}",
        f"OGRS {_score(row['ogrs'])}: {_points(row['OGRS'])}",
        f"IOM: {_points(row['IOM'])}",
        f"change, {_points(row['change_points'])}: level {row['change_level']}",
    ]


def explain_steps(row: Row) -> list[str]:
    """The steps of a v3 tier, one per line."""
    if not row["active_event"]:
        return ["no active event", f"tier {row['tier']}"]
    if isnan(_float(row["arp"])) or isnan(_float(row["csrp"])):
        return [f"ARP {_score(row['arp'])}, CSRP {_score(row['csrp'])}: both are needed", f"tier {row['tier']}"]
    spoken = [f"{STEP_NAMES[step]}{_because(step, row)}: {row[step]}" for step in STEPS if isinstance(row[step], str)]
    if row["fault"]:
        why = f"DC-SRP {_score(row['dc_srp'])} with band {_word(row['dc_srp_band'])} contradict each other"
        return [*spoken, f"{why}: correct the score or its band", "no tier"]
    provisional = " (provisional: what is missing or static could raise it)" if row["provisional"] else ""
    return [*spoken, f"the highest counts: tier {row['tier']}{provisional}"]


def _because(step: str, row: Row) -> str:
    because = {
        "REOFFENDING": lambda: f" (ARP {_typed('arp', row)}, CSRP {_typed('csrp', row)})",
        "SEXUAL_REOFFENDING": lambda: f" (DC-SRP {_score(row['dc_srp'])}, band {_word(row['dc_srp_band'])})",
        "MAPPA_ROSH": lambda: f" (MAPPA category {_word(row['mappa_category'])}, RoSH {_word(row['rosh'])})",
        "LIFER_IPP": lambda: f" (released on {str(row['released_on'])[:10]})",
    }
    return because[step]() if step in because else ""


def _typed(name: str, row: Row) -> str:
    kind = row[f"{name}_type"]
    return f"{_score(row[name])}{f' {kind.lower()}' if isinstance(kind, str) else ''}"


def _points(value: object) -> str:
    return f"{value} point" if value == 1 else f"{value} points"


def _score(value: object) -> str:
    number = _float(value)
    return "missing" if isnan(number) else format(number, "g" if number < 100_000 else "f")


def _word(value: object) -> str:
    if not isinstance(value, str):
        return "none"
    return value if value in MAPPA_CATEGORIES else value.lower().replace("_", " ")


def _float(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
