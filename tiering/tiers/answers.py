"""Answer the questions of the tier calculator: inputs of one form in, what is expected of them out."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from tiering.faults import ConfigFault
from tiering.tiers.columns import POINTS_COLUMNS, STEPS, STEPS_COLUMNS, frame_of
from tiering.tiers.explain import explain_points, explain_steps
from tiering.tiers.inputs import (
    FormatInputs,
    InputFault,
    MandateInputs,
    NeedInputs,
    PointsInputs,
    ProvisionalInputs,
    RegistrationsInputs,
    StepsInputs,
    WomenInputs,
    has_mandate,
    read_inputs,
)
from tiering.tiers.needs import score_section
from tiering.tiers.registrations import Registration, read_registers
from tiering.tiers.schemes import PointsNumbers, StepsNumbers, numbers_of, read_scheme
from tiering.tiers.v2 import CHANGE_BASES, CHANGE_PARTS, PROTECT_PARTS, calculate_v2, women_points
from tiering.tiers.v3 import NONE, calculate_v3, is_provisional

HISTORIC_MODEL = "v2-historic-55-week-rule"
BEFORE_CHANGE = date(2024, 1, 18)
"""The last day on which an old assessment counted as none."""


@dataclass(frozen=True)
class Answer:
    """The answer to one case: the values asked for by their names, and the steps to them."""

    values: dict[str, object]
    steps: list[str]


@dataclass(frozen=True)
class Calculators:
    """The numbers of both calculated schemes in force on one date, and the date that counts as today."""

    points: PointsNumbers
    points_tiers: tuple[str, ...]
    steps: StepsNumbers
    today: date


def load_calculators(config: Path, as_at: date) -> Calculators:
    """The calculators of ``config/tier_schemes``; raises ConfigFault with every fault of a file."""
    points, steps = read_scheme(config, "v2"), read_scheme(config, "v3")
    points_numbers, steps_numbers = numbers_of(points, as_at), numbers_of(steps, as_at)
    if not isinstance(points_numbers, PointsNumbers) or not isinstance(steps_numbers, StepsNumbers):
        raise ConfigFault([f"{config / 'tier_schemes'}: v2 needs a calculation of kind points, v3 one of kind steps"])
    return Calculators(points_numbers, points.tiers, steps_numbers, as_at)


def answer(model: str, given: Sequence[object], config: Path, today: date) -> list[Answer]:
    """Answer one model for some cases, in their order.

    - model: one of ``MODELS``.
    - given: the inputs of each case as JSON data.

    Raises InputFault with every fault of the inputs, or if there is no such model.
    """
    if model not in MODELS:
        raise InputFault([f"--model {model}: there is no such model; write one of {', '.join(MODELS)}"])
    if not given:
        return []
    # The last date on which the rule was in force, so that its own numbers are read.
    as_at = BEFORE_CHANGE if model == HISTORIC_MODEL else today
    return MODELS[model](given, load_calculators(config, as_at))


def _answer_points(given: Sequence[object], calculators: Calculators) -> list[Answer]:
    rows = [case.to_row() for case in read_inputs(PointsInputs, given)]
    cases = frame_of(rows, POINTS_COLUMNS)
    results = calculate_v2(cases, calculators.points)
    asked = ("tier", "protect_level", "protect_points", "change_points")
    answers = []
    for row in pd.concat([cases, results], axis="columns").to_dict("records"):
        parts = [*PROTECT_PARTS, *(CHANGE_PARTS if row["change_basis"] == CHANGE_BASES[0] else ())]
        values = {name: row[name] for name in asked}
        level = {"change_level": _whole(row["change_level"])}
        breakdown = {"breakdown": {part: row[part] for part in parts}}
        answers.append(Answer(values | level | breakdown, explain_points(row, calculators.points)))
    return answers


def _answer_steps(given: Sequence[object], calculators: Calculators) -> list[Answer]:
    rows = [case.to_row(calculators.today) for case in read_inputs(StepsInputs, given)]
    cases = frame_of(rows, STEPS_COLUMNS)
    results = calculate_v3(cases, calculators.steps, calculators.today)
    answers = []
    for row in pd.concat([cases, results], axis="columns").to_dict("records"):
        said = {step: row[step] for step in STEPS if isinstance(row[step], str)}
        values = {"error": True} if row["fault"] else {"tier": row["tier"], "provisional": row["provisional"]}
        answers.append(Answer(values | {"step_results": said}, explain_steps(row)))
    return answers


def _answer_provisional(given: Sequence[object], calculators: Calculators) -> list[Answer]:
    asked = read_inputs(ProvisionalInputs, given)
    order = calculators.steps.lowest_first
    faults = [
        f"step_results.{step}: {tier!r} is not one of {', '.join(order)}, or null"
        for case in asked
        for step, tier in case.step_results.items()
        if tier is not None and tier not in order
    ]
    if faults:
        raise InputFault(faults)
    ranks = {step: np.array([_rank(case, step, order) for case in asked], dtype=np.int64) for step in STEPS}
    columns = {name: STEPS_COLUMNS[name] for name in asked[0].to_row()}
    provisional = is_provisional(frame_of([case.to_row() for case in asked], columns), ranks, calculators.steps)
    return [_plain({"provisional": bool(value)}) for value in provisional]


def _rank(case: ProvisionalInputs, step: str, order: tuple[str, ...]) -> int:
    tier = case.step_results.get(step)
    return NONE if tier is None else order.index(tier)


def _answer_registrations(given: Sequence[object], _: Calculators) -> list[Answer]:
    answers = []
    for case in read_inputs(RegistrationsInputs, given):
        registers = read_registers(Registration(**entry.model_dump()) for entry in case.registrations)
        answers.append(_plain({**asdict(registers), "complexity_factors": list(registers.complexity_factors)}))
    return answers


def _answer_mandate(given: Sequence[object], _: Calculators) -> list[Answer]:
    cases = read_inputs(MandateInputs, given)
    return [_plain({"has_no_mandate": not has_mandate(case.convictions)}) for case in cases]


def _answer_need(given: Sequence[object], calculators: Calculators) -> list[Answer]:
    limits = calculators.points.needs
    cases = read_inputs(NeedInputs, given)
    return [_plain(asdict(score_section(case.answers.values(), case.san, limits.get(case.section)))) for case in cases]


def _answer_women(given: Sequence[object], calculators: Calculators) -> list[Answer]:
    asked = read_inputs(WomenInputs, given)
    columns = {name: POINTS_COLUMNS[name] for name in asked[0].to_row()}
    assessed = np.array([case.answers is not None for case in asked], dtype=np.bool_)
    frame = frame_of([case.to_row() for case in asked], columns)
    points = women_points(frame, assessed, calculators.points.protect)
    return [_plain({"points": int(value)}) for value in points]


def _answer_format(given: Sequence[object], calculators: Calculators) -> list[Answer]:
    suffix = calculators.points.levels.unsupervised_suffix
    words = [
        f"{case.protect_level}{case.change_level}{suffix if case.unsupervised else ''}"
        for case in read_inputs(FormatInputs, given)
    ]
    faults = [f"{word}: there is no such tier" for word in words if word not in calculators.points_tiers]
    if faults:
        raise InputFault(faults)
    return [_plain({"tier": word}) for word in words]


def _plain(values: dict[str, object]) -> Answer:
    return Answer(values, [f"{name.replace('_', ' ')}: {value}" for name, value in values.items()])


def _whole(level: str) -> int | str:
    """A level of digits as a number, which is how the facts write it."""
    return int(level) if level.isdecimal() else level


MODELS: dict[str, Callable[[Sequence[object], Calculators], list[Answer]]] = {
    "v2": _answer_points,
    "v3": _answer_steps,
    "v3-provisional": _answer_provisional,
    "registrations": _answer_registrations,
    "mandate": _answer_mandate,
    "need-section": _answer_need,
    "women": _answer_women,
    "format": _answer_format,
    HISTORIC_MODEL: _answer_points,
}
"""The questions that can be asked, by the names of the published facts."""
