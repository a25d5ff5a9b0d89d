"""What only the user can change."""

import pytest

from tiering.faults import ConfigFault, UserFault


def test_every_fault_is_kept_by_itself_and_shown_on_a_line_of_its_own() -> None:
    with pytest.raises(UserFault) as caught:
        raise ConfigFault(["policy.yaml: tier_points: 4: write a number", "people.yaml: is not there"])
    assert caught.value.faults == ["policy.yaml: tier_points: 4: write a number", "people.yaml: is not there"]
    assert str(caught.value).splitlines() == caught.value.faults


def test_no_fault_of_the_program_is_taken_for_one_of_the_user() -> None:
    assert not issubclass(UserFault, ValueError | OSError | LookupError)
