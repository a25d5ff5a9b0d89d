"""Where the figures of a digest come from, and how far they can be trusted."""

from typing import Final

import pandas as pd

from alerts import wording
from alerts.digest.privacy import LEVELS
from alerts.digest.sentences.firmness import firmness_lines
from alerts.digest.settings import MOST_NAMED, DigestSettings
from alerts.digest.story import Story
from alerts.digest.week_facts import WeekFacts, records
from alerts.forecasting.forecast import LAST_VALUE
from alerts.intake_gaps import describe_gaps
from alerts.wording import (
    choose,
    clean,
    count_of,
    day_and_month,
    join_list,
    limit,
    long_date,
    number,
)

_WEEKS_SCORED: Final = 4


def describe_figures(story: Story, picture: WeekFacts, wording: DigestSettings) -> list[str]:
    """One line per subject: date, coverage, gaps, forecasts, rejected rows, policy, definitions."""
    lines = [f"Figures as at {long_date(story.as_at)}{_comparison(story)}."]
    lines += [*describe_gaps(picture.gaps), _coverage(story)]
    if picture.missing_weeks:
        lines.append(_missing_weeks(picture))
    lines += _forecast_quality(story, picture)
    lines.append(
        f"The extract has {count_of(picture.rows_read, 'row')}; {_rejections(picture.rows_rejected)}. There "
        f"{choose(picture.findings, 'is', 'are')} {count_of(picture.findings, 'data-quality finding')} across the "
        "service."
    )
    assumptions = picture.local_assumptions
    are_assumptions = choose(assumptions, "is a local assumption", "are local assumptions")
    lines.append(
        f"Policy {clean(picture.policy_title)} ({picture.policy_fingerprint[:12]}): {number(assumptions)} of its "
        f"{count_of(picture.numbers, 'number')} {are_assumptions}, without a published source."
    )
    lines += firmness_lines(story, picture.firmness)
    lines.append(
        f"Capacity is total points as a share of available points. A unit is red over {limit(wording.red_line)}. "
        "High RoSH means high or very high risk of serious harm; pp means percentage points."
    )
    if any(spot.escalated for spot in (*story.hot_and_late, *story.hotspots)):
        lines.append("Escalated means a hotspot has now lasted so long that the rules ask for a decision.")
    return lines


def describe_omissions(wording: DigestSettings) -> str:
    """What an email leaves out; the pages leave nothing out for those who may see it."""
    return (
        f"Emails name no person. Units of fewer than {number(wording.small_team)} offender managers, and if needed "
        "the next smallest, are left out, also of counts of hotspots."
    )


def _comparison(story: Story) -> str:
    return f", compared with {long_date(story.previous_as_at)}" if story.previous_as_at else ""


def _coverage(story: Story) -> str:
    if not story.teams_without_data:
        return f"Coverage: {_every_team(story.teams)} data."
    missing = story.teams_without_data
    return f"Coverage: {number(missing)} of {count_of(story.teams, 'team')} {choose(missing, 'has', 'have')} no data."


def _every_team(teams: int) -> str:
    if teams == 1:
        return "the only team has"
    return "both teams have" if teams == 2 else f"all {count_of(teams, 'team')} have"


def _missing_weeks(picture: WeekFacts) -> str:
    named = [day_and_month(week) for week in picture.missing_weeks[-MOST_NAMED:]]
    more = len(picture.missing_weeks) - len(named)
    if more:
        named.insert(0, f"{more} earlier")
    missing = len(picture.missing_weeks)
    return (
        f"No snapshot for the {choose(missing, 'week', 'weeks')} of {join_list(named)}. "
        f"{choose(missing, 'It is left as a gap and counts', 'They are left as gaps and count')} neither way."
    )


def _forecast_quality(story: Story, picture: WeekFacts) -> list[str]:
    """How good forecasts were lately, or why there is none."""
    if picture.forecasts.empty:
        return ["There is no forecast this week."]
    if picture.forecasts["method"].eq(LAST_VALUE).all():
        first = pd.Timestamp(picture.history["as_at"].min()).date()
        if (story.as_at - first).days // 7 + 1 >= picture.weeks_needed:
            return [
                "Forecasts by planned dates have not yet been better here than the last value, or cannot be judged "
                "yet. The last value is shown instead of a forecast."
            ]
        known = count_of(picture.history["as_at"].nunique(), "snapshot")
        needed = f"{known}; {count_of(picture.weeks_needed, 'week')} {choose(picture.weeks_needed, 'is', 'are')} needed"
        return [f"There is too little history to forecast ({needed}). The last value is shown instead of a forecast."]
    likely = "Likely is the range in which 8 in 10 outcomes should lie"
    scores = [row for row in records(picture.forecast_scores) if row["weeks_ahead"] == _WEEKS_SCORED]
    scored = {row["level"]: row for row in scores if row["forecasts"] > 0}
    level = next((level for level in (story.part, *reversed(LEVELS), "all") if level in scored), None)
    if level is None:
        return [f"{likely}. No forecast is old enough yet to say how good they are."]
    row = scored[level]
    units = wording.PLURALS[level] if level in LEVELS else "the whole service"
    error = f"off by {row['points_mape']:.1f}% on average (the last value: {row['last_value_mape']:.1f}%)"
    return [
        f"Recent forecasts for {units} {count_of(_WEEKS_SCORED, 'week')} ahead were {error}. {likely}; it held "
        f"{round(row['coverage_80'])}%."
    ]


def _rejections(rows: int) -> str:
    if rows == 0:
        return "none was rejected"
    return f"{number(rows)} {choose(rows, 'was', 'were')} rejected"
