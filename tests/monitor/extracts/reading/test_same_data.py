"""The same data gives the same extract, in any format and in any order."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.extracts import AcceptanceLimits, Extract

from ..small import (
    Tables,
    a_case,
    a_post,
    a_reduction,
    a_team,
    an_assessment,
    read,
    small_with,
    write_csv,
    write_database,
    write_parquet,
    write_workbook,
)

ANY_SHARE = AcceptanceLimits(rejected_share=1, unmatched_share=1)
_dates = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.sampled_from(["2026-02-30", "soon", ""])
_numbers = st.floats(-1, 61).map(lambda hours: round(hours, 3)) | st.sampled_from([37, 0.0, -0.0, None, "many", 1e-6])
_names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from('\n\t,"=<'),
    max_size=8,
) | st.sampled_from(['=HYPERLINK("x")', "NA", "null", "<script>", " Jo ", "211"])


def some(
    make: Callable[..., dict[str, Any]], **columns: st.SearchStrategy[Any]
) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(st.fixed_dictionaries(columns).map(lambda change: make("") | change), max_size=5)


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


EXTRACTS = st.builds(
    small_with,
    organisation=some(
        a_team,
        team_code=one_of("T3", "007", "211"),
        office_code=one_of("O7", "O8"),
        cluster_code=one_of("C7", "C8"),
        cluster_name=_names,
    ),
    offender_managers=some(
        a_post,
        om_code=one_of("M2", "M3", "12"),
        team_code=one_of("T1", "211"),
        om_name=_names,
        contracted_hours=_numbers,
    ),
    cases=some(
        a_case,
        crn=one_of("X5", "X6", "0042", "42", " X7", None),
        team_code=one_of("T1", "T2", "211"),
        tier=one_of("1", "9", None),
        sentence_start=_dates,
        prolific=one_of(True, False, None),
        tier_changes=one_of(0, 3, 3.5, None),
        number_of_cases=one_of(1, 250, 0),
    ),
    assessments=some(
        an_assessment, crn=one_of("X1", "X5", "42", "X9"), completed_on=_dates, similarity=one_of(0.1, 1, 1.5, None)
    ),
    reductions=some(
        lambda _: a_reduction(),
        om_code=one_of("M1", "M3"),
        team_code=one_of("T1", None),
        hours=_numbers,
        ends_on=_dates,
    ),
)


def assert_same(one: Extract, other: Extract, but: str) -> None:
    assert one.content_hash == other.content_hash
    assert one.rows == other.rows
    for name, frame in one.caseload.tables().items():
        pd.testing.assert_frame_equal(frame, other.caseload.tables()[name])
    faults = [one.rejected.drop(columns=but), other.rejected.drop(columns=but)]
    by = list(faults[0].columns)
    pd.testing.assert_frame_equal(*(fault.sort_values(by, ignore_index=True) for fault in faults))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=EXTRACTS)
def test_csv_parquet_workbook_and_database_of_the_same_data_give_the_same_extract(tables: Tables) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder)
        first = read(write_csv(path / "csv", tables), limits=ANY_SHARE)
        for source in (
            write_parquet(path / "parquet", tables),
            write_workbook(path / "book.xlsx", tables),
            write_database(path / "case.db", tables),
        ):
            assert_same(first, read(source, limits=ANY_SHARE), but="line")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=EXTRACTS, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(tables: Tables, order: Any) -> None:
    with TemporaryDirectory() as folder:
        first = read(write_csv(Path(folder) / "one", tables), limits=ANY_SHARE)
        shuffled = {name: order.sample(rows, len(rows)) for name, rows in tables.items()}
        assert_same(first, read(write_csv(Path(folder) / "other", shuffled), limits=ANY_SHARE), but="line")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables=EXTRACTS)
def test_no_row_vanishes_it_is_accepted_or_rejected_with_a_reason(tables: Tables) -> None:
    with TemporaryDirectory() as folder:
        extract = read(write_parquet(Path(folder), tables), limits=ANY_SHARE)
    accepted = extract.caseload.tables()
    for name, rows in tables.items():
        rejected = extract.rejected[extract.rejected["table"] == name]
        assert extract.rows[name] == len(accepted[name]) + rejected["line"].nunique()
        assert (rejected["reason"] != "").all()
        assert extract.rows[name] <= len(rows)
        if name not in ("organisation", "offender_managers", "cases"):
            assert extract.rows[name] == len(rows)


def test_a_changed_value_or_rejection_changes_the_hash(tmp_path: Path) -> None:
    hashes = {
        read(write_csv(tmp_path / str(n), small_with(cases=cases))).content_hash
        for n, cases in enumerate(
            (
                [],
                [a_case("X5")],
                [a_case("X5", tier=None)],
                [a_case("X5", prolific=None)],
                [a_case("X5", prolific=False)],
                [a_case("X5", sentence_start=date(2026, 2, 4))],
                [a_case("X5", tier="9")],
                [a_case("X5", tier="8")],
                [a_case("X6", tier="8")],
            )
        )
    }
    assert len(hashes) == 8


def test_the_same_values_in_other_places_have_another_hash(tmp_path: Path) -> None:
    names = [[a_post("M3", om_name=one), a_post("M4", om_name=two)] for one, two in (("Jo", "Ann"), ("JoA", "nn"))]
    hours = [[a_post("M3", qualified_on=one), a_post("M4", qualified_on=two)] for one, two in (("", None), (None, ""))]
    assert len({hash_of(tmp_path / f"a{n}", offender_managers=posts) for n, posts in enumerate(names)}) == 2
    assert len({hash_of(tmp_path / f"b{n}", offender_managers=posts) for n, posts in enumerate(hours)}) == 1
    for column, value in (("similarity", 0.5), ("countersigned_on", date(2026, 7, 1))):
        pairs = [
            [an_assessment("X2", **{column: one}), an_assessment("X3", **{column: two})]
            for one, two in ((value, None), (None, value))
        ]
        assert len({hash_of(tmp_path / f"{column}{n}", assessments=pair) for n, pair in enumerate(pairs)}) == 2


def hash_of(folder: Path, **more: list[dict[str, Any]]) -> str:
    return read(write_csv(folder, small_with(**more))).content_hash


def test_a_rejected_number_is_reported_alike_however_it_is_written(tmp_path: Path) -> None:
    ways = ("61", "61.0", "+061.00", 61)
    extracts = [
        read(write_csv(tmp_path / str(n), small_with(offender_managers=[a_post("M3", contracted_hours=way)])))
        for n, way in enumerate(ways)
    ]
    assert [extract.rejected["value"].tolist() for extract in extracts] == [["61"]] * 4
    assert len({extract.content_hash for extract in extracts}) == 1
