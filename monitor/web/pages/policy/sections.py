"""Every number in force on a snapshot's date: its value there, its source and status, and what changed when.

The values are those stored with the snapshot. What is not stored with it (sources of the rules and the forecast, what
was before and what is planned) is as the configuration says today; if that has another value for the date, both are
shown.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from alerts.detection.direction import DirectionFile
from alerts.detection.rules import Rule, RuleFile
from alerts.forecasting.parameters import ForecastFile
from monitor.web.formatting import words
from monitor.web.pages.policy.sources import Figures, Origin, blocks_of, config_file, dated_values, figures_of
from monitor.web.read_model.snapshot import SnapshotView
from tiering.dated import Dated
from tiering.oversight.rules import OversightFile, OversightRule
from tiering.policies.policy import AssessmentRule, Policy, Tiers
from tiering.policies.policy_files import AssessmentsFile, WeightingsFile
from tiering.terms import Setting


@dataclass(frozen=True)
class Step:
    """One change of a number: what was, what is, who said so; planned: it comes after the snapshot."""

    origin: Origin
    parts: tuple[tuple[str, str, str], ...]
    planned: bool


@dataclass(frozen=True)
class Entry:
    """One number, or one table of numbers. counts_as: how many numbers it is in the digest's count.

    origin None: neither the snapshot nor the configuration says where the value comes from. otherwise: what the
    configuration has for the date today, if that is not what the snapshot was computed with.
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


def list_sections(config: Path, week: SnapshotView) -> tuple[Section, ...]:
    """Weights, assessments, hotspot rules, forecast and direction as in force on the date of the week's snapshot."""
    policy, as_at = week.policy, week.as_at
    weightings = config / "weightings" / f"{policy.name}.yaml"
    file = config_file(weightings, WeightingsFile)
    assessments = None if file is None else config / "assessments" / f"{file.assessments}.yaml"
    return (
        _of_policy(policy, WeightingsFile, "weights", weightings, as_at),
        _of_policy(policy, AssessmentsFile, "assessments", assessments, as_at),
        _of_rules(week.rules, config / "hotspot_rules", as_at),
        *_of_single_files(week, config, as_at),
    )


def count_by_status(found: tuple[Section, ...]) -> dict[str, int]:
    """How many numbers of each status there are, the most frequent first."""
    counted: Counter[str] = Counter()
    for section in found:
        for entry in section.entries:
            counted[entry.origin.status if entry.origin else "source not known"] += entry.counts_as
    return dict(counted.most_common())


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
    file = None if path is None else config_file(path, model)
    dated = dated_values(file)
    origins: dict[str, Origin] = {}
    for number in policy.numbers:
        parts = number.key.split(".")
        key = ".".join(parts[:2]) if parts[0] in ("rules", "scheme_points") else parts[0]
        origins.setdefault(key, Origin(number.since, number.unit, number.status.value, number.reference))
    values: dict[str, tuple[Any, str, str]] = {}
    if model is AssessmentsFile:
        values |= {f"rules.{one.name}": (one.due, one.name, _applies_to(one)) for one in policy.rules}
    values |= {key: (stored[key], key, "") for key in model.model_fields if key in origins}
    if model is WeightingsFile:
        values |= _points_by_scheme(policy, stored["tier_points"])
    entries = []
    for key, (value, title, about) in values.items():
        figures = figures_of(value)
        entries.append(_entry(title, figures, origins.get(key), dated.get(key), as_at, about, counts_as=len(figures)))
    titles = {
        "weights": ("Weights and capacity", "What a case, a duty and an hour are worth, and where the bands lie."),
        "assessments": ("Assessments", "When each assessment is due, counted from the start unless it says otherwise."),
    }
    return Section(name, *titles[name], tuple(entries), known=file is not None)


def _points_by_scheme(policy: Policy, stored: Mapping[str, object]) -> dict[str, tuple[object, str, str]]:
    """The points of tiers by the scheme that they have a source for; all others are the tier points themselves."""
    schemes: dict[str, dict[str, object]] = {}
    for number in policy.numbers:
        first, *path = number.key.split(".")
        if first == "scheme_points":
            schemes.setdefault(f"{first}.{path[0]}", {})[path[1]] = stored[path[1]]
    others = {tier: points for tier, points in stored.items() if not any(tier in part for part in schemes.values())}
    return {"tier_points": (others, "tier_points", ""), **{key: (part, key, "") for key, part in schemes.items()}}


def _of_rules(rules: tuple[Rule, ...], folder: Path, as_at: date) -> Section:
    entries, known = [], True
    for rule in rules:
        file = config_file(folder / f"{rule.name}.yaml", RuleFile)
        known = known and file is not None
        dated = {} if file is None else dict(file.numbers)
        values: dict[str, Any] = dict(rule.numbers)
        if rule.escalate_at:
            values["escalate_at"] = rule.escalate_at
        for name, value in values.items():
            entries.append(_entry(f"{rule.name}.{name}", figures_of(value), None, dated.get(name), as_at, rule.title))
    says = "When a unit becomes a hotspot. For what each rule says, see Definitions."
    return Section("hotspot_rules", "Hotspot rules", says, tuple(entries), known)


def _of_single_files(week: SnapshotView, config: Path, as_at: date) -> list[Section]:
    """The numbers of the forecast and of the direction; snapshots of earlier versions have no direction."""
    says = "The numbers that forecasts use."
    sections = [_of_file("forecast", "Forecast", says, week.parameters.forecast, ForecastFile, config, as_at)]
    direction = week.parameters.direction
    if direction is not None:
        sections.append(_of_file("direction", direction.title, direction.says, direction, DirectionFile, config, as_at))
    return sections + ([_of_oversight(week.parameters.oversight, config, as_at)] if week.parameters.oversight else [])


def _of_oversight(rules: tuple[OversightRule, ...], config: Path, as_at: date) -> Section:
    """The rules beyond assessments whose work the extract records."""
    file = config_file(config / "oversight.yaml", OversightFile)
    dated = {} if file is None else {name: rule.due for name, rule in file.rules.items()}
    entries = tuple(
        _entry(rule.name, figures_of(rule.due), None, dated.get(rule.name), as_at, rule.title) for rule in rules
    )
    says = "When enforcement, contacts, management oversight and supervision are due, of what the extract records."
    return Section("oversight", "Enforcement, contacts and oversight", says, entries, known=file is not None)


def _of_file(
    name: str, title: str, says: str, stored: BaseModel, model: type[BaseModel], config: Path, as_at: date
) -> Section:
    """The numbers of one file of the configuration, in the order of the file."""
    file = config_file(config / f"{name}.yaml", model)
    dated = dated_values(file)
    values = stored.model_dump(mode="json")
    keys = [key for key in model.model_fields if key in values and key not in ("title", "says")]
    entries = tuple(_entry(key, figures_of(values[key]), None, dated.get(key), as_at) for key in keys)
    return Section(name, title, says, entries, known=file is not None)


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
    blocks = blocks_of(dated)
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


def _differences(earlier: Figures, later: Figures) -> tuple[tuple[str, str, str], ...]:
    """The name, what was and what is of every number that differs; a number that was not there was none."""
    paths = [*later, *(path for path in earlier if path not in later)]
    return tuple(
        (" ".join(map(words, path)), earlier.get(path, "none"), later.get(path, "none"))
        for path in paths
        if earlier.get(path) != later.get(path)
    )


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
