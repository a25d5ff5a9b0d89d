"""Pauses that grow and are left to chance."""

from datetime import timedelta

import pytest

from monitor.mail.backoff import PAUSES, SERVER_PAUSES, forget_faults, is_given_up, pause, pause_server, server_pause

from ..conftest import NOW, Home

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 240), (50, 240)])
def test_the_pause_is_anything_up_to_that_of_the_attempt(attempts: int, minutes: int) -> None:
    assert pause(attempts, lambda: 1.0) == minutes * MINUTE
    assert pause(attempts, lambda: 0.5) == minutes * MINUTE / 2
    assert pause(attempts, lambda: 0.0) == timedelta(0)


def test_a_server_is_never_left_alone_for_longer_than_a_quarter_of_an_hour() -> None:
    assert max(SERVER_PAUSES) == 15 * MINUTE
    assert max(PAUSES) == 240 * MINUTE


def test_a_day_after_it_was_due_a_message_is_given_up() -> None:
    assert is_given_up(NOW, NOW + timedelta(hours=24))
    assert not is_given_up(NOW, NOW + timedelta(hours=24) - timedelta(seconds=1))


@pytest.mark.both_databases
def test_of_two_senders_that_meet_the_same_fault_one_counts(home: Home) -> None:
    for _ in range(2):
        pause_server(home.store, "mail.example:587", "refused", NOW, lambda: 1.0)
    left = server_pause(home.store, "mail.example:587", NOW)
    assert left is not None
    assert (left.faults, left.not_before) == (1, NOW + MINUTE)
    assert server_pause(home.store, "other.example:587", NOW) is None
    assert server_pause(home.store, "mail.example:587", NOW + MINUTE) is None
    forget_faults(home.store, "mail.example:587")
    pause_server(home.store, "mail.example:587", "refused", NOW + MINUTE, lambda: 1.0)
    again = server_pause(home.store, "mail.example:587", NOW + MINUTE)
    assert again is not None
    assert again.faults == 1
