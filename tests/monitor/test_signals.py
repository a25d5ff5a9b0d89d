"""Polite signals: raised once, noted, or left alone as the program was told when it was started."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from monitor import signals
from monitor.signals import Stopped


def send(number: int) -> None:
    os.kill(os.getpid(), number)


def stopped_in_the_middle(number: int, clear_up: Callable[[], None]) -> None:
    """Work that a signal stops, and what it does before it lets go."""
    with signals.raise_on_signal():
        try:
            send(number)
        finally:
            clear_up()


@pytest.fixture(autouse=True)
def _restored() -> Any:
    before = {number: signal.getsignal(number) for number in signals.POLITE}
    yield
    after = {number: signal.getsignal(number) for number in signals.POLITE}
    for number, handler in before.items():
        signal.signal(number, handler)
    assert (after, signals.is_asked()) == (before, False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_stops_and_those_that_follow_do_not_disturb_the_clearing_up(number: int) -> None:
    cleared = []

    def clear_up() -> None:
        send(signal.SIGTERM)
        send(number)
        cleared.append(signals.is_asked())

    with pytest.raises(Stopped, match=f"stopped by {signal.Signals(number).name}") as stopped:
        stopped_in_the_middle(number, clear_up)
    assert (cleared, stopped.value.number) == ([True], number)


def test_whoever_signals_again_much_later_does_not_want_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signals, "_SECONDS_TO_CLEAR_UP", -1.0)
    with pytest.raises(Stopped, match="SIGHUP"):
        stopped_in_the_middle(signal.SIGTERM, lambda: send(signal.SIGHUP))


def test_a_noted_signal_lets_the_work_go_on_to_where_it_can_stop() -> None:
    with signals.note_signals() as stopping:
        assert not stopping.is_set()
        send(signal.SIGHUP)
        assert stopping.is_set()


def test_a_signal_that_the_program_was_started_to_ignore_stays_ignored() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.raise_on_signal():
            send(signal.SIGHUP)
        with signals.note_signals() as stopping:
            send(signal.SIGHUP)
            assert not stopping.is_set()
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_server_hears_sighup_as_sigterm_and_its_end_is_no_fault(number: int) -> None:
    heard: list[int] = []
    with signals.raise_on_signal(), signals.ending_a_server():
        before = signal.signal(signal.SIGTERM, lambda got, _: heard.append(got))
        send(number)
        signal.signal(signal.SIGTERM, before)
        # As uvicorn does once it has ended.
        send(signal.SIGTERM)
    assert heard == [signal.SIGTERM]


def test_signals_that_interrupt_the_handlers_of_others_are_all_noted() -> None:
    program = (
        "import signal, sys, threading\nfrom monitor import signals\n"
        "with signals.note_signals() as asked:\n"
        "    main = threading.main_thread().ident\n"
        "    def send():\n"
        "        for _ in range(300):\n"
        "            for number in signals.POLITE: signal.pthread_kill(main, number)\n"
        "    sender = threading.Thread(target=send)\n"
        "    sender.start()\n"
        "    asked.wait()\n"
        "    sender.join()\n"
        "print('ended')\n"
    )
    heeding = ["env", "--default-signal=INT,HUP,TERM"]
    ended = subprocess.run([*heeding, sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "ended\n", "")
