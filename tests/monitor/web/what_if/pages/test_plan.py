"""What a plan shows, as a whole, in files and on paper."""

import json
import re

from monitor.redistribution.repository import PlanState
from monitor.redistribution.results.record import PlanRecord
from monitor.web.what_if.worker import FURTHER
from tests.monitor.conftest import everything_in

from ..planner import Planner


def test_a_plan_is_found_kept_and_told_with_its_verdict_first(planner: Planner) -> None:
    before = everything_in(planner.home)
    planner.app.state.planning.further = FURTHER
    path = planner.new()
    plan = planner.solved(path)
    page = planner.get(plan)
    row = planner.plan(plan)
    figures = json.loads(row.figures or "")
    lead = page.partition('govuk-body-l">')[2].partition("</p>")[0]
    assert re.match(r"\d+ moves? ", lead)
    assert "proven" in lead
    assert (row.state, row.step, row.snapshot_id) == (PlanState.DONE, "", planner.row(path).snapshot_id)
    assert (row.policy_fingerprint, row.prices_fingerprint) == (
        figures["policy_fingerprint"],
        figures["prices_fingerprint"],
    )
    assert set(PlanRecord.from_bytes(row.answer, row.figures or "").tables) >= {
        *("moves", "people", "unmoved", "units"),
        *("trade_off", "recruitment", "recruits", "spare_capacity"),
    }
    for move in planner.rows(plan, "moves"):
        assert move["crn"] in page
        assert move["reason"][0].upper() + move["reason"][1:] in page
    assert "The best that so many moves by choice can do" in page
    assert "Hours to recruit, by where they would all be" in page
    assert "no limit on new cases per person and week (the plan: 6)" in page
    left = figures["after"]["over_line"]
    assert f"The plan above keeps its limits and leaves {left} {'person' if left == 1 else 'people'} over 110%." in page
    assert "Points over 110%" in page
    assert "Spare capacity up to 100% before any move" in page
    listed = planner.get("/what-if")
    assert "Two away" in listed
    assert "Found" in listed
    assert everything_in(planner.home) == before


def test_every_table_can_be_taken_along_and_no_name_is_a_formula(planner: Planner) -> None:
    plan = planner.solved(planner.new("all/"))
    page = planner.get(plan)
    tables = set(re.findall(r"table=(\w+)", page))
    assert tables >= {"moves", "people", "units"}
    for table in tables:
        for form in ("csv", "xlsx"):
            assert planner.browser.get(plan, params={"table": table, "format": form}).status_code == 200
    names = {row["name"] for row in planner.rows(plan, "people")}
    assert "'+Bo Plussington" in names
    assert all(name[:1] not in "=+-@" for name in names)
    wanted = "crn,from_om_code,from_team_code,to_om_code,to_team_code,tier,rosh,setting,points,forced,cost,week,reason"
    headings = planner.browser.get(plan, params={"table": "moves", "format": "csv"}).text.splitlines()[0]
    assert headings == f"\ufeffas_at,{wanted},from_name,to_name,kind,over_line,holder_changes,accepted_risk"
    planner.get(plan, 404, table="nonsense", format="csv")
