"""A plan as it is stored, and read again."""

from monitor.redistribution.results.record import PlanRecord, record_plan

from ...conftest import Home
from ..service import moves_of, plan_for, unmoved_of

SOME = "changes:\n  - pin: {om_code: P08}\n  - absent: {om_code: P07, until: 2026-11-01}\nlimits: {elective_moves: 3}\n"


def test_a_record_read_again_is_the_record(service: Home) -> None:
    record = record_plan(plan_for(service, SOME))
    again = PlanRecord.from_bytes(record.to_bytes(), record.figures.model_dump_json())
    assert (again.figures, again.remarks) == (record.figures, record.remarks)
    assert again.tables.keys() == record.tables.keys()
    for name, table in record.tables.items():
        assert again.tables[name].to_csv() == table.to_csv(), name


def test_the_same_record_is_the_same_bytes(service: Home) -> None:
    plan = plan_for(service, SOME)
    assert record_plan(plan).to_bytes() == record_plan(plan).to_bytes()


def test_a_record_holds_the_moves_with_names_what_stays_and_the_units_of_every_side(service: Home) -> None:
    plan = plan_for(service, SOME)
    tables = record_plan(plan).tables
    moves = moves_of(plan)
    assert tables["moves"][moves.columns.tolist()].equals(moves)
    assert tables["moves"]["to_name"].notna().all()
    assert tables["unmoved"].drop(columns="accepted_risk").equals(unmoved_of(plan))
    assert tables["unmoved"]["accepted_risk"].isna().all()
    assert set(tables["units"]["side"]) == {"at_start", "before", "after"}
