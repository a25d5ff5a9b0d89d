"""Handle polite signals: SIGINT, SIGTERM and SIGHUP end the work in progress in order."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

POLITE = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_SECONDS_TO_CLEAR_UP = 10.0
"""A service manager and its terminal often signal twice at once; anyone who signals again later will not wait."""

_LOOK_EVERY_SECONDS = 0.5


class Stopped(BaseException):
    """A polite signal ends the program; the text names the signal."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"stopped by {signal.Signals(number).name}")


class StopRequest:
    """Whether a polite signal came.

    It takes no lock, unlike an Event: a handler may interrupt the main thread, or another handler, while that waits.
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
def raise_on_signal() -> Iterator[None]:
    """Let a polite signal raise Stopped in the main thread, so that the block clears up its transactions and files.

    Signals that follow within ten seconds do not disturb the clearing up.
    """
    asked: list[float] = []

    def stop(number: int, _frame: Any) -> None:
        _ASKED.set()
        if not asked or time.monotonic() > asked[-1] + _SECONDS_TO_CLEAR_UP:
            asked.append(time.monotonic())
            raise Stopped(number)

    with _handle(stop):
        yield


@contextmanager
def note_signals() -> Iterator[StopRequest]:
    """Let a polite signal only be noted: the block checks for it at each point where it can stop."""
    with _handle(lambda _number, _frame: _ASKED.set()):
        yield _ASKED


@contextmanager
def ending_a_server() -> Iterator[None]:
    """Let a server inside the block handle SIGINT and SIGTERM; SIGHUP means the same, and stopping is no fault."""
    try:
        with _handle(lambda _number, _frame: signal.raise_signal(signal.SIGTERM), (signal.SIGHUP,)):
            yield
    except Stopped:
        pass


@contextmanager
def _handle(handler: Callable[[int, Any], None], numbers: tuple[signal.Signals, ...] = POLITE) -> Iterator[None]:
    """Handle these signals inside the block, except any that the program was started to ignore, as nohup does."""
    heeded = [number for number in numbers if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handler) for number in heeded}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)
        _ASKED.clear()
