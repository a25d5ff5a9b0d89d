"""Polite signals: SIGINT, SIGTERM and SIGHUP end what is at work in order."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

POLITE = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_SECONDS_TO_CLEAR_UP = 10.0
"""A service manager and its terminal often signal twice at once; anyone who signals later does not want to wait."""

_LOOK_EVERY_SECONDS = 0.5


class Stopped(BaseException):
    """A polite signal ends the program; its text says which."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"stopped by {signal.Signals(number).name}")


class StopRequest:
    """Whether a polite signal came.

    It takes no lock, unlike an Event: a handler may interrupt the main thread while that waits, or another handler.
    """

    def __init__(self) -> None:
        self._is_set = False

    def is_set(self) -> bool:
        return self._is_set

    def set(self) -> None:
        self._is_set = True

    def clear(self) -> None:
        self._is_set = False

    def wait(self) -> None:
        while not self._is_set:
            time.sleep(_LOOK_EVERY_SECONDS)


_ASKED = StopRequest()


def is_asked() -> bool:
    """Whether this process has been asked to stop."""
    return _ASKED.is_set()


@contextmanager
def raised() -> Iterator[None]:
    """Inside, a polite signal raises Stopped in the main thread, so that transactions and files are cleared up.

    Signals that follow within ten seconds do not disturb the clearing up.
    """
    asked: list[float] = []

    def stop(number: int, _frame: Any) -> None:
        _ASKED.set()
        if not asked or time.monotonic() > asked[-1] + _SECONDS_TO_CLEAR_UP:
            asked.append(time.monotonic())
            raise Stopped(number)

    with _handled(stop):
        yield


@contextmanager
def noted() -> Iterator[StopRequest]:
    """Inside, a polite signal is only noted: the work looks at it where it can stop."""
    with _handled(lambda _number, _frame: _ASKED.set()):
        yield _ASKED


@contextmanager
def ending_a_server() -> Iterator[None]:
    """Inside, a server handles SIGINT and SIGTERM itself; SIGHUP means the same, and stopping is no fault."""
    try:
        with _handled(lambda _number, _frame: signal.raise_signal(signal.SIGTERM), (signal.SIGHUP,)):
            yield
    except Stopped:
        pass


@contextmanager
def _handled(handler: Callable[[int, Any], None], numbers: tuple[signal.Signals, ...] = POLITE) -> Iterator[None]:
    """Handle these signals, except any that the program was started to ignore, as nohup does with SIGHUP."""
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heeded}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
        _ASKED.clear()
