"""Withhold the figures of an answer that are about too few people, by config/questions.yaml."""

from datetime import date
from pathlib import Path

import pandas as pd
from pydantic import BaseModel, ConfigDict

from monitor.questions.question import Question
from tiering.dated import Dated
from tiering.faults import ConfigFault, UserFault
from tiering.yaml_files import numbers_in_force, read_yaml


class AnswersFile(BaseModel):
    """The file config/questions.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    says: str
    minimum_group: Dated[int]


def load_minimum(config: Path, as_at: date) -> int:
    """The fewest people or cases that figures of an answer are shown for; raises ConfigFault."""
    path = config / "questions.yaml"
    values, _, faults = numbers_in_force(path, read_yaml(path, AnswersFile), ("minimum_group",), as_at)
    if not faults and values["minimum_group"] < 1:
        faults = [f"{path}: minimum_group: {values['minimum_group']} must be 1 or more"]
    if faults:
        raise ConfigFault(faults)
    return int(values["minimum_group"])


def withhold_small_groups(table: pd.DataFrame, question: Question, minimum: int) -> tuple[pd.DataFrame, int]:
    """Leave out the figures of rows about fewer than ``minimum``. Returns the table, and how many rows that are.

    Raises UserFault if the answer lacks a column that the header names.
    """
    if not question.group:
        return table, 0
    missing = [name for name in (question.group, *question.withholds) if name not in table]
    if missing:
        raise UserFault([f"{question.name}: the answer has no column {name}" for name in missing])
    small = ~table[question.group].ge(minimum).fillna(False).astype(bool)
    table = table.copy()
    for name in (question.group, *question.withholds):
        table[name] = table[name].mask(small)
    return table, int(small.sum())
