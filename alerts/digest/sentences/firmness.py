"""How firm it is that the offices of a scope are over the red line, though many weights are assumptions."""

import pandas as pd

from alerts.digest.story import Story
from alerts.digest.week_facts import records
from alerts.wording import choose, count_of, limit, number


def firmness_lines(story: Story, firmness: pd.DataFrame) -> list[str]:
    """One line for a scope of offices if one of those that its email may show is over the red line; else none.

    * firmness: how firm each office is; columns of ``tiering.sensitivity.firmness``, without rows if no weight is drawn
    """
    if story.place != "office" or story.whole.withheld or firmness.empty:
        return []
    hot = {unit.code for unit in story.places if unit.capacity > story.red_line}
    if not hot:
        return []
    rows = records(firmness[firmness["code"].isin(hot)])
    first = records(firmness.iloc[:1])[0]
    stay = sum(row["is_firm"] for row in rows)
    draws = f"{number(first['draws_needed'])} of {count_of(first['draws'], 'draw')}"
    weights = first["weights"]
    return [
        f"{_lead(len(hot), stay, story.red_line, draws)}, each of which changes the "
        f"{count_of(weights, 'assumed weight')} by chance within {choose(weights, 'its range', 'their ranges')}. "
        "“Assumed weight” in the definitions explains this."
    ]


def _lead(hot: int, stay: int, red_line: float, draws: str) -> str:
    """How many of the hot offices stay over the line, and in how many draws."""
    over = f"over {limit(red_line)}"
    if hot == 1:
        return f"The only office {over} stays over it in {'at least' if stay else 'fewer than'} {draws}"
    if stay == hot:
        who = f"Both offices {over} stay" if hot == 2 else f"All {count_of(hot, 'office')} {over} stay"
    elif stay:
        who = f"{number(stay)} of the {count_of(hot, 'office')} {over} {choose(stay, 'stays', 'stay')}"
    else:
        who = f"{'Neither' if hot == 2 else 'None'} of the {count_of(hot, 'office')} {over} stays"
    return f"{who} over it in at least {draws}"
