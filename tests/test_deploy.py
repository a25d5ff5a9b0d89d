"""The files of deploy/: every setting in the example, every command a real one, one folder that is written to."""

import configparser
import re
import tomllib
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.main import get_command

from monitor.cli.main import app
from monitor.settings import SECRETS, Settings, load_settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("*.service"))
# No default can be shown: not set, or of this machine.
SHOWN_BY_EXAMPLE = {
    *(name for name, one in Settings.model_fields.items() if one.default in (None, "", ())),
    "config",
    "people",
}


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def uncommented() -> dict[str, Any]:
    lines = text_of("hotspots.toml.example").splitlines()
    return tomllib.loads("\n".join(line.removeprefix("#") for line in lines if re.match(r"#\w+ = ", line)))


def unit(name: str) -> dict[str, list[str]]:
    """What a unit file says: every value of each key, in order."""
    found: dict[str, list[str]] = {}
    for line in text_of(name).splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found.setdefault(key, []).append(value)
    return found


def commands() -> dict[str, set[str]]:
    group: Any = get_command(app)
    return {name: {option for one in command.params for option in one.opts} for name, command in group.commands.items()}


def is_a_command(words: list[str]) -> bool:
    known = commands()
    return words[0] in known and all(word in known[words[0]] for word in words[1:] if word.startswith("--"))


def test_the_example_has_every_setting_but_the_secrets_with_its_default() -> None:
    shown = uncommented()
    assert set(shown) == set(Settings.model_fields) - set(SECRETS)
    for name in set(shown) - SHOWN_BY_EXAMPLE:
        default = Settings.model_fields[name].default
        written = f"{default:%H:%M}" if isinstance(default, time) else default
        assert shown[name] == (str(written) if isinstance(written, Path) else written), name


def test_the_example_is_read_without_a_fault_as_it_is_and_with_every_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hotspots.toml").write_text(text_of("hotspots.toml.example"), encoding="utf-8")
    assert load_settings() == Settings()
    Path("hotspots.toml").write_text(
        re.sub(r"(?m)^#(?=\w+ = )", "", text_of("hotspots.toml.example")), encoding="utf-8"
    )
    assert load_settings().source == "/srv/extracts"


def test_the_secrets_are_in_the_example_of_the_environment() -> None:
    named = set(re.findall(r"(?m)^#?HOTSPOTS_([A-Z_]+)=", text_of("hotspots.env.example")))
    assert {name.upper() for name in SECRETS} <= named
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_calls_commands_that_there_are_and_may_write_to_its_home_only(name: str) -> None:
    found = unit(name)
    for line in found["ExecStart"]:
        program, *words = line.removeprefix("-").split()
        assert program == "/srv/hotspots/.venv/bin/hotspots"
        assert is_a_command(words), line
    assert found["User"] == ["hotspots"]
    assert found["ProtectSystem"] == ["strict"]
    assert found["ReadWritePaths"] == ["/srv/hotspots/var"]


def test_what_went_wrong_with_the_run_is_mailed_by_the_timer_too_and_fails_the_unit() -> None:
    lines = [line.replace("/srv/hotspots/.venv/bin/", "") for line in unit("hotspots-weekly.service")["ExecStart"]]
    assert lines == ["-hotspots run --if-due", "-hotspots deliver", "hotspots status"]
    timer = configparser.ConfigParser()
    timer.read_string(text_of("hotspots-weekly.timer"))
    assert timer["Timer"]["OnCalendar"] == "*:0/15"


def test_the_image_runs_as_nobody_special_checks_hashes_and_names_no_host() -> None:
    said = text_of("Containerfile")
    assert "pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock" in said
    bases = re.findall(r"(?m)^FROM (\S+)", said)
    assert bases == ["python:3.11-slim"] * 2
    assert re.search(r"(?m)^USER [1-9]\d+$", said)
    assert said.index("\nUSER ") < said.index("\nCMD ")
    assert re.search(r'(?m)^HEALTHCHECK .* CMD \["hotspots", "status"\]$', said)
    assert re.search(r'(?m)^CMD \["hotspots", "schedule"\]$', said)
    assert re.search(r"(?m)^VOLUME /srv/hotspots/var$", said)
    copied = [word for line in re.findall(r"(?m)^COPY (?!--from)(.+)$", said) for word in line.split()[:-1]]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    let_in = {line[1:] for line in text_of("Containerfile.dockerignore").splitlines() if line.startswith("!")}
    assert set(copied) <= let_in


def test_the_compose_example_writes_to_its_volume_only() -> None:
    service = YAML(typ="safe").load(text_of("compose.example.yaml"))["services"]["hotspots"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    writable = [one for one in service["volumes"] if not one.endswith(":ro")]
    assert writable == ["home:/srv/hotspots/var"]
    for name in service["environment"]:
        assert name.removeprefix("HOTSPOTS_").lower() in Settings.model_fields
    assert "/" not in service["image"]
