"""Why a change has no effect, as values."""

from datetime import timedelta
from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from monitor.redistribution.results.text import describe_remark
from monitor.redistribution.scenario.remarks import (
    AlreadyInOffice,
    EndsEarlier,
    HasLeft,
    NoEffect,
    OutsideScope,
    StartsLater,
)

from ...conftest import AS_AT, Home
from ..service import changed_by
from .test_effects import notes_of

TOMORROW, YESTERDAY = AS_AT + timedelta(days=1), AS_AT - timedelta(days=1)
REMARKS: list[tuple[str, NoEffect]] = [
    (
        "team: {team_code: T4, to_office: O2}",
        AlreadyInOffice(place=1, change="team", team_code="T4", office_code="O2"),
    ),
    (
        f"absent: {{om_code: P01, until: {YESTERDAY}}}",
        EndsEarlier(place=1, change="absent", day=YESTERDAY, as_at=AS_AT),
    ),
    ("pin: {om_code: P08}", OutsideScope(place=1, change="pin", code="P08")),
]
GONE = HasLeft(place=2, change="leaves", om_code="P01")
OF_OLD_PLANS = StartsLater(place=1, change="leaves", label="on", day=TOMORROW, as_at=AS_AT)
"""What only a plan says that was stored before such a change was refused."""


@pytest.mark.parametrize(("change", "remark"), REMARKS, ids=[change for change, _ in REMARKS])
def test_a_change_without_effect_says_why(change: str, remark: NoEffect, service: Home) -> None:
    assert changed_by(service, change).remarks == (remark,)


def test_someone_who_has_left_already_cannot_leave_again(service: Home) -> None:
    assert changed_by(service, "leaves: {om_code: P01}\nleaves: {om_code: P01}").remarks == (GONE,)


def test_a_pin_outside_the_scope_says_that_it_does_nothing(service: Home) -> None:
    changed = changed_by(service, "pin: {om_code: P08}\npin: {crn: X000001}")
    assert changed.remarks == (OutsideScope(place=1, change="pin", code="P08"),)
    assert notes_of(changed) == ["changes.1.pin: P08 is outside the scope of this scenario: no effect"]


def test_every_reason_is_tested_and_has_a_word_of_its_own() -> None:
    every = [remark for _, remark in REMARKS] + [GONE, OF_OLD_PLANS]
    assert {type(remark) for remark in every} == set(get_args(NoEffect))
    assert len({kind.model_fields["kind"].default for kind in get_args(NoEffect)}) == len(get_args(NoEffect))


def test_a_remark_read_back_is_the_same_and_says_the_same() -> None:
    stored: TypeAdapter[NoEffect] = TypeAdapter(NoEffect)
    for _, remark in [*REMARKS, ("", GONE), ("", OF_OLD_PLANS)]:
        again = stored.validate_json(remark.model_dump_json())
        assert (type(again), again) == (type(remark), remark)
        assert describe_remark(again) == describe_remark(remark)


def test_a_remark_does_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        GONE.om_code = "P02"  # type: ignore[misc]
