"""One hash for the same data."""

import pandas as pd

from monitor.extracts.judgement.canonical import content_hash
from tiering.caseload import TABLES

NOTHING = {name: table.empty() for name, table in TABLES.items()}
REJECTED = pd.DataFrame({"table": ["cases"], "line": [4], "column": ["rosh"], "value": ["x"], "reason": ["why"]})


def test_lines_of_rejected_rows_do_not_count_and_their_values_do() -> None:
    first = content_hash(NOTHING, REJECTED)
    assert content_hash(NOTHING, REJECTED.assign(line=9)) == first
    assert content_hash(NOTHING, REJECTED.assign(value="y")) != first
    assert content_hash(NOTHING, pd.concat([REJECTED, REJECTED], ignore_index=True)) != first


def test_a_missing_value_is_no_empty_one_and_texts_do_not_run_together() -> None:
    def of(crns: list[str | None]) -> str:
        cases = pd.DataFrame({"crn": pd.Series(crns, dtype=TABLES["cases"].dtypes["crn"])})
        return content_hash(NOTHING | {"cases": cases}, REJECTED)

    assert len({of(["A", "BC"]), of(["AB", "C"]), of(["ABC", None]), of([None, "ABC"]), of(["ABC"])}) == 5


def test_the_hash_stays_what_it_was_in_earlier_versions_whatever_arrays_hold_the_texts() -> None:
    crn = pd.Series(["A", "Zoë", None, "", "\N{GRINNING FACE}"], dtype="str")
    cases = pd.DataFrame({"crn": crn, "tier_changes": pd.Series([1, None, 3, 4, 5], dtype="Int64")})
    joined = cases.assign(crn=pd.concat([crn[:2], crn[2:]]))
    for frame in (cases, joined):
        hashed = content_hash({"cases": frame}, REJECTED)
        assert hashed == "95d4ca60e792e032922d1aacba2e130ffdad80ad790b69fa7877606a730f6b4b"


def test_what_was_added_to_the_contract_leaves_the_hash_of_an_extract_without_it() -> None:
    added = [name for name, table in TABLES.items() if table.added]
    cases = pd.DataFrame({"crn": ["X1"], "licence_copy": [None]}).astype({"licence_copy": "boolean"})
    before = {name: table for name, table in NOTHING.items() if name not in added}
    before |= {"cases": cases[["crn"]]}
    assert content_hash(NOTHING | {"cases": cases}, REJECTED) == content_hash(before, REJECTED)
    filled = cases.assign(licence_copy=pd.array([True], dtype="boolean"))
    assert content_hash(NOTHING | {"cases": filled}, REJECTED) != content_hash(before, REJECTED)
    row = pd.DataFrame({"crn": ["X1"]}).reindex(columns=TABLES["contacts"].column_names)
    contacts = row.astype(TABLES["contacts"].dtypes)
    assert content_hash(NOTHING | {"contacts": contacts}, REJECTED) != content_hash(NOTHING, REJECTED)
