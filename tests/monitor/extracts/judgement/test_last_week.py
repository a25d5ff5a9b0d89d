"""What last week's extract had and this one has not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from monitor.extracts.judgement.last_week import LastWeek, column_losses, count_kinds, other_changes
from tiering.caseload import TABLES

LAST = date(2026, 11, 13)
FILLED = {("cases", "rosh"): 960, ("cases", "release_on"): 1000, ("cases", "mappa_level"): 40, ("cases", "prolific"): 3}
ROWS = {"cases": 1000, "duties": 30}
WEEK = LastWeek(LAST, 1000, ROWS, ROWS, FILLED)


def losses(filled: dict[str, int], missing: tuple[str, ...] = (), rows: int = 1000, last: LastWeek = WEEK) -> list[str]:
    every = {"rosh": 960, "release_on": 1000, "mappa_level": 40, "prolific": 3} | filled
    return [loss.says for loss in column_losses("cases", "cases.csv", rows, every, list(missing), ["Risk"], last)]


def test_a_column_with_values_may_not_go_missing_however_few_it_had() -> None:
    (says,) = losses({"prolific": 0}, missing=("prolific",))
    assert says == (
        "cases.prolific: the column is missing in cases.csv; on 13 November 2026 3 rows of 1,000 had a value; add it, "
        "or map its heading with --columns (headings left over: Risk) or, if it is right so, run again with "
        "--accept-missing cases.prolific"
    )


def test_an_empty_column_is_a_loss_unless_it_had_few_values() -> None:
    (says,) = losses({"rosh": 0})
    assert says.startswith("cases.rosh: is empty in cases.csv; on 13 November 2026 960 rows of 1,000 had a value; fill")
    assert losses({"prolific": 0}) == []


@pytest.mark.parametrize(
    ("column", "now", "lost"),
    [
        ("rosh", 940, False),
        ("rosh", 769, False),
        ("rosh", 767, True),
        ("release_on", 801, False),
        ("release_on", 799, True),
        ("mappa_level", 30, False),
        ("mappa_level", 16, False),
        ("mappa_level", 14, True),
    ],
)
def test_a_share_may_fall_by_a_fifth_and_that_of_a_sparse_column_by_chance(column: str, now: int, lost: bool) -> None:
    assert bool(losses({column: now})) is lost


def test_shares_are_compared_and_not_numbers() -> None:
    half = {"rosh": 480, "release_on": 500, "mappa_level": 20}
    assert losses(half, rows=500) == []


def test_nothing_is_lost_without_a_last_week() -> None:
    assert losses({"rosh": 0}, missing=("rosh",), last=LastWeek()) == []


def test_a_table_that_is_gone_or_empty_is_a_loss() -> None:
    gone = [loss.says for loss in column_losses("duties", "", 0, {}, [], [], WEEK)]
    assert gone == [
        "duties: the table is missing; on 13 November 2026 it had 30 rows; send it or, if it is right so, run again "
        "with --accept-missing duties"
    ]
    empty = [loss.says for loss in column_losses("duties", "duties.csv", 0, {}, [], [], WEEK)]
    assert empty[0].startswith("duties: has no rows in duties.csv; on 13 November 2026 it had 30 rows")


def tables(**frames: dict[str, list[Any]]) -> dict[str, pd.DataFrame]:
    made = {name: table.empty() for name, table in TABLES.items()}
    for name, columns in frames.items():
        rows = len(next(iter(columns.values())))
        values = pd.DataFrame(columns).astype({key: TABLES[name].dtypes[key] for key in columns})
        made[name] = TABLES[name].empty().reindex(range(rows)).assign(**values)
    return made


def changes(last: LastWeek, **frames: dict[str, list[Any]]) -> list[str]:
    return list(other_changes(tables(**frames), last, Decimal("0.2")))


def codes(name: str, column: str, *texts: str) -> LastWeek:
    return LastWeek(LAST, codes={(name, column): pa.array(texts)})


def test_a_code_of_a_unit_that_is_written_in_another_way_is_named() -> None:
    last = codes("organisation", "cluster_code", "C01", "C02", "C03")
    (says,) = changes(last, organisation={"cluster_code": ["c01", "C02", "C03", "C04"]})
    assert says.startswith("organisation.cluster_code: 1 new code would match in the same case, width and ")
    assert changes(last, organisation={"cluster_code": ["C01", "C02", "C04"]}) == []


def test_a_few_cases_may_change_their_codes_and_most_may_not_go() -> None:
    crns = [f"X{number:03}" for number in range(100)]
    last = codes("cases", "crn", *crns)
    assert changes(last, cases={"crn": crns[8:] + [crn.lower() for crn in crns[:8]]}) == []
    (lower,) = changes(last, cases={"crn": [crn.lower() for crn in crns]})
    assert lower.startswith("cases.crn: 100 new codes would match in the same case")
    (gone,) = changes(last, cases={"crn": crns[:40] + [f"Y{number}" for number in range(60)]})
    assert gone.startswith(
        "cases.crn: 60 codes are gone of the 100 on 13 November 2026; correct them or, if the change"
    )


@pytest.mark.parametrize(("now", "shrunk"), [(85, False), (79, True)])
def test_a_needed_table_may_not_shrink_by_more_than_the_swing(now: int, shrunk: bool) -> None:
    last = LastWeek(LAST, rows={"assessments": 100, "cases": 100})
    assert bool(changes(last, assessments={"crn": ["X"] * now})) is shrunk


def test_an_optional_table_may_halve() -> None:
    last = LastWeek(LAST, rows={"duties": 100})
    assert changes(last, duties={"om_code": ["M"] * 50}) == []
    assert changes(last, duties={"om_code": ["M"] * 49})[0].startswith("duties: has 49 rows, on 13 November 2026 100;")


def test_numbers_of_another_size_have_lost_their_point() -> None:
    last = LastWeek(LAST, middle={("duties", "quantity"): 2.5})
    (says,) = changes(last, duties={"quantity": [25.0] * 11})
    assert says.startswith("duties.quantity: its middle value is 25, on 13 November 2026 2.5: is a decimal point lost?")
    assert changes(last, duties={"quantity": [7.5] * 11}) == []
    assert changes(last, duties={"quantity": [25.0] * 10}) == []


def test_a_kind_of_oversight_may_not_vanish_because_its_rule_would_judge_nothing_any_more() -> None:
    last = LastWeek(LAST, kinds={"oversight": {"safeguarding": 900, "supervision": 11, "custody_plan": 10}})
    (says,) = changes(last, oversight={"kind": ["safeguarding"]})
    assert says == (
        "oversight.kind: no row is of kind supervision, on 13 November 2026 11 rows were; send them or, if the change "
        "is real, run again with --accept-swing"
    )
    assert changes(last, oversight={"kind": ["safeguarding", "supervision"]}) == []
    assert changes(last) == []


def test_kinds_are_counted_in_the_tables_that_are_there() -> None:
    counted = count_kinds(tables(oversight={"kind": ["supervision", "supervision", "safeguarding"]}))
    assert counted == {"enforcement": {}, "oversight": {"supervision": 2, "safeguarding": 1}}
