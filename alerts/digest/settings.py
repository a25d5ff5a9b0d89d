"""The settings that shape a digest."""

from dataclasses import dataclass
from typing import Final

MOST_NAMED: Final = 4


@dataclass(frozen=True)
class DigestSettings:
    """Settings that shape the words: the marking, the address of the pages, and the lines of the policy in per cent."""

    marking: str = "OFFICIAL-SENSITIVE"
    base_url: str = ""
    small_team: int = 5
    red_line: float = 110.0
    normal_from: float = 90.0
