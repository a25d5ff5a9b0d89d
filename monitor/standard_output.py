"""Keep standard output for this program alone, so that a solver's banner never gets into CSV or JSON."""

import os
import sys
from io import TextIOWrapper

_ERROR = 2


def keep_for_this_program() -> None:
    """Point ``sys.stdout`` at a copy of the standard output, and descriptor 1 at the standard error.

    Native code writes to descriptor 1, often from a buffer of its own that is only flushed at exit: HiGHS prints a
    banner from version 1.16 on, whatever its options say. A redirection around each solve would miss that, and would
    also catch what other threads write meanwhile. So this is done once, before any thread starts, and never undone.
    It does nothing if ``sys.stdout`` is closed or was replaced, as a test does.
    """
    out = sys.stdout
    if not isinstance(out, TextIOWrapper) or out is not sys.__stdout__:
        return
    out.flush()
    # First of all: a copy of the output would take the number of a closed standard error.
    elsewhere = open_or_nothing(_ERROR)
    # closefd: like the stream it replaces, it is flushed at exit and its descriptor is left to the end of the process.
    own = open(os.dup(out.fileno()), "w", encoding=out.encoding, errors=out.errors, closefd=False)  # noqa: SIM115
    own.reconfigure(line_buffering=out.line_buffering or out.write_through)
    os.dup2(elsewhere, out.fileno())
    sys.stdout = own


def open_or_nothing(descriptor: int) -> int:
    """The descriptor if it is open, else one that discards what is written to it."""
    try:
        os.fstat(descriptor)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)
    return descriptor
