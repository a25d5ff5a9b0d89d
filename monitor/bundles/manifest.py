"""The manifest of a bundle: what it is of, by which program it was made, and the hash of every other member."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

import alerts
import monitor
import tiering
from tiering.faults import UserFault

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
FORMAT: Final = 1


class Code(BaseModel):
    """A version of the program, and the hash of all its files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    sha256: str


class Agreement(BaseModel):
    """How far the figures of a scope alone are those of the whole snapshot.

    * figures: numbers of the file. same: how many of them the snapshot has too.
    * columns: those in which some number differs, because it depends on teams outside the scope or on an order.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    figures: int
    same: int
    columns: tuple[str, ...]


class Manifest(BaseModel):
    """What a bundle says of itself; members: the SHA-256 of each, by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    made_at: datetime
    as_at: date
    revision: int
    level: str
    code: str
    policy: str
    policy_fingerprint: str
    content_hash: str
    program: Code
    agreement: tuple[Agreement, ...]
    members: dict[str, str]

    def to_bytes(self) -> bytes:
        """The manifest as the member of that name."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def hashes_of(members: Mapping[str, bytes]) -> dict[str, str]:
    """The SHA-256 of each member, by name."""
    return {name: hashlib.sha256(members[name]).hexdigest() for name in sorted(members)}


def read_manifest(path: Path, members: Mapping[str, bytes]) -> Manifest:
    """The manifest of a file whose members are all there and all as it says; raises UserFault with every fault."""
    if MANIFEST not in members:
        raise UserFault([f"{path}: {MANIFEST} is missing; without it no member can be checked"])
    try:
        manifest = Manifest.model_validate_json(members[MANIFEST])
    except ValidationError as error:
        places = ", ".join(sorted({".".join(map(str, fault["loc"])) or "its form" for fault in error.errors()}))
        raise UserFault([f"{path}: {MANIFEST} is none that this program writes; look at {places}"]) from None
    if manifest.format != FORMAT:
        wanted = f"has format {manifest.format}, and this program checks format {FORMAT}"
        raise UserFault([f"{path}: {wanted}; use version {manifest.program.version} of the program"])
    there = {name: content for name, content in members.items() if name not in (MANIFEST, SIGNATURE)}
    hashes = hashes_of(there)
    faults = [f"{name} is missing" for name in sorted(manifest.members.keys() - there.keys())]
    faults += [f"{name} is not in {MANIFEST}" for name in sorted(there.keys() - manifest.members.keys())]
    both = sorted(there.keys() & manifest.members.keys())
    faults += [f"{name} was altered" for name in both if hashes[name] != manifest.members[name]]
    if faults:
        raise UserFault([f"{path}: {fault}" for fault in faults])
    return manifest


@cache
def program() -> Code:
    """The program that is running."""
    digest = hashlib.sha256()
    for package in (tiering, alerts, monitor):
        folder = Path(str(package.__file__)).parent
        files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        # A checkout has its policy elsewhere, and a bundle brings its own.
        named = {path.relative_to(folder.parent).as_posix(): path for path in files}
        for name in sorted(name for name in named if not name.startswith("monitor/config/")):
            digest.update(f"{name}\n{hashlib.sha256(named[name].read_bytes()).hexdigest()}\n".encode())
    return Code(version=version("caseload-hotspot-monitor"), sha256=digest.hexdigest())
