"""The refusal of an extract: every fault once, in words that are safe to show, and the same without quoting a row."""

from monitor.extracts import ExtractRefused, FaultLines
from monitor.extracts.refusal import MOST_TOLD, Quoting, first_faults, join_alike


def test_a_refusal_says_every_fault_on_a_line_of_its_own() -> None:
    refused = ExtractRefused(["cases.csv: is empty", "duties.csv: is empty"])
    assert refused.faults == ["cases.csv: is empty", "duties.csv: is empty"]
    assert str(refused) == "cases.csv: is empty\nduties.csv: is empty"
    assert refused.told == FaultLines(("cases.csv: is empty", "duties.csv: is empty"), 2)


def test_a_refusal_shows_no_secret_and_no_character_that_acts() -> None:
    quoting = Quoting.of("x\x1b[31m password=s3cret", ["y\u202e token=s3cret"], 3)
    refused = ExtractRefused(["password=s3cret\x07", quoting])
    assert refused.faults == [r"password=***", r"x\x1b[31m password=***"]
    assert refused.told == FaultLines((r"password=***", r"y\u202e token=***"), 4)


def test_what_is_told_without_quoting_begins_with_each_fault_and_goes_on_row_by_row() -> None:
    rows = Quoting.of("cases.csv: 'X1', 'X2'", ["cases.csv: 2 rows", "line 2", "line 3"], 2)
    refused = ExtractRefused([rows, "duties.csv: is empty"])
    assert refused.faults == ["cases.csv: 'X1', 'X2'", "duties.csv: is empty"]
    assert refused.told == FaultLines(("cases.csv: 2 rows", "duties.csv: is empty", "line 2", "line 3"), 3)


def test_what_is_told_comes_to_an_end_and_is_counted_to_it() -> None:
    lines = [f"line {number}" for number in range(300)]
    told = ExtractRefused([Quoting.of("rows", lines, 300), "duties.csv: is empty"]).told
    assert MOST_TOLD == 200
    assert len(told.lines) == 200
    assert told.lines[:3] == ("line 0", "duties.csv: is empty", "line 1")
    assert told.count == 301


def test_what_another_process_told_goes_on_as_it_is() -> None:
    told = FaultLines(("a line",), 7)
    assert ExtractRefused(["another"], told).told is told


def test_a_file_of_many_faults_gives_the_first_and_how_many_more() -> None:
    twenty = [f"fault {number}" for number in range(20)]
    assert first_faults("cases.csv", []) == []
    assert first_faults("cases.csv", twenty) == twenty
    assert first_faults("cases.csv", [*twenty, "one more"]) == [*twenty, "cases.csv: and 1 more"]
    many = first_faults("cases.csv", [f"fault {number}" for number in range(1_234)])
    assert many[20:] == ["cases.csv: and 1,214 more"]
    assert ExtractRefused(many).told.count == 1_234


def test_the_same_fault_of_several_places_is_said_of_all_of_them_together() -> None:
    faults = ["a.csv: is empty", "b.csv: is not UTF-8", "c.csv: is empty", "a.csv: is empty"]
    assert join_alike(faults) == ["a.csv, c.csv: is empty", "b.csv: is not UTF-8"]
    assert join_alike([]) == []


def test_a_fault_that_quotes_or_has_no_place_is_joined_with_no_other() -> None:
    one, other = Quoting.of("a.csv: 'X1'", ["a.csv: a row"]), Quoting.of("b.csv: 'X1'", ["b.csv: a row"])
    joined = join_alike([one, other, "no place", "no place"])
    assert joined == ["a.csv: 'X1'", "b.csv: 'X1'", "no place"]
    assert ExtractRefused(joined).told == FaultLines(("a.csv: a row", "b.csv: a row", "no place"), 3)
