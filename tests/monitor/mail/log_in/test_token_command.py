"""The command that prints a token: what it may print, and what becomes of one that fails or hangs."""

import os
import shlex
import sys
import time
from pathlib import Path

import pytest

from monitor.mail.log_in.access_token import NoToken
from monitor.mail.log_in.token_command import TokenCommand, command_fault


def program(words: str, *arguments: str, timeout: float = 10.0) -> TokenCommand:
    return TokenCommand((sys.executable, "-c", words, *arguments), timeout)


def refusal(command: TokenCommand) -> str:
    with pytest.raises(NoToken) as raised:
        command.fetch()
    return str(raised.value)


def test_what_the_command_prints_is_the_token() -> None:
    token = program("print('eyJ0.token')").fetch()
    assert token.value == "eyJ0.token"
    assert token.seconds > 60


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    said = program("import sys; print(sys.argv[1])", "$HOME;touch${IFS}harm").fetch()
    assert said.value == "$HOME;touch${IFS}harm"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("import sys; print('hush'); sys.exit(3)", "ended with status 3"),
        ("print()", "printed nothing"),
        ("print('two hush')", "printed something other than one token"),
        ("print('hush'); print('hush')", "printed something other than one token"),
        ("print('h\\u00fcsh')", "printed something other than one token"),
    ],
)
def test_a_command_without_a_token_says_why_and_quotes_nothing(words: str, why: str) -> None:
    said = refusal(program(words, "--secret=hush"))
    assert said.startswith(f"HOTSPOTS_SMTP_TOKEN_COMMAND ({Path(sys.executable).name}) {why}")
    assert "hush" not in said


def test_a_program_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    assert refusal(TokenCommand((str(tmp_path / "nothing"),))).endswith("cannot be run: No such file or directory")


def test_a_command_that_hangs_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    file = tmp_path / "child"
    child = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    hangs = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child!r}]); print('hush')"
    started = time.monotonic()
    said = refusal(program(hangs, timeout=2.0))
    assert "printed no token within 2 seconds" in said
    assert time.monotonic() - started < 30
    number = int(file.read_text())
    for _ in range(100):
        if not is_running(number):
            break
        time.sleep(0.05)
    assert not is_running(number)


def is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"{shlex.quote(sys.executable)} --version", None),
        ("echo 'half", "has a quote without its other half"),
        ("  ", "is empty"),
        ("no-such-program-here --now", "no-such-program-here is not a program that this account can run"),
    ],
)
def test_a_command_line_is_judged_before_it_is_needed(line: str, fault: str | None) -> None:
    said = command_fault(line)
    assert said is None if fault is None else said is not None and said.startswith(fault)
