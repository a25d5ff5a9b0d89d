"""What the registers of the case record say about a person, from single registrations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tiering.tiers.columns import MAPPA_CATEGORIES, MAPPA_LEVELS

HISTORIC = "HREG"
MAPPA = "MAPP"
ROSH_CODES = {"RVHR": "VERY_HIGH", "RHRH": "HIGH", "RMRH": "MEDIUM", "RLRH": "LOW"}
COMPLEXITY_CODES = {
    "RMDO": "MENTAL_HEALTH",
    "ALSH": "ATTEMPTED_SUICIDE_OR_SELF_HARM",
    "RVLN": "VULNERABILITY_ISSUE",
    "RCCO": "CHILD_CONCERNS",
    "RCPR": "CHILD_PROTECTION",
    "RCHD": "RISK_TO_CHILDREN",
    "RPIR": "PUBLIC_INTEREST",
    "RVAD": "ADULT_AT_RISK",
    "STRG": "STREET_GANGS",
    "RTAO": "TERRORISM",
}
IOM = ("IIOM",)
LIFER_IPP = ("INLL",)
DOMESTIC_ABUSE = ("ADVP", "REG30")
STALKING = ("SPO",)
CHILD_PROTECTION = ("RCPR",)
UNSUPERVISED = ("PRC",)


@dataclass(frozen=True)
class Registration:
    """One entry of a register."""

    code: str
    date: date
    level: str | None = None
    category: str | None = None


@dataclass(frozen=True)
class Registers:
    """What all registrations of one person say together; ``complexity_factors`` are distinct, newest first."""

    rosh: str | None
    mappa_level: str | None
    mappa_category: str | None
    complexity_factors: tuple[str, ...]
    iom: bool
    lifer_ipp: bool
    domestic_abuse: bool
    stalking: bool
    child_protection: bool
    unsupervised: bool


def read_registers(registrations: Iterable[Registration]) -> Registers:
    """Read a person's registrations; of several that say the same kind of thing the newest counts.

    Codes of RoSH and complexity and the level of MAPPA may be in any case; all other codes are as written.
    """
    given = (entry for entry in registrations if entry.code != HISTORIC)
    # Sorting keeps the order of entries of one day.
    newest_first = sorted(given, key=lambda entry: entry.date, reverse=True)
    mappa = [entry for entry in newest_first if entry.code == MAPPA]
    levels = [level for entry in mappa if (level := (entry.level or "").upper()) in MAPPA_LEVELS]
    category = mappa[0].category if mappa else None
    rosh = _known(newest_first, ROSH_CODES)
    codes = {entry.code for entry in newest_first}
    return Registers(
        rosh=rosh[0] if rosh else None,
        mappa_level=levels[0] if levels else None,
        mappa_category=category if category in MAPPA_CATEGORIES else None,
        complexity_factors=tuple(dict.fromkeys(_known(newest_first, COMPLEXITY_CODES))),
        iom=not codes.isdisjoint(IOM),
        lifer_ipp=not codes.isdisjoint(LIFER_IPP),
        domestic_abuse=not codes.isdisjoint(DOMESTIC_ABUSE),
        stalking=not codes.isdisjoint(STALKING),
        child_protection=not codes.isdisjoint(CHILD_PROTECTION),
        unsupervised=not codes.isdisjoint(UNSUPERVISED),
    )


def _known(entries: Sequence[Registration], meanings: Mapping[str, str]) -> list[str]:
    return [meanings[code] for entry in entries if (code := entry.code.upper()) in meanings]
