"""Settings: from the environment or a file, all faults at once, and no secret in a file."""

from datetime import time
from pathlib import Path

import pytest

from monitor.settings import Settings, load_settings, shipped_config
from tiering.faults import ConfigFault

pytestmark = pytest.mark.usefixtures("own_environment")
ENVIRONMENT = {
    "home": "/srv/hotspots",
    "database": "postgresql+psycopg://hotspots:secret@db/hotspots",
    "archive_url": "s3://bucket/hotspots",
    "config": "/etc/hotspots",
    "people": "/etc/people.yaml",
    "source": "s3://extracts",
    "columns": "columns.yaml",
    "policy": "wmt",
    "rejected_share": 0.05,
    "rejected_rows": 7,
    "swing_share": 0.5,
    "maximum_age_days": 9,
    "run_day": "fri",
    "run_time": "05:30",
    "timezone": "Europe/Dublin",
    "base_url": "https://hotspots.example.org/",
    "marking": "OFFICIAL",
    "small_team": 3,
    "contact": "Performance team,  performance@example.org.",
    "mail": "off",
    "mail_from": "hotspots@example.org",
    "mail_domains": "Example.org, example.com",
    "smtp_host": "mail.example.org",
    "smtp_port": 465,
    "smtp_tls": "implicit",
    "smtp_username": "hotspots",
    "smtp_password": "secret",
    "smtp_ca_file": "ca.pem",
    "smtp_auth": "xoauth2",
    "smtp_token_command": "/usr/bin/token --for hotspots",
    "smtp_token_url": "https://login.example.org/token",
    "smtp_token_client_id": "1c7e",
    "smtp_token_client_secret": "secret",
    "smtp_token_scope": "https://outlook.example/.default",
    "late_after_hours": 6,
    "heartbeat_url": "https://beats.example.org/1c7e",
    "free_disk_mb": 500,
    "log_format": "json",
    "log_level": "debug",
}
AS_READ = ENVIRONMENT | {
    "run_time": time(5, 30),
    "base_url": "https://hotspots.example.org",
    "mail_domains": ("example.org", "example.com"),
    "contact": "Performance team, performance@example.org",
    **{name: Path(str(ENVIRONMENT[name])) for name in ("home", "config", "people", "columns", "smtp_ca_file")},
}
SECRETS = ("database", "smtp_password", "smtp_token_client_secret", "heartbeat_url")


def in_file(text: str) -> None:
    Path("hotspots.toml").write_text(text, encoding="utf-8")


def faults() -> list[str]:
    with pytest.raises(ConfigFault) as raised:
        load_settings()
    return raised.value.faults


def values(settings: Settings) -> dict[str, object]:
    return {
        name: getattr(value, "get_secret_value", lambda value=value: value)()
        for name, value in ((name, getattr(settings, name)) for name in ENVIRONMENT)
    }


@pytest.mark.parametrize("address", ["postgresql://u:p@s3cret@h/db", "postgresql://u:p@h:s3cret/db", "s3cret"])
def test_a_database_url_that_cannot_be_parted_is_named_without_any_of_it(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSPOTS_DATABASE", address)
    with pytest.raises(ConfigFault) as refusal:
        load_settings()
    (fault,) = refusal.value.faults
    assert fault.startswith("HOTSPOTS_DATABASE: ")
    assert "s3cret" not in fault


def test_every_setting_can_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(f"HOTSPOTS_{name.upper()}", str(value))
    assert values(load_settings()) == AS_READ


def test_every_setting_but_the_secrets_can_come_from_the_file() -> None:
    lines = {name: value if isinstance(value, int | float) else f'"{value}"' for name, value in ENVIRONMENT.items()}
    in_file("".join(f"{name} = {value}\n" for name, value in lines.items() if name not in SECRETS))
    assert values(load_settings()) == AS_READ | dict.fromkeys(SECRETS)


def test_no_setting_is_left_out_here() -> None:
    assert set(ENVIRONMENT) <= set(Settings.model_fields)
    assert {name for name in Settings.model_fields if name.startswith(("smtp", "mail", "run"))} <= set(ENVIRONMENT)


def test_the_environment_wins_over_the_file_and_the_caller_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    in_file('run_day = "tue"\npolicy = "wmt"\nmarking = "FILE"\n')
    monkeypatch.setenv("HOTSPOTS_RUN_DAY", "wed")
    monkeypatch.setenv("HOTSPOTS_MARKING", "ENVIRONMENT")
    settings = load_settings(marking="CALLER")
    assert (settings.policy, settings.run_day, settings.marking) == ("wmt", "wed", "CALLER")


def test_an_empty_variable_is_as_if_it_were_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    in_file('run_day = "tue"\n')
    monkeypatch.setenv("HOTSPOTS_RUN_DAY", "")
    monkeypatch.setenv("HOTSPOTS_SMTP_HOST", "")
    assert (load_settings().run_day, load_settings().smtp_host) == ("tue", None)


def test_without_any_setting_everything_is_in_a_folder_of_its_own() -> None:
    settings = load_settings()
    assert settings.database_url == "sqlite:///var/hotspots.db"
    assert (settings.archive, settings.outbox) == (Path("var/archive"), Path("var/outbox"))
    assert settings.config == shipped_config()
    assert settings.people_file == shipped_config() / "people.example.yaml"
    assert (settings.run_day, settings.run_time, settings.timezone) == ("mon", time(6, 0), "Europe/London")


@pytest.mark.parametrize(
    ("url", "archive"),
    [
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/a/prefix/", "s3://bucket/a/prefix"),
        ("file:///srv/the%20archive/", Path("/srv/the archive")),
    ],
)
def test_the_archive_is_a_folder_or_a_place_in_object_storage(
    url: str, archive: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSPOTS_ARCHIVE_URL", url)
    assert load_settings().archive == archive


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("/srv/archive", "must be a URL such as s3://bucket/prefix or file:///srv/archive"),
        ("simplecache::s3://bucket", "must be a URL such as s3://bucket/prefix or file:///srv/archive"),
        ("s3://bucket/every*", "must be a URL such as s3://bucket/prefix or file:///srv/archive"),
        ("s3://bucket?version=1", "must be a URL such as s3://bucket/prefix or file:///srv/archive"),
        ("s3://key:s3cret@bucket", "must not hold a log-in; the package of that storage reads it from the environment"),
        ("http://storage.example.org/s3cret", "http:// cannot hold an archive"),
        ("ftp://storage.example.org/s3cret", "ftp:// cannot hold an archive"),
        ("memory://s3cret", "memory:// cannot hold an archive"),
        ("file://archive", "must name a folder from its root, such as file:///srv/archive"),
        ("s3://", "must name a bucket, such as s3://bucket/prefix"),
    ],
)
def test_a_place_that_cannot_hold_an_archive_is_refused(url: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_ARCHIVE_URL", url)
    (fault,) = faults()
    assert fault == f"HOTSPOTS_ARCHIVE_URL: Value error, {says}"


def test_the_people_of_a_policy_folder_come_before_the_example(tmp_path: Path) -> None:
    (tmp_path / "people.yaml").touch()
    assert load_settings(config=tmp_path).people_file == tmp_path / "people.yaml"
    assert load_settings(config=tmp_path, people=tmp_path / "mine.yaml").people_file == tmp_path / "mine.yaml"


@pytest.mark.parametrize(
    "line",
    [
        'smtp_password = "secret"',
        '"smtp_password" = "secret"',
        'session_secret = "secret"',
        'database = "postgresql://a:secret@b/c"',
    ],
)
def test_a_secret_in_the_file_is_a_fault_that_does_not_repeat_it(line: str) -> None:
    in_file(f'policy = "wmt"\n{line}\n')
    (fault,) = faults()
    name = line.split(" ")[0].strip('"')
    assert fault == f"hotspots.toml: {name}: secrets belong into the environment: HOTSPOTS_{name.upper()}"


def test_a_misspelt_setting_in_the_file_is_a_fault() -> None:
    in_file('run_dya = "tue"\n[post]\nfrom = "a@example.org"\n')
    assert [fault.partition(" is not a setting")[0] for fault in faults()] == [
        "hotspots.toml: run_dya:",
        "hotspots.toml: post:",
    ]


def test_all_faults_of_file_and_environment_are_listed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    in_file('smtp_password = "secret"\nrun_day = "someday"\nrun_dya = "tue"\nsmtp_port = 0\n')
    for name, value in {
        "run_time": "25:00",
        "rejected_share": "2",
        "base_url": "ftp://example.org",
        "smtp_tls": "perhaps",
        "timezone": "Mars/Olympus",
        "mail_from": "nobody",
        "small_team": "0",
    }.items():
        monkeypatch.setenv(f"HOTSPOTS_{name.upper()}", value)
    found = faults()
    said = "\n".join(found).replace("secrets belong", "")
    for name in ("session_secret", "oidc_client_secret", "smtp_token_client_secret"):
        said = said.replace(name, "")
    assert "secret" not in said
    assert sorted(fault.split(": ")[0 if fault.startswith("HOTSPOTS_") else 1] for fault in found) == [
        "HOTSPOTS_BASE_URL",
        "HOTSPOTS_MAIL_FROM",
        "HOTSPOTS_REJECTED_SHARE",
        "HOTSPOTS_RUN_DAY",
        "HOTSPOTS_RUN_TIME",
        "HOTSPOTS_SMALL_TEAM",
        "HOTSPOTS_SMTP_PORT",
        "HOTSPOTS_SMTP_TLS",
        "HOTSPOTS_TIMEZONE",
        "run_dya",
        "smtp_password",
    ]


@pytest.mark.parametrize("content", [b"run_day = \n", b'marking = "\xff"\n'], ids=["not TOML", "not UTF-8"])
def test_a_file_that_cannot_be_read_is_a_fault_in_words(content: bytes) -> None:
    Path("hotspots.toml").write_bytes(content)
    (fault,) = faults()
    assert fault.startswith("hotspots.toml: cannot be read as TOML: ")


def test_mail_domains_are_compared_in_lower_case_however_they_are_given() -> None:
    in_file('mail_domains = ["Example.org", " example.COM "]\n')
    assert load_settings().mail_domains == ("example.org", "example.com")


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://beats.example.org/1c7e", "must start with https://"),
        ("ftp://beats.example.org/1c7e", "must start with https://"),
        ("https://me:1c7e@beats.example.org", "must not hold a log-in"),
        ("https:///1c7e", "is not a web address"),
        ("https://beats.example.org:nine/1c7e", "is not a web address"),
        ("https://beats.example.org/1c7e\nHost: x", "is not a web address"),
    ],
)
def test_a_heartbeat_that_is_not_safe_to_call_is_a_fault_that_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, url: str, fault: str
) -> None:
    monkeypatch.setenv("HOTSPOTS_HEARTBEAT_URL", url)
    (found,) = faults()
    assert found.startswith("HOTSPOTS_HEARTBEAT_URL: ")
    assert fault in found
    assert "1c7e" not in found


@pytest.mark.parametrize("url", ["https://beats.example.org/1c7e", "http://127.0.0.1:8000/ping", "http://[::1]/ping"])
def test_a_heartbeat_may_be_https_or_on_this_machine(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HOTSPOTS_HEARTBEAT_URL", url)
    found = load_settings().heartbeat_url
    assert found is not None
    assert found.get_secret_value() == url
    assert url not in repr(load_settings())


def test_no_password_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_SMTP_PASSWORD", "hunter2")
    monkeypatch.setenv("HOTSPOTS_DATABASE", "postgresql+psycopg://hotspots:hunter2@db/hotspots")
    assert "hunter2" not in f"{load_settings()} {load_settings()!r}"


@pytest.mark.parametrize(
    ("contact", "domains", "address"),
    [
        ("Performance team, p@example.org", "", "p@example.org"),
        ("Performance team, p@Example.org", "example.org", "p@Example.org"),
        ("Performance team, p@example.com", "example.org", ""),
        ("Performance team, extension 4711", "", ""),
        ("", "", ""),
    ],
)
def test_replies_go_to_the_contact_where_email_may_go(contact: str, domains: str, address: str) -> None:
    settings = load_settings(contact=contact, mail_domains=domains)
    assert (settings.contact, settings.reply_to) == (contact, address)


@pytest.mark.parametrize(
    ("contact", "fault"),
    [
        ("p@example.org\r\nBcc: q@example.org", "one line of plain text"),
        ("p@example.org\u202e", "one line of plain text"),
        (f"{'x' * 150} p@example.org", "at most 160 characters"),
        ("Performance team", "an email address or a phone number"),
        ("a@b@example.org", "an email address or a phone number"),
    ],
)
def test_a_contact_that_no_one_can_reach_or_that_breaks_a_line_is_refused(contact: str, fault: str) -> None:
    with pytest.raises(ConfigFault, match=f"HOTSPOTS_CONTACT: .*{fault}"):
        load_settings(contact=contact)
