"""The first sentences of a digest: better or worse, the subject line and the preheader."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from alerts import wording
from alerts.detection.direction import Course, Measure, MeasuredWeek
from alerts.digest.scope.units import Unit
from alerts.digest.settings import DigestSettings
from alerts.digest.story import Story
from alerts.wording import (
    clean,
    count_of,
    day_and_month,
    limit,
    long_date,
    number,
    percent,
    shorten,
)

LONGEST_SUBJECT: Final = 90
LONGEST_PREHEADER: Final = 110
_LONGEST_NAME_IN_SUBJECT: Final = 30
_LEADS: Final = {
    Course.FIRST: "First figures",
    Course.BETTER: "Better",
    Course.WORSE: "Worse",
    Course.MIXED: "Mixed",
    Course.SAME: "About the same",
    Course.EARLY: "Too early to judge",
}
_ALL_CLEAR: Final = "All clear"


def verdict(story: Story, *, is_stale: bool = False) -> str:
    """The first sentence: better or worse, by the count that says so, and what that was before.

    is_stale: whether there should have been later figures, so that these say nothing of now.
    """
    if story.whole.withheld:
        return f"Your {story.scope.level} is too small for its figures to be sent by email."
    lead = f"Out of date, as at {long_date(story.as_at)}" if is_stale else _lead(story)
    first = f"{_clauses_in_order(story)[0]}."
    return f"{lead}: {first}" if lead else f"{first[0].upper()}{first[1:]}"


def further_counts(story: Story) -> list[str]:
    """The sentences after the first: the other counts, with what each was before."""
    if story.whole.withheld:
        return []
    _, *others = _clauses_in_order(story)
    return [f"{clause[0].upper()}{clause[1:]}." for clause in others]


def subject(story: Story, revision: int, wording: DigestSettings) -> str:
    """Marking and verdict, at most 90 characters; the most important comes first, because phones cut the rest."""
    marking = clean(wording.marking)
    line = f"{marking}: {_short_verdict(story)}" if marking else _short_verdict(story)
    corrected = " (corrected)" if revision > 1 else ""
    line = shorten(line, LONGEST_SUBJECT - len(corrected)) + corrected
    named = [] if _is_single(story) and not _leads_with_overdue(story) else [f", {_short_name(story.whole)}"]
    for more in (_short_comparison(story), *named):
        if len(line) + len(more) <= LONGEST_SUBJECT:
            line += more
    return line


def preheader(story: Story) -> str:
    """The line that a list of emails shows next to the subject: 40 to 110 characters."""
    as_at = f"as at {long_date(story.as_at)}"
    name = _short_name(story.whole)
    if story.whole.withheld:
        return f"{name}: sign in to see the figures {as_at}"
    capacity = f"{story.whole.standing} of capacity"
    if story.whole.has_no_capacity:
        capacity = wording.NO_CAPACITY
    late = f"{number(story.whole.high_risk_overdue) if story.whole.high_risk_overdue else 'no'} high RoSH overdue"
    return shorten(f"{name}: {capacity}, {late}, {as_at}", LONGEST_PREHEADER)


def possessive(story: Story) -> str:
    """The word before "clusters": your own, or those of the whole service."""
    return "the" if story.scope.level == "all" else "your"


def week_label(story: Story, week: MeasuredWeek, back: int) -> str:
    """An earlier week as it stands before a number: last week, 4 weeks ago; a date if the last snapshot is older."""
    if back > 1:
        return f"{count_of(back, 'week')} ago"
    return "last week" if story.as_at - week.as_at == timedelta(days=7) else f"on {day_and_month(week.as_at)}"


def _lead(story: Story) -> str:
    """Better or worse, and than when; empty for a snapshot that knows no earlier weeks."""
    direction = story.direction
    if story.is_all_clear:
        return _ALL_CLEAR
    if not story.measured:
        return ""
    if direction.weeks_back is None:
        return _LEADS[direction.course]
    label = week_label(story, story.compared[direction.weeks_back], direction.weeks_back)
    if direction.course is Course.MIXED:
        return f"{_LEADS[direction.course]} against {label.removeprefix('on ')}"
    return f"{_LEADS[direction.course]} than {label}"


def _is_single(story: Story) -> bool:
    """Whether the scope is described as one unit, because no more than one of its units may be shown."""
    return len(story.places) <= 1


def _leads_with_overdue(story: Story) -> bool:
    """Whether assessments alone decide the direction, so that they are counted first."""
    return {*story.direction.worse, *story.direction.better} == {Measure.HIGH_RISK_OVERDUE}


def _leads_with_points(story: Story) -> bool:
    """Whether points over the line alone decide the direction: a count of units that stayed the same says nothing."""
    return {*story.direction.worse, *story.direction.better} == {Measure.POINTS_OVER} and not _is_single(story)


def _clauses_in_order(story: Story) -> list[str]:
    """Every count with what it was before; what decides the direction is first."""
    counts = [_count_clause(story), _overdue_clause(story)]
    if _leads_with_overdue(story):
        counts.reverse()
    if _is_single(story):
        return counts
    if _leads_with_points(story):
        counts.insert(0, _points_clause(story))
    elif Measure.POINTS_OVER in (*story.direction.worse, *story.direction.better):
        counts.append(_points_clause(story))
    return [*counts, _capacity_clause(story)]


def _count_clause(story: Story) -> str:
    """How many units are over the line, and how many were."""
    if _is_single(story):
        clause = _single_unit(story.whole, story.whole.name, story.red_line)
        return clause + _earlier(story, lambda week: _capacity(story, week))
    return f"{_over(story)}{_earlier(story, lambda week: _units_over(story, week))}"


def _over(story: Story) -> str:
    over = len(story.places_over)
    count = number(over) if over else "none"
    return f"{count} of {count_of(len(story.places), story.place)} {over_the_line(story)}"


def over_the_line(story: Story) -> str:
    """Where a counted unit is; units without capacity are named if there are any, now or in a compared week."""
    counted = any(unit.has_no_capacity for unit in story.places)
    counted = counted or any(week.units_without_capacity for week in story.compared.values())
    return f"over {limit(story.red_line)}{' or without capacity' if counted else ''}"


def _single_unit(unit: Unit, name: str, red_line: float) -> str:
    if unit.has_no_capacity:
        return f"{name} has no capacity"
    if unit.available_points <= 0:
        return f"{name} has no data"
    if unit.capacity > red_line and percent(unit.capacity) == percent(red_line):
        return f"{name} just over {limit(red_line)}"
    return f"{name} at {percent(unit.capacity)}, {'over' if unit.capacity > red_line else 'not over'} {limit(red_line)}"


def _overdue_clause(story: Story) -> str:
    late = story.whole.high_risk_overdue
    assessments = count_of(late, "high RoSH assessment") if late else "no high RoSH assessments"
    return f"{assessments} overdue{_earlier(story, _overdue)}"


def _capacity_clause(story: Story) -> str:
    """The capacity of the whole scope, and what it was."""
    whole = story.whole
    level = "has no capacity" if whole.has_no_capacity else f"at {percent(whole.capacity)} of capacity"
    return f"{whole.name} {level}{_earlier(story, lambda week: _capacity(story, week))}"


def _points_clause(story: Story) -> str:
    over = story.measured[-1].points_over
    earlier = _earlier(story, lambda week: _whole_number(week.points_over))
    places = wording.PLURALS[story.place]
    return f"the {places} {over_the_line(story)} are {count_of(over, 'point')} over it{earlier}"


def _earlier(story: Story, value: Callable[[MeasuredWeek], str]) -> str:
    """What something was in the compared weeks, in brackets; empty if that is not known."""
    parts = [(week_label(story, week, back), value(week)) for back, week in story.compared.items()]
    known = [f"{label} {text}" for label, text in parts if text]
    return f" ({', '.join(known)})" if known else ""


def _units_over(story: Story, week: MeasuredWeek) -> str:
    """How many units were over the line in a week; of how many, if they were not as many as now."""
    if not week.is_comparable:
        return ""
    of = "" if week.units == len(story.places) else f" of {number(week.units)}"
    return f"{number(week.units_over) if week.units_over else 'none'}{of}"


def _overdue(week: MeasuredWeek) -> str:
    return _whole_number(week.high_risk_overdue)


def _capacity(story: Story, week: MeasuredWeek) -> str:
    """The capacity of the whole scope."""
    return "" if math.isnan(week.capacity) or story.whole.has_no_capacity else percent(week.capacity)


def _whole_number(value: float) -> str:
    return "" if math.isnan(value) else number(value) if round(value) else "none"


def _short_name(unit: Unit) -> str:
    return shorten(unit.name, _LONGEST_NAME_IN_SUBJECT)


def _short_verdict(story: Story) -> str:
    if story.whole.withheld:
        return f"small {story.scope.level}, sign in to see its figures"
    if _leads_with_overdue(story):
        clause = f"{number(story.whole.high_risk_overdue)} high RoSH overdue"
    elif _leads_with_points(story):
        over = number(story.measured[-1].points_over)
        clause = f"{wording.PLURALS[story.place]} {over} points over {limit(story.red_line)}"
    elif _is_single(story):
        clause = _single_unit(story.whole, _short_name(story.whole), story.red_line)
    else:
        clause = _over(story)
    lead = _lead(story).removesuffix(" than last week").removesuffix(" against last week")
    return f"{lead}: {clause}" if lead else clause


def _short_comparison(story: Story) -> str:
    """What the count of the subject was in the week that it is compared with."""
    back = story.direction.weeks_back or 1
    week = story.compared.get(back)
    if story.whole.withheld or week is None:
        return ""
    if _leads_with_overdue(story):
        before = _overdue(week)
    elif _leads_with_points(story):
        before = _whole_number(week.points_over)
    elif _is_single(story):
        before = _capacity(story, week)
    else:
        before = _units_over(story, week)
    label = "then" if back > 1 else week_label(story, week, back)
    return f", {label} {before}" if before else ""
