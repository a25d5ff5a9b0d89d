"""Columns and frames, and the dtypes with which they are read back."""

from monitor.snapshots.contracts.columns import DerivedFrame, counts, dates, flags, numbers, texts

FRAME = DerivedFrame(
    "any",
    (*texts("code"), *dates("on"), *numbers("points", "points"), *counts("cases", "cases"), *flags("late")),
    key=("code",),
)


def test_a_column_without_gaps_has_a_plain_dtype() -> None:
    assert FRAME.column("cases").dtype == "int64"
    assert FRAME.column("late").dtype == "bool"
    assert str(counts("cases", "cases", optional=True)[0].dtype) == "Int64"


def test_an_empty_frame_has_the_columns_and_dtypes_of_a_full_one() -> None:
    empty = FRAME.empty()
    assert list(empty.columns) == FRAME.column_names == ["code", "on", "points", "cases", "late"]
    assert {name: str(dtype) for name, dtype in empty.dtypes.items()} == {
        "code": "str", "on": "datetime64[s]", "points": "float64", "cases": "int64", "late": "bool",
    }  # fmt: skip
