"""Which tiers a policy weighs on which date, and what each is worth."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.policies.policy import BySetting
from tiering.terms import UNTIERED, Setting
from tiering.tiers.schemes import TierScheme, read_scheme

Points = Dated[dict[str, BySetting]]


class TierWeights(BaseModel):
    """What a weightings file says of tiers.

    - tier_schemes: the schemes of config/tier_schemes whose tiers a case may have. Without any, ``tiers`` and
      ``highest_tiers`` name the tiers themselves.
    - scheme_points: the points of one scheme's tiers, if they have a source of their own; all others are in
      ``tier_points``.
    """

    tier_schemes: Dated[tuple[str, ...]] | None = None
    tiers: tuple[str, ...] = ()
    highest_tiers: tuple[str, ...] = ()
    tier_points: Points
    scheme_points: dict[str, Points] = {}


def read_schemes(config: Path, weights: TierWeights) -> tuple[dict[str, TierScheme], list[str]]:
    """Every scheme that a file names on any date, and the faults of those that cannot be read."""
    schemes: dict[str, TierScheme] = {}
    faults: list[str] = []
    blocks = {} if weights.tier_schemes is None else weights.tier_schemes.root
    for name in dict.fromkeys(name for block in blocks.values() for name in block.value):
        try:
            schemes[name] = read_scheme(config, name)
        except ConfigFault as fault:
            faults += fault.faults
    return schemes, faults


def schemes_in_force(weights: TierWeights, schemes: Mapping[str, TierScheme], on: date) -> list[TierScheme]:
    """The schemes whose tiers a case may have on a date; a file with tiers of its own is one scheme on every date."""
    if weights.tier_schemes is None:
        return [TierScheme.model_construct(name="", title="", tiers=weights.tiers, highest_tiers=weights.highest_tiers)]
    block = weights.tier_schemes.in_force(on)
    return [] if block is None else [schemes[name] for name in block[1].value if name in schemes]


def points_in_force(weights: TierWeights, schemes: list[TierScheme], on: date) -> dict[str, BySetting]:
    """The points of every tier that a case may have on a date, and of an untiered case, as far as they are stated."""
    stated: dict[str, BySetting] = {}
    for dated in (weights.tier_points, *(weights.scheme_points.get(scheme.name) for scheme in schemes)):
        block = None if dated is None else dated.in_force(on)
        stated |= {} if block is None else block[1].value
    wanted = [*dict.fromkeys(tier for scheme in schemes for tier in scheme.tiers), UNTIERED]
    return {tier: stated[tier] for tier in wanted if tier in stated}


def tier_faults(weights: TierWeights, schemes: Mapping[str, TierScheme]) -> Iterator[str]:
    """What a file leaves out or contradicts of its tiers and their points."""
    yield from _naming_faults(weights)
    known = weights.tiers if weights.tier_schemes is None else [t for scheme in schemes.values() for t in scheme.tiers]
    yield from _block_faults("tier_points", weights.tier_points, [*dict.fromkeys(known), UNTIERED])
    for name, dated in weights.scheme_points.items():
        if name in schemes:
            yield from _block_faults(f"scheme_points.{name}", dated, list(schemes[name].tiers))
        else:
            yield f"scheme_points.{name}: {name} is not one of tier_schemes"
    for start in _starts(weights):
        together = schemes_in_force(weights, schemes, start)
        tiers = [tier for scheme in together for tier in scheme.tiers]
        stated = points_in_force(weights, together, start)
        for tier in dict.fromkeys(tier for tier in [*tiers, UNTIERED] if tier not in stated):
            yield f"tier_points.{start}: {tier} has no value"
        for tier in sorted({tier for tier in tiers if tiers.count(tier) > 1} if weights.tier_schemes else ()):
            yield f"tier_schemes.{start}: {tier} is a tier of two schemes"


def _naming_faults(weights: TierWeights) -> Iterator[str]:
    if weights.tier_schemes is not None:
        if weights.tiers or weights.highest_tiers:
            yield "tiers: leave out tiers and highest_tiers, which the tier_schemes name"
        return
    if not weights.tiers:
        yield "tier_schemes: name at least one scheme, or the tiers themselves under tiers"
    for tier in sorted({tier for tier in weights.tiers if weights.tiers.count(tier) > 1}):
        yield f"tiers: {tier} is named more than once"
    for tier in weights.highest_tiers:
        if tier not in weights.tiers:
            yield f"highest_tiers: {tier} is not one of tiers"


def _block_faults(key: str, dated: Points, known: list[str]) -> Iterator[str]:
    for start, block in dated.root.items():
        for name in [name for name in block.value if name not in known]:
            yield f"{key}.{start}: {name} is not one of {', '.join(known)}"
        yield from setting_faults(f"{key}.{start}", block.value)


def setting_faults(key: str, values: Mapping[str, BySetting]) -> Iterator[str]:
    """Settings without a value."""
    for name, by_setting in values.items():
        for setting in [setting for setting in Setting if setting not in by_setting]:
            yield f"{key}.{name}: {setting} has no value"


def _starts(weights: TierWeights) -> list[date]:
    """Every date on which the tiers or their points change, from the first on which both are there."""
    dated: list[Dated[Any]] = [weights.tier_points, *weights.scheme_points.values()]
    dated += [] if weights.tier_schemes is None else [weights.tier_schemes]
    first = [min(value.root, default=date.max) for value in (weights.tier_points, weights.tier_schemes) if value]
    return sorted({start for value in dated for start in value.root if start >= max(first)})
