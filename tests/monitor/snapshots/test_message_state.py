"""The states of a message, and the two phases of a claim on one."""

import re
from collections.abc import Callable
from enum import StrEnum

import pytest

from monitor.mail.resend import CAN_BE_SETTLED
from monitor.snapshots.message_state import ClaimPhase, MessageState

from ..conftest import Answer, Home
from ..mail.mailbox import NORTH, change


@pytest.mark.parametrize("enum", [MessageState, ClaimPhase])
def test_every_word_is_explained_where_it_is_defined(enum: type[StrEnum]) -> None:
    assert re.findall(r"\b([A-Z_]{4,}):", enum.__doc__ or "") == list(enum.__members__)


@pytest.mark.parametrize("enum", [MessageState, ClaimPhase])
def test_a_word_is_stored_as_its_name_in_small_letters(enum: type[StrEnum]) -> None:
    assert {word.name.lower() for word in enum} == {word.value for word in enum}


def test_a_message_is_settled_unless_it_is_on_its_way_sent_or_replaced() -> None:
    assert set(MessageState) - set(CAN_BE_SETTLED) == {
        MessageState.SENDING,
        MessageState.SENT,
        MessageState.SUPERSEDED,
        MessageState.NOTHING_NEW,
    }


def test_messages_of_every_state_can_be_listed(home: Home, hotspots: Callable[..., Answer]) -> None:
    for state in MessageState:
        change(home, NORTH, state=state.value)
        lines = hotspots("digests", "--state", state.value, "--as-at", "2026-11-20", home=home).out.splitlines()
        assert any(f"  {state.value}  {NORTH}" in line for line in lines), state
