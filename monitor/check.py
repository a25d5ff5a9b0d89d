"""Check everything that is set, before it is needed: all faults at once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from alerts.delivery import Outcome, test_connection
from alerts.routing import load_people, scope_faults
from alerts.rules import load_rules
from monitor.extracts import ExtractRefused
from monitor.outbox import smtp_server
from monitor.settings import Settings
from monitor.snapshots.archive import ArchiveDamaged
from monitor.snapshots.store import Store
from monitor.weekly import newest_extract
from tiering.policy import PolicyFault, check_policies


def faults(settings: Settings, today: date) -> list[str]:
    """Every fault of policy, rules, people, database, mail server and watched source."""
    return [*_policy(settings, today), *_people(settings), *_mail(settings), *_source(settings)]


def _policy(settings: Settings, today: date) -> Iterator[str]:
    yield from check_policies(settings.config, today)
    if not (settings.config / "weightings" / f"{settings.policy}.yaml").is_file():
        yield f"HOTSPOTS_POLICY: there is no policy {settings.policy!r} in {settings.config / 'weightings'}"
    if settings.columns is not None and not settings.columns.is_file():
        yield f"HOTSPOTS_COLUMNS: {settings.columns}: there is no such file"
    try:
        load_rules(settings.config, today)
    except PolicyFault as fault:
        yield from fault.faults


def _people(settings: Settings) -> Iterator[str]:
    """Faults of the people file, and scopes that match nothing in the newest snapshot, where there is one."""
    try:
        people = load_people(settings.people_file, settings.mail_domains)
    except PolicyFault as fault:
        yield from fault.faults
        return
    try:
        store = existing_store(settings)
        newest = None if store is None else store.newest()
        if store is not None and newest is not None and newest.id is not None:
            organisation = store.archived(newest.id, "extract_organisation")
            managers = store.archived(newest.id, "extract_offender_managers")
            yield from scope_faults(people, organisation, set(managers["om_code"]))
    except ArchiveDamaged as damaged:
        yield str(damaged)
    except (ArgumentError, SQLAlchemyError) as error:
        yield f"HOTSPOTS_DATABASE: cannot be used: {type(error).__name__}: {str(error).splitlines()[0]}"


def existing_store(settings: Settings) -> Store | None:
    """The store, or None where it is a SQLite file that no run has made yet."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None
    return Store(settings.database_url, settings.archive)


def _mail(settings: Settings) -> Iterator[str]:
    try:
        server = smtp_server(settings)
    except PolicyFault as fault:
        yield from fault.faults
        return
    if server is None:
        return
    if settings.people_file.name == "people.example.yaml":
        yield f"{settings.people_file}: nobody in the example is real; set HOTSPOTS_PEOPLE before sending by SMTP"
    result = test_connection(server)
    if result.outcome is not Outcome.CONNECTED:
        yield f"HOTSPOTS_SMTP_HOST: {result.detail}"


def _source(settings: Settings) -> Iterator[str]:
    if settings.source is None:
        return
    try:
        newest_extract(settings.source)
    except ExtractRefused as refused:
        yield from (f"HOTSPOTS_SOURCE: {fault}" for fault in refused.faults)
