"""A copy of the loaded program is a process like any other."""

import os
import signal
import subprocess
from pathlib import Path

from .loaded_program import Loaded

SAYS = """\
import os, sys
print(input(), sys.argv, os.getcwd(), dict(os.environ), os.getppid(), 'monitor.run' in sys.modules, flush=True)
print('in vain', file=sys.stderr)
sys.exit(3)
"""


def test_a_copy_has_its_own_words_variables_folder_and_files_and_is_a_child_of_this_process(tmp_path: Path) -> None:
    pipe, variables = subprocess.PIPE, {"A": "B"}
    started = Loaded(["-c", SAYS, "one", "2"], cwd=tmp_path, env=variables, stdin=pipe, stdout=pipe, stderr=pipe)
    out, err = started.communicate("told\n", timeout=60)
    assert (started.returncode, err) == (3, "in vain\n")
    assert out == f"told {['-c', 'one', '2']} {tmp_path} {variables} {os.getpid()} True\n"


def test_a_copy_is_killed_and_its_end_is_told_apart(tmp_path: Path) -> None:
    waits = "print('waiting', flush=True); import time; time.sleep(60)"
    for number in (signal.SIGKILL, signal.SIGTERM):
        started = Loaded(["-c", waits], cwd=tmp_path, stdout=subprocess.PIPE)
        assert started.stdout is not None
        assert started.stdout.readline() == "waiting\n"
        assert started.poll() is None
        started.send_signal(number)
        started.communicate(timeout=60)
        assert started.returncode == -number
