"""Build what one reader gets to read: the week within a scope, ranked, and compared with the previous snapshot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import pandas as pd

from alerts.detection.direction import (
    Course,
    Direction,
    DirectionNumbers,
    MeasuredWeek,
    compared_weeks,
    judge_direction,
)
from alerts.detection.measures import measure_weeks
from alerts.detection.outages import Outage, outages_of
from alerts.digest.organisation import ScopedChange, changes_within
from alerts.digest.privacy import ReaderScope
from alerts.digest.ranking import (
    Cleared,
    Coming,
    Hotspot,
    Stretched,
    cleared_hotspots,
    cleared_signs,
    coming_units,
    rank_hotspots,
    stretched_offices,
    watched_units,
)
from alerts.digest.reasons import Outlook
from alerts.digest.scope.bulk_days import BulkDay, bulk_days_of
from alerts.digest.scope.next_week import NextWeek, next_week_of
from alerts.digest.scope.oversight import KeptRule, kept_rules
from alerts.digest.scope.spare_capacity import MOST_LISTED, SpareCapacity, spare_capacity
from alerts.digest.scope.staffing import Staff, staff_of
from alerts.digest.scope.team_types import HeavyType, find_heavy_type
from alerts.digest.scope.timeliness import MOST_PARTS, Timely, unit_timeliness
from alerts.digest.scope.units import Key, Rows, Unit, Units, hottest_first, key_of, units_in, whole_of
from alerts.digest.week_facts import WeekFacts
from alerts.follow_through.concerns import NO_CONCERNS, ConcernCount, count_concerns
from alerts.wording import day_and_month

MOST_HOTSPOTS: Final = 10
_MOST_MOVES: Final = 3
# In percentage points: an office moves by less from week to week without anything having happened.
_LEAST_MOVE: Final = 1.0
_FULL: Final = 100.0
_PARTS: Final = {"all": "cluster", "area": "cluster", "cluster": "office", "office": "team", "team": "team"}
_PLACES: Final = {"all": "office", "area": "office", "cluster": "office", "office": "team", "team": "team"}


@dataclass(frozen=True)
class Story:
    """Everything that one digest says.

    whole: the scope as one unit.
    parts: its clusters, offices or teams (level ``part``), hottest first, the withheld ones last.
    places: the units (level ``place``) among which the digest looks for large moves and spare capacity.
    places_hidden: how many more of them there are, withheld because they are small or stand with a small one.
    measured: the scope in each week of the last half year, this one last; empty for snapshots that do not know it.
    direction: which way it went.
    is_whole: whether the data of the scope is complete.
    has_unit_over: whether any unit of the scope, withheld or not, is over the red line or has work without capacity.
    live: every hotspot, listed or not; hot_and_late and hotspots are the first of them.
    asking: how many hotspots have lasted so long that the rules ask for a decision, and have none.
    reviews_overdue: how many hotspots have a decision whose review is overdue.
    reviewed: of how many units a decision was reviewed in the last half year, its hotspot ended or not; reviewed_below:
        how many of them are at or below the red line now.
    agreed_moves: how many moves of agreed plans its offices give, are due, and have which state; empty without any.
    capacities: per cent of capacity of every unit that may be shown; NaN without capacity.
    concerns: how many of its offender managers say that they cannot carry their caseload safely.
    rising: the first of the units that may become hotspots; ``more_rising`` is the number of the others.
    supervised: the first of the offices whose SPOs carry too much; ``more_supervised`` is the number of the others.
    room: units with points to spare, most first.
    average_case: points of an average case of the scope, allocated or not; 0 without cases.
    most_parts: how many of its parts are named.
    bulk_days: days with far more assessments done than usual, the furthest first.
    staff: turnover, sickness and experience; None where there is nothing to say.
    outages: recorded outages of systems, with what fell due during them.
    organisation: what changed in the organisation of the scope since the previous snapshot.
    oversight: how much of what the rules beyond assessments ask for was done in time, the least timely rule first.
    next_week: what comes in the week after that of the snapshot, for SPOs; None for others, and where not known.
    heavy_type: the type of team that carries far more of its capacity than the scope does.
    """

    scope: ReaderScope
    as_at: date
    previous_as_at: date | None
    red_line: float
    whole: Unit
    part: str
    parts: tuple[Unit, ...]
    place: str
    places: tuple[Unit, ...]
    places_hidden: int
    measured: tuple[MeasuredWeek, ...]
    direction: Direction
    is_whole: bool
    has_unit_over: bool
    hot_and_late: tuple[Hotspot, ...]
    hotspots: tuple[Hotspot, ...]
    more: int
    new: int
    continuing: int
    asking: int
    rising: tuple[Coming, ...]
    more_rising: int
    watched: tuple[Unit, ...]
    supervised: tuple[Stretched, ...]
    more_supervised: int
    cleared: tuple[Cleared, ...]
    calmed: tuple[Cleared, ...]
    falls: tuple[Unit, ...]
    rises: tuple[Unit, ...]
    room: tuple[SpareCapacity, ...]
    average_case: float
    unallocated: tuple[Unit, ...]
    timeliness: tuple[Timely, ...]
    teams: int
    teams_without_data: int
    organisation: tuple[ScopedChange, ...]
    outages: tuple[Outage, ...]
    staff: Staff | None
    bulk_days: tuple[BulkDay, ...]
    heavy_type: HeavyType | None
    oversight: tuple[KeptRule, ...] = ()
    next_week: NextWeek | None = None
    live: tuple[Hotspot, ...] = ()
    reviews_overdue: int = 0
    reviewed: int = 0
    reviewed_below: int = 0
    agreed_moves: Mapping[str, int] = field(default_factory=dict)
    capacities: Mapping[Key, float] = field(default_factory=dict)
    concerns: ConcernCount = NO_CONCERNS
    most_parts: int = MOST_PARTS

    @property
    def visible_parts(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.parts if not unit.withheld)

    @property
    def named_parts(self) -> tuple[Unit, ...]:
        return self.parts[: self.most_parts]

    @property
    def timely_level(self) -> str:
        """The level of the units whose timeliness is shown; there is no timeliness below office."""
        return "office" if self.part == "team" else self.part

    @property
    def over(self) -> tuple[Unit, ...]:
        return tuple(unit for unit in self.visible_parts if unit.capacity > self.red_line)

    @property
    def places_over(self) -> tuple[Unit, ...]:
        """The places over the red line, and those that hold work without any capacity for it."""
        return tuple(unit for unit in self.places if unit.capacity > self.red_line or unit.has_no_capacity)

    @property
    def quiet(self) -> bool:
        """Whether nothing asks for action: no hotspot and none coming, nothing over the red line, no SPO overloaded.

        Nor does an offender manager wait for an answer to a concern.
        """
        stretched = any(office.status for office in self.supervised)
        spots = self.hot_and_late or self.hotspots or self.rising or self.watched
        has_news = spots or stretched or self.whole.withheld or self.concerns.unanswered
        units = (self.whole, *self.visible_parts, *self.places)
        return not has_news and not any(unit.capacity > self.red_line or unit.has_no_capacity for unit in units)

    @property
    def is_all_clear(self) -> bool:
        """Whether nothing in the scope is over the line, without capacity, overdue, or waiting for a decision.

        That includes single offender managers, and it takes complete data to say so.
        """
        late = self.whole.high_risk_overdue or self.whole.oversight_high_risk_overdue
        busy = self.whole.over or self.whole.without_hours or late or self.whole.has_no_capacity
        return self.quiet and self.is_whole and not busy and not self.has_unit_over

    @property
    def compared(self) -> dict[int, MeasuredWeek]:
        """The earlier weeks that this one is compared with, by how many weeks back each is."""
        return compared_weeks(self.measured)

    @property
    def least_move(self) -> float:
        """Percentage points from which a fall or a rise is listed."""
        return _LEAST_MOVE

    @property
    def since(self) -> str:
        """The previous snapshot as it reads after "since"; empty for a first snapshot."""
        if self.previous_as_at is None:
            return ""
        week_ago = self.as_at - self.previous_as_at == timedelta(days=7)
        return "last week" if week_ago else day_and_month(self.previous_as_at)

    @property
    def comparison(self) -> str:
        """The previous snapshot as it reads after "than" or "as"; empty for a first snapshot."""
        return self.since if self.since in ("", "last week") else f"on {self.since}"


def build_story(
    picture: WeekFacts,
    scope: ReaderScope,
    *,
    red_line: float,
    small_team: int,
    units: Units | None = None,
    hotspots_found: Rows | None = None,
    weeks: pd.DataFrame | None = None,
) -> Story:
    """Build the story of one scope.

    units, hotspots_found, weeks: those of the scope, for a caller that builds many stories of one week and has them.

    Raises ValueError for a scope that gets no digest, or that matches nothing.
    """
    if scope.level not in _PARTS:
        raise ValueError(f"no digest is written for the level {scope.level}")
    teams = scope.teams(picture.organisation)
    if teams.empty:
        raise ValueError(f"no team belongs to the {scope.level} {', '.join(scope.codes)}")
    units = units_in(picture, scope, teams, red_line=red_line, small_team=small_team) if units is None else units
    part, place = _PARTS[scope.level], _PLACES[scope.level]
    parts = tuple(sorted(units.of(part), key=hottest_first))
    places = tuple(unit for unit in units.of(place) if not unit.withheld)
    whole = whole_of(units, scope, picture, small_team)
    hotspot_rows = picture.hotspot_rows if hotspots_found is None else hotspots_found
    rows = [row for row in hotspot_rows if units.find_visible(row["level"], row["code"]) is not None]
    outlook = Outlook(
        picture.as_at,
        picture.rising_weeks,
        picture.rising_mean_of,
        picture.weights_since,
        picture.history_from,
        {(row["level"], row["code"]): row for row in picture.watch_rows},
    )
    ranked, hotspots = rank_hotspots(rows, units, red_line, outlook)
    coming = coming_units(rows, units, hotspots, outlook)
    stretched = stretched_offices(rows, [unit for unit in units.of("office") if not unit.withheld])
    late = [hotspot for hotspot in ranked if hotspot.late]
    hot = [hotspot for hotspot in ranked if not hotspot.late]
    shown = (*late, *hot)[:MOST_HOTSPOTS]
    cleared = cleared_hotspots(rows, units, outlook)
    known = hotspots | {key_of(sign.unit) for sign in coming}
    calmed = cleared_signs(rows, units, known | {key_of(entry.unit) for entry in cleared}, outlook)
    falls, rises = _largest_moves(places, known | {key_of(entry.unit) for entry in (*cleared, *calmed)})
    measured = measure_weeks(
        picture.weeks if weeks is None else weeks,
        own=units.own,
        places=[key_of(unit) for unit in places],
        red_line=red_line,
        small_team=small_team,
    )
    without_data = int(teams["team_code"].isin(picture.teams_without_data).sum())
    average = (whole.case_points + whole.unallocated_points) / whole.cases if whole.cases else 0.0
    return Story(
        scope=scope,
        as_at=picture.as_at,
        previous_as_at=picture.previous_as_at,
        red_line=red_line,
        whole=whole,
        part=part,
        parts=parts,
        place=place,
        places=places,
        places_hidden=len(units.of(place)) - len(places),
        measured=measured,
        direction=_direction(measured, picture.direction),
        is_whole=not (picture.gaps.were_accepted or picture.gaps.absent or without_data),
        has_unit_over=any(unit.capacity > red_line or unit.has_no_capacity for unit in units.by_key.values()),
        hot_and_late=tuple(hotspot.spot for hotspot in shown if hotspot.late),
        hotspots=tuple(hotspot.spot for hotspot in shown if not hotspot.late),
        more=len(ranked) - len(shown),
        new=sum(hotspot.spot.status == "new" for hotspot in ranked),
        continuing=sum(hotspot.spot.status == "continuing" for hotspot in ranked),
        asking=sum(_asks(hotspot.spot, picture.decision_after) for hotspot in ranked),
        rising=coming[:MOST_LISTED],
        more_rising=len(coming[MOST_LISTED:]),
        watched=watched_units(rows, units, known),
        supervised=stretched[:MOST_LISTED],
        more_supervised=len(stretched[MOST_LISTED:]),
        cleared=cleared,
        calmed=calmed,
        falls=falls,
        rises=rises,
        room=spare_capacity(places, average, picture.grades, small_team),
        average_case=average,
        unallocated=_most_unallocated(places),
        timeliness=unit_timeliness(picture.timeliness, (whole,) if scope.level == "office" else parts),
        teams=len(teams),
        teams_without_data=without_data,
        organisation=changes_within(picture, scope, small_team),
        heavy_type=find_heavy_type(picture.team_types, teams, units, whole, scope, small_team),
        staff=staff_of(picture.staffing, scope, whole, [unit for unit in parts if not unit.withheld], small_team),
        bulk_days=bulk_days_of(picture.bulk_days, units),
        oversight=kept_rules(picture.oversight_rates, units, whole),
        next_week=next_week_of(picture.coming, teams, units, whole, picture.as_at),
        outages=outages_of(picture.outages, teams["team_code"].tolist()),
        live=tuple(hotspot.spot for hotspot in ranked),
        capacities={key: unit.capacity for key, unit in units.by_key.items() if not unit.withheld},
        concerns=count_concerns(picture.concerns, [(scope.level, code) for code in scope.codes], picture.as_at),
    )


def _direction(measured: Sequence[MeasuredWeek], numbers: DirectionNumbers | None) -> Direction:
    """Which way the scope went; snapshots of earlier versions do not know."""
    return judge_direction(measured, numbers) if measured and numbers is not None else Direction(Course.FIRST)


def _asks(spot: Hotspot, decision_after: int | None) -> bool:
    """Whether a hotspot has lasted so long that the rules ask for a decision."""
    return decision_after is not None and spot.weeks >= decision_after


def _largest_moves(places: Sequence[Unit], listed: Collection[Key]) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """The largest falls of units that had more than they could carry, and the largest rises of those that now do.

    listed: units that are listed elsewhere with their change; they are left out.
    """
    moved = [unit for unit in places if abs(unit.change) >= _LEAST_MOVE and key_of(unit) not in listed]
    moved.sort(key=lambda unit: (unit.change, unit.code))
    falls = [unit for unit in moved if unit.change < 0 and unit.before > _FULL]
    rises = [unit for unit in reversed(moved) if unit.change > 0 and unit.capacity > _FULL]
    return tuple(falls[:_MOST_MOVES]), tuple(rises[:_MOST_MOVES])


def _most_unallocated(places: Sequence[Unit]) -> tuple[Unit, ...]:
    """The units with most unallocated points."""
    waiting = [unit for unit in places if unit.unallocated_cases]
    return tuple(sorted(waiting, key=lambda unit: (-unit.unallocated_points, unit.code))[:_MOST_MOVES])
