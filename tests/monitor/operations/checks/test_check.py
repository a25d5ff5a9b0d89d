"""Checking what is set, before it is needed: every fault, all at once."""

import shutil
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from monitor.operations.checks.check import faults

from ...conftest import Answer, Home
from ...mail.log_in.servers import MAILBOX, TokenMailbox, mail_server
from ...mail.mailbox import HOST, Mailbox, by_smtp, serving

TODAY = date(2026, 11, 23)


def people(home: Home, *entries: str) -> None:
    assert home.settings.people is not None
    home.settings.people.write_text("people:\n" + "".join(f"  - {{{entry}}}\n" for entry in entries), encoding="utf-8")


def closed_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def own_config(home: Home, folder: Path) -> Path:
    shutil.copytree(home.settings.config, folder)
    home.settings = home.with_settings(config=folder)
    return folder


def test_a_sound_service_has_no_faults(home: Home) -> None:
    with serving(Mailbox()) as port:
        settings = by_smtp(home, port).model_copy(update={"source": str(Path(home.extract).parent)})
        assert faults(settings, TODAY) == []


def test_a_service_without_a_snapshot_has_no_faults_and_gets_no_database(new_home: Home) -> None:
    new_home.store.engine.dispose()
    shutil.rmtree(new_home.settings.home)
    assert faults(new_home.settings, TODAY) == []
    assert not new_home.settings.home.exists()


def test_a_faulty_policy_a_faulty_rule_and_a_faulty_price_are_all_named(home: Home, tmp_path: Path) -> None:
    config = own_config(home, tmp_path / "config")
    weights, rule = config / "weightings" / "london-2009.yaml", config / "hotspot_rules" / "watch.yaml"
    weights.write_text(weights.read_text(encoding="utf-8").replace("licence: 85", "licence: heavy"), encoding="utf-8")
    rule.write_text(rule.read_text(encoding="utf-8").replace("threshold:", "treshold:"), encoding="utf-8")
    prices = tmp_path / "config" / "redistribution.yaml"
    prices.write_text(prices.read_text().replace("unplaced:", "nowhere:"))
    found = faults(home.settings, TODAY)
    assert any("redistribution.yaml: nowhere" in fault for fault in found)
    assert any("london-2009.yaml" in fault and "licence" in fault for fault in found)
    assert any("watch.yaml" in fault for fault in found)


def test_questions_that_cannot_be_asked_are_named_with_their_file(home: Home, tmp_path: Path) -> None:
    questions = own_config(home, tmp_path / "config") / "questions"
    sickness, hot = questions / "sickness.sql", questions / "long-hotspots.sql"
    sickness.write_text(sickness.read_text(encoding="utf-8").replace("-- reads: ", "-- reads: no_"), encoding="utf-8")
    (found,) = [fault for fault in faults(home.settings, TODAY) if "sickness.sql" in fault]
    assert "there is no table no_" in found
    hot.write_text(hot.read_text(encoding="utf-8").replace("whole, 8", "whole, many"), encoding="utf-8")
    (found,) = [fault for fault in faults(home.settings, TODAY) if ".sql" in fault]
    assert found == f"{hot}: parameter: weeks: 'many' is not a whole number from 0 to 9999"


def test_every_fault_of_the_limits_is_named(home: Home, tmp_path: Path) -> None:
    limits = own_config(home, tmp_path / "config") / "limits.yaml"
    text = limits.read_text(encoding="utf-8")
    limits.write_text(text.replace("value: 50", "value: -1").replace("level: all", "level: office"), encoding="utf-8")
    found = [fault for fault in faults(home.settings, TODAY) if "limits.yaml: limits." in fault]
    assert [fault.split("limits.yaml: ")[1].split(":")[0] for fault in found] == [
        "limits.5.level",
        "limits.6.level",
        "limits.1.limit.2000-01-01",
    ]


def test_a_known_event_of_a_unit_that_no_snapshot_has_is_a_fault_with_its_line(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "known_events.csv"
    heading = "starts_on,ends_on,level,code,kind,quantity,note\n"
    path.write_text(f"{heading}2026-12-07,,team,T4,hours,37,\n2026-12-07,,team,T44,hours,37,\n", encoding="utf-8")
    home.settings = home.with_settings(events=path)
    found = faults(home.settings, TODAY)
    assert len(found) == 1
    assert found[0].startswith(f"{path}: line 3: code: 'T44' is no team of the snapshot")
    path.write_text(heading.replace("kind", "sort"), encoding="utf-8")
    assert all(fault.startswith(f"{path}: line 1: ") for fault in faults(home.settings, TODAY))


def test_a_policy_that_is_set_and_not_there_is_a_fault(home: Home) -> None:
    found = faults(home.with_settings(policy="paris-1789"), TODAY)
    assert any("paris-1789" in fault for fault in found)


def test_faults_of_the_people_file_are_all_named(home: Home) -> None:
    people(home, "email: nobody, name: N, role: king", "email: a@example.com, name: A, role: director, area: N")
    settings = home.with_settings(mail_domains=("example.org",))
    found = faults(settings, TODAY)
    assert all(any(word in fault for fault in found) for word in ("king", "nobody", "example.com is not one of"))


def test_a_scope_that_is_not_in_the_newest_snapshot_is_a_fault(home: Home) -> None:
    people(
        home,
        "email: aco@example.org, name: A, role: aco, cluster: C7",
        "email: om@example.org, name: O, role: offender_manager, om_code: M77",
    )
    found = faults(home.settings, TODAY)
    assert [fault.partition(";")[0] for fault in found] == [
        "aco@example.org: cluster C7 is not in the snapshot",
        "om@example.org: offender_manager M77 is not in the snapshot",
    ]


def test_a_weekly_run_that_nobody_would_hear_of_is_a_fault(home: Home) -> None:
    people(home, "email: north@example.org, name: N, role: director, area: N")
    settings = home.with_settings(source=str(Path(home.extract).parent))
    assert faults(settings, TODAY) == [
        f"{settings.people}: no one has the role operator, who gets an email when a weekly run fails: add one"
    ]
    assert faults(home.settings, TODAY) == []


def test_a_mail_server_that_does_not_answer_is_a_fault(home: Home) -> None:
    port = closed_port()
    (fault,) = faults(by_smtp(home, port), TODAY)
    assert fault.startswith(f"HOTSPOTS_SMTP_HOST: {HOST}:{port}: ")


def test_mail_settings_that_cannot_be_used_are_faults(home: Home) -> None:
    settings = home.with_settings(smtp_host="mail.example.org", smtp_tls="none", smtp_username="hotspots")
    found = faults(settings, TODAY)
    assert [fault.partition(":")[0] for fault in found] == ["HOTSPOTS_SMTP_TLS", "HOTSPOTS_SMTP_USERNAME"]


def test_every_fault_of_a_log_in_with_tokens_is_named_at_once(home: Home) -> None:
    settings = home.with_settings(
        smtp_host="mail.example.org",
        smtp_tls="none",
        smtp_auth="xoauth2",
        smtp_password=SecretStr("hush"),
        smtp_token_client_id="1c7e",
    )
    found = faults(settings, TODAY)
    assert [fault.partition(":")[0] for fault in found] == [
        "HOTSPOTS_SMTP_USERNAME",
        "HOTSPOTS_SMTP_PASSWORD",
        "HOTSPOTS_SMTP_TOKEN_URL",
        "HOTSPOTS_SMTP_TOKEN_CLIENT_SECRET",
        "HOTSPOTS_SMTP_TOKEN_SCOPE",
        "HOTSPOTS_SMTP_TLS",
    ]
    assert "hush" not in " ".join(found)


def test_a_log_in_with_tokens_is_tried(home: Home) -> None:
    mailbox = TokenMailbox("good")
    with mail_server(mailbox, None) as port:
        settings = by_smtp(home, port).model_copy(update={"smtp_auth": "xoauth2", "smtp_username": MAILBOX})
        assert faults(settings.model_copy(update={"smtp_token_command": "echo good"}), TODAY) == []
        (fault,) = faults(settings.model_copy(update={"smtp_token_command": "echo bad"}), TODAY)
    assert fault.startswith(f"HOTSPOTS_SMTP_HOST: {HOST}:{port}: the server refuses the token: ")
    assert [token for _, token, _ in mailbox.shown] == ["good", "bad", "bad"]


def test_a_mail_server_with_the_example_people_is_a_fault(home: Home) -> None:
    with serving(Mailbox()) as port:
        settings = by_smtp(home, port).model_copy(update={"people": home.settings.config / "people.example.yaml"})
        found = faults(settings, TODAY)
    assert any("no one in the example is real; set HOTSPOTS_PEOPLE" in fault for fault in found)


@pytest.mark.parametrize(
    "url", ["sqlite:///not a database", "oracle of delphi", "postgresql+psycopg://a:b@127.0.0.1:1/c"]
)
def test_a_database_that_cannot_be_used_is_a_fault(home: Home, url: str) -> None:
    Path("not a database").write_bytes(b"this is no database" * 100)
    (fault,) = faults(home.with_settings(database=SecretStr(url)), TODAY)
    assert fault.startswith("HOTSPOTS_DATABASE: cannot be used: ")


def test_a_damaged_archive_is_one_fault_among_the_others(home: Home) -> None:
    shutil.rmtree(home.settings.archive)
    found = faults(home.with_settings(source="/nowhere"), TODAY)
    assert any("missing from the archive" in fault for fault in found)
    assert any(fault.startswith("HOTSPOTS_SOURCE: ") for fault in found)


def test_a_database_that_is_missing_or_too_new_is_one_fault_among_the_others(home: Home) -> None:
    with home.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    newer, source = faults(home.with_settings(source="/nowhere"), TODAY)
    assert newer.startswith("HOTSPOTS_DATABASE: its schema is of revision 9999")
    assert source.startswith("HOTSPOTS_SOURCE: ")
    home.store.engine.dispose()
    (home.settings.home / "hotspots.db").unlink()
    missing, source = faults(home.with_settings(source="/nowhere"), TODAY)
    assert f"{home.settings.home / 'hotspots.db'} is not there" in missing
    assert source.startswith("HOTSPOTS_SOURCE: ")


def test_a_watched_source_without_an_extract_is_a_fault(home: Home, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for source in ("empty", "nowhere"):
        (fault,) = faults(home.with_settings(source=str(tmp_path / source)), TODAY)
        assert fault.startswith(f"HOTSPOTS_SOURCE: {tmp_path / source}")


def test_what_is_not_clear_in_the_watched_place_is_a_fault_unless_it_is_past(home: Home, tmp_path: Path) -> None:
    settings = home.with_settings(source=str(tmp_path / "place"))
    for name in ("2026-11-20", "2026-11-20 (1)"):
        (tmp_path / "place" / name).mkdir(parents=True)
    assert faults(settings, TODAY) == []
    for name in ("2026-11-23", "2026-11-23 (1)"):
        (tmp_path / "place" / name).mkdir(parents=True)
    (fault,) = faults(settings, TODAY)
    assert fault.startswith("HOTSPOTS_SOURCE: 2 extracts for 2026-11-23: '2026-11-23', '2026-11-23 (1)': move away")


def test_the_program_says_what_the_watched_place_gives_next(home: Home, hotspots: Callable[..., Answer]) -> None:
    arrivals = Path(home.extract).parent
    answer = hotspots("check", home=home, source=arrivals)
    assert (answer.status, answer.out.splitlines()[1:]) == (
        0,
        ["watched place: nothing newer than the snapshot for 2026-11-20"],
    )
    (arrivals / "2026-11-21").mkdir()
    answer = hotspots("check", home=home, source=arrivals)
    assert answer.out.splitlines()[1:] == [f"watched place: next is {arrivals}/2026-11-21, as at 2026-11-21"]
