"""Read and write scenario files; every fault is reported with file, key, value and what to write instead."""

import io
import reprlib
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from monitor.redistribution.scenario.faults import Fault, ScenarioFault
from monitor.redistribution.scenario.model import Scenario

LARGEST_FILE = 1 << 20
"""The most bytes of a scenario, which people write by hand."""


class _WithDatesAsText(SafeConstructor):
    """Leave dates as text, so that a date that does not exist is one fault among others."""


_WithDatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)

_shown = reprlib.Repr()
_shown.maxstring = _shown.maxother = 80
_shown.maxlevel = 2


def load_scenario(path: Path) -> Scenario:
    """Load the scenario of a YAML file; raises ScenarioFault with every fault."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(str(path), "there is no such file; start from config/scenario.example.yaml") from None
    except OSError as error:
        raise _unreadable(str(path), f"cannot be read: {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise _unreadable(str(path), f"is larger than {LARGEST_FILE:,} bytes; a scenario is a page or two")
    try:
        return read_scenario(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        raise _unreadable(str(path), "is not UTF-8 text; save it as UTF-8") from None


def read_scenario(text: str, named: str) -> Scenario:
    """Read a scenario from YAML text; ``named`` is its name in faults. Raises ScenarioFault with every fault."""
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Constructor = _WithDatesAsText
        content = yaml.load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise _unreadable(named, f"not valid YAML: {' '.join(str(error).split())[:300]}") from None
    return parse_scenario(content, named)


def parse_scenario(content: object, named: str) -> Scenario:
    """Make a scenario from plain data, such as a form's; raises ScenarioFault with every fault."""
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        raise ScenarioFault(named, [_fault(details) for details in error.errors(include_url=False)]) from None


def scenario_yaml(scenario: Scenario) -> str:
    """Write a scenario as YAML, which reads back as the same scenario."""
    content = scenario.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude={"scope"})
    content["scope"] = scenario.scope.as_plain()
    ordered = {name: content[name] for name in Scenario.model_fields if name in content}
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.sort_base_mapping_type_on_output = False
    yaml.width = 120
    sink = io.StringIO()
    yaml.dump(ordered, sink)
    return sink.getvalue()


def _unreadable(named: str, says: str) -> ScenarioFault:
    """The fault of a text that is no scenario at all."""
    return ScenarioFault(named, [Fault(0, "", says)])


def _fault(details: Any) -> Fault:
    """Convert one fault of pydantic: its key, the value at that place, what to write instead."""
    location = tuple(part for part in details["loc"] if part != "[key]")
    if location[:1] == ("changes",) and len(location) > 1:
        # Changes count from 1, as planners count.
        return Fault(int(location[1]) + 1, ".".join(map(_count_from_one, location[2:])), _says(details, location))
    return Fault(0, ".".join(map(_count_from_one, location)) or "the file", _says(details, location))


def _count_from_one(part: int | str) -> str:
    return str(part + 1 if isinstance(part, int) else part)


def _says(details: Any, location: tuple[int | str, ...]) -> str:
    if details["type"] == "missing":
        return "is missing; write it"
    if details["type"] == "extra_forbidden":
        known = _keys_at(location[:-1])
        close = get_close_matches(str(location[-1]), known, n=1)
        meant = f" (did you mean {close[0]}?)" if close else ""
        return f"is not a key here{meant}; the keys are {', '.join(known)}"
    value = _shown.repr(details["input"])
    if details["type"] in ("too_short", "string_too_short"):
        return f"{value}: is empty; write one, or leave the line out"
    if details["type"] in ("too_long", "string_too_long"):
        return f"{value}: is too long; write at most {details['ctx']['max_length']:,}"
    if details["type"] in _SHAPES:
        return f"{'it is empty' if details['input'] is None else value}: should be {_SHAPES[details['type']]}"
    return f"{value}: {details['msg'].removeprefix('Value error, ').replace('Input should', 'should')}"


_SHAPES: Final = {
    "model_type": "keys with a value each, such as name: Hackney",
    "dict_type": "keys with a value each, such as name: Hackney",
    "tuple_type": "a list: one entry per line, with a dash in front",
    "list_type": "a list: one entry per line, with a dash in front",
    "string_type": "text; put it in quotes",
    "float_type": "a number in plain digits, without quotes",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
}
"""What should stand at a place where something of another shape stands, by the kind of the fault."""


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    """The keys that may stand at a place of the file."""
    model: type[BaseModel] = Scenario
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            if inner is None:
                return []
            model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as ``Absent | None`` or ``tuple[Change, ...]`` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _model_in(part)) is not None), None)
