"""Read a YAML file of config into its model, or collect its faults."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tiering.dated import SourceStatus
from tiering.faults import ConfigFault

Model = TypeVar("Model", bound=BaseModel)


def file_fingerprint(path: Path) -> str:
    """SHA-256 of a file's content; empty if it cannot be read.

    The time of change would not do: a file restored from a backup may be newer and the same, or older and different.
    """
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Read a YAML file as ``model``.

    Raises ConfigFault with every fault of the file: its key, what is wrong and what to write instead.
    """
    try:
        content = _content(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigFault([f"{path}: the file is missing"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigFault([f"{path}: cannot be read: {error}"]) from None
    except YAMLError as error:
        raise ConfigFault([f"{path}: not valid YAML: {' '.join(str(error).split())}"]) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigFault(describe_faults(path, error)) from None


def describe_faults(path: Path, error: ValidationError, *above: int | str) -> list[str]:
    """Say what is wrong at which key of a file.

    - above: the keys above the place that was validated
    """
    return [f"{path}: {_key((*above, *fault['loc']))}: {fault['msg']}" for fault in error.errors()]


def numbers_in_force(
    path: Path, file: BaseModel, keys: Iterable[str], as_at: date
) -> tuple[dict[str, Any], int, list[str]]:
    """Look up a file's dated ``keys`` on one date.

    Returns the value by key, how many of the values are local assumptions, and a fault for each key without a value.
    """
    values: dict[str, Any] = {}
    faults = []
    local_assumptions = 0
    for key in keys:
        dated = getattr(file, key).in_force(as_at)
        if dated is None:
            faults.append(f"{path}: {key}: nothing is in force on {as_at}; add a value dated then or earlier")
            continue
        _, stated = dated
        values[key] = stated.value
        local_assumptions += stated.status is SourceStatus.LOCAL_ASSUMPTION
    return values, local_assumptions, faults


@lru_cache(maxsize=64)
def _content(text: str) -> Any:
    """The data in a YAML text, cached: every page needs the same few files, and the parser in Python is slow."""
    return YAML(typ="safe", pure=True).load(text)


def _key(location: tuple[int | str, ...]) -> str:
    """The place of a fault as the file spells it; pydantic calls a dated block ``datetime.date(2026, 11, 20)``."""
    joined = ".".join(map(str, location)) or "the file"
    return re.sub(
        r"datetime\.date\((\d+), (\d+), (\d+)\)", lambda day: "{}-{:0>2}-{:0>2}".format(*day.groups()), joined
    )
