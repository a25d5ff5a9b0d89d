"""Open object storage by fsspec: only over an encrypted connection, and with every fault in words."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

from monitor.safe_text import mask_secrets
from monitor.settings import call_fault
from tiering.faults import ConfigFault

_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {"s3": {"max_concurrency": 1}}
"""What to open a kind of storage with: with more than one part at a time, S3 is asked twice for every object."""

_EXTRAS: Final = {"s3": "caseload-hotspot-monitor[s3]"}
"""What to install for a kind of storage."""


class StorageOutOfReach(OSError):
    """The storage of the archive does not answer, or refuses; nothing that was stored before has changed."""


def open_storage(url: str) -> tuple[Any, str]:
    """Open the storage of a URL once for the whole process, and return it with the path of the URL in it.

    Log-in and endpoint come from the environment, as the package of that storage reads them. Raises ConfigFault without
    that package or without encryption, and StorageOutOfReach.
    """
    # A process that was forked has no thread for the connection of its parent.
    return _open_storage(url, os.getpid())


@lru_cache(maxsize=8)
def _open_storage(url: str, _process: int) -> tuple[Any, str]:
    import fsspec

    kind = url.partition("://")[0]
    # A listing that is remembered would not show what another process has written since.
    options = {"use_listings_cache": False, "skip_instance_cache": True, **_OPTIONS.get(kind, {})}
    try:
        files, root = fsspec.url_to_fs(url, **options)
    except ImportError as error:
        way_out = f"to install it: pip install '{_EXTRAS[kind]}'" if kind in _EXTRAS else str(error)
        raise ConfigFault(
            [f"HOTSPOTS_ARCHIVE_URL: {kind}:// needs a package that is not installed; {way_out}"]
        ) from None
    except ValueError as error:
        raise ConfigFault([f"HOTSPOTS_ARCHIVE_URL: {error}"]) from None
    if "s3" in files.protocol:
        _check_encryption(url, files)
    return files, str(root).rstrip("/")


def _check_encryption(url: str, files: Any) -> None:
    """Raise ConfigFault if what is sent could be read, or if the server could be another, on its way to S3."""
    with in_words(url):
        endpoint = files.s3.meta.endpoint_url
    if fault := call_fault(endpoint):
        raise ConfigFault([f"AWS_ENDPOINT_URL: the address of the storage of HOTSPOTS_ARCHIVE_URL {fault}"])
    if files.client_kwargs.get("verify") is False:
        raise ConfigFault(["FSSPEC_S3: the certificate of the storage must be checked: remove verify"])


@contextmanager
def in_words(url: str) -> Iterator[None]:
    """Raise StorageOutOfReach for whatever the storage raises, and FileNotFoundError for an object that is missing."""
    try:
        yield
    except FileNotFoundError as missing:
        if _code(missing) != "NoSuchBucket":
            raise
        raise _out_of_reach(url, "the bucket does not exist: create it, or correct HOTSPOTS_ARCHIVE_URL") from None
    except PermissionError as refused:
        way_out = "let this log-in list, read, write and delete there, or correct the AWS_ variables"
        raise _out_of_reach(url, f"access refused: {_line(refused)}: {way_out}") from None
    except Exception as error:  # every kind of storage has its own exceptions
        way_out = "check the network, AWS_ENDPOINT_URL and the other AWS_ variables"
        raise _out_of_reach(url, f"out of reach: {_line(error)}: {way_out}") from None


def _out_of_reach(url: str, says: str) -> StorageOutOfReach:
    return StorageOutOfReach(f"{url}: {says}")


def _code(error: BaseException) -> str:
    """The code of an answer of S3; empty for any other storage."""
    response = getattr(error.__cause__, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _line(error: Exception) -> str:
    """The first line of an error without secrets."""
    lines = str(error).splitlines() or [type(error).__name__]
    return mask_secrets(lines[0]).rstrip(".: ")
