"""A process that has loaded the program, and does what it is asked in copies of itself, each a process of its own.

To load the program takes three seconds of a processor, and tests start it a hundred times. The copies are ordinary
processes, with their own command line, variables, folder, files and signals, and are killed like any other. What two
processes must not have in common, the seed of Python's hashes above all, is tested with processes started from nothing.
"""

import ctypes
import gc
import importlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

USED = (
    "alembic.command",
    "monitor.cli.main",
    "monitor.mail.sender",
    "monitor.operations.backup",
    "monitor.operations.scheduler",
    "monitor.run",
    "pyarrow.pandas_compat",
)
"""What the commands that are started load."""
LONGEST = 1 << 20
HEEDING = ("env", "--default-signal=INT,HUP,TERM")
"""Whatever started the tests may have told its children to ignore these signals."""


class Loaded(subprocess.Popen[str]):
    """A process that runs Python as ``Popen`` would, in a copy of one that has loaded the program."""

    def __init__(self, words: Sequence[str], under: Sequence[str] = (), **options: Any) -> None:
        """words: ``-c``, the Python to run, and its arguments. under: a command that the first process runs under."""
        self._under = tuple(under)
        super().__init__(words, text=True, **options)

    def _execute_child(  # type: ignore[override]
        self, args: list[str], executable: Any, preexec: Any, close: Any, passed: Any, cwd: Any, env: Any, *more: Any
    ) -> None:
        pipes = list(zip(more[3:9:2], more[4:9:2], strict=True))
        theirs = (pipes[0][0], pipes[1][1], pipes[2][1])
        files = [number if file == -1 else file for number, file in enumerate(theirs)]
        asked = {"words": args, "folder": str(cwd or Path.cwd()), "variables": dict(os.environ if env is None else env)}
        self.pid = _copy(_loaded(self._under), asked, files)
        self._child_created = True
        opened = {file for file, pipe in zip(theirs, pipes, strict=True) if -1 not in pipe}
        for file in opened | ({self._devnull} if hasattr(self, "_devnull") else set()):
            os.close(file)
        self._closed_child_pipe_fds = True


@cache
def _loaded(under: tuple[str, ...]) -> socket.socket:
    """The way to a process that has loaded the program; it ends when this process has ended."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [*HEEDING, *under, sys.executable, "-P", __file__, str(its.fileno())]
    process = subprocess.Popen(command, pass_fds=[its.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    # It is not waited for: it ends after this process.
    process.returncode = 0
    its.close()
    assert ours.recv(LONGEST) == b"loaded", "the program could not be loaded"
    return ours


def _copy(way: socket.socket, asked: Mapping[str, Any], files: Sequence[int]) -> int:
    """Process id of a new copy, which is a child of this process."""
    with _taking_orphans():
        socket.send_fds(way, [json.dumps(asked).encode()], files)
        return int(way.recv(LONGEST))


@contextmanager
def _taking_orphans() -> Iterator[None]:
    """Children of its children that are left behind become its own, as long as this lasts: ``man prctl``."""
    set_child_subreaper = 36
    control = ctypes.CDLL(None).prctl
    assert control(set_child_subreaper, 1, 0, 0, 0) == 0
    try:
        yield
    finally:
        control(set_child_subreaper, 0, 0, 0, 0)


def _serve(way: socket.socket) -> str:
    """Make copies until the process that asks for them has ended; returns in each copy what it is to run."""
    way.send(b"loaded")
    while True:
        asked, files, _, _ = socket.recv_fds(way, LONGEST, 3)
        if not asked:
            os._exit(0)
        told, tells = os.pipe()
        between = os.fork()
        if between == 0:
            copy = os.fork()
            if copy == 0:
                way.close()
                os.close(told)
                os.close(tells)
                return _become(json.loads(asked), files)
            os.write(tells, str(copy).encode())
            os._exit(0)
        # Once what lies between has ended, and not before, the copy has its new parent.
        os.waitpid(between, 0)
        way.send(os.read(told, LONGEST))
        for file in (told, tells, *files):
            os.close(file)


def _become(asked: Mapping[str, Any], files: Sequence[int]) -> str:
    for own, file in enumerate(files):
        os.dup2(file, own)
        os.close(file)
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["variables"])
    time.tzset()
    _, program, *arguments = asked["words"]
    sys.argv = ["-c", *arguments]
    return program


if __name__ == "__main__":
    for name in USED:
        importlib.import_module(name)
    gc.freeze()
    exec(_serve(socket.socket(fileno=int(sys.argv[1]))), {"__name__": "__main__"})
