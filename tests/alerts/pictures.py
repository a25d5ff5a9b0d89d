"""Makes the picture of a week for tests: teams in, every level added up, hotspots as given."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from alerts.detection.direction import load_direction_numbers
from alerts.detection.measures import COLUMNS
from alerts.digest.week_facts import WeekFacts

AS_AT = date(2026, 11, 20)
WEEK_BEFORE = AS_AT - timedelta(weeks=1)
FULL_TIME = 2176.0
DIRECTION = load_direction_numbers(Path(__file__).parents[2] / "config", AS_AT)


@dataclass(frozen=True)
class Team:
    """A team of a test picture. load: capacity percentage, load_before: that of the week before, None: not there."""

    code: str
    office: str
    cluster: str
    area: str = "N"
    name: str = ""
    office_name: str = ""
    cluster_name: str = ""
    area_name: str = ""
    offender_managers: int = 8
    load: float = 100.0
    load_before: float | None = 100.0
    has_hours: bool = True
    has_target: bool = True
    over: int = 2
    without_hours: int = 0
    reduction_hours: float = 0.0
    unallocated_cases: int = 0
    overdue: int = 4
    high_risk_overdue: int = 1
    spos: float = 1.0
    inexperienced: int = 3
    experience_unknown: int = 0
    awaiting: int = 0
    longest_wait: float = math.nan
    grades: tuple[tuple[str, int], ...] = ()


def hotspot(rule: str, level: str, code: str, **given: Any) -> dict[str, Any]:
    """A row of the hotspots frame; what is not given is plain."""
    row = {
        "rule": rule,
        "level": level,
        "code": code,
        "name": code,
        "status": "continuing",
        "weeks": 5,
        "since": pd.Timestamp(AS_AT - timedelta(weeks=5)),
        "value": 118.0,
        "threshold": 1 if rule == "hot_and_late" else 110,
        "change": 0.0,
        "usual": math.nan,
        "low": math.nan,
        "high": math.nan,
        "weeks_ahead": math.nan,
        "total_points": 0.0,
        "available_points": 0.0,
        "overdue": 0,
        "high_risk_overdue": 0,
        "explained_by": None,
        "explained_by_level": None,
        "escalated": math.nan,
        "rank": math.nan,
        "reason": "",
    }
    return row | {"running": given.get("weeks", 5)} | given


def picture(
    teams: Sequence[Team], hotspots: Sequence[Mapping[str, Any]] = (), *, weeks: int = 2, **given: Any
) -> WeekFacts:
    """The picture of these teams; ``given`` replaces any of its fields, previous=None makes it the first week."""
    workload = workload_of(teams)
    previous = workload_of([replace(team, load=team.load_before) for team in teams if team.load_before is not None])
    columns = list(hotspot("watch", "office", "F"))
    drawn = WeekFacts(
        as_at=AS_AT,
        revision=1,
        policy_title="London 2009",
        policy_fingerprint="3f9ac01be77d2244" * 4,
        numbers=92,
        local_assumptions=61,
        workload=workload,
        previous=previous,
        previous_as_at=WEEK_BEFORE,
        history=history_of(workload, previous, weeks),
        hotspots=pd.DataFrame([dict(row) for row in hotspots], columns=columns),
        rising_weeks=8,
        rising_mean_of=2,
        forecasts=forecasts_of(workload),
        forecast_scores=scores_of(),
        weeks_needed=26,
        grades=grades_of(teams),
        timeliness=timeliness_of(workload),
        organisation=organisation_of(teams),
        missing_weeks=(),
        teams_without_data=(),
        rows_read=36412,
        rows_rejected=17,
        findings=214,
        surnames=frozenset({"Okonkwo", "Whitlock", "Green", "May"}),
        full_names=frozenset({"Ada Okonkwo", "Bea Whitlock", "Cy Green", "Dee May"}),
        crns=frozenset({"X000123", "X000124"}),
        weeks=weeks_of(workload, previous),
        direction=DIRECTION,
        full_time_points=FULL_TIME,
        decision_after=4,
    )
    if "previous" in given and given["previous"] is None:
        given = given | {"previous_as_at": None, "weeks": given.get("weeks", weeks_of(workload, None))}
    return replace(drawn, **given)


def weeks_of(workload: pd.DataFrame, *earlier: pd.DataFrame | None) -> pd.DataFrame:
    """This week and so many earlier ones, the last week first; None: there was no snapshot."""
    parts = [
        units.assign(as_at=pd.Timestamp(AS_AT - timedelta(weeks=ago)).as_unit("s"), is_comparable=True)
        for ago, units in enumerate((workload, *earlier))
        if units is not None and len(units)
    ]
    return pd.concat(parts, ignore_index=True)[COLUMNS] if parts else pd.DataFrame(columns=COLUMNS)


def organisation_of(teams: Sequence[Team]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "team_code": team.code,
            "team_name": team.name or f"Team {team.code}",
            "team_type": "omu",
            "office_code": team.office,
            "office_name": team.office_name or f"Office {team.office}",
            "cluster_code": team.cluster,
            "cluster_name": team.cluster_name or f"Cluster {team.cluster}",
            "area_code": team.area,
            "area_name": team.area_name or f"Area {team.area}",
        }
        for team in teams
    )


def _figures(team: Team) -> dict[str, float]:
    nominal = FULL_TIME * team.offender_managers
    total = nominal * (team.load or 0) / 100
    return {
        "offender_managers": team.offender_managers,
        "offender_managers_over": min(team.over, team.offender_managers),
        "offender_managers_without_hours": team.without_hours,
        "contracted_hours": 37.0 * team.offender_managers if team.has_hours else 0.0,
        "reduction_hours": team.reduction_hours,
        "cases": round(total / 60) + team.unallocated_cases,
        "case_points": total,
        "duty_points": 0.0,
        "unallocated_cases": team.unallocated_cases,
        "unallocated_points": 60.0 * team.unallocated_cases,
        "total_points": total,
        "available_points": nominal if team.has_hours and team.has_target else 0.0,
        "overdue": team.overdue,
        "high_risk_overdue": team.high_risk_overdue,
        "due_soon": 2 * team.overdue,
        "high_risk_due_soon": 3.0 * team.high_risk_overdue,
        "spo_hours": 37.0 * team.spos,
        "inexperienced": team.inexperienced,
        "experience_unknown": team.experience_unknown,
        "awaiting_countersignature": team.awaiting,
        "longest_wait_days": team.longest_wait,
    }


FIGURES = [*_figures(Team("T", "F", "C")), "span", "capacity_percentage", "band"]


def workload_of(teams: Sequence[Team]) -> pd.DataFrame:
    """One row a unit from team up to all, sums of points over sums of available points."""
    organisation = organisation_of(teams).to_dict("records") if teams else []
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for team, unit in zip(teams, organisation, strict=True):
        for level, above in (
            ("team", "office"),
            ("office", "cluster"),
            ("cluster", "area"),
            ("area", None),
            ("all", None),
        ):
            code = "all" if level == "all" else unit[f"{level}_code"]
            parent = unit[f"{above}_code"] if above else ("all" if level == "area" else None)
            name = "All" if level == "all" else unit[f"{level}_name"]
            row = rows.setdefault((level, code), {"level": level, "code": code, "name": name, "parent_code": parent})
            longest = np.fmax(row.get("longest_wait_days", math.nan), team.longest_wait)
            for column, value in _figures(team).items():
                row[column] = row.get(column, 0) + value
            row["longest_wait_days"] = longest
    for row in rows.values():
        available, led = row["available_points"], row["spo_hours"]
        row["span"] = 37 * row["offender_managers"] / led if led else math.nan
        row["capacity_percentage"] = 100 * row["total_points"] / available if available else math.nan
        row["band"] = _band(row["capacity_percentage"])
    return pd.DataFrame(rows.values(), columns=["level", "code", "name", "parent_code", *FIGURES])


def _band(capacity: float) -> str:
    if math.isnan(capacity):
        return "no capacity"
    return "red" if capacity > 110 else "amber" if capacity > 100 else "green" if capacity >= 85 else "spare"


def history_of(workload: pd.DataFrame, previous: pd.DataFrame, weeks: int, gaps: Sequence[int] = ()) -> pd.DataFrame:
    """So many weeks of capacity that end in the two given; gaps: how many weeks ago there was no snapshot."""
    columns = ["level", "code", "total_points", "available_points", "capacity_percentage"]
    parts: list[pd.DataFrame] = []
    for ago in range(weeks):
        base = workload if ago == 0 else previous
        drift = 0.0 if ago < 2 else 0.25 * (ago - 1)
        lower = base[columns].assign(
            as_at=pd.Timestamp(AS_AT - timedelta(weeks=ago)),
            capacity_percentage=base["capacity_percentage"] - drift * (1 + base["code"].str.len() % 2),
        )
        if ago not in gaps and len(base):
            parts.insert(0, lower)
    return pd.concat(parts, ignore_index=True)


def forecasts_of(workload: pd.DataFrame, a_week: float = 0.5, method: str = "run-off") -> pd.DataFrame:
    """Twelve weeks ahead for every unit, ``a_week`` percentage points more in each, and wider each time."""
    ahead = workload[["level", "code", "total_points", "available_points", "capacity_percentage"]]
    ahead = ahead.merge(pd.DataFrame({"weeks_ahead": range(1, 13)}), how="cross")
    capacity = ahead["capacity_percentage"] + a_week * ahead["weeks_ahead"]
    width = 1.5 * np.sqrt(ahead["weeks_ahead"])
    return ahead.assign(
        on=pd.Timestamp(AS_AT) + pd.to_timedelta(7 * ahead["weeks_ahead"], unit="D"),
        points=ahead["available_points"] * capacity / 100,
        capacity_percentage=capacity,
        capacity_low_80=capacity - width,
        capacity_high_80=capacity + width,
        method=method,
    ).drop(columns="total_points")


def scores_of(**given: Any) -> pd.DataFrame:
    """How good earlier forecasts were, by level and weeks ahead; ``given`` replaces any column."""
    rows = [
        {
            "level": level,
            "weeks_ahead": weeks,
            "forecasts": 240,
            "points_mape": off * weeks,
            "last_value_mape": 0.3 * weeks,
            "bias": 0.1,
            "coverage_80": 79.4,
            "coverage_95": 94.1,
        }
        | given
        for level, off in (("cluster", 0.22), ("office", 0.35), ("team", 0.5))
        for weeks in range(1, 13)
    ]
    return pd.DataFrame(rows)


def grades_of(teams: Sequence[Team]) -> pd.DataFrame:
    """The room of each grade in each unit: that of a team by its people, a sixth of it a trainee's."""
    rows: list[dict[str, Any]] = []
    for team, unit in zip(teams, organisation_of(teams).to_dict("records") if teams else [], strict=True):
        people = team.offender_managers
        split = team.grades or (("PO", people - people // 3 - people // 6), ("PSO", people // 3), ("TPO", people // 6))
        for level in ("team", "office", "cluster", "area", "all"):
            for grade, count in split:
                room = max(100 - (team.load or 0), 0) / 100 * FULL_TIME * count
                rows.append(
                    {
                        "level": level,
                        "code": "all" if level == "all" else unit[f"{level}_code"],
                        "grade": grade,
                        "offender_managers": count,
                        "total_points": FULL_TIME * count - room,
                        "available_points": FULL_TIME * count,
                        "spare_points": room,
                        "average_case_points": AVERAGE_CASE[grade],
                        "spare_cases": room // AVERAGE_CASE[grade],
                    }
                )
    columns = ["level", "code", "grade", *GRADE_SUMS, "average_case_points"]
    frame = pd.DataFrame(rows, columns=columns)
    sums = frame.groupby(["level", "code", "grade", "average_case_points"], as_index=False)[GRADE_SUMS].sum()
    return sums[sums["offender_managers"] > 0].reset_index(drop=True)


def timeliness_of(workload: pd.DataFrame) -> pd.DataFrame:
    """Two rules a unit, nine in ten done on time."""
    units = workload[workload["level"].isin(["office", "cluster", "area", "all"])]
    rows = [
        {
            "level": u.level,
            "code": u.code,
            "rule": rule,
            "fell_due": 20 + u.overdue,
            "on_time": 20,
            "percentage": 0,
            "band": "red",
        }
        for u in units.itertuples()
        for rule in ("rosh_review", "sentence_plan")
    ]
    return pd.DataFrame(rows).assign(percentage=lambda frame: 100 * frame["on_time"] / frame["fell_due"])


AVERAGE_CASE = {"PO": 72.0, "PSO": 45.0, "TPO": 60.0}
GRADE_SUMS = ["offender_managers", "total_points", "available_points", "spare_points", "spare_cases"]
CLUSTERS = {
    "C01": (
        "Barnet, Brent & Enfield",
        "N",
        ("Hendon Way", "Edmonton Green", "Wembley Hill", "Chipping Barnet", "Kilburn"),
    ),
    "C02": ("Hackney & Tower Hamlets", "N", ("Mare Street", "Dalston", "Bow Road", "Shadwell", "Stepney Causeway")),
    "C03": ("Camden & Islington", "N", ("Holloway Road", "Camden Road", "Kings Cross", "Archway")),
    "C04": (
        "Haringey, Redbridge & Waltham Forest",
        "N",
        ("Tottenham Hale", "Ilford Lane", "Walthamstow", "Wood End", "Leyton"),
    ),
    "C05": ("Newham, Barking & Dagenham", "N", ("Stratford", "East Ham", "Heathway", "Barking Reach")),
    "C06": ("Havering & Essex Fringe", "N", ("Romford", "Harold Wood", "Upminster")),
    "C07": ("Lambeth & Southwark", "S", ("Brixton Hill", "Peckham Rye", "Camberwell Green")),
    "C08": ("Croydon, Merton & Sutton", "S", ("Wellesley Road", "Mitcham", "Carshalton")),
}
LOADS = {
    "F021": (124.6, 121.9),
    "F022": (71.8, 73.0),
    "F023": (117.2, 116.8),
    "F051": (118.9, 117.4),
    "F052": (112.3, 108.9),
    "F041": (119.4, 120.8),
    "F042": (113.1, 113.0),
    "F011": (111.8, 109.2),
    "F031": (116.0, 113.8),
    "F012": (103.2, 107.6),
    "F062": (83.9, 84.6),
    "F061": (88.2, 91.0),
    "F033": (92.0, 91.1),
    "F024": (110.6, 108.8),
    "F025": (112.9, 113.4),
    "F043": (114.9, 113.1),
    "F053": (101.7, 100.2),
    "F071": (121.0, 119.0),
}
LATE = {
    "F021": (31, 14),
    "F051": (44, 17),
    "F041": (18, 5),
    "F023": (9, 2),
    "F052": (7, 0),
    "F031": (12, 0),
    "F033": (11, 4),
}


SPOS = {"F023": 0.2, "F053": 0.0}
WAITS = {"F023": (4, 31.0), "F041": (1, 12.0), "F051": (7, 58.0), "F033": (2, 9.0), "F012": (1, 40.0), "F043": (1, 5.0)}


@cache
def london(**given: Any) -> WeekFacts:
    """A realistic week: eight clusters of two areas, four of them hot, one small office, 26 weeks with two missing."""
    teams = [
        team for cluster, (name, area, offices) in CLUSTERS.items() for team in _cluster(cluster, name, area, offices)
    ]
    drawn = picture(teams, _hotspots(), **given)
    history = history_of(
        drawn.workload, workload_of([replace(t, load=t.load_before) for t in teams]), 26, gaps=(11, 12)
    )
    missing = (date(2026, 8, 24), date(2026, 8, 31))
    return replace(drawn, history=history, missing_weeks=missing, teams_without_data=("T0653",))


def _cluster(cluster: str, name: str, area: str, offices: Sequence[str]) -> list[Team]:
    area_name = {"N": "North London", "S": "South London"}[area]
    teams = []
    for number, office_name in enumerate(offices, start=1):
        office = f"F{cluster[1:]}{number}"
        load, before = LOADS.get(office, (94.0 + 3 * number, 93.5 + 3 * number))
        late, high = LATE.get(office, (2 + number, 0))
        for letter, team_name in enumerate(
            ("Court and community", "Custody and licence", "Public protection"), start=1
        ):
            first = letter == 1
            teams.append(
                Team(
                    code=f"T{office[1:]}{letter}",
                    office=office,
                    cluster=cluster,
                    area=area,
                    name=f"{office_name} {team_name}",
                    office_name=office_name,
                    cluster_name=name,
                    area_name=area_name,
                    offender_managers=1 if office == "F063" else 3 + (letter + number) % 4,
                    load=load,
                    load_before=before,
                    over=2 if load > 105 else 0,
                    without_hours=1 if office == "F021" and letter < 3 else 0,
                    reduction_hours=37.0 if office == "F021" else 7.4 * (number % 2),
                    unallocated_cases=6 if office in ("F021", "F042") and letter == 2 else 0,
                    overdue=late if first else 0,
                    high_risk_overdue=high if first else 0,
                    spos=SPOS.get(office, 1.0),
                    inexperienced=1 + letter % 3,
                    awaiting=WAITS.get(office, (0, math.nan))[0] if first else 0,
                    longest_wait=WAITS.get(office, (0, math.nan))[1] if first else math.nan,
                )
            )
    return teams


def _hotspots() -> list[dict[str, Any]]:
    """What the rules find in that week; offices of hot clusters fold under them."""
    folded = {"explained_by": "C05", "explained_by_level": "cluster"}
    under = {"explained_by": "C04", "explained_by_level": "cluster"}
    return [
        hotspot("hot_and_late", "office", "F051", value=17, weeks=16),
        hotspot("hot_and_late", "office", "F021", value=14, weeks=8),
        hotspot("hot_and_late", "office", "F041", value=5, status="new", weeks=1),
        hotspot("hot_and_late", "office", "F023", value=2, weeks=3),
        hotspot("hot_and_late", "office", "F071", value=2, weeks=3),
        hotspot("over_threshold", "office", "F021", weeks=8, escalated=8.0),
        hotspot("over_threshold", "office", "F023", weeks=6),
        hotspot("over_threshold", "cluster", "C05", status="new", weeks=3),
        hotspot("over_threshold", "office", "F051", weeks=16, **folded),
        hotspot("over_threshold", "office", "F052", status="new", weeks=3, **folded),
        hotspot("over_threshold", "cluster", "C04", weeks=4, escalated=4.0),
        *(hotspot("over_threshold", "office", code, weeks=5, **under) for code in ("F041", "F042", "F043")),
        hotspot("over_threshold", "office", "F025", weeks=11, running=3),
        hotspot("over_threshold", "office", "F031", status="new", weeks=3),
        hotspot("over_threshold", "office", "F012", status="cleared", weeks=9, running=0),
        hotspot("rising", "office", "F021", weeks=2, value=9.4, threshold=6.3, usual=2.1),
        hotspot("rising", "office", "F053", status="new", weeks=1, value=8.2, threshold=6.9, usual=2.3),
        hotspot(
            "forecast_over", "office", "F053", status="new", weeks=1, value=110.8, low=106.9, high=114.7, weeks_ahead=4
        ),
        hotspot("forecast_over", "cluster", "C01", weeks=2, value=112.6, low=108.2, high=117.9, weeks_ahead=3),
        hotspot("spo_load", "office", "F023", weeks=9, value=25.0, threshold=10),
        hotspot("spo_load", "office", "F053", status="new", weeks=1, value=math.nan, threshold=10),
        hotspot("watch", "office", "F011", weeks=1),
        hotspot("watch", "office", "F024", weeks=2),
        hotspot("spare_capacity", "office", "F022", threshold=85, weeks=26),
        hotspot("unallocated", "office", "F021", threshold=0, value=6),
        hotspot("unallocated", "office", "F042", threshold=0, value=6),
    ]
