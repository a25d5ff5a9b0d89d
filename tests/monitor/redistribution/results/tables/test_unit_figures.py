"""The figures of units before and after a plan."""

from monitor.redistribution.results.tables.metrics import measure
from monitor.redistribution.results.tables.people import tabulate_people
from monitor.redistribution.results.tables.unit_figures import count_over_line, units_after, units_before

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


def test_a_cluster_has_as_many_people_over_the_line_as_the_plan_over_it(service: Home) -> None:
    # P03 is away, and so keeps points of a duty without any hours.
    plan = plan_for(service, "changes:\n  - absent: {om_code: P03, from: 2026-11-01, until: 2027-01-31}\n")
    for units, holder in ((units_before(plan), plan.problem.start), (units_after(plan), plan.solution.holder)):
        cluster = units[units["level"].eq("cluster") & units["code"].eq("C1")]
        assert cluster["without_hours"].item() > 0
        assert count_over_line(cluster).item() == measure(plan.problem, holder).over_line
