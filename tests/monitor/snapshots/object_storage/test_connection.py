"""Object storage is opened only over an encrypted connection, and every fault is in words."""

import sys

import fsspec
import pytest

from monitor.snapshots.object_storage.connection import StorageOutOfReach, in_words, open_storage
from tests.monitor.object_storage import LOG_IN
from tiering.faults import ConfigFault

S3 = "s3://bucket/prefix"
NO_HTTPS = (
    "AWS_ENDPOINT_URL: the address of the storage of HOTSPOTS_ARCHIVE_URL must start with https:// "
    "(or http:// on this machine)"
)


@pytest.fixture(autouse=True)
def _own_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in LOG_IN.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.delenv(name, raising=False)


def refusal(number: int) -> list[str]:
    """Why a place that was never opened before is refused."""
    with pytest.raises(ConfigFault) as refused:
        open_storage(f"{S3}/{number}")
    return refused.value.faults


def endpoint_of(url: str) -> str:
    endpoint: str = open_storage(url)[0].s3.meta.endpoint_url
    return endpoint


def test_the_path_in_the_storage_is_bucket_and_prefix_and_it_is_opened_once() -> None:
    files, root = open_storage(f"{S3}/")
    assert root == "bucket/prefix"
    assert open_storage(f"{S3}/")[0] is files


def test_without_an_endpoint_it_is_amazon_over_https() -> None:
    assert endpoint_of(f"{S3}/amazon").startswith("https://")


@pytest.mark.parametrize("endpoint", ["https://storage.example.org", "http://127.0.0.1:9000", "http://localhost:9000"])
def test_an_endpoint_is_encrypted_or_on_this_machine(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    assert endpoint_of(f"{S3}/{endpoint[-15:-5]}") == endpoint


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_an_endpoint_elsewhere_without_encryption_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://storage.example.org")
    assert refusal(1) == [NO_HTTPS]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"use_ssl": False}, NO_HTTPS),
        ({"endpoint_url": "http://storage.example.org"}, NO_HTTPS),
        (
            {"client_kwargs": {"verify": False}},
            "FSSPEC_S3: the certificate of the storage must be checked: remove verify",
        ),
    ],
)
def test_no_option_of_fsspec_turns_encryption_off(
    options: dict[str, object], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "s3", options)
    assert refusal(2) == [says]


def test_a_package_that_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    assert refusal(3) == [
        "HOTSPOTS_ARCHIVE_URL: s3:// needs a package that is not installed; "
        "to install it: pip install 'caseload-hotspot-monitor[s3]'"
    ]


def test_a_kind_of_storage_that_no_one_knows_is_refused() -> None:
    with pytest.raises(ConfigFault) as refused:
        open_storage("cupboard://bucket")
    assert refused.value.faults == ["HOTSPOTS_ARCHIVE_URL: Protocol not known: cupboard"]


@pytest.mark.parametrize(
    ("raised", "says"),
    [
        (PermissionError("Forbidden"), "access refused: Forbidden: let this log-in list, read, write and delete there"),
        (ValueError("broken\nmore"), "out of reach: broken: check the network, AWS_ENDPOINT_URL"),
        (TimeoutError(), "out of reach: TimeoutError: check the network"),
        (OSError("https://key:s3cret@host/ is gone"), "out of reach: https://host/ is gone: check the network"),
    ],
)
def test_what_a_storage_raises_is_told_in_one_line_without_secrets(raised: Exception, says: str) -> None:
    with pytest.raises(StorageOutOfReach) as told, in_words(S3):
        raise raised
    assert str(told.value).startswith(f"{S3}: {says}")
    assert "\n" not in str(told.value)


def test_a_missing_object_stays_a_missing_file() -> None:
    with pytest.raises(FileNotFoundError), in_words(S3):
        raise FileNotFoundError("bucket/prefix/ab")
