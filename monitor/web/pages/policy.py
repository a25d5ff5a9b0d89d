"""Every number in force on a snapshot's date: its value there, its source and status, and what changed when.

The values are those stored with the snapshot. What is not stored with it (sources of the rules and the forecast, what
was before and what is planned) is as the configuration says today; where that has another value for the date, both are
shown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar

import pandas as pd
from pydantic import BaseModel

from alerts.detection.rules import Rule, RuleFile
from alerts.forecasting.parameters import ForecastFile, ForecastNumbers
from monitor.web.formatting import words
from monitor.web.read_model.snapshot import SnapshotView
from tiering.dated import Dated
from tiering.faults import ConfigFault
from tiering.policy import AssessmentRule, Policy, Tiers
from tiering.policy_files import AssessmentsFile, WeightingsFile
from tiering.terms import Setting
from tiering.yaml_files import file_fingerprint, read_yaml

Model = TypeVar("Model", bound=BaseModel)
Figures = Mapping[tuple[str, ...], str]
"""The numbers of a value as they are written, by their path in it; of a single number the path is empty."""

COLUMNS: Final = ("section", "number", "value", "unit", "since", "status", "source")
CHANGES: Final = ("section", "number", "from", "planned", "was", "is", "unit", "status", "source")


class Origin(NamedTuple):
    """Since when a value holds, in what unit, and how it is founded."""

    since: date
    unit: str
    status: str
    reference: str


class Block(NamedTuple):
    """One dated form of a value in the configuration."""

    figures: Figures
    origin: Origin


@dataclass(frozen=True)
class Step:
    """One change of a number: what was, what is, who said so; planned where it comes after the snapshot."""

    origin: Origin
    parts: tuple[tuple[str, str, str], ...]
    planned: bool


@dataclass(frozen=True)
class Entry:
    """One number, or one table of numbers. counts_as: how many numbers it is in the digest's count.

    origin None: neither the snapshot nor the configuration says where the value comes from. otherwise: what the
    configuration has for the date today, where that is not what the snapshot was computed with.
    """

    name: str
    figures: Figures
    unit: str
    origin: Origin | None
    about: str = ""
    counts_as: int = 1
    otherwise: Figures | None = None
    steps: tuple[Step, ...] = ()

    @property
    def lines(self) -> list[str]:
        """The value in words, one line for each row of a table."""
        return lines_of(self.figures)

    @property
    def other_lines(self) -> list[str]:
        return lines_of(self.otherwise or {})


@dataclass(frozen=True)
class Section:
    """Numbers that belong together; known: whether the configuration they came from can be read today."""

    name: str
    title: str
    says: str
    entries: tuple[Entry, ...]
    known: bool = True


def sections(config: Path, week: SnapshotView) -> tuple[Section, ...]:
    """Weights, assessments, hotspot rules and forecast as in force on the date of the week's snapshot."""
    policy, as_at = week.policy, week.as_at
    weightings = config / "weightings" / f"{policy.name}.yaml"
    file = _file(weightings, WeightingsFile)
    assessments = None if file is None else config / "assessments" / f"{file.assessments}.yaml"
    return (
        _of_policy(policy, WeightingsFile, "weights", weightings, as_at),
        _of_policy(policy, AssessmentsFile, "assessments", assessments, as_at),
        _of_rules(week.rules, config / "hotspot_rules", as_at),
        _of_forecast(week.parameters.forecast, config / "forecast.yaml", as_at),
    )


def counted_by_status(found: tuple[Section, ...]) -> dict[str, int]:
    """How many numbers of each status there are, the most frequent first."""
    counted: Counter[str] = Counter()
    for section in found:
        for entry in section.entries:
            counted[entry.origin.status if entry.origin else "source not known"] += entry.counts_as
    return dict(counted.most_common())


def numbers_frame(found: tuple[Section, ...]) -> pd.DataFrame:
    """One row a number, for a file; columns ``COLUMNS``."""
    rows = []
    for section in found:
        for one in section.entries:
            since, _, status, source = one.origin or ("", "", "source not known", "")
            rows += [
                (section.name, ".".join((one.name, *path)), text, one.unit, str(since), status, source)
                for path, text in one.figures.items()
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def changes_frame(found: tuple[Section, ...]) -> pd.DataFrame:
    """One row a number that changed or will, for a file; columns ``CHANGES``, planned being yes or no."""
    rows = [
        (
            section.name,
            f"{one.name} {part}".strip(),
            step.origin.since.isoformat(),
            "yes" if step.planned else "no",
            was,
            becomes,
            step.origin.unit,
            step.origin.status,
            step.origin.reference,
        )
        for section in found
        for one in section.entries
        for step in one.steps
        for part, was, becomes in step.parts
    ]
    return pd.DataFrame(rows, columns=list(CHANGES))


def lines_of(figures: Figures) -> list[str]:
    """A value in words: one line for a number, one for each name of a table, with its settings side by side."""
    tables: dict[str, list[str]] = {}
    for path, text in figures.items():
        first, rest = (path[0], path[1:]) if path else ("", ())
        tables.setdefault(words(first), []).append(" ".join([*map(words, rest), text]))
    return [": ".join(part for part in (first, ", ".join(texts)) if part) for first, texts in tables.items()]


def _of_policy(policy: Policy, model: type[BaseModel], name: str, path: Path | None, as_at: date) -> Section:
    """The numbers of a policy that come from one kind of file: weights, or when assessments are due."""
    stored = policy.model_dump(mode="json")
    file = None if path is None else _file(path, model)
    dated = _dated_values(file)
    origins: dict[str, Origin] = {}
    for number in policy.numbers:
        parts = number.key.split(".", 2 if number.key.startswith("rules.") else 1)
        key = ".".join(parts[:2]) if parts[0] == "rules" else parts[0]
        origins.setdefault(key, Origin(number.since, number.unit, number.status.value, number.reference))
    values: dict[str, tuple[Any, str, str]] = {}
    if model is AssessmentsFile:
        values |= {f"rules.{one.name}": (one.due, one.name, _applies_to(one)) for one in policy.rules}
    values |= {key: (stored[key], key, "") for key in model.model_fields if key in origins}
    entries = []
    for key, (value, title, about) in values.items():
        figures = _figures(value)
        entries.append(_entry(title, figures, origins.get(key), dated.get(key), as_at, about, counts_as=len(figures)))
    titles = {
        "weights": ("Weights and capacity", "What a case, a duty and an hour are worth, and where the bands lie."),
        "assessments": ("Assessments", "When each assessment is due, counted from the start unless it says otherwise."),
    }
    return Section(name, *titles[name], tuple(entries), known=file is not None)


def _of_rules(rules: tuple[Rule, ...], folder: Path, as_at: date) -> Section:
    entries, known = [], True
    for rule in rules:
        file = _file(folder / f"{rule.name}.yaml", RuleFile)
        known = known and file is not None
        dated = {} if file is None else dict(file.numbers)
        values: dict[str, Any] = dict(rule.numbers)
        if rule.escalate_at:
            values["escalate_at"] = rule.escalate_at
        for name, value in values.items():
            entries.append(_entry(f"{rule.name}.{name}", _figures(value), None, dated.get(name), as_at, rule.title))
    says = "When a unit is singled out. What each rule says is with the definitions."
    return Section("hotspot_rules", "Hotspot rules", says, tuple(entries), known)


def _of_forecast(stored: ForecastNumbers | None, path: Path, as_at: date) -> Section:
    """The forecast's numbers; none of a snapshot from before there were forecasts."""
    file = _file(path, ForecastFile)
    dated = _dated_values(file)
    values = {} if stored is None else stored.model_dump(mode="json")
    keys = [key for key in ForecastFile.model_fields if key in values and key not in ("title", "says")]
    entries = tuple(_entry(key, _figures(values[key]), None, dated.get(key), as_at) for key in keys)
    says = "What the weeks ahead are reckoned with." if entries else "This snapshot was taken without a forecast."
    return Section("forecast", "Forecast", says, entries, known=file is not None)


def _entry(
    name: str,
    figures: Figures,
    origin: Origin | None,
    dated: Dated[Any] | None,
    as_at: date,
    about: str = "",
    counts_as: int = 1,
) -> Entry:
    """A number with what the configuration knows of it; the origin stored with the snapshot comes first."""
    blocks = _blocks(dated)
    today = [block for block in blocks if block.origin.since <= as_at]
    otherwise = today[-1].figures if today and today[-1].figures != figures else None
    if origin is None and today and otherwise is None:
        origin = today[-1].origin
    steps = [
        Step(later.origin, parts, planned=later.origin.since > as_at)
        for earlier, later in pairwise(blocks)
        if (parts := _differences(earlier.figures, later.figures))
    ]
    unit = origin.unit if origin else (today[-1].origin.unit if today else "")
    return Entry(name, figures, unit, origin, about, counts_as, otherwise, tuple(reversed(steps)))


def _blocks(dated: Dated[Any] | None) -> list[Block]:
    """The dated forms of a value, the earliest first."""
    if dated is None:
        return []
    made = []
    for start, block in sorted(dated.root.items()):
        value = block.model_dump(mode="json")["value"]
        made.append(Block(_figures(value), Origin(start, block.unit, block.status.value, block.reference)))
    return made


def _differences(earlier: Figures, later: Figures) -> tuple[tuple[str, str, str], ...]:
    """The name, what was and what is of every number that differs; a number that was not there was none."""
    paths = [*later, *(path for path in earlier if path not in later)]
    return tuple(
        (" ".join(map(words, path)), earlier.get(path, "none"), later.get(path, "none"))
        for path in paths
        if earlier.get(path) != later.get(path)
    )


def _figures(value: Any) -> dict[tuple[str, ...], str]:
    """Every number of a value by its path; a list of weeks is one."""
    if isinstance(value, Mapping):
        return {(str(name), *path): text for name, part in value.items() for path, text in _figures(part).items()}
    if isinstance(value, list | tuple):
        return {(): ", ".join(_written(one) for one in value)}
    return {(): _written(value)}


def _written(number: Any) -> str:
    """A number without the zeros that say nothing: 25 and 25.0 are one."""
    return f"{Decimal(str(number)).normalize():f}"


def _applies_to(rule: AssessmentRule) -> str:
    """Which cases an assessment rule is for, and its clock where that is not the start."""
    said = []
    if set(rule.settings) != set(Setting):
        said.append(" and ".join(rule.settings))
    if rule.rosh is not None:
        said.append(" and ".join(words(level) for level in rule.rosh) + " RoSH")
    if rule.tiers is not Tiers.ALL:
        said.append("the highest tiers" if rule.tiers is Tiers.HIGHEST else "all but the highest tiers")
    clock = {"transferred_in_on": "the transfer in", "significant_change": "a significant change"}.get(rule.clock, "")
    return ", ".join(
        [
            *(said or ["all cases"]),
            *([f"counted from {clock}"] if clock else []),
            *(["and again each time"] if rule.repeats else []),
        ]
    )


def _dated_values(file: BaseModel | None) -> dict[str, Dated[Any]]:
    """Every dated value of a file by its key; a rule's due time has the key ``rules.<name>``."""
    found = {key: value for key, value in file or () if isinstance(value, Dated)}
    if isinstance(file, AssessmentsFile):
        found |= {f"rules.{name}": rule.due for name, rule in file.rules.items()}
    return found


def _file(path: Path, model: type[Model]) -> Model | None:
    """A file of the configuration, read again when it changes; None where it is missing or has a fault."""
    found = _read(path, file_fingerprint(path), model)
    return found if isinstance(found, model) else None


@lru_cache(maxsize=64)
def _read(path: Path, _fingerprint: str, model: type[BaseModel]) -> BaseModel | None:
    try:
        return read_yaml(path, model)
    except ConfigFault:
        return None
