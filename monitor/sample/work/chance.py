"""Chance that belongs to a person: the same number of a case or officer gives the same luck in every week.

What is drawn so needs no memory from week to week, and takes nothing from the random stream of the rest of London.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEP, _FIRST, _SECOND = (np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_BITS_OF_A_FLOAT = 53


def chance(number: npt.ArrayLike, subject: str, turn: npt.ArrayLike = 0) -> Floats:
    """Numbers from 0 to below 1, one for each number: as good as random, and always the same.

    subject: what it is about; other subjects give other numbers.
    turn: how often it has been tried before.
    """
    # SplitMix64: each step mixes all bits of a counter, so that neighbours have nothing in common.
    salt = np.uint64(int.from_bytes(subject.encode()[:8].ljust(8, b"\0"), "little"))
    with np.errstate(over="ignore"):
        mixed = np.asarray(number).astype(np.uint64) * _STEP ^ salt
        mixed = (mixed + np.asarray(turn).astype(np.uint64) * _SECOND) * _STEP
        for shift, factor in ((30, _FIRST), (27, _SECOND)):
            mixed = (mixed ^ (mixed >> np.uint64(shift))) * factor
        mixed = mixed ^ (mixed >> np.uint64(31))
    found: Floats = (mixed >> np.uint64(64 - _BITS_OF_A_FLOAT)) / 2.0**_BITS_OF_A_FLOAT
    return found
