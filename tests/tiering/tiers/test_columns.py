"""Words of a column as positions and values."""

import numpy as np
import pandas as pd

from tiering.tiers.columns import STEPS_COLUMNS, flags, frame_of, look_up, need_column, positions, texts


def test_a_word_has_its_position_and_a_missing_or_unknown_one_has_none() -> None:
    words = pd.Series(["b", None, "x", "a", "b"], dtype="str")
    assert positions(words, ["a", "b"]).tolist() == [1, -1, -1, 0, 1]
    assert look_up(words, {"a": 5, "b": 7}, 2).tolist() == [7, 2, 2, 5, 7]
    assert look_up(words, {"a": 5, "b": 7}).tolist() == [7, 0, 0, 5, 7]


def test_codes_become_words_and_minus_one_a_missing_one() -> None:
    assert list(texts(np.array([1, 0]), ["a", "b"])) == ["b", "a"]
    assert pd.isna(texts(np.array([-1]), ["a"])[0])


def test_a_frame_has_every_column_and_its_type_even_without_rows() -> None:
    frame = frame_of([], STEPS_COLUMNS)
    assert list(frame) == list(STEPS_COLUMNS)
    assert frame["released_on"].dtype == "datetime64[s]"
    assert flags(frame, "stalking").dtype == np.bool_


def test_a_need_has_a_column_of_its_name() -> None:
    assert need_column("DRUG_MISUSE") == "need_drug_misuse"
