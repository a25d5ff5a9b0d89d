"""Read the environment and the settings file into one frozen Settings. Secrets come from the environment only."""

import re
import tomllib
from datetime import time
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from alerts.addresses import address_fault, address_in
from monitor.safe_text import database_url
from tiering.faults import ConfigFault

SETTINGS_FILE = Path("hotspots.toml")
SECRETS = (
    "smtp_password",
    "smtp_token_client_secret",
    "database",
    "heartbeat_url",
    "session_secret",
    "oidc_client_secret",
    "bundle_key",
)
_LONGEST_CONTACT = 160
_SHORTEST_PHONE_NUMBER = 4
"""In digits: an extension."""
_FOLDER = "file://"
_NO_STORAGE = ("http", "https", "ftp", "memory")
"""Protocols of fsspec that cannot be written to, do not encrypt, or lose everything at the end of the program."""
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Settings(BaseSettings):
    """Everything that can be set, by ``HOTSPOTS_<NAME>`` or in ``hotspots.toml``; the environment wins."""

    model_config = SettingsConfigDict(
        env_prefix="HOTSPOTS_", toml_file=SETTINGS_FILE, extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Path("var")
    database: SecretStr | None = None
    archive_url: str | None = None
    config: Path = Field(default_factory=lambda: shipped_config())
    people: Path | None = None
    events: Path | None = None

    source: str | None = None
    columns: Path | None = None
    policy: str = "london-2009"
    rejected_share: float = Field(0.02, ge=0, le=1)
    rejected_rows: int = Field(10, ge=0)
    swing_share: float = Field(0.20, ge=0)
    unmatched_share: float = Field(0.02, ge=0, le=1)
    maximum_age_days: int | None = Field(None, ge=0)
    table_mb: int = Field(1_024, ge=1, le=2_047)
    table_rows: int = Field(20_000_000, ge=1)
    table_values: int = Field(200_000_000, ge=1)
    table_seconds: float = Field(300, gt=0)

    keep_cases_weeks: int = Field(110, ge=1)
    keep_mail_days: int = Field(400, ge=1)
    keep_notes_weeks: int = Field(110, ge=14)
    clock_jump_days: int = Field(35, ge=1, le=36_500)

    run_day: str = "mon"
    run_time: time = time(6, 0)
    timezone: str = "Europe/London"

    base_url: str = ""
    marking: str = "OFFICIAL-SENSITIVE"
    small_team: int = Field(5, ge=1)
    compare: Literal["own", "siblings"] = "own"
    contact: str = ""

    mail: Literal["on", "off"] = "on"
    mail_from: str = "hotspots@localhost"
    mail_domains: Annotated[tuple[str, ...], NoDecode] = ()
    smtp_host: str | None = None
    smtp_port: int = Field(587, ge=1, le=65535)
    smtp_tls: Literal["starttls", "implicit", "none"] = "starttls"
    smtp_auth: Literal["password", "xoauth2"] = "password"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_token_command: str | None = None
    smtp_token_url: str | None = None
    smtp_token_client_id: str | None = None
    smtp_token_client_secret: SecretStr | None = None
    smtp_token_scope: str | None = None
    smtp_ca_file: Path | None = None

    late_after_hours: int = Field(4, ge=0, le=144)
    heartbeat_url: SecretStr | None = None
    free_disk_mb: int = Field(1000, ge=0)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] | None = None

    auth: Literal["local", "proxy", "oidc"] = "local"
    proxy_header: str = "X-Auth-Request-Email"
    proxy_from: Annotated[tuple[str, ...], NoDecode] = ()
    metrics_from: Annotated[tuple[str, ...], NoDecode] = ()
    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    session_secret: SecretStr | None = None
    session_hours: float = Field(8, gt=0, le=24)
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: SecretStr | None = None

    bundle_key: SecretStr | None = None

    @field_validator("mail_domains", "proxy_from", "metrics_from", "hosts", mode="before")
    @classmethod
    def _split_at_commas(cls, value: Any) -> Any:
        parts = value.split(",") if isinstance(value, str) else value
        return tuple(str(part).strip().lower() for part in parts if str(part).strip())

    @field_validator("proxy_from", "metrics_from")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            try:
                ip_network(network, strict=False)
            except ValueError:
                raise ValueError(f"{network!r} is not an address or a network such as 10.0.0.0/24") from None
        return value

    @field_validator("hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if host_of(name) != name:
                raise ValueError(
                    f"{name!r} is not a host name such as hotspots.internal; write no https:// and no port"
                )
        return value

    @field_validator("run_day")
    @classmethod
    def _weekday(cls, value: str) -> str:
        if value not in _WEEKDAYS:
            raise ValueError(f"{value!r} is not one of {', '.join(_WEEKDAYS)}")
        return value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{value!r} is not a time zone such as Europe/London") from None
        return value

    @field_validator("mail_from")
    @classmethod
    def _plain_address(cls, value: str) -> str:
        if fault := address_fault(value):
            raise ValueError(f"{value!r} {fault}")
        return value

    @field_validator("contact")
    @classmethod
    def _reachable(cls, value: str) -> str:
        if len(value.splitlines()) > 1 or not value.isprintable() or len(value) > _LONGEST_CONTACT:
            raise ValueError(f"must be one line of plain text of at most {_LONGEST_CONTACT} characters")
        words = " ".join(value.split()).rstrip(".")
        if words and not address_in(words) and len(re.findall(r"[0-9]", words)) < _SHORTEST_PHONE_NUMBER:
            raise ValueError("must hold an email address or a phone number, such as: Performance team, 020 7946 0000")
        return words

    @field_validator("database")
    @classmethod
    def _in_parts(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            database_url(value.get_secret_value())
        return value

    @field_validator("archive_url")
    @classmethod
    def _place_for_files(cls, value: str | None) -> str | None:
        if value is not None and (fault := _archive_fault(value)):
            raise ValueError(fault)
        return value and value.rstrip("/")

    @field_validator("bundle_key")
    @classmethod
    def _private_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch("[0-9a-f]{64}", value.get_secret_value(), re.ASCII):
            raise ValueError("must be 64 hexadecimal digits in small letters; to make a key, run: openssl rand -hex 32")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _safe_to_call(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (fault := call_fault(value.get_secret_value())):
            raise ValueError(fault)
        return value

    @field_validator("oidc_issuer", "smtp_token_url")
    @classmethod
    def _safe_to_ask(cls, value: str | None) -> str | None:
        if value is not None and (fault := call_fault(value)):
            raise ValueError(fault)
        return value

    @field_validator("base_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https:// (or http:// on this machine)")
        if value and host_of(urlsplit(value).netloc) is None:
            raise ValueError("must name a host, such as https://hotspots.example.org")
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL of the store: SQLite in ``home`` unless set."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{self.home / 'hotspots.db'}"

    @property
    def known_hosts(self) -> frozenset[str]:
        """The host names by which browsers may request the pages, apart from those of this machine."""
        own = host_of(urlsplit(self.base_url).netloc)
        return frozenset(self.hosts) | ({own} if own else set())

    @property
    def reply_to(self) -> str:
        """The address of the contact if email may go to its domain; empty if replies have nowhere to go."""
        address = address_in(self.contact)
        domain = address.rpartition("@")[2].lower()
        return address if not self.mail_domains or domain in self.mail_domains else ""

    @property
    def archive(self) -> Path | str:
        """Where the immutable Parquet files of every snapshot lie: a folder, or a URL in object storage."""
        if self.archive_url is None:
            return self.home / "archive"
        is_folder = self.archive_url.startswith(_FOLDER)
        return Path(unquote(self.archive_url.removeprefix(_FOLDER))) if is_folder else self.archive_url

    @property
    def alternatives(self) -> Path:
        """Folder of alternative histories."""
        return self.home / "alternatives"

    @property
    def outbox(self) -> Path:
        """Folder for email if no SMTP server is set."""
        return self.home / "outbox"

    @property
    def dry_run(self) -> Path:
        """Folder for what a dry run would send."""
        return self.home / "dry-run"

    @property
    def mail_off_file(self) -> Path:
        """The file that stops all email for as long as it exists: the switch for an operator in a hurry."""
        return self.home / "mail-off"

    @property
    def has_example_people(self) -> bool:
        """Whether the people file is the example that is shipped, in which no one is real."""
        return self.people_file.name == "people.example.yaml"

    @property
    def people_file(self) -> Path:
        """The people file: the one in the settings, else people.yaml next to the policy, else the shipped example."""
        if self.people is not None:
            return self.people
        own = self.config / "people.yaml"
        return own if own.is_file() else self.config / "people.example.yaml"

    @property
    def events_file(self) -> Path | None:
        """The file of known events: the one in the settings, else known_events.csv next to the policy, else none."""
        own = self.config / "known_events.csv"
        return self.events or (own if own.is_file() else None)


def load_settings(**given: Any) -> Settings:
    """Load the settings in force; raises ConfigFault with every wrong setting and every secret in the file."""
    faults = _file_faults()
    settings = None
    try:
        settings = Settings(**given)
    except ValidationError as error:
        faults += [f"HOTSPOTS_{_name(detail['loc'])}: {detail['msg']}" for detail in error.errors()]
    except ValueError:
        faults = faults or [f"{SETTINGS_FILE}: cannot be read"]
    if faults or settings is None:
        raise ConfigFault(faults)
    return settings


def host_of(authority: str | None) -> str | None:
    """The host of an authority such as ``hotspots.example.org:443``, in lower case; None if it is not an authority."""
    try:
        parts = urlsplit(f"//{authority or ''}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return host if parts.netloc == authority and "@" not in parts.netloc else None


def shipped_config() -> Path:
    """The policy that comes with the program: inside an installed package, or next to it in a checkout."""
    installed = Path(__file__).parent / "config"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "config"


def call_fault(url: str) -> str | None:
    """What is wrong with an address that the program requests, in words that do not repeat it."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "is not a web address"
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        return "is not a web address"
    if parts.username or parts.password:
        return "must not hold a log-in"
    if parts.scheme == "https" or (parts.scheme == "http" and host in ("localhost", "127.0.0.1", "::1")):
        return None
    return "must start with https:// (or http:// on this machine)"


def _archive_fault(url: str) -> str | None:
    """What is wrong with the URL of an archive, in words that do not repeat it."""
    kind, divider, place = url.partition("://")
    if not divider or not kind.isalnum() or any(mark in place for mark in "?#*[") or not url.isprintable():
        return "must be a URL such as s3://bucket/prefix or file:///srv/archive"
    if "@" in place:
        return "must not hold a log-in; the package of that storage reads it from the environment"
    if kind in _NO_STORAGE:
        return f"{kind}:// cannot hold an archive"
    if kind == "file":
        return None if place.startswith("/") else "must name a folder from its root, such as file:///srv/archive"
    return None if place.strip("/") else "must name a bucket, such as s3://bucket/prefix"


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location).upper()


def _file_faults() -> list[str]:
    """Secrets and unknown keys of the settings file, and a file that is not TOML."""
    if not SETTINGS_FILE.is_file():
        return []
    try:
        keys = tomllib.loads(SETTINGS_FILE.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [f"{SETTINGS_FILE}: cannot be read as TOML: {error}"]
    secrets = [
        f"{SETTINGS_FILE}: {key}: secrets belong into the environment: HOTSPOTS_{key.upper()}"
        for key in SECRETS
        if key in keys
    ]
    known = ", ".join(Settings.model_fields)
    unknown = [key for key in keys if key not in Settings.model_fields]
    return secrets + [f"{SETTINGS_FILE}: {key}: is not a setting; the settings are {known}" for key in unknown]
