"""How firm the figures of a stored snapshot are."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from monitor.operations.checks.verify import verify
from monitor.operations.weights.sensitivity import judge_snapshot, sensitivity_lines
from monitor.snapshots.archive import keep

from ...conftest import Home


def test_the_stored_rows_are_judged_the_same_way_each_time(home: Home) -> None:
    answer = judge_snapshot(home.store, home.newest, home.settings.config, 20, 1)
    again = judge_snapshot(home.store, home.newest, home.settings.config, 20, 1)
    assert answer.rows.equals(again.rows)
    units = home.store.units(home.newest.id or 0)
    assert answer.rows[["level", "code"]].equals(units[["level", "code"]])
    known = answer.rows[answer.rows["capacity_percentage"].notna()]
    assert (known["percentage_low"] < known["capacity_percentage"]).mean() > 0.5
    assert known["percentage_low"].le(known["percentage_high"]).all()


def test_the_answer_in_words_counts_in_the_plural_and_the_singular(home: Home) -> None:
    answer = judge_snapshot(home.store, home.newest, home.settings.config, 20, 1)
    lines = list(sensitivity_lines(answer))
    assert f"{answer.weights} assumed weights in 20 draws, seed 1" in lines[0]
    assert lines[2].startswith("  ")
    assert "in the top ten in 100% of draws" in lines[2]
    none = replace(answer, red_above=1e6)
    assert list(sensitivity_lines(none))[-1] == "No office is over 1e+06%"
    assert next(sensitivity_lines(replace(answer, weights=0))).endswith("there is nothing to draw")
    offices = answer.rows["level"].eq("office")
    one = answer.rows.copy()
    one.loc[offices, "capacity_percentage"] = 90.0
    one.loc[one.index[offices][0], ["capacity_percentage", "over_line_share"]] = [150.0, 1.0]
    last = list(sensitivity_lines(replace(answer, rows=one, draws=1, red_above=110.0)))[-1]
    assert last == "1 of 1 office over 110% stays over it in every draw"


def test_a_folder_from_before_there_were_ranges_has_the_shipped_one(home: Home) -> None:
    with pytest.raises(ValueError, match="not stored"):
        judge_snapshot(home.store, home.newest.model_copy(update={"id": None}), home.settings.config, 2, 1)
    shipped = judge_snapshot(home.store, home.newest, home.settings.config, 5, 1)
    assert judge_snapshot(home.store, home.newest, home.settings.home, 5, 1).rows.equals(shipped.rows)


def test_a_run_stores_of_each_office_what_the_command_finds_and_verify_finds_it_again(home: Home) -> None:
    number = home.newest.id or 0
    stored = home.store.archived_frame(number, "firmness")
    answer = judge_snapshot(home.store, home.newest, home.settings.config, 500, 1)
    offices = answer.rows[answer.rows["level"].eq("office") & answer.rows["over_line_share"].notna()]
    assert stored[["code", "over_line_share"]].to_numpy().tolist() == (
        offices[["code", "over_line_share"]].to_numpy().tolist()
    )
    assert stored["weights"].eq(answer.weights).all()
    assert 0 < stored["over_line_share"].max() <= 1
    changed = keep(home.settings.archive, stored.assign(draws_over=stored["draws_over"] - 1))
    with home.store.engine.begin() as connection:
        query = text("UPDATE archived_frame SET sha256 = :sha256 WHERE snapshot_id = :number AND name = 'firmness'")
        connection.execute(query, {"sha256": changed, "number": number})
    differences = verify(home.store, home.newest).differences
    assert [difference.partition(": stored")[0] for difference in differences] == [
        f"firmness: ('office', '{code}') draws_over" for code in stored["code"]
    ]
