"""Which team has spare capacity for which kind of case."""

import pytest

from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.results.tables.spare_capacity import COLUMNS, find_spare_capacity

from ....conftest import Home
from ...service import plan_for


def test_room_is_what_people_may_still_take_below_the_line(service: Home) -> None:
    plan = plan_for(service)
    table = find_spare_capacity(plan.problem)
    assert list(table.columns) == COLUMNS
    people = tabulate_people(plan).set_index("om_code")
    mine = table[table["team_code"].eq("T4") & table["case_team_type"].eq("ppu")]
    free = people.loc["P07", "before_available_points"] - people.loc["P07", "before_points"]
    assert mine["points_free"].to_list() == pytest.approx([free] * len(mine))
    assert (mine["cases"] == (free // mine["average_points"]).astype(int)).all()
    assert set(mine["people"]) == {1}


def test_only_who_may_take_a_case_has_room_for_it(service: Home) -> None:
    table = find_spare_capacity(plan_for(service).problem, 150).set_index(
        ["team_code", "case_team_type", "tier", "rosh"]
    )
    assert table.loc[("T3", "omu", "4", "high or very high"), "people"] == 1
    assert table.loc[("T3", "omu", "1", "low or medium"), "people"] == 2
    assert "omu" not in table.loc["T4"].index.get_level_values("case_team_type")
    wider = plan_for(service, "changes:\n  - widen: {team_type: ppu, takes: [omu]}\n")
    assert "omu" in find_spare_capacity(wider.problem).query("team_code == 'T4'")["case_team_type"].to_list()


def test_nobody_at_the_line_has_room(service: Home) -> None:
    problem = plan_for(service).problem
    low, usual, high = (find_spare_capacity(problem, line)["cases"].sum() for line in (1, 100, 300))
    assert low == 0
    assert high > usual
