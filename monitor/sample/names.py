"""Make names that no one has, from made-up syllables, so that the people of the sample do not look real."""

from itertools import product
from typing import Final

import numpy as np

_FIRST_STARTS: Final = ("Zan", "Quil", "Vex", "Orl", "Thim", "Yub", "Ekz", "Plo", "Wiv", "Xan", "Jeq", "Ulm")
_FIRST_ENDS: Final = ("quil", "ifer", "obbin", "azel", "undo", "ystra", "ekko", "ilba", "oona", "arq", "entis", "umi")
_LAST_STARTS: Final = (
    *("Ombre", "Quorv", "Zilth", "Vexxo", "Throxa", "Blorva", "Wugga", "Xyloth", "Jazzo", "Kwimble", "Pluxo", "Snorva"),
    *("Yibbo", "Drazzle", "Fenqua", "Glimzo", "Hexxa", "Ixbo", "Mulqua", "Norzle", "Oozle", "Pyxie", "Razzo", "Skwibo"),
    *(
        "Twizzo",
        "Umbro",
        "Vonqua",
        "Wexlo",
        "Zorble",
        "Brixo",
        "Chozza",
        "Dwimmo",
        "Ekkle",
        "Fizzba",
        "Gwobbo",
        "Hoxxle",
    ),
)
_LAST_ENDS: Final = (
    *("wick", "thwaite", "dingle", "hollow", "quist", "snape", "murrel", "fleet", "grove", "plume", "drake", "spindle"),
    *("mott", "trundle", "vane", "whisk", "yarrow", "zephyr", "bracken", "crumb", "dapple", "fennel", "gorse", "hask"),
    *(
        "inkle",
        "jangle",
        "kettle",
        "lozenge",
        "marl",
        "nettle",
        "oakum",
        "pebble",
        "quern",
        "ruddle",
        "sorrel",
        "tansy",
    ),
)


def made_up_names(rng: np.random.Generator, count: int) -> list[str]:
    """Make ``count`` names in random order; up to 1,296 names, no surname occurs twice."""
    first = [a + b for a, b in product(_FIRST_STARTS, _FIRST_ENDS)]
    last = [a + b for a, b in product(_LAST_STARTS, _LAST_ENDS)]
    return [
        f"{first[i]} {last[j]}"
        for i, j in zip(
            rng.integers(len(first), size=count),
            np.resize(rng.permutation(len(last)), count),
            strict=True,
        )
    ]
