"""What the maker of an extract says it holds."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from monitor.extracts.reading.files import MANIFEST
from monitor.extracts.refusal import ExtractRefused, first_faults
from monitor.safe_text import shorten

_LARGEST = 1 << 20


class StatedTable(BaseModel):
    """What a manifest says of one table."""

    model_config = ConfigDict(frozen=True)

    rows: int | None = Field(default=None, ge=0)
    sha256: str | None = Field(default=None, max_length=64)


class Manifest(BaseModel):
    """``manifest.json``: all of it optional, keys not known here are passed over."""

    model_config = ConfigDict(frozen=True)

    as_at: date | None = None
    source: str | None = None
    tables: dict[str, StatedTable] = Field(default_factory=dict)


def read_manifest(read: Callable[[], bytes] | None) -> Manifest:
    """The manifest, an empty one where there is none; raises ExtractRefused when it is malformed or too large."""
    if read is None:
        return Manifest()
    content = read()
    if len(content) > _LARGEST:
        raise ExtractRefused(
            [f"{MANIFEST}: has {len(content):,} bytes, more than the {_LARGEST:,} allowed; shorten it"]
        )
    try:
        return Manifest.model_validate_json(content.removeprefix(b"\xef\xbb\xbf"), strict=True)
    except ValidationError as error:
        raise ExtractRefused(
            first_faults(MANIFEST, [_worded(one["loc"], one["msg"]) for one in error.errors(include_input=False)])
        ) from None


def _worded(place: tuple[int | str, ...], says: str) -> str:
    return f"{MANIFEST}: {shorten('.'.join(map(str, place))) or 'the file'}: {shorten(says)}"


def manifest_faults(
    manifest: Manifest, as_at: date, names: Mapping[str, str], there: Mapping[str, tuple[int | None, str | None]]
) -> Iterator[str]:
    """Where a manifest does not hold.

    ``names``: what the source calls each of our tables; ``there``: rows and sha256 of those that are there, None where
    they could not be read.
    """
    if manifest.as_at is not None and manifest.as_at != as_at:
        yield f"{MANIFEST}: as_at is {manifest.as_at}, the snapshot asked for is {as_at}; give the extract of that date"
    for table, name in names.items():
        stated = manifest.tables.get(table) or manifest.tables.get(name)
        if stated is not None and table not in there:
            yield f"{MANIFEST}: {name} is stated and is not there; send the whole extract again"
        elif stated is not None:
            rows, sha256 = there[table]
            if None not in (stated.rows, rows) and stated.rows != rows:
                yield f"{MANIFEST}: {name}: {stated.rows} rows are stated, {rows} are there; send the extract again"
            if stated.sha256 is not None and sha256 is not None and stated.sha256.lower() != sha256:
                yield f"{MANIFEST}: {name}: sha256 {stated.sha256} is stated, the file has {sha256}; send it again"
