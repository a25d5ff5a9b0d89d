"""The figures of units before and after a plan."""

from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.results.tables.unit_figures import units_after, units_before

from ....conftest import Home
from ...service import moves_of, plan_for


def test_no_case_is_lost_and_the_points_of_all_stay_what_they_were(service: Home) -> None:
    plan = plan_for(service)
    before, after = (units.set_index("level").loc["all"] for units in (units_before(plan), units_after(plan)))
    assert after["cases"] == before["cases"] == 151
    assert (before["unallocated_cases"], after["unallocated_cases"]) == (2, 0)
    assert after["points"] == before["points"]
    assert tabulate_people(plan)["given"].sum() == moves_of(plan)["from_om_code"].notna().sum()
    assert tabulate_people(plan)["taken"].sum() == len(moves_of(plan))
