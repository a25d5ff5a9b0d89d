"""Made-up weeks of a service, and the digests that the real run path writes of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any, Final, cast

import numpy as np
import pandas as pd

from alerts.detection.episodes import name_episodes
from alerts.detection.hotspots import detect_hotspots
from alerts.detection.measures import recent_weeks
from alerts.detection.organisation.changes import find_changes
from alerts.detection.organisation.model import OrganisationChanges, OrganisationWeek, organisation_columns
from alerts.detection.overdue import OVERSIGHT_COUNTS
from alerts.detection.trends.unit_weeks import PAST_COLUMNS, WeeksByLevel
from alerts.digest.digest import write_digest
from alerts.digest.message.mime import EmailContent
from alerts.digest.privacy import ReaderScope, name_scope
from alerts.digest.settings import DigestSettings
from alerts.digest.week_facts import WeekFacts
from alerts.follow_through.concerns import CountedConcern
from alerts.follow_through.decisions import Decision, DecisionKind
from alerts.follow_through.outcomes import MOVE_COLUMNS
from alerts.intake_gaps import NO_GAPS, IntakeGaps
from monitor.extracts import Extract
from monitor.snapshots.contracts.frames import FIRMNESS, FRAMES, STAFFING
from monitor.snapshots.parameters import Parameters, load_numbers
from monitor.snapshots.store import StoredFigures
from monitor.snapshots.weeks.history import Past
from monitor.week_facts import build_week_facts
from tests.alerts.pictures import Team, grades_of, organisation_of, scores_of, timeliness_of, workload_of
from tiering.timeliness.coming import COLUMNS as COMING_COLUMNS
from tiering.timeliness.coming import Coming

from .digest_rows import (
    SMALL_TEAM,
    Key,
    PlainComing,
    PlainConcern,
    PlainDecision,
    PlainFirmness,
    PlainProposal,
    Reader,
    Service,
    Snapshot,
    UnitRow,
)

FRIDAY: Final = date(2026, 11, 20)
WEEK: Final = timedelta(weeks=1)
CONFIG: Final = Path(__file__).parents[3] / "config"
PLACES: Final = (
    ("F1", "C1", "N"), ("F2", "C1", "N"), ("F3", "C1", "N"), ("F4", "C2", "N"), ("F5", "C2", "N"), ("F6", "C3", "S"),
)  # fmt: skip
LONGEST_HISTORY: Final = 30
_NOT_READ: Final = (
    "team_types", "limits", "bulk_days", "staffing", "known_events", "overdue", "causes", "standing_causes",
)  # fmt: skip
"""Frames of which the reader knows nothing; without rows they leave nothing in a digest."""


@dataclass(frozen=True)
class Week:
    """One snapshot of a made-up service.

    holders: the marks of the people and cases of each team, by its code now: what the organisation is compared by.
    became: the code now of each team that has another one, or was merged, since the snapshot before.
    parted: the codes now of teams that a split formed or took from.
    """

    as_at: date
    revision: int
    weights: str
    teams: tuple[Team, ...]
    holders: dict[str, tuple[str, ...]]
    became: dict[str, str] = field(default_factory=dict)
    parted: frozenset[str] = frozenset()


@cache
def numbers_in_force() -> Parameters:
    return load_numbers(CONFIG, "london-2009", FRIDAY)


# Made-up weeks


def random_history(seed: int) -> list[Week]:
    """A service of six offices over up to thirty weeks: everything that happens to one happens to some of these."""
    rng = Random(seed)
    weeks = rng.choice((1, 2, 3, 5, 8, 14, 20, LONGEST_HISTORY))
    teams = [_random_team(rng, f"T{number}", rng.choice(PLACES)) for number in range(rng.randint(2, 10))]
    holders = {team.code: _marks(team.code) for team in teams}
    shaky = rng.choice((0.3, 1.0, 4.0))
    drift = rng.choice((0.0, 0.0, -0.7, 0.7))
    calm = rng.random() < 0.1
    weights, history = "old", []
    changed_on = rng.randrange(weeks) if rng.random() < 0.3 else -1
    for number in range(weeks):
        weights = "new" if number == changed_on else weights
        as_at = (
            FRIDAY - WEEK * (weeks - 1 - number) - timedelta(days=rng.choice((0, 0, 0, 0, 2)) * (number < weeks - 1))
        )
        became: dict[str, str] = {}
        parted: frozenset[str] = frozenset()
        if number and rng.random() < 0.15:
            teams, holders, became, parted = _reorganise(rng, teams, holders, f"n{number}")
        teams = [_next_week(rng, team, shaky, drift, calm=calm) for team in teams]
        week = Week(as_at, 1, weights, tuple(teams), holders, became, parted)
        is_last = number == weeks - 1
        if is_last or became or parted or rng.random() > 0.08:
            history.append(week)
            if rng.random() < 0.05:
                # A correction: the same week again, with other figures.
                history.append(
                    replace(week, revision=2, teams=tuple(_next_week(rng, team, 3.0, 0.0) for team in teams))
                )
                teams = list(history[-1].teams)
    return history


def crowded_history(seed: int, *, falling: Collection[str] = ()) -> list[Week]:
    """Sixteen offices of one cluster, all about as hot for ten weeks; falling: teams that fall in the last six."""
    rng = Random(seed)
    teams = [_hot_team(f"T{number}", rng.uniform(129, 133), is_large=f"T{number}" in falling) for number in range(16)]
    history = []
    for number in range(10):
        falls = 1.2 if number > 3 else 0.0
        teams = [
            replace(team, load=(team.load or 0.0) + rng.gauss(0, 0.3) - falls * (team.code in falling))
            for team in teams
        ]
        holders = {team.code: _marks(team.code) for team in teams}
        history.append(Week(FRIDAY - WEEK * (9 - number), 1, "old", tuple(teams), holders))
    return history


def _hot_team(code: str, load: float, *, is_large: bool) -> Team:
    """A team in an office of its own; a large one is listed before others that are as hot."""
    people = 15 if is_large else 12
    return Team(code, code.replace("T", "F"), "C1", "N", offender_managers=people, load=load)


def _random_team(rng: Random, code: str, place: tuple[str, str, str]) -> Team:
    office, cluster, area = place
    return Team(
        code, office, cluster, area, offender_managers=rng.choice((3, 6, 8, 8, 11, 14)),
        load=rng.uniform(60, 135), high_risk_overdue=rng.choice((0, 0, 1, 4)), spos=2.0,
    )  # fmt: skip


def _next_week(rng: Random, team: Team, shaky: float, drift: float, *, calm: bool = False) -> Team:
    load = min(max((team.load or 0.0) + rng.gauss(drift, shaky), 40.0), 180.0)
    late = max(team.high_risk_overdue + rng.choice((-2, -1, 0, 0, 0, 1, 2)), 0)
    waiting = rng.choice((0, 0, 0, 3))
    lost = rng.random() < 0.02
    has_hours = rng.random() < 0.4 if not team.has_hours else not lost
    if calm:
        load, late, waiting, has_hours = min(load, rng.choice((104.0, 104.0, 118.0))), 0, 0, True
    over = 0 if calm else round(team.offender_managers * max(load - 90, 0) / 100)
    return replace(
        team, load=load, over=min(over, team.offender_managers), high_risk_overdue=late, overdue=late + 2,
        has_hours=has_hours, without_hours=0 if has_hours else team.offender_managers, unallocated_cases=waiting,
    )  # fmt: skip


def _marks(mark: str) -> tuple[str, ...]:
    return tuple(f"{mark}-{number}" for number in range(4))


Holders = dict[str, tuple[str, ...]]


def _reorganise(
    rng: Random, teams: list[Team], holders: Holders, mark: str
) -> tuple[list[Team], Holders, dict[str, str], frozenset[str]]:
    """Move, recode, begin, end, merge or split a team; an office ends only with all its people and cases."""
    team = rng.choice(teams)
    others = [other for other in teams if other.code != team.code]
    rest = {code: marks for code, marks in holders.items() if code != team.code}
    is_alone = all(other.office != team.office for other in others)
    kind = rng.choice(("move", "recode", "begin", "end", "merge", "split"))
    unchanged = teams, holders, {}, frozenset[str]()
    if kind == "recode":
        return [*others, replace(team, code=mark)], {**rest, mark: holders[team.code]}, {team.code: mark}, frozenset()
    if kind == "begin":
        place = rng.choice((*PLACES, (f"F{mark}", "C1", "N")))
        return [*teams, _random_team(rng, mark, place)], {**holders, mark: _marks(mark)}, {}, frozenset()
    if not others:
        return unchanged
    if kind == "end":
        return others, rest, {}, frozenset()
    other = rng.choice(others)
    there = {"office": other.office, "cluster": other.cluster, "area": other.area}
    half = len(holders[team.code]) // 2
    if kind == "split" and half:
        formed = replace(team, code=mark, **there)
        shared = {**holders, team.code: holders[team.code][half:], mark: holders[team.code][:half]}
        return [*teams, formed], shared, {}, frozenset({team.code, mark})
    if is_alone:
        return unchanged
    if kind == "move":
        return [*others, replace(team, **there)], holders, {}, frozenset()
    if kind == "merge":
        people = other.offender_managers + team.offender_managers
        late = other.high_risk_overdue + team.high_risk_overdue
        larger = replace(other, offender_managers=people, high_risk_overdue=late)
        together = {**rest, other.code: holders[other.code] + holders[team.code]}
        return [larger if one is other else one for one in others], together, {team.code: other.code}, frozenset()
    return unchanged


# The run


def workload(week: Week) -> pd.DataFrame:
    """The units of a week as the store holds them; no forecast is made."""
    unknown = ("forecast_percentage", "forecast_low", "forecast_high", "forecast_weeks_ahead")
    return workload_of(week.teams).assign(**dict.fromkeys([*unknown, *OVERSIGHT_COUNTS], np.nan))


def gaps_of(seed: int) -> IntakeGaps:
    """What the last extract of a random history lacks: in one of seven a column that was accepted as missing."""
    return IntakeGaps(missing=("cases.rosh",)) if seed % 7 == 0 else NO_GAPS


def week_facts(history: Sequence[Week], gaps: IntakeGaps = NO_GAPS, *, decided: bool = False) -> WeekFacts:
    """The facts of the last week, made as ``monitor.run`` makes them.

    gaps: what its extract lacked; decided: whether there are decisions about some of its hotspots.
    """
    numbers, now = numbers_in_force(), history[-1]
    weekly = {week.as_at.isocalendar()[:2]: week for week in history}
    earlier = list(weekly.values())[:-1]
    frames = [workload(week) for week in (*earlier, now)]
    units, previous = frames[-1], frames[-2] if earlier else None
    compared = [*earlier, now]
    changes = {
        week.as_at: found
        for before, week in pairwise(compared)
        if _places(before) != _places(week) and (found := find_changes(_organisation(before), _organisation(week)))
    }
    past = Past(
        units=_past(earlier, frames[:-1], now.weights),
        flows=pd.DataFrame(),
        forecasts=pd.DataFrame(),
        first_seen=None,
        people=None,
        staffing=STAFFING.empty().assign(as_at=pd.Series([], dtype="datetime64[s]")),
        alike=frozenset(week.as_at for week in earlier if week.weights == now.weights),
        changes={day: found for day, found in changes.items() if day != now.as_at},
    )
    own: OrganisationChanges = changes.get(now.as_at, ())
    past = past.carry_over(organisation_of(now.teams), own, now.as_at)
    hotspots = name_episodes(
        detect_hotspots(numbers.rules, WeeksByLevel(units, past.units, now.as_at)), past.episodes, now.as_at
    )
    archived = {
        "due_soon": pd.DataFrame({name: pd.Series(dtype="str") for name in _ITEM}).assign(
            high_risk=pd.Series(dtype="bool")
        ),
        "forecast": pd.DataFrame({"level": [], "code": [], "weeks_ahead": [], "method": []}),
        "forecast_scores": scores_of().iloc[:0],
        "grades": grades_of(now.teams),
        "findings": pd.DataFrame(),
        **{name: FRAMES[name].empty() for name in _NOT_READ},
        "firmness": random_firmness(units, now) if decided else FIRMNESS.empty(),
        "unit_weeks": recent_weeks(past.weeks, past.alike, units, now.as_at),
    }
    archived |= random_proposals(hotspots, now) if decided else {}
    figures = StoredFigures(units, hotspots, timeliness_of(units), archived)
    made = random_decisions(hotspots, compared) if decided else []
    moves = random_moves(now) if decided else None
    return build_week_facts(
        _extract(now, gaps),
        figures,
        numbers,
        past,
        previous,
        now.revision,
        now.as_at,
        made,
        moves,
        random_concerns(now) if decided else [],
        random_coming(now) if decided else None,
        small_team=SMALL_TEAM,
    )


def random_decisions(hotspots: pd.DataFrame, weeks: Sequence[Week]) -> list[Decision]:
    """Decisions about some of the hotspots of the last week, a few of them followed by another, or withdrawn."""
    rng = Random(len(hotspots) * 1000 + len(weeks))
    kinds = [kind for kind in DecisionKind if kind is not DecisionKind.WITHDRAWN]
    made: list[Decision] = []
    for row in hotspots.to_dict("records"):
        if row["rule"] not in ("over_threshold", "hot_and_late", "no_capacity") or row["status"] == "cleared":
            continue
        if rng.random() < 0.6:
            continue
        for number in range(1, rng.choice((1, 1, 2)) + 1):
            seen = rng.choice(weeks[-8:])
            is_withdrawn = rng.random() < 0.2
            decided_on = seen.as_at + timedelta(days=rng.choice((1, 3)))
            made.append(
                Decision(
                    episode=str(row["episode"]), number=number, rule=str(row["rule"]), level=str(row["level"]),
                    code=str(row["code"]), as_at=seen.as_at, decided_on=decided_on, decided_by="north@example.org",
                    kind=DecisionKind.WITHDRAWN if is_withdrawn else rng.choice(kinds), owner="ACO Hackney",
                    review_on=None if is_withdrawn else decided_on + timedelta(days=rng.choice((7, 28, 91))),
                )
            )  # fmt: skip
    return [*made, *_decisions_about_ended(hotspots, weeks)]


def _decisions_about_ended(hotspots: pd.DataFrame, weeks: Sequence[Week]) -> list[Decision]:
    """Decisions about some of the hotspots that cleared in the last week."""
    rng = Random(len(hotspots) * 100 + len(weeks))
    seen = weeks[max(len(weeks) - 7, 0)].as_at
    ended = hotspots[hotspots["status"].eq("cleared") & hotspots["rule"].isin(["over_threshold", "hot_and_late"])]
    return [
        Decision(
            episode=str(row["episode"]), number=1, rule=str(row["rule"]), level=str(row["level"]),
            code=str(row["code"]), as_at=seen, decided_on=seen, decided_by="north@example.org",
            kind=DecisionKind.RECRUIT, owner="ACO Hackney", review_on=seen + timedelta(days=28),
        )
        for row in ended.to_dict("records")
        if rng.random() < 0.7
    ]  # fmt: skip


def random_moves(week: Week) -> pd.DataFrame:
    """What happened to the moves of two agreed plans that some of the offices give."""
    rng = Random(len(week.teams))
    offices = sorted({team.office for team in week.teams})
    rows = [
        [plan, code, sum(states) + rng.randint(0, 3), rng.randint(0, 9), *states]
        for plan in (1, 2)
        for code in offices
        if rng.random() < 0.3
        for states in [[rng.randint(0, 5) for _ in range(4)]]
    ]
    return pd.DataFrame(rows, columns=MOVE_COLUMNS)


def plain_moves(facts: WeekFacts) -> tuple[tuple[str, list[int]], ...]:
    """The same moves as plain rows: the office, then all moves, those due, and those in each state."""
    rows = facts.agreed_moves.drop(columns="plan_id").to_numpy().tolist()
    return tuple((str(code), [int(count) for count in counts]) for code, *counts in rows)


def random_concerns(week: Week) -> list[CountedConcern]:
    """What is counted of some offender managers with posts in one or two teams."""
    rng = Random(len(week.teams) * 31 + week.as_at.toordinal() + len(week.holders))
    concerns = []
    for _ in range(rng.choice((0, 0, 1, 2, 5))):
        units = {("all", "all")}
        for team in rng.sample(week.teams, min(rng.choice((1, 1, 2)), len(week.teams))):
            units |= {("team", team.code), ("office", team.office), ("cluster", team.cluster), ("area", team.area)}
        days = rng.choice((None, None, -2, 0, 1, 9, 40))
        waits_since = None if days is None else week.as_at - timedelta(days=days)
        concerns.append(CountedConcern(frozenset(units), waits_since))
    return concerns


def plain_concerns(facts: WeekFacts) -> tuple[PlainConcern, ...]:
    """The same concerns as plain rows."""
    return tuple(
        PlainConcern(tuple(sorted(code for level, code in concern.units if level == "team")), concern.waits_since)
        for concern in facts.concerns
    )


def random_coming(week: Week) -> pd.DataFrame:
    """What comes in the two weeks after a week; in one week in six nothing is known."""
    rng = Random(len(week.teams) * 17 + week.as_at.toordinal() + len(week.holders))
    rows = [
        {"on": week.as_at + timedelta(days=rng.randint(0, 13)), "kind": rng.choice(tuple(Coming)).value,
         "team_code": team.code, "om_code": rng.choice((None, "A", "B", "C", "D", "E"))}
        for team in week.teams
        for _ in range(rng.choice((0, 1, 2, 9, 30)))
        if len(week.teams) % 6
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=COMING_COLUMNS).astype({"on": "datetime64[s]"})


def plain_coming(facts: WeekFacts) -> tuple[PlainComing, ...]:
    """The same as plain rows."""
    return tuple(
        PlainComing(row["on"].date(), row["kind"], row["team_code"], row["om_code"] or "")
        for row in facts.coming.to_dict("records")
    )


def random_firmness(units: pd.DataFrame, week: Week) -> pd.DataFrame:
    """In how many draws each office is over the line; in one week in seven no weight is drawn."""
    rng = Random(len(units) * 31 + week.as_at.toordinal())
    draws, needed = rng.choice(((500, 475), (1_200, 900), (1, 1)))
    weights = rng.choice((1, 2, 35))
    rows = [
        {"level": "office", "code": row["code"], "name": row["name"], "capacity_percentage": row["capacity_percentage"],
         "weights": weights, "draws": draws, "draws_over": (over := rng.choice((0, needed - 1, needed, draws))),
         "over_line_share": over / draws, "draws_needed": needed, "is_firm": over >= needed}
        for row in units[units["level"].eq("office") & units["available_points"].gt(0)].to_dict("records")
        if len(week.teams) % 7
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=FIRMNESS.column_names).astype(FIRMNESS.dtypes)


def plain_firmness(facts: WeekFacts) -> tuple[PlainFirmness, ...]:
    """The same as plain rows."""
    return tuple(
        PlainFirmness(row["code"], row["weights"], row["draws"], row["draws_over"], row["draws_needed"])
        for row in facts.firmness.to_dict("records")
    )


def random_proposals(hotspots: pd.DataFrame, week: Week) -> dict[str, pd.DataFrame]:
    """Proposals for some of the offices and clusters over the threshold, as the run stores them."""
    rng = Random(len(hotspots) * 7 + len(week.teams))
    cluster_of = {team.office: team.cluster for team in week.teams} | {
        team.cluster: team.cluster for team in week.teams
    }
    over = hotspots[hotspots["rule"].eq("over_threshold") & hotspots["status"].ne("cleared")]
    hot = over.loc[over["level"].isin(["office", "cluster"]), ["level", "code"]].to_dict("records")
    clusters = {
        code: {
            "cluster_code": code, "elective_moves": rng.choice((0, 1, 30)), "necessary_moves": rng.choice((0, 0, 4)),
            "over_before": rng.choice((3, 14)), "over_after": rng.choice((0, 1, 3, 9)),
            "newly_over": rng.choice((0, 0, 1, 2)), "full_time_short": rng.choice((0.0, 0.04, 4.44)),
        }
        for code in sorted({cluster_of[row["code"]] for row in hot})
    }  # fmt: skip
    units = [
        {
            **row, "cluster_code": cluster_of[row["code"]],
            "capacity_before": rng.choice((104.21, 120.0, 120.0, float("nan"))),
            "capacity_after": rng.choice((104.26, 109.8, 110.0, 110.03, 118.1)),
            "to_code": rng.choice((None, *(team.office for team in week.teams))), "moves_to": rng.randint(1, 12),
        }
        for row in hot
        if rng.random() < 0.8
    ]  # fmt: skip
    rows = {"proposals": list(clusters.values()), "proposed_units": units}
    return {
        name: pd.DataFrame(rows[name], columns=FRAMES[name].column_names) for name in ("proposals", "proposed_units")
    }


def plain_proposals(facts: WeekFacts) -> tuple[PlainProposal, ...]:
    """The same proposals as plain rows."""
    clusters = {row["cluster_code"]: row for row in facts.proposals.to_dict("records")}
    return tuple(
        PlainProposal(
            row["level"], row["code"], row["cluster_code"],
            clusters[row["cluster_code"]]["elective_moves"] + clusters[row["cluster_code"]]["necessary_moves"],
            row["capacity_before"], row["capacity_after"], clusters[row["cluster_code"]]["over_before"],
            clusters[row["cluster_code"]]["over_after"], clusters[row["cluster_code"]]["newly_over"],
            row["to_code"] if isinstance(row["to_code"], str) else "", row["moves_to"],
            clusters[row["cluster_code"]]["full_time_short"],
        )
        for row in facts.proposed_units.to_dict("records")
    )  # fmt: skip


def plain_decisions(made: Sequence[Decision]) -> tuple[PlainDecision, ...]:
    """The same decisions as plain rows."""
    return tuple(
        PlainDecision(
            one.rule, one.level, one.code, one.number, one.as_at, one.decided_on, one.kind.value.replace("_", " "),
            one.owner, one.review_on,
        )
        for one in made
    )  # fmt: skip


def _places(week: Week) -> set[tuple[object, ...]]:
    """What the organisation is compared by: most weeks are like the one before, and need no comparison."""
    return {(team.code, team.office, team.cluster, team.area, week.holders[team.code]) for team in week.teams}


_ITEM: Final = ("om_code", "team_code", "office_code", "cluster_code", "area_code")


def _extract(week: Week, gaps: IntakeGaps) -> Extract:
    """What the facts of a week take from its extract."""
    organised = _organisation(week)
    assert organised.cases is not None
    caseload = SimpleNamespace(
        organisation=organisation_of(week.teams),
        offender_managers=organised.posts.assign(om_name="TBC"),
        cases=organised.cases,
    )
    nothing = pd.DataFrame({"table": [], "line": []})
    return cast(
        Extract,
        SimpleNamespace(caseload=caseload, rejected=nothing, rows={"cases": 100}, intake=SimpleNamespace(gaps=gaps)),
    )


def _organisation(week: Week) -> OrganisationWeek:
    held = [(code, mark) for code, marks in week.holders.items() for mark in marks]
    codes, marks = [code for code, _ in held], [mark for _, mark in held]
    return OrganisationWeek(
        teams=organisation_of(week.teams)[organisation_columns()],
        posts=pd.DataFrame({"team_code": codes, "om_code": marks}, dtype="str"),
        cases=pd.DataFrame({"team_code": codes, "crn": marks}, dtype="str"),
    )


def _past(earlier: Sequence[Week], frames: Sequence[pd.DataFrame], weights: str) -> pd.DataFrame:
    parts = [
        frame.assign(
            as_at=pd.Timestamp(week.as_at).as_unit("s"),
            comparable_percentage=frame["capacity_percentage"] if week.weights == weights else np.nan,
        )[PAST_COLUMNS]
        for week, frame in zip(earlier, frames, strict=True)
    ]
    if parts:
        return pd.concat(parts, ignore_index=True)
    empty = {name: pd.Series(dtype="str" if name in PAST_COLUMNS[1:5] else "float64") for name in PAST_COLUMNS}
    return pd.DataFrame(empty).astype({"as_at": "datetime64[s]"})


def readers_of(teams: Sequence[Team], rng: Random) -> list[Reader]:
    """The whole service, an area director, the ACO of a cluster, and the SPO of an office or of some teams."""
    team, other = rng.choice(teams), rng.choice(teams)
    spo = ("office", (team.office,)) if rng.random() < 0.5 else ("team", tuple(sorted({team.code, other.code})))
    return [Reader(*scope) for scope in (("all", ("all",)), ("area", (team.area,)), ("cluster", (team.cluster,)), spo)]


def digest_for(facts: WeekFacts, reader: Reader) -> EmailContent:
    scope = name_scope([(reader.level, code) for code in reader.codes], facts.organisation)
    return write_digest(facts, scope, "A reader", DigestSettings(), charts=False)


def scope_name(facts: WeekFacts, reader: Reader) -> str:
    scope: ReaderScope = name_scope([(reader.level, code) for code in reader.codes], facts.organisation)
    return scope.name


# The same weeks as plain rows, for the reader of the text


def plain_service(
    history: Sequence[Week],
    *,
    is_whole: bool = True,
    decisions: Sequence[Decision] = (),
    proposals: tuple[PlainProposal, ...] = (),
    moves: tuple[tuple[str, list[int]], ...] = (),
    concerns: tuple[PlainConcern, ...] = (),
    coming: tuple[PlainComing, ...] = (),
    firmness: tuple[PlainFirmness, ...] = (),
) -> Service:
    """The snapshots as plain rows of plain numbers; is_whole: whether the last extract lacked nothing."""
    snapshots = [_plain_snapshot(week) for week in history]
    return Service(snapshots, is_whole, plain_decisions(decisions), proposals, moves, concerns, coming, firmness)


def _plain_snapshot(week: Week) -> Snapshot:
    rows: dict[Key, UnitRow] = {}
    for row in cast(list[dict[str, Any]], workload_of(week.teams).to_dict("records")):
        names = organisation_names(week)
        key = (str(row["level"]), str(row["code"]))
        rows[key] = UnitRow(
            level=key[0], code=key[1], name=names.get(key, ""), parent=str(row["parent_code"]),
            total=float(row["total_points"]), available=float(row["available_points"]),
            people=int(row["offender_managers"]), people_over=int(row["offender_managers_over"]),
            people_without_hours=int(row["offender_managers_without_hours"]), cases=int(row["cases"]),
            case_points=float(row["case_points"]), unallocated=int(row["unallocated_cases"]),
            unallocated_points=float(row["unallocated_points"]), overdue=int(row["overdue"]),
            late=int(row["high_risk_overdue"]), spo_hours=float(row["spo_hours"]),
        )  # fmt: skip
    return Snapshot(week.as_at, week.revision, week.weights, rows, week.became, week.parted)


def organisation_names(week: Week) -> dict[Key, str]:
    names: dict[Key, str] = {}
    for team in week.teams:
        for level, code in (
            ("team", team.code),
            ("office", team.office),
            ("cluster", team.cluster),
            ("area", team.area),
        ):
            names[level, code] = f"{level.capitalize()} {code}"
    return names
