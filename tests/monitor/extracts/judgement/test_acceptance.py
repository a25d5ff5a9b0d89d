"""What may be insisted on, and when too much of a table is rejected."""

import pytest

from monitor.extracts import ExtractRefused
from monitor.extracts.judgement.acceptance import Insistence


def test_a_column_is_accepted_by_its_name_alone_or_with_its_table() -> None:
    assert Insistence(missing=("rosh",)).accepts("cases", "rosh")
    assert Insistence(missing=("cases.rosh",)).accepts("cases", "rosh")
    assert not Insistence(missing=("cases.tier",)).accepts("cases", "rosh")
    assert Insistence(missing=("reductions",)).accepts("reductions")
    assert not Insistence(missing=("reductions",)).accepts("reductions", "ends_on")


@pytest.mark.parametrize("name", ["rosh", "cases.rosh", "reductions", "assessments", "ends_on", "duties.ends_on"])
def test_every_optional_column_and_table_may_be_named(name: str) -> None:
    Insistence(missing=(name,)).check()


@pytest.mark.parametrize("name", ["team_name", "cases.crn", "cases", "risk", "cases.ends_on", ""])
def test_what_is_needed_or_unknown_may_not(name: str) -> None:
    with pytest.raises(
        ExtractRefused, match=f"--accept-missing {name}: is not one of the optional columns and tables:"
    ):
        Insistence(missing=(name,)).check()
