"""A number holds from its date on, until a later one takes over."""

from datetime import date

import pytest
from pydantic import ValidationError

from tiering.dated import Dated, SourceStatus, Stated


def stated(value: int, **given: str) -> dict[str, object]:
    return {
        "value": value,
        "unit": "months",
        "status": "verified",
        "reference": "National Standards 2007, 2e.5",
    } | given


# The newest stands first: the order in the file makes no difference.
REVIEWED = Dated[int].model_validate(
    {date(2007, 9, 30): stated(4), date(2002, 4, 1): stated(6), date(2005, 4, 4): stated(5)}
)


@pytest.mark.parametrize(
    ("on", "start", "value"),
    [
        (date(2002, 4, 1), date(2002, 4, 1), 6),
        (date(2005, 4, 3), date(2002, 4, 1), 6),
        (date(2005, 4, 4), date(2005, 4, 4), 5),
        (date(2007, 9, 29), date(2005, 4, 4), 5),
        (date(2007, 9, 30), date(2007, 9, 30), 4),
        (date(2026, 11, 20), date(2007, 9, 30), 4),
    ],
)
def test_the_latest_value_that_has_started_is_in_force(on: date, start: date, value: int) -> None:
    found = REVIEWED.in_force(on)
    assert found is not None
    assert (found[0], found[1].value) == (start, value)


def test_nothing_is_in_force_before_the_first_date() -> None:
    assert REVIEWED.in_force(date(2002, 3, 31)) is None


def test_a_value_keeps_its_unit_its_status_and_its_reference() -> None:
    found = REVIEWED.in_force(date(2007, 9, 30))
    assert found is not None
    assert found[1] == Stated[int](
        value=4, unit="months", status=SourceStatus.VERIFIED, reference="National Standards 2007, 2e.5"
    )


@pytest.mark.parametrize("missing", ["value", "unit", "status", "reference"])
def test_a_number_without_unit_status_or_reference_is_refused(missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        Stated[int].model_validate({name: part for name, part in stated(4).items() if name != missing})


@pytest.mark.parametrize("given", [{"status": "guessed"}, {"source": "a circular"}])
def test_a_status_or_a_key_that_is_not_known_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match=next(iter(given))):
        Stated[int].model_validate(stated(4, **given))


def test_a_number_is_founded_in_one_of_four_ways() -> None:
    assert {status.value for status in SourceStatus} == {
        "verified",
        "local assumption",
        "measured on simulation",
        "measured in a time study",
    }
