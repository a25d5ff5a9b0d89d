"""Mark what a process holds or writes, and find out whether that process still exists.

A process id alone is not enough: ids are reused, and every container of the same host name counts from 1.
"""

import hashlib
import os
import re
import socket
from functools import cache
from pathlib import Path

_PROC = Path("/proc")
_MARK = re.compile(r"(?:^|[:.])(\d{1,9})-(\d+)-([0-9a-f]{12})(?=$|[-.])")
_ENDED = ("Z", "X")
"""States in /proc of a process that has ended, but whose parent has not yet collected its exit status."""


def mark() -> str:
    """The unique mark of this process: id, start and place; safe in the name of a file.

    On a system without /proc, where nothing is known about other processes, it is the process id alone.
    """
    return _mark(os.getpid())


def this_process() -> str:
    """The name of this process as the owner of a claim: its host, then its mark."""
    return _owner(os.getpid())


def for_people(owner: str) -> str:
    """The host and process id of an owner, without the parts that only the program needs."""
    return re.sub(r"-\d+-[0-9a-f]{12}$", "", owner)


def has_mark(name: str) -> bool:
    """Whether the name holds the mark of a process."""
    return _MARK.search(name) is not None


def is_gone(name: str) -> bool | None:
    """Whether the process whose mark is in the name has ended; None if that cannot be known from here.

    It can be known only for a process of the same boot of the same machine, and of the same container.
    """
    marks = _MARK.findall(name)
    if not marks:
        return None
    number, started, place = marks[-1]
    if place != _place():
        return None
    return _has_ended(int(number), started)


def is_left_behind(name: str, *, is_old: bool) -> bool:
    """Whether no process writes a file any more, by the mark in its name; if that is not known, whether it is old."""
    gone = is_gone(name)
    return is_old if gone is None else gone


def _has_ended(number: int, started: str) -> bool | None:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        # It belongs to another account; it exists.
        pass
    state_and_start = _stat(number)
    if state_and_start is None:
        return None
    state, start = state_and_start
    return state in _ENDED or start != started


@cache
def _owner(number: int) -> str:
    # Cached, because the machine may get another name while the process runs, and its claims must stay its own.
    return f"{socket.gethostname()}:{_mark(number)}"


@cache
def _mark(number: int) -> str:
    found, place = _stat(number), _place()
    return str(number) if found is None or place is None else f"{number}-{found[1]}-{place}"


@cache
def _place() -> str | None:
    """The place in which process ids and start times are unique: a boot of a machine, and a container's namespaces."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8")
        namespaces = [str((_PROC / "self/ns" / name).readlink()) for name in ("pid", "time")]
    except OSError:
        return None
    return hashlib.sha256("\n".join((boot, *namespaces)).encode()).hexdigest()[:12]


def _stat(number: int) -> tuple[str, str] | None:
    """The state of a process, and its start in clock ticks since the boot; None if the system does not show them."""
    try:
        # The name of the program precedes these in brackets, and may itself hold spaces and brackets.
        fields = (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], fields[19]
