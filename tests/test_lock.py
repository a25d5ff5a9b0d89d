"""The locks are complete, so that they install without a resolver and without asking an index what is newest."""

import importlib.metadata
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINE = re.compile(r"^(?P<requirement>[A-Za-z0-9][^\\#]*?)\s*(?:\\)?$", re.MULTILINE)

Locked = dict[str, list[Requirement]]


def locked(*names: str) -> Locked:
    """Every line of the lock files by canonical name; a name may have several lines with markers."""
    lines: Locked = {}
    for name in names:
        for match in LINE.finditer((ROOT / name).read_text(encoding="utf-8")):
            requirement = Requirement(match["requirement"])
            lines.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return lines


def on(python: str, extra: str = "") -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_version": f"{python}.0",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "extra": extra,
    }


def applies(requirement: Requirement, python: str, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate(on(python, extra))


def missing(wanted: list[Requirement], lines: Locked, python: str) -> Iterator[str]:
    """What is wanted, for its extras and for what those want in turn, without a lock line that satisfies it."""
    walk: set[tuple[str, str]] = set()
    waiting = [(one, "the project") for one in wanted]
    while waiting:
        requirement, by = waiting.pop()
        name = canonicalize_name(requirement.name)
        pins = [line for line in lines.get(name, []) if applies(line, python)]
        if len(pins) != 1 or [one.operator for one in pins[0].specifier] != ["=="]:
            yield f"{requirement} (of {by}): {len(pins)} pinned lines"
            continue
        version = Version(next(iter(pins[0].specifier)).version)
        if not requirement.specifier.contains(version, prereleases=True):
            yield f"{requirement} (of {by}): locked at {version}"
        for extra in ("", *requirement.extras):
            if (name, extra) in walk:
                continue
            walk.add((name, extra))
            waiting += [(one, name) for one in wants(name, version) if applies(one, python, extra)]


def wants(name: str, version: Version) -> list[Requirement]:
    """What a distribution asks for; nothing where another version, for another Python, is installed here.

    What that one asks for is judged where it is installed.
    """
    try:
        if Version(importlib.metadata.version(name)) != version:
            return []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Requirement(text) for text in importlib.metadata.requires(name) or []]


def groups(*names: str) -> list[Requirement]:
    return [Requirement(text) for name in names for text in PROJECT["dependency-groups"][name]]


def runtime() -> list[Requirement]:
    return [Requirement(text) for text in PROJECT["project"]["dependencies"]]


def extra(name: str) -> list[Requirement]:
    return [Requirement(text) for text in PROJECT["project"]["optional-dependencies"][name]]


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_has_a_line_for_every_requirement_of_every_extra(python: str) -> None:
    assert list(missing(runtime() + groups("build"), locked("requirements.lock"), python)) == []
    both = locked("requirements.lock") | locked("requirements-dev.lock")
    assert list(missing(runtime() + extra("s3") + groups("build", "dev", "lock"), both, python)) == []


def test_a_lock_without_the_line_of_an_extra_is_found() -> None:
    lines = locked("requirements-dev.lock")
    del lines["coverage"]
    assert any(fault.startswith("coverage") for fault in missing(groups("dev"), lines, "3.11"))


def test_the_two_locks_agree() -> None:
    dev = locked("requirements-dev.lock")
    differing = {
        name
        for name, pins in locked("requirements.lock").items()
        if name in dev and {str(pin.specifier) for pin in pins} != {str(pin.specifier) for pin in dev[name]}
    }
    assert differing == set()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_has_hashes_and_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index-url" not in text
    for block in re.split(r"\n(?=[A-Za-z0-9])", text.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]


def test_every_dependency_has_an_upper_bound() -> None:
    bounds = {"<", "<=", "=="}
    unbounded = [str(one) for one in runtime() if not bounds & {limit.operator for limit in one.specifier}]
    assert unbounded == []
