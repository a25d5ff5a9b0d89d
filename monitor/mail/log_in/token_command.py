"""A command that prints an access token."""

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from monitor.mail.log_in.access_token import AccessToken, NoToken, is_token

# A command says nothing about how long its token lasts, and most keep one themselves: asking again costs little.
_SECONDS_TO_REUSE = 300.0
_SETTING = "HOTSPOTS_SMTP_TOKEN_COMMAND"


@dataclass(frozen=True)
class TokenCommand:
    """A program and its arguments; its standard output is the token. No shell takes part.

    timeout: seconds until it is stopped.
    """

    arguments: tuple[str, ...]
    timeout: float = 30.0

    def fetch(self) -> AccessToken:
        """Run the command; raises NoToken, which quotes neither what it printed nor its arguments."""
        status, output = self._run()
        if status:
            raise NoToken(f"{self._name} ended with status {status}; run it as this account to see why")
        token = output.decode("ascii", "replace").strip()
        if not token:
            raise NoToken(f"{self._name} printed nothing; it must print the access token alone")
        if not is_token(token):
            raise NoToken(f"{self._name} printed something other than one token; it must print the access token alone")
        return AccessToken(token, _SECONDS_TO_REUSE)

    @property
    def _name(self) -> str:
        return f"{_SETTING} ({Path(self.arguments[0]).name})"

    def _run(self) -> tuple[int, bytes]:
        """Run the command and return its exit status and output; what it writes to standard error is not read."""
        silent = subprocess.DEVNULL
        try:
            # A session of its own, so that whatever the command has started can be stopped with it.
            process = subprocess.Popen(  # noqa: S603 - the operator's own command, without a shell
                self.arguments, stdin=silent, stdout=subprocess.PIPE, stderr=silent, start_new_session=True
            )
        except OSError as error:
            raise NoToken(f"{self._name} cannot be run: {error.strerror or type(error).__name__}") from None
        with process:
            try:
                output, _ = process.communicate(timeout=self.timeout)
            except BaseException as error:
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
                if isinstance(error, subprocess.TimeoutExpired):
                    why = f"printed no token within {self.timeout:g} seconds; run it as this account to see why"
                    raise NoToken(f"{self._name} {why}") from None
                raise
        return process.returncode, output


def command_fault(command: str) -> str | None:
    """Why a command line cannot be run; None if it can."""
    try:
        arguments = shlex.split(command)
    except ValueError:
        return "has a quote without its other half"
    if not arguments:
        return "is empty"
    if shutil.which(arguments[0]) is None:
        return f"{arguments[0]} is not a program that this account can run; write its whole path"
    return None
