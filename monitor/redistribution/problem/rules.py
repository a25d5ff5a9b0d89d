"""Name the rule that keeps a case from a post, in the words of a planner."""

from typing import Any

import pandas as pd

from alerts.wording import count_of
from monitor.redistribution.problem.posts import RECEIVING_GRADES
from monitor.redistribution.problem.problem import Problem


def broken_rule(problem: Problem, case: Any, post: "pd.Series[Any]") -> str:
    """The first rule that keeps a case from a post.

    - case: a row of the problem's cases, as ``itertuples`` gives it; post: a row of its posts, not eligible for it.
    """
    person = problem.people.iloc[int(post["person"])]
    if post["grade"] not in RECEIVING_GRADES:
        return f"an {post['grade']} holds no cases"
    if post["available"] <= 0:
        return "no one without available hours takes a case"
    if person["locked"]:
        return "a person pinned neither gives nor takes"
    if case.only_po and post["grade"] != "PO":
        return "the highest tier, and high or very high RoSH, go to a PO only"
    if case.high and person["newly_qualified"]:
        years = count_of(problem.costs.newly_qualified_years, "year")
        return f"high RoSH does not go to anyone qualified for less than {years}"
    if case.not_trainee and post["grade"] == "TPO":
        return "MAPPA level 2, 3 or unrecorded does not go to a trainee"
    if case.team_type not in problem.costs.takes[post["team_type"]]:
        return f"a {post['team_type']} team does not take the cases of a {case.team_type} team; widen it if it should"
    if case.cluster_code != post["cluster_code"] and not problem.limits.between_clusters:
        return "it is another cluster; set limits.between_clusters: true if it should go there"
    return "the two are barred from each other"
