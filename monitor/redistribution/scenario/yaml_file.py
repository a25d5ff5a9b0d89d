"""A scenario from its file and back, every fault told with file, key, value and the way out."""

import io
import reprlib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from monitor.redistribution.scenario.model import Scenario
from tiering.faults import ConfigFault

LARGEST_FILE = 1 << 20
"""Bytes; a scenario is written by hand."""


class _WithDatesAsText(SafeConstructor):
    """Leaves dates as they are written: one that does not exist is then one fault among others."""


_WithDatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)

_shown = reprlib.Repr()
_shown.maxstring = _shown.maxother = 80
_shown.maxlevel = 2


def load_scenario(path: Path) -> Scenario:
    """The scenario of a YAML file; raises ConfigFault with every fault found."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigFault([f"{path}: there is no such file; start from config/scenario.example.yaml"]) from None
    except OSError as error:
        raise ConfigFault([f"{path}: cannot be read: {error.strerror}"]) from None
    if len(content) > LARGEST_FILE:
        raise ConfigFault([f"{path}: is larger than {LARGEST_FILE:,} bytes; a scenario is a page or two"])
    try:
        return read_scenario(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        raise ConfigFault([f"{path}: is not UTF-8 text; save it as UTF-8"]) from None


def read_scenario(text: str, named: str) -> Scenario:
    """The scenario that a YAML text says; ``named`` stands for it in the faults."""
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Constructor = _WithDatesAsText
        content = yaml.load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigFault([f"{named}: not valid YAML: {' '.join(str(error).split())[:300]}"]) from None
    return scenario_of(content, named)


def scenario_of(content: object, named: str) -> Scenario:
    """The scenario that plain data says, such as a form's; raises ConfigFault with every fault found."""
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise ConfigFault([f"{named}: {_fault(one)}" for one in error.errors(include_url=False)]) from None


def written(scenario: Scenario) -> str:
    """The scenario as YAML, which reads back as the same scenario."""
    content = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"scope"})
    content["scope"] = scenario.scope.written()
    ordered = {name: content[name] for name in Scenario.model_fields if name in content}
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.sort_base_mapping_type_on_output = False
    yaml.width = 120
    sink = io.StringIO()
    yaml.dump(ordered, sink)
    return sink.getvalue()


def _fault(error: Any) -> str:
    """One fault: its key, the value that stands there, what to write instead."""
    location = tuple(part for part in error["loc"] if part != "[key]")
    # Changes are counted as a planner does, from 1.
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in location) or "the file"
    known = _keys_at(location[:-1])
    if error["type"] == "missing":
        return f"{key}: is missing; write it"
    if error["type"] == "extra_forbidden":
        close = get_close_matches(str(location[-1]), known, n=1)
        meant = f" (did you mean {close[0]}?)" if close else ""
        return f"{key}: is not a key here{meant}; the keys are {', '.join(known)}"
    if error["type"] in ("too_short", "string_too_short"):
        return f"{key}: {_shown.repr(error['input'])}: is empty; write one, or leave the line out"
    said = error["msg"].removeprefix("Value error, ").replace("Input should", "should")
    return f"{key}: {_shown.repr(error['input'])}: {said}"


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand at a place of the file."""
    model: type[BaseModel] = Scenario
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            found = _model_in(model.model_fields[part].annotation)
            if found is None:
                return []
            model = found
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as ``Absent | None`` or ``tuple[Change, ...]`` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for one in get_args(annotation) if (found := _model_in(one)) is not None), None)
