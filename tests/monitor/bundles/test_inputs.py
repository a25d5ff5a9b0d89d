"""Inputs are read as they were written, to the last type."""

from dataclasses import fields

import pandas as pd
import pytest

from monitor.bundles.container import read_member_frame
from monitor.bundles.inputs import FACTS, read_inputs, write_inputs

from .conftest import Bundle


def test_inputs_are_written_as_they_were_read(bundle: Bundle) -> None:
    members = {name: content for name, content in bundle.members.items() if name.startswith("inputs/")}
    inputs = read_inputs(members)
    again = write_inputs(inputs)
    assert again.keys() == members.keys()
    assert write_inputs(read_inputs(again)) == again
    for name in members:
        if name.endswith(".json"):
            assert again[name] == members[name]
        else:
            ours, theirs = (read_member_frame(name, side[name]) for side in (again, members))
            pd.testing.assert_frame_equal(ours, theirs)
    assert inputs.scope.name == "Cluster 1"
    assert inputs.previous is not None
    assert [week.weeks_back for week in inputs.past.compared] == [1]


def test_a_first_snapshot_has_no_past_and_reads_the_same(bundle: Bundle) -> None:
    without = ("inputs/past/first_seen.parquet", "inputs/past/people.parquet", "inputs/past/previous.parquet")
    members = {name: content for name, content in bundle.members.items() if name not in without}
    inputs = read_inputs(members)
    assert (inputs.past.first_seen, inputs.past.people, inputs.previous) == (None, None, None)
    assert not {*without} & write_inputs(inputs).keys()


def test_tables_have_the_types_of_their_contract(bundle: Bundle) -> None:
    inputs, stored = read_inputs(bundle.members), bundle.home.store.caseload(bundle.home.newest.id or 0)
    for field in fields(stored):
        ours, theirs = getattr(inputs.caseload, field.name), getattr(stored, field.name)
        pd.testing.assert_series_equal(ours.dtypes, theirs.dtypes)


def test_a_missing_member_is_named_by_the_error(bundle: Bundle) -> None:
    members = bundle.members
    del members[FACTS]
    with pytest.raises(KeyError, match=FACTS):
        read_inputs(members)
