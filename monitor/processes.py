"""Which process holds a claim or is writing a file, and whether that process still exists.

A process id alone is not enough: ids are used again, and containers of the same host name count from 1 each.
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
"""States in /proc of a process that has ended, and whose parent has not asked how."""


def mark() -> str:
    """This process, as no other was or will be called: id, start and place; safe in the name of a file.

    Only the process id on a system without /proc, where nothing can be learned about other processes.
    """
    return _mark(os.getpid())


def this_process() -> str:
    """This process as the owner of a claim: its host, then its mark."""
    return _owner(os.getpid())


def for_people(owner: str) -> str:
    """Host and process id of an owner, without what only the program needs."""
    return re.sub(r"-\d+-[0-9a-f]{12}$", "", owner)


def has_mark(name: str) -> bool:
    """Whether a process left its mark in the name."""
    return _MARK.search(name) is not None


def is_gone(name: str) -> bool | None:
    """Whether the process whose mark is in the name has ended; None if that cannot be known from here.

    Only a process of the same boot of the same machine, and of the same container, can be looked for.
    """
    found = _MARK.findall(name)
    if not found:
        return None
    number, started, place = found[-1]
    if place != _place():
        return None
    return _has_ended(int(number), started)


def is_left_behind(name: str, *, is_old: bool) -> bool:
    """Whether a file with a process's mark in its name is being written no more; by its age if that is not known."""
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
    found = _stat(number)
    if found is None:
        return None
    state, start = found
    return state in _ENDED or start != started


@cache
def _owner(number: int) -> str:
    # Asked once: the machine may get another name while the process runs, and its claims must stay its own.
    return f"{socket.gethostname()}:{_mark(number)}"


@cache
def _mark(number: int) -> str:
    found, place = _stat(number), _place()
    return str(number) if found is None or place is None else f"{number}-{found[1]}-{place}"


@cache
def _place() -> str | None:
    """Where process ids and start times mean the same: a boot of a machine, and the namespaces of a container."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="utf-8")
        namespaces = [str((_PROC / "self/ns" / name).readlink()) for name in ("pid", "time")]
    except OSError:
        return None
    return hashlib.sha256("\n".join((boot, *namespaces)).encode()).hexdigest()[:12]


def _stat(number: int) -> tuple[str, str] | None:
    """State of a process, and when it started in clock ticks since the boot; None if that is not shown."""
    try:
        # The name of the program stands in brackets before these, and may itself hold spaces and brackets.
        fields = (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return fields[0], fields[19]
