"""Where the figures of a digest come from, and how far they can be trusted."""

from typing import Final

import pandas as pd

from alerts import wording
from alerts.digest.privacy import LEVELS
from alerts.digest.settings import MOST_NAMED, DigestSettings
from alerts.digest.story import Story
from alerts.digest.units import records
from alerts.digest.week_facts import Picture
from alerts.forecasting.forecast import LAST_VALUE
from alerts.wording import (
    clean,
    count_of,
    day_and_month,
    join_list,
    limit,
    long_date,
    number,
)

_WEEKS_SCORED: Final = 4


def describe_figures(story: Story, picture: Picture, wording: DigestSettings) -> list[str]:
    """Where the figures come from and how far they can be trusted."""
    lines = [f"Figures as at {long_date(story.as_at)}{_compared_with(story)}.", _coverage(story)]
    if picture.missing_weeks:
        lines.append(_missing_weeks(picture))
    lines += _forecast_quality(story, picture)
    lines.append(
        f"Of {number(picture.rows_read)} rows of the extract, {_rejections(picture.rows_rejected)}; "
        f"{number(picture.findings)} data-quality findings across the service."
    )
    lines.append(
        f"Policy {clean(picture.policy_title)} ({picture.policy_fingerprint[:12]}): of its {number(picture.numbers)} "
        f"numbers {number(picture.local_assumptions)} are local assumptions, without a published source."
    )
    lines.append(
        f"Capacity is total points as a share of available points. A unit is red over {limit(wording.red_line)}. "
        "High RoSH means high or very high risk of serious harm; pp means percentage points."
    )
    if any(spot.escalated for spot in (*story.hot_and_late, *story.hotspots)):
        lines.append("Escalated marks a hotspot that has just lasted so long that the rules call for a decision.")
    lines.append(
        f"Mail never shows a person. Units of fewer than {number(wording.small_team)} offender managers are left out, "
        "and where needed the next smallest beside them; counts of hotspots leave them out too."
    )
    return lines


def _compared_with(story: Story) -> str:
    return f", compared with {long_date(story.previous_as_at)}" if story.previous_as_at else ""


def _coverage(story: Story) -> str:
    if not story.teams_without_data:
        return f"Coverage: all of {count_of(story.teams, 'team')} with data."
    verb = "has" if story.teams_without_data == 1 else "have"
    return f"Coverage: {number(story.teams_without_data)} of {count_of(story.teams, 'team')} {verb} no data."


def _missing_weeks(picture: Picture) -> str:
    named = [day_and_month(week) for week in picture.missing_weeks[-MOST_NAMED:]]
    more = len(picture.missing_weeks) - len(named)
    if more:
        named.insert(0, f"{more} earlier")
    weeks = "week" if len(picture.missing_weeks) == 1 else "weeks"
    return f"No snapshot for the {weeks} of {join_list(named)}: left as a gap, counted neither way."


def _forecast_quality(story: Story, picture: Picture) -> list[str]:
    """How good forecasts were lately, or why there is none."""
    if picture.forecasts.empty:
        return ["There is no forecast this week."]
    if picture.forecasts["method"].eq(LAST_VALUE).all():
        first = pd.Timestamp(picture.history["as_at"].min()).date()
        if (story.as_at - first).days // 7 + 1 >= picture.weeks_needed:
            return [
                "The forecast by planned dates has not yet been nearer than the last value here, or cannot be judged: "
                "where a forecast would stand, the last value is shown."
            ]
        known = count_of(picture.history["as_at"].nunique(), "snapshot")
        needed = f"{known}, {count_of(picture.weeks_needed, 'week')} of them needed"
        return [f"Too little history to forecast ({needed}): where a forecast would stand, the last value is shown."]
    likely = "Likely is the range in which 8 in 10 outcomes should lie"
    scores = [row for row in records(picture.forecast_scores) if row["weeks_ahead"] == _WEEKS_SCORED]
    scored = {row["level"]: row for row in scores if row["forecasts"] > 0}
    level = next((one for one in (story.part, *reversed(LEVELS), "all") if one in scored), None)
    if level is None:
        return [f"{likely}; no forecast is old enough yet to say how good they are."]
    row = scored[level]
    of = wording.PLURALS[level] if level in LEVELS else "the whole service"
    off = f"off by {row['points_mape']:.1f}% on average (the last value by {row['last_value_mape']:.1f}%)"
    return [
        f"Lately forecasts of {of} {count_of(_WEEKS_SCORED, 'week')} ahead were {off}. {likely}: it held "
        f"{round(row['coverage_80'])}%."
    ]


def _rejections(rows: int) -> str:
    if rows == 0:
        return "none was rejected"
    return f"{number(rows)} {'was' if rows == 1 else 'were'} rejected"
