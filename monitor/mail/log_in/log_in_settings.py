"""The settings of the log-in: what is wrong with them, and the source of tokens that they name."""

import shlex
from collections.abc import Iterator

from monitor.mail.log_in.access_token import TokenSource
from monitor.mail.log_in.client_credentials import ClientCredentials
from monitor.mail.log_in.token_command import TokenCommand, command_fault
from monitor.settings import Settings

_COMMAND = "HOTSPOTS_SMTP_TOKEN_COMMAND"
_WITH_TOKENS = "HOTSPOTS_SMTP_AUTH=xoauth2"


def log_in_faults(settings: Settings) -> list[str]:
    """Every fault of the settings of the log-in, without asking a server."""
    return list(_token_faults(settings) if settings.smtp_auth == "xoauth2" else _needless_settings(settings))


def token_source(settings: Settings) -> TokenSource | None:
    """The source of tokens that settings without a fault name; None for a log-in by password, or for none."""
    if settings.smtp_auth != "xoauth2":
        return None
    if settings.smtp_token_command is not None:
        return TokenCommand(tuple(shlex.split(settings.smtp_token_command)))
    secret = settings.smtp_token_client_secret
    return ClientCredentials(
        url=settings.smtp_token_url or "",
        client_id=settings.smtp_token_client_id or "",
        client_secret="" if secret is None else secret.get_secret_value(),
        scope=settings.smtp_token_scope or "",
    )


def _needless_settings(settings: Settings) -> Iterator[str]:
    given = {_COMMAND: settings.smtp_token_command, **_credentials(settings)}
    for name, value in given.items():
        if value:
            yield f"{name}: is used with {_WITH_TOKENS} only; set that, or remove this"


def _token_faults(settings: Settings) -> Iterator[str]:
    if not settings.smtp_username:
        yield f"HOTSPOTS_SMTP_USERNAME: is missing; with {_WITH_TOKENS} it is the mailbox that sends"
    if settings.smtp_password is not None:
        yield f"HOTSPOTS_SMTP_PASSWORD: is not used with {_WITH_TOKENS}; remove it"
    credentials = _credentials(settings)
    given, missing = [[name for name, value in credentials.items() if bool(value) is there] for there in (True, False)]
    if settings.smtp_token_command is None:
        if not given:
            yield f"{_COMMAND}: is missing; write a command that prints a token, or set {', '.join(missing)}"
        else:
            yield from (f"{name}: is missing; a token needs all of {', '.join(credentials)}" for name in missing)
        return
    if given:
        yield f"{_COMMAND}: is set as well as {', '.join(given)}; write only one of the two ways to a token"
    if fault := command_fault(settings.smtp_token_command):
        yield f"{_COMMAND}: {fault}"


def _credentials(settings: Settings) -> dict[str, object]:
    return {
        "HOTSPOTS_SMTP_TOKEN_URL": settings.smtp_token_url,
        "HOTSPOTS_SMTP_TOKEN_CLIENT_ID": settings.smtp_token_client_id,
        "HOTSPOTS_SMTP_TOKEN_CLIENT_SECRET": settings.smtp_token_client_secret,
        "HOTSPOTS_SMTP_TOKEN_SCOPE": settings.smtp_token_scope,
    }
