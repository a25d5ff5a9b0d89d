"""Reads the digests of every random week that the tests know: ``make test-digests``."""

import sys
from collections.abc import Iterable
from random import Random

from .digest_figures import Truth
from .digest_histories import (
    digest_for,
    gaps_of,
    plain_coming,
    plain_concerns,
    plain_firmness,
    plain_moves,
    plain_proposals,
    plain_service,
    random_history,
    readers_of,
    scope_name,
    week_facts,
)
from .digest_text import read_digest

EVERY_WEEK = 500


def false_words(seeds: Iterable[int]) -> list[str]:
    """Every false word in the digests of four readers in each of these weeks."""
    found = []
    for seed in seeds:
        history = random_history(seed)
        facts = week_facts(history, gaps_of(seed), decided=True)
        service = plain_service(
            history,
            is_whole=not gaps_of(seed).were_accepted,
            decisions=facts.decisions,
            proposals=plain_proposals(facts),
            moves=plain_moves(facts),
            concerns=plain_concerns(facts),
            coming=plain_coming(facts),
            firmness=plain_firmness(facts),
        )
        for reader in readers_of(history[-1].teams, Random(seed)):
            digest = digest_for(facts, reader)
            faults = read_digest(Truth(service, reader), scope_name(facts, reader), digest.subject, digest.text)
            found += [f"week {seed}, {reader.level} {' '.join(reader.codes)}: {fault}" for fault in faults]
    return found


def main() -> int:
    """Print what is false; 1 if anything is."""
    found = false_words(range(EVERY_WEEK))
    print("\n".join(found) or f"no false word in the digests of four readers in {EVERY_WEEK} weeks")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
