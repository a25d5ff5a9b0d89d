"""Which units are hotspots, since when, with which proof; the scenarios of scenarios.txt, week by week."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alerts.detection.hotspots import COLUMNS, detect_hotspots
from alerts.detection.rules import Rule, load_rules
from alerts.detection.trends.unit_weeks import WeeksByLevel
from monitor.snapshots.store import Store, StoredFigures
from monitor.snapshots.tables import Snapshot
from monitor.snapshots.weeks.history import find_history, read_units
from tests.alerts.detection.test_rules import CONFIG, TODAY
from tests.alerts.detection.workloads import frame, past, unit

RULES = load_rules(CONFIG, TODAY)
FRIDAY = date(2026, 11, 20)
WEEK = timedelta(weeks=1)
THREE_DAYS = timedelta(days=3)
SCENARIOS = Path(__file__).parents[1] / "scenarios.txt"
WEEKLY = ("capacity", "unallocated", "late", "people", "expected", "span", "expect")


# Scenarios


@dataclass(frozen=True)
class Scenario:
    """One block of scenarios.txt. lines: the words of each weekly line by unit and key, one word a week."""

    title: str
    rule: str
    level: str
    points: dict[str, float]
    lines: dict[str, dict[str, list[str]]]

    @property
    def shown(self) -> tuple[str, ...]:
        """The rules of which the expected words tell."""
        return (self.rule, "watch") if self.rule == "over_threshold" else (self.rule,)

    @property
    def is_ranked(self) -> bool:
        return any("#" in word for week in range(self.weeks) for word in self.expected(week))

    @property
    def weeks(self) -> int:
        return len(next(iter(self.lines.values()))["expect"])

    def word(self, unit: str, key: str, week: int) -> str:
        return self.lines[unit][key][week] if key in self.lines[unit] else _UNSAID.get(key, "0")

    def expected(self, week: int) -> list[str]:
        return [lines["expect"][week] for lines in self.lines.values()]

    def is_missing(self, week: int) -> bool:
        return self.expected(week)[0] == "-"

    def has_two_in_a_week(self) -> bool:
        return any("/" in self.expected(week)[0] for week in range(self.weeks))

    def units(self, week: int, snapshot: int = 0, prefix: str = "") -> list[dict[str, Any]]:
        """The units in one snapshot of a week, of the first or the second; their codes start with the prefix."""
        found = []
        for name in self.lines:
            words = self.word(name, "capacity", week).split("/")
            capacity = words[min(snapshot, len(words) - 1)]
            if capacity != "gone":
                late, unallocated = (float(self.word(name, key, week)) for key in ("late", "unallocated"))
                figures = {"unallocated_cases": unallocated, "overdue": late, "high_risk_overdue": late}
                figures |= {"total_points": 0.0} if capacity == "idle" else {}
                load = None if capacity in ("none", "idle") else float(capacity)
                people, span = float(self.word(name, "people", week)), self.word(name, "span", week)
                expected = self.word(name, "expected", week)
                figures |= {"offender_managers": people, "spo_hours": 0.0 if span == "none" else 37.0}
                figures |= {"span": None if span == "none" else float(span)}
                figures |= {"forecast_percentage": None if expected == "unknown" else float(expected)}
                found.append(unit(self.level, prefix + name, load, self.points[name], **figures))
        return found


_UNSAID = {"capacity": "100", "people": "4", "expected": "unknown", "span": "4"}
"""What holds in every week where a line is left out; 0 for the others."""


def read_scenarios(text: str) -> list[Scenario]:
    """Every scenario of a text as scenarios.txt describes it; a line that cannot be read is an error that names it."""
    blocks: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if line[0] != " ":
            blocks.append([])
        blocks[-1].append(line.strip())
    return [_scenario(title, lines) for title, *lines in blocks]


def _scenario(title: str, lines: list[str]) -> Scenario:
    whole: dict[str, str] = {}
    points: dict[str, float] = {}
    weekly: dict[str, dict[str, list[str]]] = {}
    name = "the unit"
    for line in lines:
        key, *words = line.split()
        if key in ("rule", "level"):
            whole[key] = words[0]
        elif key == "unit":
            name = words[0]
        elif key == "points":
            points[name] = float(words[0])
        elif key in WEEKLY:
            weekly.setdefault(name, {})[key] = words
        else:
            raise ValueError(f"{title}: there is no line {key!r}")
    scenario = Scenario(title, whole["rule"], whole["level"], {one: points.get(one, 1000.0) for one in weekly}, weekly)
    for one, found in weekly.items():
        if {len(words) for words in found.values()} != {scenario.weeks}:
            raise ValueError(f"{title}: the lines of {one} are not of the same number of weeks")
    return scenario


ALL = read_scenarios(SCENARIOS.read_text(encoding="utf-8"))


def told(rows: pd.DataFrame, scenarios: Mapping[str, Scenario]) -> dict[str, str]:
    """What a week's hotspots say of each unit they name, in the words of scenarios.txt; its scenario by its code."""
    answer: dict[str, list[str]] = {code: [] for code in scenarios}
    for row in rows.to_dict("records"):
        scenario = scenarios[row["code"]]
        if row["rule"] not in scenario.shown:
            continue
        word = str(row["weeks"]) if row["status"] == "continuing" else f"{row['status']}:{row['weeks']}"
        word += "!" if row["escalated"] == row["weeks"] else ""
        word += f"#{row['rank']:.0f}" if scenario.is_ranked and row["rank"] > 0 else ""
        answer[row["code"]].append(word if row["rule"] == scenario.rule else "watch")
    return {code: " ".join(words) or "." for code, words in answer.items()}


def rules_of(*scenarios: Scenario) -> list[Rule]:
    """The rules of which the scenarios tell, and the one that says what is no longer only watched."""
    names = {name for scenario in scenarios for name in scenario.shown}
    return [rule for rule in RULES if rule.name in names or (rule.name == "over_threshold" and "watch" in names)]


def place(scenario: Scenario, week: int) -> tuple[object, ...]:
    """What can be judged together: the same weeks without a snapshot; by itself what is ranked or has peers."""
    missing = tuple(week - gap for gap in range(week) if scenario.is_missing(gap))
    return (scenario.title, week) if scenario.is_ranked or scenario.rule == "rising" else missing


@cache
def all_told() -> dict[str, str]:
    """What is told of every unit of every scenario in every week, by "title, week number: unit".

    Judging is done for many units at once, so a scenario of five weeks stands here as five sets of units, one for each
    of its weeks: the first has one week of history up to Friday, the last has five.
    """
    together: dict[tuple[object, ...], list[tuple[Scenario, int]]] = {}
    for scenario in ALL:
        for week in range(scenario.weeks):
            if not scenario.has_two_in_a_week() and not scenario.is_missing(week):
                together.setdefault(place(scenario, week), []).append((scenario, week))
    answer = {}
    for members in together.values():
        now: list[dict[str, Any]] = []
        earlier: dict[date, list[dict[str, Any]]] = {}
        codes: dict[str, Scenario] = {}
        for scenario, week in members:
            prefix = f"{scenario.title}, week {week}: "
            now += scenario.units(week, prefix=prefix)
            for before in range(week):
                if not scenario.is_missing(before):
                    frames = earlier.setdefault(FRIDAY - (week - before) * WEEK, [])
                    frames += scenario.units(before, prefix=prefix)
            codes |= {prefix + name: scenario for name in scenario.lines}
        answer |= told(
            detect_hotspots(rules_of(*codes.values()), WeeksByLevel(frame(*now), past(*earlier.items()), FRIDAY)), codes
        )
    return answer


@pytest.mark.parametrize("scenario", [one for one in ALL if not one.has_two_in_a_week()], ids=lambda one: one.title)
def test_scenario(scenario: Scenario) -> None:
    found = {
        name: [
            "-" if scenario.is_missing(week) else all_told()[f"{scenario.title}, week {week}: {name}"]
            for week in range(scenario.weeks)
        ]
        for name in scenario.lines
    }
    assert found == {name: lines["expect"] for name, lines in scenario.lines.items()}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("snapshots")
    opened = Store(f"sqlite:///{folder / 'hotspots.db'}", folder / "archive")
    yield opened
    opened.engine.dispose()


def keep(store: Store, as_at: date, units: pd.DataFrame, hotspots: pd.DataFrame) -> None:
    """Keep the units and hotspots of a snapshot; of the rest only what a snapshot cannot be without."""
    names = ("policy", "policy_fingerprint", "rules_fingerprint", "content_hash", "source", "source_hashes")
    blank = (
        dict.fromkeys(names, "")
        | {"weights_fingerprint": "weights"}
        | dict.fromkeys(("policy_json", "rules_json", "forecast_json", "history", "summary"), "{}")
    )
    snapshot = Snapshot(as_at=as_at, revision=1, created_at=datetime(2026, 11, 20, tzinfo=UTC), **blank)
    whole = units.assign(case_points=0.0, duty_points=0.0, unallocated_points=0.0, due_soon=0, band=None)
    timeliness = pd.DataFrame(columns=["level", "code", "rule", "fell_due", "on_time", "percentage", "band"])
    store.save(snapshot, StoredFigures(whole, hotspots.assign(episode=None), timeliness), [])


@pytest.mark.parametrize("number", range(sum(one.has_two_in_a_week() for one in ALL)))
def test_scenario_with_two_snapshots_in_a_week(store: Store, number: int) -> None:
    """The real store chooses the past; each scenario has ten years of its own in it."""
    scenario = [one for one in ALL if one.has_two_in_a_week()][number]
    friday = FRIDAY - number * 520 * WEEK
    found = []
    for week, expected in enumerate(scenario.lines["the unit"]["expect"]):
        days = [friday] if "/" not in expected else [friday - THREE_DAYS, friday]
        words = []
        for snapshot, day in enumerate(days):
            as_at = day + week * WEEK
            units = frame(*scenario.units(week, snapshot))
            rows = detect_hotspots(
                rules_of(scenario),
                WeeksByLevel(units, read_units(store, find_history(store, as_at), "weights"), as_at),
            )
            words.append(told(rows, {"the unit": scenario})["the unit"])
            keep(store, as_at, units, rows)
        found.append("/".join(words))
    assert found == scenario.lines["the unit"]["expect"]


def test_the_scenarios_look_at_every_rule() -> None:
    assert {one.rule for one in ALL} == {rule.name for rule in RULES}
    assert len({one.title for one in ALL}) == len(ALL)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Title\n  rule watch\n  level office\n  capacity 1 2\n  expect .\n", "not of the same number of weeks"),
        ("Title\n  rule watch\n  level office\n  load 1\n  expect .\n", "there is no line 'load'"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_an_error_that_names_it(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"Title: .*{message}"):
        read_scenarios(text)


# Figures of a hotspot

CODES = ("F1", "F2", "F3")


def judged(*units: dict[str, Any], history: pd.DataFrame | None = None, rules: Sequence[str] = ()) -> pd.DataFrame:
    """This week's hotspots by the rules named, or by all."""
    wanted = [rule for rule in RULES if rule.name in rules or not rules]
    return detect_hotspots(wanted, WeeksByLevel(frame(*units), past() if history is None else history, FRIDAY))


def only(rule: str, *units: dict[str, Any], history: pd.DataFrame) -> dict[str, Any]:
    """The one hotspot of a rule; None for what it leaves out."""
    found: list[dict[Any, Any]] = judged(*units, history=history, rules=[rule]).to_dict("records")
    assert len(found) == 1
    return {str(key): None if pd.isna(value) else value for key, value in found[0].items()}


def weeks_before(*capacities: float, **given: Any) -> pd.DataFrame:
    """The office F1 in the weeks before this one, oldest first."""
    first = FRIDAY - len(capacities) * WEEK
    return past(*((first + week * WEEK, [unit("office", "F1", load, **given)]) for week, load in enumerate(capacities)))


def test_other_weights_move_every_unit_at_once_and_are_no_rise() -> None:
    levels = (96.0, 97.0) * 8
    three = past(
        *(
            (FRIDAY - (len(levels) - week) * WEEK, [unit("office", code, load, offender_managers=8) for code in CODES])
            for week, load in enumerate(levels)
        )
    )
    heavier = [unit("office", code, 112.0, offender_managers=8) for code in CODES]
    assert len(judged(*heavier, history=three, rules=["rising"])) == len(CODES)
    weighed_otherwise = three.assign(comparable_percentage=float("nan"))
    assert judged(*heavier, history=weighed_otherwise, rules=["rising"]).empty


def test_a_line_goes_on_over_a_change_of_weights_and_its_reason_gives_the_date() -> None:
    before = weeks_before(125, 125, 125).assign(comparable_percentage=float("nan"))
    hot = judged(unit("office", "F1", 118), history=before, rules=["over_threshold"]).iloc[0]
    assert (hot["status"], hot["weeks"], pd.isna(hot["change"])) == ("continuing", 4, True)
    assert f"the weights changed on {FRIDAY}, and each week counts by its own" in hot["reason"]
    began = judged(
        unit("office", "F1", 118),
        history=weeks_before(95, 95, 95).assign(comparable_percentage=float("nan")),
        rules=["watch"],
    ).iloc[0]
    assert f"began on {FRIDAY}, when the weights changed" in began["reason"]
    alike = judged(unit("office", "F1", 118), history=weeks_before(125, 125, 125), rules=["over_threshold"]).iloc[0]
    assert "weights" not in alike["reason"]
    assert alike["change"] == pytest.approx(-7)


def test_what_was_expected_under_other_weights_is_neither_said_again_nor_cleared() -> None:
    before = weeks_before(105, 105, forecast_percentage=115)
    office = unit("office", "F1", 105, forecast_percentage=float("nan"))
    assert len(judged(office, history=before, rules=["forecast_over"]))
    otherwise = before.assign(comparable_percentage=float("nan"))
    assert judged(office, history=otherwise, rules=["forecast_over"]).empty


def test_a_hotspot_has_the_figures_that_prove_it() -> None:
    office = unit("office", "F1", 118, 4500, overdue=9, high_risk_overdue=4, name="Northtown", parent_code="C1")
    row = only("over_threshold", office, history=weeks_before(104, 112, 115.5, name="Southtown"))
    reason = row.pop("reason")
    assert row == {
        "rule": "over_threshold",
        "level": "office",
        "code": "F1",
        "name": "Northtown",
        "status": "new",
        "weeks": 3,
        "since": pd.Timestamp(FRIDAY - 2 * WEEK),
        "value": 118,
        "threshold": 110,
        "change": 2.5,
        "usual": None,
        "low": None,
        "high": None,
        "weeks_ahead": None,
        "total_points": 5310,
        "available_points": 4500,
        "overdue": 9,
        "high_risk_overdue": 4,
        "explained_by": None,
        "explained_by_level": None,
        "running": 3,
        "escalated": None,
        "rank": None,
    }
    assert reason == (
        "118.0% of capacity (5,310 of 4,500 points), over 110% for 3 weeks; "
        "1 of 4 offender managers over the red line; 9 assessments overdue, 4 of them high RoSH"
    )


def test_value_and_threshold_are_what_the_rule_looks_at() -> None:
    rows = judged(
        unit("office", "F1", 112, high_risk_overdue=3, unallocated_cases=2),
        unit("office", "F2", None),
        unit("office", "F3", 84),
        history=past(*((FRIDAY - week * WEEK, [unit("office", "F3", 84)]) for week in (1, 2, 3))),
    )
    assert [(row.rule, row.code, row.value, row.threshold) for row in rows.itertuples()] == [
        ("hot_and_late", "F1", 3, 1),
        ("no_capacity", "F2", 500, 0),
        ("spare_capacity", "F3", 84, 85),
        ("unallocated", "F1", 2, 0),
        ("watch", "F1", 112, 110),
    ]


def test_no_capacity_is_for_absence_and_for_cases_of_nobody_not_for_a_target_of_nought() -> None:
    at_work = {"offender_managers_without_hours": 0, "contracted_hours": 37.0}
    units = [
        unit("office", "F1", None, **at_work),
        unit("office", "F2", None, **at_work | {"offender_managers_without_hours": 1}),
        unit("office", "F3", None, **at_work, unallocated_cases=1),
        unit("office", "F4", None),
    ]
    rows = judged(*units, rules=["no_capacity"])
    assert rows["code"].tolist() == ["F2", "F3", "F4"]
    assert [reason.split("; ")[0] for reason in rows["reason"]] == [
        "no capacity: 500 points held and no points expected (target 0)",
        "no capacity: 500 points held and no points expected (target 0)",
        "no capacity: 500 points held and no available hours",
    ]


def test_no_capacity_clears_when_the_holder_is_at_work_again_with_a_target_of_nought() -> None:
    history = past((FRIDAY - WEEK, [unit("offender_manager", "S", None)]))
    back = unit("offender_manager", "S", None, offender_managers_without_hours=0, contracted_hours=37.0)
    row = only("no_capacity", back, history=history)
    assert (row["status"], row["reason"].split("; ")[0]) == (
        "cleared",
        "no capacity: 500 points held and no points expected (target 0)",
    )


def test_the_change_is_since_the_snapshot_before_and_unknown_without_one() -> None:
    history = past((FRIDAY - 3 * WEEK, [unit("office", "F1", 115), unit("office", "F3", None)]))
    now = [unit("office", code, 112) for code in ("F1", "F2", "F3")]
    rows = judged(*now, history=history, rules=["watch"])
    assert rows["change"].fillna(0).tolist() == [-3, 0, 0]
    assert rows["change"].isna().tolist() == [False, True, True]
    assert judged(*now, rules=["watch"])["change"].isna().all()


def test_a_continuing_hotspot_keeps_its_first_week_and_says_how_long_it_has_been_over_without_a_break() -> None:
    row = only("over_threshold", unit("office", "F1", 112), history=weeks_before(112, 112, 112, 108, 112))
    assert (row["status"], row["weeks"], row["running"], row["since"].date()) == ("continuing", 6, 2, FRIDAY - 5 * WEEK)
    assert "6 weeks since it went over 110%, over it for the last 2 weeks" in row["reason"]


def test_a_cleared_hotspot_keeps_its_first_week_and_says_how_long_it_lasted() -> None:
    row = only("over_threshold", unit("office", "F1", 104), history=weeks_before(100, 112, 112, 112, 104, 104))
    assert (row["status"], row["weeks"], row["since"].date()) == ("cleared", 5, FRIDAY - 5 * WEEK)
    assert row["reason"].startswith("104.0% of capacity (1,040 of 1,000 points), cleared after 5 weeks")


def test_a_unit_that_has_gone_is_cleared_under_its_last_name_without_figures() -> None:
    history = pd.concat(
        [weeks_before(112, 112, 112, 112, name="Old name").head(3), weeks_before(112, name="Northtown")]
    )
    row = only("over_threshold", unit("office", "F2"), history=history)
    assert (row["code"], row["name"], row["status"], row["weeks"]) == ("F1", "Northtown", "cleared", 4)
    assert [row[figure] for figure in ("value", "change", "total_points", "available_points")] == [None] * 4
    assert (row["overdue"], row["high_risk_overdue"], row["reason"]) == (0, 0, "no longer in the extract")


def test_the_reason_names_the_weeks_without_figures_since_it_began() -> None:
    history = past(*((FRIDAY - week * WEEK, [unit("office", "F1", 112)]) for week in (6, 4)))
    row = only("over_threshold", unit("office", "F1", 112), history=history)
    assert (row["status"], row["weeks"], row["since"].date()) == ("new", 3, FRIDAY - 6 * WEEK)
    assert row["reason"].endswith(
        "no figures for the weeks of 2026-10-12, 2026-10-26, 2026-11-02 and 2026-11-09, which count neither way"
    )


def test_units_of_one_code_are_told_apart_by_their_level() -> None:
    history = past((FRIDAY - WEEK, [unit("office", "N", 130), unit("cluster", "N", 90)]))
    rows = judged(unit("office", "N", 112), unit("cluster", "N", 111), history=history, rules=["watch"])
    assert {row.level: (row.status, row.change) for row in rows.itertuples()} == {
        "office": ("continuing", -18),
        "cluster": ("new", 21),
    }


def test_a_hotspot_folds_under_the_unit_it_belongs_to() -> None:
    rows = judged(
        unit("offender_manager", "P", 115, parent_code="T1"),
        unit("team", "T1", 100, parent_code="F1"),
        unit("office", "F1", 112, parent_code="C1"),
        unit("cluster", "C1", 108, parent_code="A1"),
        rules=["watch"],
    ).set_index("code")
    assert rows.loc["P", ["explained_by_level", "explained_by"]].tolist() == ["office", "F1"]
    assert rows.loc["F1", ["explained_by_level", "explained_by"]].isna().all()


def test_what_is_watched_folds_under_a_unit_that_is_a_hotspot_already() -> None:
    history = past(*((FRIDAY - week * WEEK, [unit("office", "F1", 112)]) for week in (1, 2)))
    units = (unit("team", "T1", 115, parent_code="F1"), unit("office", "F1", 112))
    rows = judged(*units, history=history, rules=["watch", "over_threshold"])
    assert rows[["rule", "code"]].to_numpy().tolist() == [["over_threshold", "F1"], ["watch", "T1"]]
    assert rows["explained_by"].tolist()[1] == "F1"


def test_a_ranked_hotspot_gives_its_rank_in_its_reason_and_a_cleared_one_has_none() -> None:
    history = past((FRIDAY - WEEK, [unit("office", "F2", 112, high_risk_overdue=1)]))
    units = (unit("office", "F1", 112, overdue=3, high_risk_overdue=2), unit("office", "F2", 108))
    found = judged(*units, history=history, rules=["hot_and_late"]).set_index("code")
    assert found["reason"].to_dict() == {
        "F1": "rank 1 of 1: 2 overdue assessments of high RoSH cases, 120 points over capacity; "
        "112.0% of capacity (1,120 of 1,000 points); 1 of 4 offender managers over the red line; "
        "3 assessments overdue, 2 of them high RoSH",
        "F2": "108.0% of capacity (1,080 of 1,000 points); 1 of 4 offender managers over the red line",
    }
    assert found["status"].to_dict() == {"F1": "new", "F2": "cleared"}
    assert found["rank"].fillna(0).to_dict() == {"F1": 1, "F2": 0}


def test_hotspots_of_the_levels_of_each_rule_are_listed_by_rule_level_and_code() -> None:
    levels = ("team", "post", "office", "offender_manager", "cluster", "area", "all")
    rows = judged(
        *(unit(level, "U2", 130, high_risk_overdue=2, unallocated_cases=1) for level in levels), unit("team", "U1", 130)
    )
    assert rows[["rule", "level", "code"]].to_numpy().tolist() == [
        ["hot_and_late", "offender_manager", "U2"],
        ["hot_and_late", "office", "U2"],
        ["unallocated", "office", "U2"],
        ["unallocated", "team", "U2"],
        ["watch", "cluster", "U2"],
        ["watch", "offender_manager", "U2"],
        ["watch", "office", "U2"],
        ["watch", "team", "U1"],
        ["watch", "team", "U2"],
    ]
    assert list(rows.columns) == COLUMNS
    assert rows.index.tolist() == list(range(9))
    assert str(rows["since"].dtype) == "datetime64[s]"


def test_a_week_without_a_hotspot_has_the_same_columns_and_no_rows() -> None:
    rows = judged(unit("office", "F1", 100), history=weeks_before(100, 100), rules=["over_threshold", "hot_and_late"])
    assert (len(rows), list(rows.columns)) == (0, COLUMNS)


def test_the_order_in_which_the_past_is_read_makes_no_difference() -> None:
    history = weeks_before(112, 112, 108, 112)[::-1]
    row = only("watch", unit("office", "F1", 112), history=history)
    assert (row["weeks"], row["since"].date(), row["change"]) == (2, FRIDAY - WEEK, 0)
