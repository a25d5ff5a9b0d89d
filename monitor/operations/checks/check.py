"""Check all settings and configuration before they are needed, and list every fault at once."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from alerts.detection.rules import load_rules
from alerts.forecasting.parameters import load_forecast_numbers
from alerts.people import Role, load_people
from alerts.recipients import scope_faults
from alerts.risk_limits.definitions import load_limits
from monitor.mail.sender import smtp_server
from monitor.mail.smtp import SendOutcome, check_connection
from monitor.operations.checks.sign_in_provider import provider_faults
from monitor.operations.watched_place.next_extract import source_faults
from monitor.operations.watched_place.place import WatchedPlace
from monitor.questions.question import load_questions, questions_folder
from monitor.questions.small_groups import load_minimum
from monitor.questions.tables import tables_in
from monitor.redistribution.proposals.terms import load_proposal_numbers
from monitor.reference.inspections import misnamed_clusters
from monitor.reference.known_events import event_faults, load_known_events
from monitor.safe_text import mask_secrets
from monitor.settings import Settings, shipped_config
from monitor.snapshots.archive import ArchiveDamaged, list_files
from monitor.snapshots.object_storage.connection import StorageOutOfReach
from monitor.snapshots.ownership import own_archive, owner_of
from monitor.snapshots.store import Store, lost_file
from monitor.table_bounds import table_bounds
from tiering.faults import UserFault
from tiering.policies.policy_files import check_policies
from tiering.sensitivity.firmness import FILE as FIRMNESS
from tiering.sensitivity.firmness import load_firmness_numbers
from tiering.sensitivity.ranges import FILE as SENSITIVITY
from tiering.sensitivity.ranges import load_default_range


def faults(settings: Settings, today: date) -> list[str]:
    """List every fault of policy, questions, people, archive, database, mail server, source and sign-in."""
    found = [
        *_policy_faults(settings, today),
        *_people_faults(settings),
        *_archive_faults(settings),
        *_database_faults(settings),
        *_event_faults(settings),
        *_inspection_faults(settings),
        *_question_faults(settings, today),
        *_mail_faults(settings),
        *_source_faults(settings),
        *provider_faults(settings),
    ]
    # A place that cannot be opened is met again wherever something is read from it.
    return list(dict.fromkeys(found))


def _policy_faults(settings: Settings, today: date) -> Iterator[str]:
    yield from check_policies(settings.config, today)
    if not (settings.config / "weightings" / f"{settings.policy}.yaml").is_file():
        yield f"HOTSPOTS_POLICY: there is no policy {settings.policy!r} in {settings.config / 'weightings'}"
    if settings.columns is not None and not settings.columns.is_file():
        yield f"HOTSPOTS_COLUMNS: {settings.columns}: there is no such file"
    for load in (load_rules, load_forecast_numbers, load_limits, load_proposal_numbers):
        try:
            load(settings.config, today)
        except UserFault as fault:
            yield from fault.faults
    for name, load_file in (
        (SENSITIVITY, load_default_range),
        (FIRMNESS, partial(load_firmness_numbers, shipped_config())),
    ):
        if not (settings.config / name).exists():
            continue
        try:
            load_file(settings.config, today)
        except UserFault as fault:
            yield from fault.faults


def _event_faults(settings: Settings) -> Iterator[str]:
    """Faults of the known events, and codes that the latest snapshot does not have, if there is a snapshot."""
    try:
        events = load_known_events(settings.events_file)
    except UserFault as fault:
        yield from fault.faults
        return
    organisation = _readable_frame(settings, "extract_organisation")
    if organisation is not None:
        yield from (f"{settings.events_file}: {fault}" for fault in event_faults(events, organisation))


def _inspection_faults(settings: Settings) -> Iterator[str]:
    """Faults of the inspections, and codes that belong to another cluster, if there is a snapshot."""
    organisation = _readable_frame(settings, "extract_organisation")
    names: dict[str, str] = {}
    if organisation is not None:
        names = dict(zip(organisation["cluster_code"], organisation["cluster_name"], strict=True))
    try:
        yield from misnamed_clusters(settings.config, names)
    except UserFault as fault:
        yield from fault.faults


def _question_faults(settings: Settings, today: date) -> Iterator[str]:
    """Faults of the questions: headers that cannot be read, and tables and columns that there are not."""
    config = questions_folder(settings.config)
    try:
        load_minimum(config, today)
        questions = load_questions(config)
    except UserFault as fault:
        yield from fault.faults
        return
    for question in questions.values():
        try:
            tables_in(question)
        except UserFault as fault:
            yield from (f"{config / 'questions' / question.name}.sql: {one}" for one in fault.faults)


def _people_faults(settings: Settings) -> Iterator[str]:
    """Faults of the people file: no operator in it, and scopes that the latest snapshot does not have."""
    try:
        people = load_people(settings.people_file, settings.mail_domains)
    except UserFault as fault:
        yield from fault.faults
        return
    if settings.source is not None and not any(person.role is Role.OPERATOR for person in people):
        role = "no one has the role operator, who gets an email when a weekly run fails"
        yield f"{settings.people_file}: {role}: add one"
    organisation = _readable_frame(settings, "extract_organisation")
    managers = _readable_frame(settings, "extract_offender_managers")
    if organisation is not None and managers is not None:
        yield from scope_faults(people, organisation, set(managers["om_code"]))


def _archive_faults(settings: Settings) -> Iterator[str]:
    """Why the object storage of the archive cannot be used, if it lies there."""
    if isinstance(settings.archive, Path):
        return
    try:
        list_files(settings.archive)
        # What is wrong with the database, its own faults say.
        with suppress(ArgumentError, SQLAlchemyError):
            _refuse_another_owner(settings)
    except StorageOutOfReach as out_of_reach:
        yield str(out_of_reach)
    except UserFault as fault:
        yield from fault.faults


def _refuse_another_owner(settings: Settings) -> None:
    """Raise ArchiveOfAnother if the archive belongs to another database than the one that is set, if that is there."""
    store = existing_store(settings)
    if store is not None and owner_of(str(settings.archive)) is not None:
        own_archive(store.engine, settings.archive)


def _database_faults(settings: Settings) -> Iterator[str]:
    """Why the database, or the organisation and the staff of its latest snapshot, cannot be read."""
    try:
        for name in ("extract_organisation", "extract_offender_managers"):
            _newest_frame(settings, name)
    except ArchiveDamaged as damaged:
        yield str(damaged)
    except StorageOutOfReach:
        # The faults of the archive say so.
        return
    except UserFault as fault:
        yield from fault.faults
    except (ArgumentError, SQLAlchemyError) as error:
        yield f"HOTSPOTS_DATABASE: cannot be used: {type(error).__name__}: {mask_secrets(str(error).splitlines()[0])}"


def _readable_frame(settings: Settings, name: str) -> pd.DataFrame | None:
    """A frame of the latest snapshot; None if there is none, or if ``_database_faults`` says why it cannot be read."""
    with suppress(ArchiveDamaged, StorageOutOfReach, ArgumentError, UserFault, SQLAlchemyError):
        return _newest_frame(settings, name)
    return None


def _newest_frame(settings: Settings, name: str) -> pd.DataFrame | None:
    """A frame of the latest snapshot; None if there is none yet."""
    store = existing_store(settings)
    newest = None if store is None else store.newest()
    return None if store is None or newest is None or newest.id is None else store.archived_frame(newest.id, name)


def existing_store(settings: Settings) -> Store | None:
    """The store; None if it is a SQLite file that no run has made yet."""
    url = make_url(settings.database_url)
    lost = lost_file(settings.database_url, settings.archive)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file() and lost is None:
        return None
    return Store(settings.database_url, settings.archive, settings.alternatives)


def _mail_faults(settings: Settings) -> Iterator[str]:
    try:
        server = smtp_server(settings)
    except UserFault as fault:
        yield from fault.faults
        return
    if server is None:
        return
    if settings.people_file.name == "people.example.yaml":
        yield f"{settings.people_file}: no one in the example is real; set HOTSPOTS_PEOPLE before sending by SMTP"
    result = check_connection(server)
    if result.outcome is not SendOutcome.CONNECTED:
        yield f"HOTSPOTS_SMTP_HOST: {result.detail}"


def _source_faults(settings: Settings) -> Iterator[str]:
    if settings.source is not None:
        place = WatchedPlace(settings.source, table_bounds(settings))
        yield from (f"HOTSPOTS_SOURCE: {fault}" for fault in source_faults(place, newest_as_at(settings)))


def newest_as_at(settings: Settings) -> date | None:
    """The date of the newest snapshot; None without one, or if ``_database_faults`` says why it cannot be read."""
    with suppress(StorageOutOfReach, ArgumentError, UserFault, SQLAlchemyError):
        store = existing_store(settings)
        newest = None if store is None else store.newest()
        return None if newest is None else newest.as_at
    return None
