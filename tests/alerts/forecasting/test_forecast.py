"""The next twelve weeks: what is learned, what it rests on, how wide its bands are; on series written by hand."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alerts.forecasting.forecast import COLUMNS, LAST_VALUE, RUN_OFF, SCORE_COLUMNS, Weeks, forecast, run_off, scores
from tests.alerts.forecasting.test_parameters import SHIPPED
from tests.tiering.rows import team
from tiering.projection import ARRIVED, AVAILABLE, DUTIES, PLANNED
from tiering.projection import COLUMNS as FLOW_COLUMNS

FRIDAY = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
PLACES = {"all": "all", "area": "A1", "cluster": "C1", "office": "F1", "team": "T1"}
ONE_TEAM = pd.DataFrame([team()])
TWO_TEAMS = pd.DataFrame([team(), team("T2")])


def flow(back: int, team_code: str = "T1", **given: Any) -> dict[str, Any]:
    """The flow of a team so many weeks ago: 1,000 points that stay, 2,000 available, no arrivals."""
    row: dict[str, Any] = {"as_at": FRIDAY - back * WEEK, "team_code": team_code, "case_points": 1000.0}
    row |= dict.fromkeys(["report_points", *DUTIES, *ARRIVED], 0.0)
    row |= dict.fromkeys(PLANNED, given.get("case_points", 1000.0)) | dict.fromkeys(AVAILABLE, 2000.0)
    return row | given


def stacked(*rows: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["as_at", *FLOW_COLUMNS])
    return frame.astype({"as_at": "datetime64[s]", "team_code": "str"})


def figures(flows: pd.DataFrame, organisation: pd.DataFrame) -> pd.DataFrame:
    """The figures of every unit in every week of the flows, as a store would have kept them."""
    rows = flows.merge(organisation, on="team_code").assign(all_code="all", all_name="All areas")
    rows["total_points"] = rows["case_points"] + rows["report_points"] + rows["duties_0"]
    levels = []
    for level in PLACES:
        keys = ["as_at", f"{level}_code", f"{level}_name"]
        sums = rows.groupby(keys)[["total_points", "available_0"]].sum().reset_index()
        names = dict(zip(keys[1:], ("code", "name"), strict=True)) | {"available_0": "available_points"}
        levels.append(sums.rename(columns=names).assign(level=level))
    return pd.concat(levels, ignore_index=True)


def said(flows: pd.DataFrame, organisation: pd.DataFrame = ONE_TEAM, **changed: Any) -> pd.DataFrame:
    """The forecast of the newest week, by level and code."""
    as_at = flows["as_at"].max()
    known = figures(flows, organisation)
    now = known[known["as_at"].eq(as_at)].drop(columns="as_at")
    numbers = SHIPPED.model_copy(update=changed)
    past = known[known["as_at"].lt(as_at)]
    return forecast(flows, now, past, organisation, numbers, as_at.date()).set_index(["level", "code"])


def middle(flows: pd.DataFrame, organisation: pd.DataFrame = ONE_TEAM, code: str = "T1", **changed: Any) -> list[float]:
    """The points of one team 1 to 12 weeks ahead."""
    points: list[float] = said(flows, organisation, **changed).loc[("team", code), "points"].tolist()
    return points


def lives(weeks: int, life: int, arrivals: Any = lambda _: 100.0, missing: Collection[int] = ()) -> pd.DataFrame:
    """A team whose cases live ``life`` weeks and end as planned: as many points arrive a week as ``arrivals`` says.

    arrivals: by the number of weeks before the newest one. missing: weeks without a snapshot, likewise.
    """
    taken = [back for back in range(weeks) if back not in missing]
    rows = []
    for back in taken:
        held = {born: arrivals(born) for born in range(back, back + life)}
        row = flow(back, case_points=sum(held.values()))
        for ahead in range(1, 13):
            row[f"planned_{ahead}"] = sum(points for born, points in held.items() if back - ahead > born - life)
        for age in range(13):
            row[f"arrived_{age}"] = 0.0 if back + age < weeks - 1 else np.nan
        for born, points in held.items():
            seen = max((week for week in taken if week <= born), default=born)
            if seen < weeks - 1 and seen - back <= 12:
                row[f"arrived_{seen - back}"] += points
        rows.append(row)
    return stacked(*rows)


# What is learned


def test_planned_dates_that_never_come_true_are_corrected() -> None:
    falling = {f"planned_{ahead}": 1000.0 - 50 * ahead for ahead in range(1, 13)}
    np.testing.assert_allclose(middle(stacked(*(flow(back, **falling) for back in range(30)))), 1000)


def test_the_correction_is_learned_from_the_year_past_and_not_from_before() -> None:
    halving = {f"planned_{ahead}": 500.0 for ahead in range(1, 13)}
    rows = [flow(back, **(halving if back > 52 + 12 else {})) for back in range(100)]
    np.testing.assert_allclose(middle(stacked(*rows)), 1000)


def test_arrivals_make_good_what_runs_off() -> None:
    np.testing.assert_allclose(middle(lives(40, life=10)), 1000)


def test_run_off_without_arrivals_is_what_is_planned() -> None:
    ending = {f"planned_{ahead}": 1000.0 - 50 * ahead for ahead in range(1, 13)}
    rows = [flow(back, **{f"arrived_{age}": 0.0 for age in range(13)}) for back in range(1, 30)]
    now = middle(stacked(*rows, flow(0, **ending)))
    np.testing.assert_allclose(now, [1000 - 50 * ahead for ahead in range(1, 13)])


def test_missing_weeks_change_neither_inflow_nor_run_off() -> None:
    whole = middle(lives(40, life=30))
    gaps = middle(lives(40, life=30, missing=(3, 7, 8, 9, 20, 30)))
    np.testing.assert_allclose(whole, 3000)
    np.testing.assert_allclose(gaps, 3000, rtol=0.01)


def christmas(back: int) -> float:
    """Half as many arrivals in the week of Christmas."""
    return 50.0 if (FRIDAY - back * WEEK).isocalendar().week == 52 else 100.0


def test_a_season_is_learned_with_a_year_of_history_and_not_before() -> None:
    ahead = next(ahead for ahead in range(1, 13) if christmas(-ahead) == 50)
    long, short = (middle(lives(weeks, 1, christmas)) for weeks in (120, 50))
    assert long[ahead - 1] < 0.7 * long[ahead - 2]
    assert short[ahead - 1] == pytest.approx(short[ahead - 2])


def test_the_inflow_follows_the_recent_weeks_half_way() -> None:
    # 13 recent weeks of 200 and 39 of 100: a year's mean of 125, mixed half and half with 200.
    rising = lives(70, 1, lambda back: 200.0 if back < 13 else 100.0)
    without_season = SHIPPED.model_copy(update={"season_weeks_needed": 500})
    found = run_off(Weeks.of(rising, ONE_TEAM, FRIDAY), without_season).points[-1, 0]
    assert found[0] == pytest.approx((200 + 125) / 2)


def shared(*weekly: float, weeks: int = 30) -> list[dict[str, Any]]:
    """Teams of one office, each holding 1,000 points beside the arrivals of one week, gone the week after."""
    rows = []
    for number, points in enumerate(weekly, start=1):
        for back in range(weeks):
            first = np.nan if back == weeks - 1 else points
            ages = {f"arrived_{age}": 0.0 for age in range(1, 13)}
            ends = dict.fromkeys(PLANNED, 1000.0)
            rows.append(flow(back, f"T{number}", case_points=1000 + points, arrived_0=first, **ages, **ends))
    return rows


def test_the_inflow_of_a_team_is_shrunk_towards_its_share_of_its_cluster() -> None:
    flows = stacked(*shared(30, 10))
    # 29 weeks are known; its share of 40 points a week is 40 x 1,030 / 2,040, worth 26 weeks of its own.
    own = (29 * 30 + 26 * 40 * 1030 / 2040) / (29 + 26)
    assert middle(flows, TWO_TEAMS)[0] == pytest.approx(1000 + own)
    assert middle(flows, TWO_TEAMS, "T2")[0] == pytest.approx(1000 + 40 - own)
    assert middle(flows, TWO_TEAMS, prior_weeks=1e9)[0] == pytest.approx(1000 + 40 * 1030 / 2040)


def test_reports_leave_the_window_and_the_usual_number_comes() -> None:
    rows = [flow(back, report_points=0.0 if back else 130.0) for back in range(30)]
    np.testing.assert_allclose(middle(stacked(*rows))[:5], [1000 + 130 * 0.75 + 2.5, 1070, 1040, 1010, 1010])


def test_duties_known_ahead_count_in_their_weeks() -> None:
    rows = [flow(back) for back in range(1, 30)]
    now = flow(0, duties_0=80.0, duties_1=80.0)
    np.testing.assert_allclose(middle(stacked(*rows, now))[:3], [1080, 1000, 1000])


def test_what_was_forecast_in_the_past_rests_on_nothing_that_came_later() -> None:
    random = np.random.default_rng(5)
    whole = lives(80, 6, lambda back: float(random.integers(50, 150)))
    for code in ("case_points", "available_0"):
        whole[code] += random.integers(-20, 20, len(whole))
    known = Weeks.of(whole, ONE_TEAM, FRIDAY)
    later = run_off(known, SHIPPED)
    for back in (5, 20, 45):
        day = FRIDAY - back * WEEK
        then = run_off(Weeks.of(whole[whole["as_at"].le(pd.Timestamp(day))], ONE_TEAM, day), SHIPPED)
        np.testing.assert_allclose(later.points[79 - back, 0], then.points[-1, 0])
        np.testing.assert_allclose(later.available[79 - back, 0], then.available[-1, 0])


# Available points


def test_available_points_known_ahead_are_corrected_by_what_became_of_them() -> None:
    hoped = dict.fromkeys(AVAILABLE[1:], 2500.0)
    found = said(stacked(*(flow(back, **hoped) for back in range(30)))).loc[("team", "T1")]
    np.testing.assert_allclose(found["available_points"], 2000)
    np.testing.assert_allclose(found["capacity_percentage"], 50)


def test_an_office_without_capacity_has_points_and_no_percentage() -> None:
    organisation = pd.DataFrame([team(), team("T2", "F2")])
    nothing = dict.fromkeys(AVAILABLE, 0.0)
    rows = [one for back in range(30) for one in (flow(back, **nothing), flow(back, "T2"))]
    found = said(stacked(*rows), organisation)
    bands = ["capacity_percentage", "capacity_low_80", "capacity_high_80", "capacity_low_95", "capacity_high_95"]
    assert found.loc[("office", "F1"), bands].isna().all(axis=None)
    np.testing.assert_allclose(found.loc[("office", "F1"), "points"], 1000)
    np.testing.assert_allclose(found.loc[("area", "A1"), "capacity_percentage"], 100)


# Too little history


@pytest.mark.parametrize(
    ("weeks", "missing", "method"),
    [
        (25, (), "last value"),
        (26, (), "run-off"),
        (26, (4, 9), "run-off"),
        (26, tuple(range(1, 8)), "run-off"),
        # Nothing that was forecast since has come about, so nothing says that run-off is the nearer.
        (26, tuple(range(1, 13)), "last value"),
    ],
)
def test_half_a_year_of_history_is_needed_with_or_without_gaps(
    weeks: int, missing: tuple[int, ...], method: str
) -> None:
    assert set(said(lives(weeks, 10, missing=missing))["method"]) == {method}


def planned_badly(weeks: int, wrong: float) -> pd.DataFrame:
    """A team that always holds 1,000 points, and by its planned dates now more and now less of them."""
    random = np.random.default_rng(8)
    return stacked(*(flow(back, **dict.fromkeys(PLANNED, random.normal(1000, wrong))) for back in range(weeks)))


@pytest.mark.parametrize("weeks", [30, 60, 100])
def test_run_off_is_shown_only_where_it_was_as_near_as_the_last_value(weeks: int) -> None:
    assert set(said(planned_badly(weeks, 0.0))["method"]) == {RUN_OFF}
    badly = said(planned_badly(weeks, 60.0))
    assert set(badly["method"]) == {LAST_VALUE}
    np.testing.assert_allclose(badly.loc[("team", "T1"), "points"], 1000)


def test_run_off_must_have_been_nearer_at_each_number_of_weeks_compared() -> None:
    # By planned dates 4 and 8 weeks ahead are known, 12 weeks ahead are not.
    random = np.random.default_rng(9)
    rows = [flow(back, case_points=1000.0 + 50 * (back % 5)) for back in range(60)]
    for row in rows:
        row |= dict.fromkeys(PLANNED, 1100.0)
    assert set(said(stacked(*rows))["method"]) == {RUN_OFF}
    for row in rows:
        row["planned_12"] = random.normal(1100.0, 400)
    assert set(said(stacked(*rows))["method"]) == {LAST_VALUE}


def test_with_too_little_history_points_stay_and_available_points_are_those_known_ahead() -> None:
    less = {f"available_{ahead}": 1000.0 for ahead in range(5, 13)} | dict.fromkeys(PLANNED, 0.0)
    found = said(stacked(flow(2), flow(1), flow(0, **less))).loc[("team", "T1")]
    assert found["points"].tolist() == [1000] * 12
    assert found["available_points"].tolist() == [2000] * 4 + [1000] * 8
    assert found["capacity_percentage"].tolist() == [50] * 4 + [100] * 8


@pytest.mark.parametrize("level", list(PLACES))
def test_the_first_snapshot_has_the_fallback_bands(level: str) -> None:
    found = said(stacked(flow(0))).loc[(level, PLACES[level])]
    root = np.sqrt(1000 * np.arange(1, 13))
    for inside in ("80", "95"):
        points, capacity = (getattr(SHIPPED, f"fallback_{what}_{inside}")[level] for what in ("points", "capacity"))
        np.testing.assert_allclose(found[f"points_high_{inside}"], 1000 + points * root)
        np.testing.assert_allclose(found[f"points_low_{inside}"], np.maximum(0, 1000 - points * root))
        np.testing.assert_allclose(found[f"capacity_high_{inside}"], 50 + capacity * root / 20)
        np.testing.assert_allclose(found[f"capacity_low_{inside}"], np.maximum(0, 50 - capacity * root / 20))


def test_a_wild_short_history_is_told_by_wide_bands_and_a_calm_one_by_no_narrower_than_the_fallback() -> None:
    wild = said(stacked(*(flow(back, case_points=1000.0 + 900 * (back % 2)) for back in range(6)))).loc[("team", "T1")]
    calm = said(stacked(*(flow(back) for back in range(6)))).loc[("team", "T1")]
    # Of five changes of 900, the ones upwards are the larger in square roots of what was held before.
    assert wild["points_high_95"].iloc[0] == pytest.approx(1000 + 900)
    assert calm["points_high_80"].iloc[0] == pytest.approx(1000 + 2.8 * 1000**0.5)


# Bands


def noisy(weeks: int, teams: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Teams whose points jump about the 1,000 that are planned, and their organisation: offices of one team."""
    random = np.random.default_rng(4)
    flows = stacked(flow(0)).loc[[0] * weeks * teams].reset_index(drop=True)
    backs = np.tile(np.arange(weeks), teams)
    flows["as_at"] = pd.Series(pd.Timestamp(FRIDAY) - pd.to_timedelta(7 * backs, unit="D")).astype("datetime64[s]")
    flows["team_code"] = pd.Series([f"T{number}" for number in range(teams) for _ in range(weeks)], dtype="str")
    points = 1000.0 + random.normal(0, 50, weeks * teams).round()
    flows["case_points"] = points
    return flows, pd.DataFrame([team(f"T{number}", f"F{number}") for number in range(teams)])


def test_the_bands_hold_the_share_of_outcomes_they_say() -> None:
    flows, organisation = noisy(45, 600)
    origin = pd.Timestamp(FRIDAY - 5 * WEEK)
    made = said(flows[flows["as_at"].le(origin)], organisation).loc["team"].reset_index()
    made["on"] = made["on"].dt.date
    came = flows.assign(code=flows["team_code"], on=flows["as_at"].dt.date)[["code", "on", "case_points"]]
    for ahead in range(1, 6):
        one = made[made["weeks_ahead"].eq(ahead)].merge(came, on=["code", "on"])
        assert len(one) == 600
        for inside in (80, 95):
            held = one["case_points"].between(one[f"points_low_{inside}"], one[f"points_high_{inside}"]).mean()
            assert 100 * held == pytest.approx(inside, abs=4)


def test_the_band_holds_so_many_of_the_past_errors_by_the_finite_sample_rule() -> None:
    # 30 weeks: the forecasts of weeks 14 to 29 are scored, 16 one week ahead; of 16, the band must hold 17 x 80%: 14.
    jumps = {15: 10.0, 12: 20.0, 9: 30.0, 6: 40.0}
    rows = [flow(back, case_points=1000 + jumps.get(back, 0.0)) for back in range(30)]
    for row in rows:
        row |= dict.fromkeys(PLANNED, 1000.0)
    found = said(stacked(*rows)).loc[("team", "T1")]
    one = found.iloc[0]
    known = Weeks.of(stacked(*rows), ONE_TEAM, FRIDAY)
    made = run_off(known, SHIPPED).points[:, 0, 0]
    errors = sorted(abs(made[week] - known.total[week + 1, 0]) / made[week] ** 0.5 for week in range(13, 29))
    assert one["points_high_80"] - one["points"] == pytest.approx(errors[14 - 1] * one["points"] ** 0.5)
    # Of 16 errors none can stand for 95%: the largest, and the fallback at least.
    assert errors[-1] < SHIPPED.fallback_points_95["team"]
    assert one["points_high_95"] - one["points"] == pytest.approx(
        SHIPPED.fallback_points_95["team"] * one["points"] ** 0.5
    )
    # Four weeks ahead 13 errors are no more than 3 of their own, too few for 80%.
    four = found.iloc[3]
    assert four["points_high_80"] - four["points"] == pytest.approx(
        SHIPPED.fallback_points_80["team"] * 2 * four["points"] ** 0.5
    )


def test_errors_of_more_than_a_year_ago_widen_nothing() -> None:
    wild = [flow(back, case_points=1000.0 + 900 * (back % 2)) for back in range(70, 100)]
    planned = dict.fromkeys(PLANNED, 1100.0)
    calm = [flow(back, case_points=1000.0 + 50 * (back % 5), **planned) for back in range(70)]
    found = said(stacked(*calm, *wild)).loc[("team", "T1")]
    assert set(found["method"]) == {RUN_OFF}
    assert found["points_high_95"].iloc[0] < 1400
    longer = said(stacked(*calm, *wild), band_weeks=99).loc[("team", "T1")]
    assert longer["points_high_95"].iloc[0] > 1500


def test_errors_of_capacity_widen_its_band_though_points_never_err() -> None:
    rows = [flow(back, available_0=2000.0 + 400 * (back % 2)) for back in range(40)]
    one = said(stacked(*rows)).loc[("team", "T1")].iloc[0]
    assert one["points_high_80"] == pytest.approx(1000)
    assert one["capacity_high_80"] > one["capacity_percentage"] + 3


def test_the_wide_band_is_never_inside_the_narrow_one_and_nothing_falls_below_none() -> None:
    flows, organisation = noisy(30, 3)
    found = said(flows, organisation)
    for what in ("points", "capacity"):
        low, high = f"{what}_low", f"{what}_high"
        assert (found[f"{low}_95"] <= found[f"{low}_80"]).all()
        assert (found[f"{high}_80"] <= found[f"{high}_95"]).all()
        assert (found[f"{low}_95"] >= 0).all()


# Units that come and go, and the whole


def test_a_new_team_gets_its_share_of_the_cluster_and_a_former_one_is_gone() -> None:
    former = [dict(row, team_code="T0") for row in shared(20)]
    old, new = shared(20), flow(0, "T2", case_points=1020.0)
    new |= {f"arrived_{age}": 0.0 for age in range(1, 13)} | dict.fromkeys(PLANNED, 1000.0)
    found = said(stacked(*(row for row in former if row["as_at"] < FRIDAY), *old, new), TWO_TEAMS)
    assert set(found.loc["team"].index) == {"T1", "T2"}
    points = {code: found.loc[("team", code), "points"].iloc[0] for code in ("T1", "T2")}
    assert points["T2"] > 1000
    assert found.loc[("office", "F1"), "points"].iloc[0] == pytest.approx(points["T1"] + points["T2"])


def organised() -> pd.DataFrame:
    """Six teams in three offices, two clusters and one area, not in order."""
    places = [("T6", "F3", "C2"), ("T1", "F2", "C1"), ("T2", "F1", "C1"), ("T3", "F1", "C1"), ("T4", "F3", "C2")]
    return pd.DataFrame([team(*place) for place in [*places, ("T5", "F2", "C1")]])


@pytest.mark.parametrize("weeks", [3, 40])
def test_the_middles_of_the_parts_add_up_at_every_level(weeks: int) -> None:
    organisation = organised()
    rows = []
    for number in range(1, 7):
        one = lives(weeks, 5 + number, lambda back, size=number: 10.0 * size + back % 3)
        rows.append(one.assign(team_code=f"T{number}"))
    found = said(pd.concat(rows, ignore_index=True), organisation).reset_index()
    assert list(found.columns) == COLUMNS
    order = ["level", "code", "weeks_ahead"]
    assert found[order].equals(found.sort_values(order, ignore_index=True)[order])
    assert len(found) == 12 * (6 + 3 + 2 + 1 + 1)
    assert (found["on"].dt.date == [FRIDAY + ahead * WEEK for ahead in found["weeks_ahead"]]).all()
    teams = found[found["level"].eq("team")].merge(organisation, left_on="code", right_on="team_code")
    for level in ("office", "cluster", "area"):
        for what in ("points", "available_points"):
            parts = teams.groupby([f"{level}_code", "weeks_ahead"])[what].sum()
            whole = found[found["level"].eq(level)].set_index(["code", "weeks_ahead"])[what]
            np.testing.assert_allclose(whole, parts)


# The error of what was really said


def made(as_at: date, ahead: int, points: float, half: float, level: str = "office") -> dict[str, Any]:
    row = {"as_at": pd.Timestamp(as_at), "level": level, "code": "F1", "weeks_ahead": ahead, "points": points}
    row |= {"method": RUN_OFF}
    row |= {"points_low_80": points - half, "points_high_80": points + half}
    return row | {"points_low_95": points - 2 * half, "points_high_95": points + 2 * half}


def real(as_at: date, points: float, level: str = "office") -> dict[str, Any]:
    return {"as_at": pd.Timestamp(as_at), "level": level, "code": "F1", "total_points": points}


ACTUAL = pd.DataFrame([real(FRIDAY - 2 * WEEK, 100), real(FRIDAY - WEEK, 80), real(FRIDAY, 50)])


def test_forecasts_are_scored_against_what_came_about_and_against_no_change() -> None:
    stored = pd.DataFrame(
        [
            made(FRIDAY - 2 * WEEK, 1, 88, half=10),  # 80 came: 10% too high, inside; no change: 25% too high
            made(FRIDAY - WEEK, 1, 60, half=6),  # 50 came: 20% too high, in the wide band; no change: 60% too high
            made(FRIDAY - 2 * WEEK, 2, 40, half=1),  # 50 came: 20% too low, outside; no change: 100% too high
            made(FRIDAY, 1, 70, half=1),  # nothing to hold it against yet
            made(FRIDAY - WEEK, 1, 60, half=6, level="area"),
        ]
    )
    found = scores(stored, ACTUAL, RUN_OFF, FRIDAY)
    assert list(found.columns) == SCORE_COLUMNS
    assert found.to_numpy().tolist() == [
        ["office", 1, 2, pytest.approx(15), pytest.approx(42.5), pytest.approx(15), 50, 100],
        ["office", 2, 1, pytest.approx(20), pytest.approx(100), pytest.approx(-20), 0, 0],
    ]


def test_a_snapshot_on_another_day_of_the_week_still_answers_and_what_lies_ahead_does_not() -> None:
    tuesday = pd.DataFrame([real(FRIDAY - WEEK, 80), real(FRIDAY - timedelta(days=3), 50)])
    stored = pd.DataFrame([made(FRIDAY - WEEK, 1, 60, half=6)])
    assert scores(stored, tuesday, RUN_OFF, FRIDAY)["points_mape"].tolist() == [pytest.approx(20)]
    assert scores(stored, tuesday, RUN_OFF, FRIDAY - timedelta(days=4)).empty


def test_forecasts_of_another_method_than_the_one_shown_are_not_scored() -> None:
    stored = pd.DataFrame(
        [made(FRIDAY - 2 * WEEK, 1, 88, half=10), made(FRIDAY - WEEK, 1, 50, half=6) | {"method": LAST_VALUE}]
    )
    assert scores(stored, ACTUAL, RUN_OFF, FRIDAY)["points_mape"].tolist() == [pytest.approx(10)]
    assert scores(stored, ACTUAL, LAST_VALUE, FRIDAY)["points_mape"].tolist() == [pytest.approx(0)]


def test_nothing_said_yet_gives_no_scores() -> None:
    nothing = pd.DataFrame([made(FRIDAY, 1, 60, half=6)])
    found = scores(nothing.head(0), ACTUAL, RUN_OFF, FRIDAY)
    assert found.empty
    assert list(found.columns) == SCORE_COLUMNS
