"""Which database an archive in object storage belongs to: only that one writes and deletes there, every other may read.

A folder of the home lies next to its database and needs no such mark. The owner is named in ``owner.json`` below the
prefix, whose name is no file of the archive.
"""

import secrets
from contextlib import suppress
from typing import Final

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from monitor.snapshots.archive import Place, list_files
from monitor.snapshots.database import patiently
from monitor.snapshots.object_storage.objects import create_object, read_object, write_objects
from monitor.snapshots.tables import ArchivedFrame, DatabaseIdentity
from tiering.faults import ConfigFault

OWNER: Final = "owner.json"


class ArchiveOfAnother(ConfigFault):
    """The prefix of the archive belongs to another database; nothing was written or deleted there."""


class Owner(BaseModel):
    """The file ``owner.json``. database: the identity of the database that the archive belongs to."""

    database: str = Field(pattern="^[0-9a-f]{32}$")


def identity_of(engine: Engine) -> str:
    """The identity of a database: random, made when it is first asked for, stored in it and in no backup."""
    stored = select(col(DatabaseIdentity.identity))
    with engine.connect() as connection:
        identity: str | None = connection.execute(stored).scalar()
    if identity is not None:
        return identity
    # Of two processes that make one, the second fails on the key and takes that of the first.
    with suppress(IntegrityError), patiently(engine).begin() as connection:
        connection.execute(insert(DatabaseIdentity).values(id=1, identity=secrets.token_hex(16)))
    with engine.connect() as connection:
        return str(connection.execute(stored).scalar_one())


def owner_of(url: str) -> str | None:
    """The identity of the database that an archive belongs to; None if it belongs to none yet."""
    try:
        return Owner.model_validate_json(read_object(url, OWNER)).database
    except FileNotFoundError:
        return None
    except ValidationError:
        raise ConfigFault(
            [f"HOTSPOTS_ARCHIVE_URL: {url}/{OWNER} cannot be read: it was altered; delete it and try again"]
        ) from None


def own_archive(engine: Engine, place: Place) -> None:
    """Make sure that an archive is this database's before anything is written or deleted there.

    An empty prefix becomes that of the first database that asks. So does one from before owners were named, for the
    database that names its files. Raises ArchiveOfAnother, ConfigFault or StorageOutOfReach.
    """
    if not isinstance(place, str):
        return
    own, owner = identity_of(engine), owner_of(place)
    if owner is None:
        _refuse_unknown_files(engine, place, own)
        create_object(place, OWNER, _content(own))
        # Another database may have been first.
        owner = owner_of(place)
    if owner != own:
        raise ArchiveOfAnother(
            [
                f"HOTSPOTS_ARCHIVE_URL: {place} belongs to another database: its owner is {owner}, this database is "
                f"{own}. Nothing was written or deleted there. Set a prefix of its own; or, if the other database is "
                f"gone for good: hotspots claim-archive --from {owner}, or hotspots restore with --claim-archive"
            ]
        )


def claim_archive(engine: Engine, url: str, owner: str | None) -> str:
    """Make an archive this database's, from the owner that it has, and return the identity of this database.

    * owner: the owner that the caller expects; None for none.

    Raises ArchiveOfAnother if it has another owner, and ConfigFault or StorageOutOfReach.
    """
    own, found = identity_of(engine), owner_of(url)
    if found not in (owner, own):
        raise ArchiveOfAnother(
            [f"HOTSPOTS_ARCHIVE_URL: {url} belongs to {found or 'no database'}, not to {owner or 'none'}: see --from"]
        )
    if found != own:
        write_objects(url, {OWNER: _content(own)})
    return own


def _refuse_unknown_files(engine: Engine, url: str, own: str) -> None:
    """Raise ArchiveOfAnother for an archive without owner that has files, none of which this database names."""
    files = {file.name.stem for file in list_files(url)}
    with engine.connect() as connection:
        named = set(connection.execute(select(col(ArchivedFrame.sha256)).distinct()).scalars())
    if files and not files & named:
        raise ArchiveOfAnother(
            [
                f"HOTSPOTS_ARCHIVE_URL: {url} holds files of an archive and names no owner, and this database ({own}) "
                "has none of them. Nothing was written or deleted there. Set a prefix of its own; or, if the other "
                "database is gone for good: hotspots claim-archive, or hotspots restore with --claim-archive"
            ]
        )


def _content(identity: str) -> bytes:
    return (Owner(database=identity).model_dump_json() + "\n").encode()
