"""What a form says becomes a change, and limits."""

from typing import Any

from monitor.redistribution.scenario.yaml_file import read_scenario

from .planner import Planner, number_in

CHANGES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("absent", {"om_code": "M1", "reason": "sickness"}, {"absent": {"om_code": "M1", "reason": "sickness"}}),
    (
        "absent",
        {
            "om_code": "M2",
            "reason": "other",
            "from-day": "1",
            "from-month": "11",
            "from-year": "2026",
            "until-day": "24",
            "until-month": "12",
            "until-year": "2026",
        },
        {"absent": {"om_code": "M2", "from": "2026-11-01", "until": "2026-12-24", "reason": "other"}},
    ),
    (
        "joins",
        {"team_code": "T2", "grade": "PO", "contracted_hours": "22.2", "name": "New Hand"},
        {"joins": {"team_code": "T2", "grade": "PO", "contracted_hours": 22.2, "name": "New Hand"}},
    ),
    ("leaves", {"om_code": "M1", "team_code": "T2"}, {"leaves": {"om_code": "M1", "team_code": "T2"}}),
    (
        "hours",
        {"post": '["M2", "T2"]', "contracted_hours": "30"},
        {"hours": {"om_code": "M2", "team_code": "T2", "contracted_hours": 30.0}},
    ),
    ("team", {"team_code": "T2", "to_office": "O2"}, {"team": {"team_code": "T2", "to_office": "O2"}}),
    (
        "widen",
        {"team_type": "custody", "takes": ["omu", "ppu"]},
        {"widen": {"team_type": "custody", "takes": ["omu", "ppu"]}},
    ),
    (
        "policy",
        {"number": '["tier_points", "4", "community"]', "value": "90"},
        {"policy": {"tier_points": {"4": {"community": 90.0}}}},
    ),
    ("policy", {"number": '["default_hours"]', "value": "35"}, {"policy": {"default_hours": 35.0}}),
    (
        "arrivals",
        {"team_code": "T1", "cases": "3", "tier": "3", "rosh": "medium", "setting": "community"},
        {"arrivals": {"team_code": "T1", "tier": "3", "rosh": "medium", "setting": "community", "cases": 3}},
    ),
    ("threshold", {"over": "115%"}, {"threshold": {"over": 115.0}}),
    (
        "move",
        {"crn": " X000103 ", "post": '["M2", "T2"]'},
        {"move": {"crn": "X000103", "to_om_code": "M2", "to_team_code": "T2"}},
    ),
    ("pin", {"crn": "X000103"}, {"pin": {"crn": "X000103"}}),
    ("pin-person", {"om_code": "M3"}, {"pin": {"om_code": "M3"}}),
    ("bar", {"crn": "X000103", "om_code": "M2"}, {"bar": {"crn": "X000103", "om_code": "M2"}}),
]


def test_every_change_is_made_by_a_form_and_taken_out_again(planner: Planner) -> None:
    path = planner.new()
    for kind, form, expected in CHANGES:
        planner.get(f"{path}/add/{kind}")
        assert planner.send(f"{path}/add/{kind}", **form) == f"{path}?said=added"
        scenario = read_scenario(planner.row(path).text, "kept")
        (change,) = scenario.changes
        assert change.model_dump(mode="json", by_alias=True, exclude_unset=True) == expected
        page = planner.get(path, said="added")
        assert "The change is in the list." in page
        assert f"Change {len(scenario.changes)}" in page
        planner.send(f"{path}/remove", place=1, version=planner.row(path).version)
        assert read_scenario(planner.row(path).text, "kept").changes == ()


def day(name: str, year: str, month: str, number: str) -> dict[str, str]:
    return {f"{name}-day": number, f"{name}-month": month, f"{name}-year": year}


def test_a_plan_is_for_a_later_day_and_a_change_that_begins_by_then_is_taken(planner: Planner) -> None:
    path = planner.new()
    sick = {"om_code": "M1", "reason": "sickness", **day("from", "2026", "12", "1")}
    page = planner.send(f"{path}/add/absent", 400, **sick)
    assert "write plan_for: 2026-12-01 in the scenario to plan for that day" in page
    assert 'id="from-error"' in page
    assert planner.send(f"{path}/plan-for", **day("plan_for", "2026", "12", "1")) == f"{path}?said=day"
    assert "The plan is for 1 December 2026" in planner.get(path)
    assert 'value="2026"' in planner.get(f"{path}/plan-for")
    assert planner.send(f"{path}/add/absent", **sick) == f"{path}?said=added"
    assert "M1" in {move["from_om_code"] for move in planner.rows(planner.solved(path), "moves")}
    assert "Change 1: 2026-12-01 is after the as-at date" in planner.send(f"{path}/plan-for", 400)
    planner.send(f"{path}/remove", place=1)
    planner.send(f"{path}/plan-for")
    assert read_scenario(planner.row(path).text, "kept").plan_for is None


def test_a_day_that_is_over_or_is_none_is_no_day_of_a_plan(planner: Planner) -> None:
    path = planner.new()
    for wrong, says in (
        (day("plan_for", "2026", "11", "1"), "2026-11-01 is before the as-at date 2026-11-20"),
        (day("plan_for", "2026", "2", "31"), "Day of the plan must be a real date"),
        (day("plan_for", "9999", "1", "1"), "is not a date from 1900 to 2199"),
    ):
        assert says in planner.send(f"{path}/plan-for", 400, **wrong)
    assert planner.row(path).version == 1
    page = planner.send(f"{path}/plan-for", 409, version=7, **day("plan_for", "2026", "12", "1"))
    assert "Which day is the plan for?" in page
    assert 'value="12"' in page


def test_limits_are_set_shown_and_checked(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/limits", elective_moves="60", gap="0.1", peak_first="yes", seconds="20", intake="", weeks="2")
    limits = read_scenario(planner.row(path).text, "kept").limits.model_dump(exclude_unset=True)
    assert limits == {"elective_moves": 60, "weeks": 2, "seconds": 20.0, "gap": 0.001, "peak_first": True}
    page = planner.get(path)
    for says in ("At most 60", "At most 6", "20 seconds", "0.1%", "At least 2, more if they are needed"):
        assert says in page
    assert 'value="0.1"' in planner.get(f"{path}/limits")
    page = planner.send(f"{path}/limits", 400, elective_moves="-1", gap="200", seconds="121")
    assert "Most moves by choice must be a whole number, like 60, or no limit" in page
    assert "The longest time must be 120 or less" in planner.send(f"{path}/limits", 400, seconds="121")
    assert "should be less than or equal to 1" in planner.send(f"{path}/limits", 400, gap="200")


def test_moves_by_choice_are_none_by_default_with_an_absence_and_may_be_without_limit(planner: Planner) -> None:
    path = planner.new()
    assert "No limit" in planner.get(path)
    planner.send(f"{path}/add/absent", om_code="M2", reason="sickness")
    assert "At most 0" in planner.get(path)
    assert "Left empty, it is 0 if someone is absent or leaves, and no limit otherwise" in planner.get(f"{path}/limits")
    for typed in ("no limit", "No Limit"):
        planner.send(f"{path}/limits", elective_moves=typed)
        assert read_scenario(planner.row(path).text, "kept").limits.elective_moves == "no limit"
        assert "No limit" in planner.get(path)
        assert 'value="no limit"' in planner.get(f"{path}/limits")
    planner.send(f"{path}/limits", elective_moves="1,000")
    assert "At most 1,000" in planner.get(path)


def test_a_margin_is_set_with_the_limits_and_kept_when_others_change(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/limits", margin="7.5")
    assert read_scenario(planner.row(path).text, "kept").limits.margin == 7.5
    assert "7.5 percentage points" in planner.get(path)
    assert 'value="7.5"' in planner.get(f"{path}/limits")
    assert "should be less than or equal to 100" in planner.send(f"{path}/limits", 400, margin="101")


def test_draws_are_asked_for_with_the_limits_and_left_out_again(planner: Planner) -> None:
    path = planner.new()
    planner.send(f"{path}/limits", weeks="2", robust="50")
    scenario = read_scenario(planner.row(path).text, "kept")
    assert (scenario.robust, scenario.limits.weeks) == (50, 2)
    assert 'value="50"' in planner.get(f"{path}/limits")
    assert "50 draws of the next 8 weeks" in planner.get(path)
    assert "should be less than or equal to 2000" in planner.send(f"{path}/limits", 400, robust="2001")
    plan = planner.solved(path)
    assert "Draws in which no one is over 110%, of 50 draws of 8 weeks" in planner.get(plan)
    number = number_in(plan)
    assert "Draws with no one over the line" in planner.get("/what-if/compare", a=number, b=number)
    planner.send(f"{path}/limits", weeks="2", robust="")
    assert read_scenario(planner.row(path).text, "kept").robust is None
    assert "draws of the next 8 weeks" not in planner.get(path)
