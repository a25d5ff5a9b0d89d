"""Plans for made-up clusters and for the demonstration: ``python -m tests.benchmarks.redistribution [PART ...]``.

Parts: clusters (20 of 3,000 cases), line (the same 20 at 60 moves: who is over the line), sick (two officers of the
demonstration fall sick), service (12 clusters solved as one), country (84 of them, two at a time).
``--smoke`` as an argument runs them at their smallest size: ``make bench-smoke``.
Seconds are processor seconds measured in this run; a plan is made on one processor. The whole takes some 20 minutes.
"""

import sys
from collections.abc import Callable

from tests.benchmarks.redistribution.line import line, sick
from tests.benchmarks.redistribution.tables import FULL, SMOKE, Size, clusters, country, service


def main() -> None:
    """Print every table, or those of the parts named."""
    parts: dict[str, Callable[[Size], None]] = {
        "clusters": clusters,
        "line": line,
        "sick": sick,
        "service": service,
        "country": country,
    }
    size = SMOKE if "--smoke" in sys.argv else FULL
    for name in [word for word in sys.argv[1:] if word != "--smoke"] or parts:
        parts[name](size)


main()
