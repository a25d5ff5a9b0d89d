"""How firm the figures of a snapshot are: its stored rows, weighed under many draws of the assumed weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from alerts.wording import choose, count_of, limit
from monitor.settings import shipped_config
from monitor.snapshots.parameters import Parameters
from monitor.snapshots.store import Store
from monitor.snapshots.tables import Snapshot
from tiering.points import weigh_cases
from tiering.sensitivity.draws import draw_weights
from tiering.sensitivity.judgement import hot_offices, judge_draws, top_offices
from tiering.sensitivity.ranges import FILE, load_default_range
from tiering.sensitivity.weighing import weigh_draws


@dataclass(frozen=True)
class Sensitivity:
    """The answer for one snapshot.

    * rows: one row per unit; the columns of ``judge_draws`` after ``as_at``.
    * weights: how many assumed weights were drawn.
    * red_above: the red line of the policy, in per cent.
    """

    snapshot: Snapshot
    rows: pd.DataFrame
    weights: int
    draws: int
    seed: int
    red_above: float


def judge_snapshot(store: Store, snapshot: Snapshot, config: Path, draws: int, seed: int) -> Sensitivity:
    """Draw the assumed weights of a snapshot's policy; its ranges are those stored with it.

    * config: the folder with the default range; the shipped one stands in for a folder from before there was any.
    * Raises ConfigFault, RowsRemoved or ArchiveDamaged.
    """
    if snapshot.id is None:
        raise ValueError("the snapshot is not stored")
    folder = config if (config / FILE).exists() else shipped_config()
    policy, caseload = Parameters.of_snapshot(snapshot).policy, store.caseload(snapshot.id)
    drawn = draw_weights(policy, load_default_range(folder, snapshot.as_at), draws, seed)
    weighed = weigh_cases(caseload.cases, caseload.offender_managers, policy)
    red_above = float(policy.bands.red_above)
    units = weigh_draws(caseload, weighed, drawn, snapshot.as_at)
    rows = judge_draws(store.units(snapshot.id), units, red_above)
    rows.insert(0, "as_at", pd.Timestamp(snapshot.as_at).as_unit("s"))
    return Sensitivity(snapshot, rows, len(drawn.drawn), draws, seed, red_above)


def sensitivity_lines(answer: Sensitivity) -> Iterator[str]:
    """The answer in words: what was drawn, the hottest offices, and how many offices stay hot."""
    snapshot = answer.snapshot
    if answer.weights == 0:
        yield f"As at {snapshot.as_at}: every weight of {snapshot.policy} has a source; there is nothing to draw"
        return
    yield (
        f"As at {snapshot.as_at} (policy {snapshot.policy}): {count_of(answer.weights, 'assumed weight')} in "
        f"{count_of(answer.draws, 'draw')}, seed {answer.seed}"
    )
    top = top_offices(answer.rows)
    yield "Hottest offices now, with the 5th to 95th percentile of capacity, and how often each stays in the top ten:"
    for row in top.to_dict("records"):
        yield (
            f"  {row['name']} ({row['code']}): {row['capacity_percentage']:.1f}%, "
            f"{row['percentage_low']:.1f}% to {row['percentage_high']:.1f}%, "
            f"in the top ten in {100 * row['top_ten_share']:.0f}% of draws"
        )
    stay, hot = hot_offices(answer.rows, answer.red_above)
    line = limit(answer.red_above)
    if hot == 0:
        yield f"No office is over {line}"
    else:
        yield f"{stay} of {count_of(hot, 'office')} over {line} {choose(stay, 'stays', 'stay')} over it in every draw"
