"""The director's weekly digest: a story in words, as HTML and as text."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import css_inline
import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from alerts import wording
from alerts.digest.charts import Chart, capacity_by_week, hot_and_late
from alerts.digest.privacy import LEVELS, ReaderScope, scope_named
from alerts.digest.story import Grades, SpareCapacity, Story, tell
from alerts.digest.units import Unit, path_of, records
from alerts.digest.week_facts import WeekFacts
from alerts.forecasting.forecast import LAST_VALUE
from alerts.wording import (
    clean,
    counted,
    day_and_month,
    in_words,
    limit,
    listed,
    long_date,
    moved,
    number,
    percent,
    shortened,
)

__all__ = ["Digest", "ReaderScope", "Wording", "scope_named", "write_digest"]

LONGEST_SUBJECT: Final = 90
LONGEST_PREHEADER: Final = 110
_LONGEST_NAME_IN_SUBJECT: Final = 30
_MOST_NAMED: Final = 4
_WEEKS_SCORED: Final = 4
_ROOM_NOTE: Final = (
    "A probation service officer (PSO) takes no case of the highest tier or of high RoSH. "
    "Specialism is not weighed here."
)
_BAR_ENDS_AT: Final = 160.0


@dataclass(frozen=True)
class Wording:
    """Settings that shape the words: the marking, where the pages are, and the lines of the policy in per cent."""

    marking: str = "OFFICIAL-SENSITIVE"
    base_url: str = ""
    small_team: int = 5
    red_line: float = 110.0
    normal_from: float = 90.0


@dataclass(frozen=True)
class Digest:
    """A digest ready to be composed. images: PNG by content id; alternative_texts: what each says, by content id."""

    subject: str
    preheader: str
    html: str
    text: str
    images: dict[str, bytes] = field(default_factory=dict)
    alternative_texts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Figure:
    """One headline figure: its label, the value, and what it compares with."""

    label: str
    value: str
    note: str


def write_digest(
    picture: WeekFacts, scope: ReaderScope, reader_name: str, wording: Wording, *, charts: bool = True
) -> Digest:
    """The digest of one scope for one reader; raises ValueError for a scope that gets no mail or matches nothing."""
    story = tell(picture, scope, red_line=wording.red_line, small_team=wording.small_team)
    drawn = _draw(picture, story, wording) if charts else ()
    headline, glance = subject(story, picture.revision, wording), preheader(story)
    words = {
        "story": story,
        "charts": {chart.name: chart for chart in drawn},
        "reader": clean(reader_name),
        "marking": clean(wording.marking),
        "red": limit(wording.red_line),
        "title": f"Weekly workload digest, {shortened(story.whole.name, 24)}, {long_date(story.as_at)}",
        "preheader": glance,
        "verdict": verdict(story),
        "remarks": remarks(story, picture),
        "figures": figures(story),
        "whose": _whose(story),
        "watched": _few([f"{unit.name} ({percent(unit.capacity)})" for unit in story.watched]),
        "unallocated": [f"{unit.name} ({number(unit.unallocated_points)})" for unit in story.unallocated],
        "room": [(one.unit, whose_room(one, story.average_case)) for one in story.room],
        "grade_note": _grade_note(story),
        "room_note": _ROOM_NOTE,
        "about": about(story, picture, wording),
        "link": _linker(wording.base_url),
        "pages": _pages(story, wording.base_url),
    }
    return Digest(
        subject=headline,
        preheader=glance,
        html=as_html("digest.html", words),
        text=as_text("digest.txt", words),
        images={chart.content_id: chart.png for chart in drawn},
        alternative_texts={chart.content_id: chart.alternative_text for chart in drawn},
    )


def verdict(story: Story) -> str:
    """The first sentence: how many are over, and how that compares."""
    if story.whole.withheld:
        return f"Your {story.scope.level} is too small for its figures to go by mail."
    over, shown = story.over, story.shown
    line = limit(story.red_line)
    if len(shown) <= 1:
        unit = shown[0] if shown else story.whole
        return f"{_alone(unit, unit.name, story.red_line)}{_than_before(story)}."
    whose = _whose(story)
    units = f"{number(len(shown))} {wording.PLURALS[story.part]}"
    if not over:
        return f"None of {whose} {units} is over {line}{_than_before(story)}{_but_places(story)}."
    if len(over) == len(shown):
        return (
            f"All {number(len(shown))} of {whose} {wording.PLURALS[story.part]} are over {line}{_than_before(story)}."
        )
    return (
        f"{number(len(over))} of {whose} {units} {'is' if len(over) == 1 else 'are'} over {line}{_than_before(story)}."
    )


def subject(story: Story, revision: int, wording: Wording) -> str:
    """Marking and verdict, at most 90 characters; what comes first is what matters most."""
    marking = clean(wording.marking)
    line = f"{marking}: {_short_verdict(story)}" if marking else _short_verdict(story)
    if revision > 1:
        line += " (corrected)"
    for more in (_than_before(story), f", {_short_name(story.whole)}"):
        if len(line) + len(more) <= LONGEST_SUBJECT:
            line += more
    return shortened(line, LONGEST_SUBJECT)


def preheader(story: Story) -> str:
    """The line that a list of mails shows beside the subject: 40 to 110 characters."""
    as_at = f"as at {long_date(story.as_at)}"
    name = _short_name(story.whole)
    if story.whole.withheld:
        return f"{name}: sign in to see the figures {as_at}"
    capacity = f"{percent(story.whole.capacity)} of capacity"
    if story.whole.has_no_capacity:
        capacity = wording.NO_CAPACITY
    late = f"{number(story.whole.high_risk_overdue)} high RoSH overdue"
    return shortened(f"{name}: {capacity}, {late}, {as_at}", LONGEST_PREHEADER)


def remarks(story: Story, picture: WeekFacts) -> list[str]:
    """What has to be said before the figures."""
    found = []
    if story.whole.withheld:
        return ["Mail shows no figures of so few offender managers. Sign in to see them."]
    if picture.revision > 1:
        found.append(f"This corrects the digest sent before for {long_date(story.as_at)}; please discard that one.")
    if story.quiet:
        found.append("All clear: no hotspot, and nothing over the red line. Nothing here asks for action this week.")
    if picture.reweighed_since is not None:
        before = long_date(picture.reweighed_since)
        found.append(
            f"The weights of the policy have changed since {before}. No change in points or capacity is shown since "
            "then: it would mix the weights with the work. Rises and forecasts start again."
        )
    elif story.previous_as_at is None:
        found.append("This is the first snapshot, so there is no earlier week to compare with.")
    if story.over and len(story.shown) > 1 and len(story.over) <= _MOST_NAMED:
        hottest = [f"{unit.name} ({percent(unit.capacity)})" for unit in story.over]
        found.append(f"Over {limit(story.red_line)}: {listed(hottest)}.")
    empty = [unit for unit in story.shown if unit.has_no_capacity]
    for lack in sorted({unit.lack for unit in empty}):
        names = [unit.name for unit in empty if unit.lack == lack]
        found.append(f"No capacity: {listed(names)} {'holds' if len(names) == 1 else 'hold'} cases and {lack}.")
    hidden = len(story.parts) - len(story.shown)
    if hidden:
        found.append(f"Not counted: {counted(hidden, story.part)} too small to show by mail, or beside one.")
    return found


def figures(story: Story) -> list[Figure]:
    """The headline figures; empty when the whole scope is withheld."""
    whole = story.whole
    if whole.withheld:
        return []
    change = moved(whole.change)
    room = sum(max(unit.spare_points, 0.0) for unit in story.places)
    about_cases = counted(room // story.average_case, "case") if story.average_case else ""
    places = wording.PLURALS[story.place]
    points = f"{number(whole.total_points)} of {number(whole.available_points)} available points"
    return [
        Figure("Capacity", whole.standing, f"{points}; {change} since {story.since}" if change else points),
        Figure(
            f"{places.capitalize()} over {limit(story.red_line)}",
            f"{number(len(story.places_over))} of {number(len(story.places))}",
            _new_and_continuing(story),
        ),
        Figure(
            "High RoSH assessments overdue",
            number(whole.high_risk_overdue),
            f"of {number(whole.overdue)} overdue of any RoSH{_due_soon(whole)}",
        ),
        Figure("Points to spare", number(room), f"about {about_cases} of average size" if about_cases else ""),
    ]


def whose_room(room: SpareCapacity, average_case: float) -> list[str]:
    """Whose the free points of a unit are, and how many average cases fit into them, one part a grade."""
    if not room.grades:
        cases = counted(room.unit.spare_points // average_case, "case")
        return [f"about {cases} of average size, whatever the grade"]
    return [_of_grade(one) for one in room.grades]


def about(story: Story, picture: WeekFacts, wording: Wording) -> list[str]:
    """Where the figures come from and how far they can be trusted."""
    lines = [f"Figures as at {long_date(story.as_at)}{_compared(story)}.", _coverage(story)]
    if picture.missing_weeks:
        lines.append(_missing(picture))
    lines += _forecast_quality(story, picture)
    lines.append(
        f"Of {number(picture.rows_read)} rows of the extract, {_rejected(picture.rows_rejected)}; "
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


def _draw(picture: WeekFacts, story: Story, wording: Wording) -> tuple[Chart, ...]:
    if story.whole.withheld or story.quiet:
        return ()
    flagged = {spot.unit.code for spot in story.hot_and_late}
    drawn = (
        hot_and_late(story.places, flagged, wording.red_line),
        capacity_by_week(
            picture.history, picture.forecasts, story.shown, story.as_at, wording.red_line, wording.normal_from
        ),
    )
    return tuple(chart for chart in drawn if chart is not None)


def _short_name(unit: Unit) -> str:
    return shortened(unit.name, _LONGEST_NAME_IN_SUBJECT)


def _whose(story: Story) -> str:
    return "the" if story.scope.level == "all" else "your"


def _few(parts: list[str]) -> list[str]:
    """The first of the parts, and how many more there are."""
    more = len(parts) - _MOST_NAMED
    return [*parts[:_MOST_NAMED], f"{number(more)} more"] if more > 0 else parts


def _alone(unit: Unit, name: str, red_line: float) -> str:
    if unit.has_no_capacity:
        return f"{name} has no capacity"
    return f"{name} is {'over' if unit.capacity > red_line else 'not over'} {limit(red_line)}"


def _than_before(story: Story) -> str:
    """How the count of those over compares with the snapshot before."""
    if story.over_before is None or story.whole.withheld or not story.shown:
        return ""
    if len(story.shown) == 1 and story.shown[0].has_no_capacity:
        return ""
    more = len(story.over) - story.over_before
    if more == 0:
        return f", as {story.compared}"
    if len(story.shown) == 1:
        return f", unlike {story.compared}"
    return f", {in_words(abs(more))} {'more' if more > 0 else 'fewer'} than {story.compared}"


def _but_places(story: Story) -> str:
    over = len(story.places_over)
    if story.place == story.part or not over:
        return ""
    verb = "is" if over == 1 else "are"
    return f", but {number(over)} of {number(len(story.places))} {wording.PLURALS[story.place]} {verb}"


def _short_verdict(story: Story) -> str:
    line, shown = limit(story.red_line), story.shown
    if story.whole.withheld:
        return "small team, sign in to see its figures"
    if len(shown) <= 1:
        unit = shown[0] if shown else story.whole
        return _alone(unit, _short_name(unit), story.red_line)
    parts = f"{number(len(shown))} {wording.PLURALS[story.part]}"
    if story.quiet:
        return f"all clear, none of {parts} over {line}"
    if not story.over and story.places_over:
        places = f"{number(len(story.places))} {wording.PLURALS[story.place]}"
        return f"{number(len(story.places_over))} of {places} over {line}"
    return f"{number(len(story.over)) if story.over else 'none'} of {parts} over {line}"


def _due_soon(whole: Unit) -> str:
    due = whole.high_risk_due_soon
    return "" if math.isnan(due) else f"; {number(due)} more of high RoSH due soon"


def _new_and_continuing(story: Story) -> str:
    coming = len(story.rising) + story.more_rising
    more = f"; {number(coming)} may become {'a hotspot' if coming == 1 else 'hotspots'}" if coming else ""
    return f"hotspots: {story.new} new, {story.continuing} continuing, {len(story.cleared)} cleared{more}"


def _compared(story: Story) -> str:
    return f", compared with {long_date(story.previous_as_at)}" if story.previous_as_at else ""


def _coverage(story: Story) -> str:
    if not story.teams_without_data:
        return f"Coverage: all of {counted(story.teams, 'team')} with data."
    verb = "has" if story.teams_without_data == 1 else "have"
    return f"Coverage: {number(story.teams_without_data)} of {counted(story.teams, 'team')} {verb} no data."


def _missing(picture: WeekFacts) -> str:
    named = [day_and_month(week) for week in picture.missing_weeks[-_MOST_NAMED:]]
    more = len(picture.missing_weeks) - len(named)
    if more:
        named.insert(0, f"{more} earlier")
    weeks = "week" if len(picture.missing_weeks) == 1 else "weeks"
    return f"No snapshot for the {weeks} of {listed(named)}: left as a gap, counted neither way."


def _grade_note(story: Story) -> str:
    """How the room by grade is counted; of what size a case is where grades are not told."""
    if not any(one.grades for one in story.room):
        return f"An average case here is {number(story.average_case)} points."
    return "By grade only offender managers with room count, so the sum can be more; cases are average ones."


def _forecast_quality(story: Story, picture: WeekFacts) -> list[str]:
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
        known = counted(picture.history["as_at"].nunique(), "snapshot")
        needed = f"{known}, {counted(picture.weeks_needed, 'week')} of them needed"
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
        f"Lately forecasts of {of} {counted(_WEEKS_SCORED, 'week')} ahead were {off}. {likely}: it held "
        f"{round(row['coverage_80'])}%."
    ]


def _of_grade(grades: Grades) -> str:
    if round(grades.points) == 0:
        return f"{grades.names} no room"
    points = f"{grades.names} {number(grades.points)} points"
    return points if math.isnan(grades.cases) else f"{points}, about {counted(grades.cases, 'case')}"


def _rejected(rows: int) -> str:
    if rows == 0:
        return "none was rejected"
    return f"{number(rows)} {'was' if rows == 1 else 'were'} rejected"


def _linker(base_url: str) -> Callable[[Unit], str]:
    """From a unit to the address of its page; empty without an address to start from."""
    base = base_url.rstrip("/")
    return lambda unit: f"{base}{path_of(unit.level, unit.code)}" if base else ""


def _pages(story: Story, base_url: str) -> dict[str, str]:
    """Addresses of the pages a digest points to; empty without an address to start from."""
    base = base_url.rstrip("/")
    if not base:
        return {"whole": "", "definitions": ""}
    whole = f"{base}/" if story.scope.level == "all" else _linker(base)(story.whole)
    return {"whole": whole, "definitions": f"{base}/definitions"}


def bar(capacity: float, red_line: float) -> list[tuple[str, int]]:
    """The cells of a bar as (kind, width in per cent): the load, what is over the line, the line, and the rest."""
    end = max(_BAR_ENDS_AT, red_line * 1.25)
    line = round(100 * red_line / end)
    load = max(1, round(100 * min(capacity, end) / end))
    if load > line:
        cells = [("load", line), ("mark", 1), ("over", load - line), ("rest", 99 - load)]
    else:
        cells = [("load", load), ("rest", line - load), ("mark", 1), ("rest", 99 - line)]
    return [(kind, width) for kind, width in cells if width > 0]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("alerts"),
        autoescape=select_autoescape(["html"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": percent,
        "limit": limit,
        "number": number,
        "signed": wording.signed,
        "moved": moved,
        "counted": counted,
        "listed": listed,
        "long_date": long_date,
        "plural": wording.PLURALS.__getitem__,
    }
    environment.globals |= {"bar": bar}
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False)


def as_html(template: str, words: Mapping[str, Any]) -> str:
    """The words in an HTML template of mail, every style on its element."""
    page = _inliner().inline(_environment().get_template(template).render(words))
    return re.sub(r"\s*\n\s*", "\n", page)


def as_text(template: str, words: Mapping[str, Any]) -> str:
    """The words in a text template of mail, without runs of empty lines."""
    page = _environment().get_template(template).render(words)
    return re.sub(r"\n{3,}", "\n\n", page).strip() + "\n"
