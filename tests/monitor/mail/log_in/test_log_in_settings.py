"""The settings of the log-in: every fault at once, and the source that they name."""

import sys
from typing import Any

import pytest
from pydantic import SecretStr

from monitor.mail.log_in.client_credentials import ClientCredentials
from monitor.mail.log_in.log_in_settings import log_in_faults, token_source
from monitor.mail.log_in.token_command import TokenCommand
from monitor.settings import Settings, load_settings

pytestmark = pytest.mark.usefixtures("own_environment")
CREDENTIALS = {
    "smtp_token_url": "https://login.example.org/token",
    "smtp_token_client_id": "1c7e",
    "smtp_token_client_secret": SecretStr("hush"),
    "smtp_token_scope": "https://outlook.example/.default",
}
NAMES = [f"HOTSPOTS_{name.upper()}" for name in CREDENTIALS]
COMMAND = {"smtp_token_command": f"{sys.executable} -m token --mailbox 'a b'"}
BY_TOKEN = {"smtp_auth": "xoauth2", "smtp_username": "hotspots@example.org"}


def settings(**given: Any) -> Settings:
    return load_settings(smtp_host="mail.example.org", **given)


def named(**given: Any) -> list[str]:
    """The names of the settings at fault."""
    faults = log_in_faults(settings(**given))
    assert "hush" not in " ".join(faults)
    return [fault.partition(":")[0] for fault in faults]


@pytest.mark.parametrize(
    "given",
    [{}, {"smtp_username": "a", "smtp_password": "b"}, BY_TOKEN | COMMAND, BY_TOKEN | CREDENTIALS],
    ids=["none", "password", "command", "credentials"],
)
def test_whole_settings_have_no_fault(given: dict[str, Any]) -> None:
    assert named(**given) == []


def test_settings_of_tokens_without_their_way_of_log_in_are_faults() -> None:
    assert named(**COMMAND, **CREDENTIALS) == ["HOTSPOTS_SMTP_TOKEN_COMMAND", *NAMES]


def test_both_ways_a_password_and_no_mailbox_are_faults_at_once() -> None:
    given = COMMAND | CREDENTIALS | {"smtp_auth": "xoauth2", "smtp_password": SecretStr("hush")}
    assert named(**given) == [
        "HOTSPOTS_SMTP_USERNAME",
        "HOTSPOTS_SMTP_PASSWORD",
        "HOTSPOTS_SMTP_TOKEN_COMMAND",
    ]


def test_neither_way_is_one_fault_that_names_both() -> None:
    (fault,) = log_in_faults(settings(**BY_TOKEN))
    assert all(name in fault for name in ["HOTSPOTS_SMTP_TOKEN_COMMAND", *NAMES])


@pytest.mark.parametrize("left_out", list(CREDENTIALS))
def test_a_missing_piece_is_named(left_out: str) -> None:
    given = {name: value for name, value in CREDENTIALS.items() if name != left_out}
    assert named(**BY_TOKEN, **given) == [f"HOTSPOTS_{left_out.upper()}"]


def test_a_command_that_cannot_be_run_is_a_fault() -> None:
    assert named(**BY_TOKEN, smtp_token_command="no-such-program-here --now") == ["HOTSPOTS_SMTP_TOKEN_COMMAND"]


def test_the_settings_name_the_source() -> None:
    assert token_source(settings()) is None
    assert token_source(settings(**BY_TOKEN, **COMMAND)) == TokenCommand(
        (sys.executable, "-m", "token", "--mailbox", "a b")
    )
    assert token_source(settings(**BY_TOKEN, **CREDENTIALS)) == ClientCredentials(
        "https://login.example.org/token", "1c7e", "hush", "https://outlook.example/.default"
    )
