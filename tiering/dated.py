"""A value in force from a date on, with its unit, its reference and how well it is founded."""

from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, RootModel

Value = TypeVar("Value")


class SourceStatus(StrEnum):
    """How a number is founded."""

    VERIFIED = "verified"
    LOCAL_ASSUMPTION = "local assumption"
    MEASURED = "measured on simulation"


class Stated(BaseModel, Generic[Value]):
    """One value with the facts that let a reader judge it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Value
    unit: str
    status: SourceStatus
    reference: str


class Dated(RootModel[dict[date, Stated[Value]]], Generic[Value]):
    """The same value over time, by the date each form of it starts."""

    model_config = ConfigDict(frozen=True)

    def in_force(self, on: date) -> tuple[date, Stated[Value]] | None:
        """The form that holds ``on`` that date, with its start; None before the first."""
        starts = [start for start in self.root if start <= on]
        return (max(starts), self.root[max(starts)]) if starts else None
