"""Who may take one case of a plan, given everything else that the plan and the scenario settle."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.redistribution.plan import pose_scenario
from monitor.redistribution.problem.costs import load_costs
from monitor.redistribution.problem.loads import holder_after_named_moves
from monitor.redistribution.problem.problem import Problem
from monitor.redistribution.results.tables.receivers import Receiver, rank_receivers
from monitor.redistribution.scenario.baseline import Baseline
from monitor.redistribution.scenario.model import Scenario
from monitor.web.what_if.edits import CaseMove
from monitor.web.what_if.grounds import NAMED

Integers = npt.NDArray[np.int64]


class Candidates(NamedTuple):
    """A scenario's problem with the moves of a plan carried out."""

    problem: Problem
    holder: Integers

    def of_case(self, crn: str) -> tuple[Receiver, ...]:
        """Those who may take a case, best first; none for a case that is not in scope."""
        rows = np.flatnonzero(self.problem.cases["crn"].eq(crn).to_numpy())
        return rank_receivers(self.problem, self.holder, int(rows[0])) if len(rows) else ()


def find_candidates(scenario: Scenario, baseline: Baseline, config: Path, moves: Sequence[CaseMove]) -> Candidates:
    """Pose a scenario and carry out the moves of its plan; raises ScenarioFault where its snapshot does not bear it."""
    _, problem = pose_scenario(scenario, baseline, load_costs(config, baseline.as_at), NAMED)
    return Candidates(problem, carry_over(problem, moves))


def carry_over(problem: Problem, moves: Sequence[CaseMove]) -> Integers:
    """The holder of each case once the moves are made; what is settled since the plan comes first.

    A move to a post that there is no more, or of a case that is not in scope any more, is left out.
    """
    holder = holder_after_named_moves(problem)
    row = pd.Index(problem.cases["crn"]).get_indexer(pd.Index([move.crn for move in moves]))
    posts = pd.MultiIndex.from_frame(problem.posts[["om_code", "team_code"]])
    post = posts.get_indexer(pd.MultiIndex.from_tuples([move[1:] for move in moves], names=posts.names))
    made = (row >= 0) & (post >= 0)
    made[made] = ~problem.cases["locked"].to_numpy(dtype=bool)[row[made]]
    holder[row[made]] = post[made]
    return holder
